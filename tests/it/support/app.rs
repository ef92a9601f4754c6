//! A real server on a real database of one test's own, with a clock that the test moves.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, LazyLock, mpsc},
    thread::JoinHandle,
};

use chrono::{DateTime, TimeZone as _, Utc};
use diesel::{PgConnection, connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    app::{self, Serve},
    clock::Clock,
    config::Config,
    documents::Papers,
    keys::Keys,
    schema::{branches, data_keys, organisations, sessions, sign_ins, staff, staff_branches},
    seal::{DataKey, SecretKey},
    value::{DataKeyId, OrganisationId},
};

use super::{
    browser::Browser,
    cluster::{self, TestDatabase},
};

/// The password of every persona.
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// Who is at the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    /// Acme's admin, a demo account so that no second factor is asked.
    Admin,
    /// A second admin of Acme.
    SecondAdmin,
    /// Acme's manager in london.
    Manager,
    /// Acme's officer in london and madrid.
    Officer,
    /// Acme's auditor, all branches.
    Auditor,
    /// The admin of the other organisation.
    Other,
}

impl Persona {
    /// Those of Acme, one a role.
    pub const ROLES: [Self; 4] = [Self::Auditor, Self::Officer, Self::Manager, Self::Admin];

    const ALL: [Self; 6] = [
        Self::Admin,
        Self::SecondAdmin,
        Self::Manager,
        Self::Officer,
        Self::Auditor,
        Self::Other,
    ];

    /// Their e-mail.
    pub const fn email(self) -> &'static str {
        match self {
            Self::Admin => "admin@acme.example",
            Self::SecondAdmin => "second@acme.example",
            Self::Manager => "manager@acme.example",
            Self::Officer => "officer@acme.example",
            Self::Auditor => "auditor@acme.example",
            Self::Other => "admin@other.example",
        }
    }

    const fn role(self) -> &'static str {
        match self {
            Self::Admin | Self::SecondAdmin | Self::Other => "admin",
            Self::Manager => "manager",
            Self::Officer => "officer",
            Self::Auditor => "auditor",
        }
    }

    const fn branches(self) -> &'static [&'static str] {
        match self {
            Self::Manager => &["london"],
            Self::Officer => &["london", "madrid"],
            _ => &[],
        }
    }
}

/// A tenant of the test.
pub struct Tenant {
    /// Its id.
    pub id: Uuid,
    /// Its key, to seal and open what the test needs.
    pub key: DataKey,
    /// Its branches, by code.
    pub branches: Vec<(&'static str, Uuid)>,
}

impl Tenant {
    /// The id of a branch.
    pub fn branch(&self, code: &str) -> Uuid {
        self.branches
            .iter()
            .find(|(known, _)| *known == code)
            .expect("a branch of the tenant")
            .1
    }
}

/// A server under test.
pub struct TestApp {
    /// Its database.
    pub database: TestDatabase,
    /// Its clock.
    pub clock: Clock,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its secret.
    pub secret: SecretKey,
    /// The tenant most tests are about: branches london (default), madrid, paris.
    pub acme: Tenant,
    /// Another one: branch main.
    pub other: Tenant,
    /// Where it keeps what is its own, until the test is over.
    pub folder: tempfile::TempDir,
    handle: actix_web::dev::ServerHandle,
    server: Option<JoinHandle<()>>,
}

/// Noon of a Monday.
pub fn start_time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 16, 12, 0, 0)
        .single()
        .expect("a time")
}

impl TestApp {
    /// Starts one.
    pub fn start() -> Self {
        Self::start_on(cluster::database())
    }

    /// The same on a database of the caller's choice, in which nobody is yet.
    pub fn start_on(database: TestDatabase) -> Self {
        Self::start_with(database, &[])
    }

    /// The same with settings that win over the usual ones.
    pub fn start_with(database: TestDatabase, settings: &[(&'static str, &str)]) -> Self {
        let clock = Clock::fixed(start_time());
        let secret = SecretKey::from_hex(&"5e".repeat(32)).expect("a key");
        let mut owner = database.owner();
        let acme = tenant(
            &mut owner,
            &secret,
            &clock,
            "Acme",
            &["london", "madrid", "paris"],
        );
        let other = tenant(&mut owner, &secret, &clock, "Other", &["main"]);
        for persona in Persona::ALL {
            let tenant = if persona == Persona::Other {
                &other
            } else {
                &acme
            };
            member(&mut owner, &secret, &clock, tenant, persona);
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let folder = tempfile::tempdir().expect("a folder");
        let usual = [
            (
                "VOUCH_DATA_DIR",
                folder.path().to_string_lossy().into_owned(),
            ),
            ("DATABASE_URL", database.app_url.clone()),
            ("VOUCH_SECRET_KEY", secret.to_hex()),
            ("VOUCH_PUBLIC_URL", format!("http://{address}")),
            // Whom a test lets it call is on this machine.
            ("VOUCH_WEBHOOKS_ALLOW_LOOPBACK", "yes".to_owned()),
        ];
        let settings: Vec<(&str, String)> = settings
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .chain(usual)
            .collect();
        let config = Config::from(|name| {
            settings
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.clone())
        })
        .expect("settings");
        let program = env!("CARGO_BIN_EXE_vouch").into();
        let serve = Serve {
            papers: Papers::open(&config, program).expect("a place for papers"),
            config,
            database_url: database.app_url.clone(),
            secret: secret.clone(),
            clock: clock.clone(),
            demo: false,
            gauges: Arc::default(),
        };
        let (sender, receiver) = mpsc::channel();
        let server = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = app::server(&serve, listener).expect("a server");
                sender.send(server.handle()).expect("the test waits");
                server.await.expect("a server that ends well");
            });
        });
        let handle = receiver.recv().expect("a server");
        Self {
            database,
            clock,
            address,
            secret,
            acme,
            other,
            folder,
            handle,
            server: Some(server),
        }
    }

    /// A browser in which nobody has signed in.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A browser in which this persona has signed in: the row and the cookie that signing in would make.
    pub fn sign_in(&self, persona: Persona) -> Browser {
        let tenant = if persona == Persona::Other {
            &self.other
        } else {
            &self.acme
        };
        self.sign_in_as(tenant, self.staff(persona))
    }

    /// The same for a member who is nobody's persona.
    pub fn sign_in_as(&self, tenant: &Tenant, staff: Uuid) -> Browser {
        let token = vouch::access::session::Token::random().expect("randomness");
        let mut owner = self.owner_of(tenant);
        let now = self.clock.now();
        diesel::insert_into(sessions::table)
            .values((
                sessions::token_hash.eq(token.hash()),
                sessions::id.eq(self.clock.new_id()),
                sessions::organisation_id.eq(tenant.id),
                sessions::staff_id.eq(staff),
                sessions::factor.eq("full"),
                sessions::created_at.eq(now),
                sessions::last_seen_at.eq(now),
            ))
            .execute(&mut owner)
            .expect("a session");
        let mut jar = actix_web::cookie::CookieJar::new();
        jar.signed_mut(&app::cookie_key(&self.secret))
            .add(actix_web::cookie::Cookie::new(
                "vouch",
                token.as_str().to_owned(),
            ));
        let cookie = jar.get("vouch").expect("a cookie").value().to_owned();
        let mut browser = self.browser();
        browser.set_cookie("vouch", &cookie);
        browser
    }

    /// The id of a persona.
    pub fn staff(&self, persona: Persona) -> Uuid {
        let tenant = if persona == Persona::Other {
            &self.other
        } else {
            &self.acme
        };
        staff::table
            .filter(staff::email.eq(persona.email()))
            .select(staff::id)
            .first(&mut self.owner_of(tenant))
            .expect("the persona")
    }

    /// The database as its owner, within Acme.
    pub fn owner(&self) -> PgConnection {
        self.owner_of(&self.acme)
    }

    /// The database as its owner, within a tenant.
    pub fn owner_of(&self, tenant: &Tenant) -> PgConnection {
        let mut owner = self.database.owner();
        enter(&mut owner, tenant.id);
        owner
    }

    /// What the audit log of Acme says, in the order of its chain.
    pub fn actions(&self) -> Vec<String> {
        use vouch::schema::{audit_entries, audit_links};
        audit_links::table
            .inner_join(audit_entries::table.on(audit_entries::id.eq(audit_links::entry_id)))
            .order(audit_links::sequence)
            .select(audit_entries::action)
            .load(&mut self.owner())
            .expect("the audit log")
    }

    /// What the log has after so many entries: what happened, by whom, in which request.
    pub fn said_after(&self, entries: usize) -> Vec<Said> {
        use vouch::schema::{audit_entries, audit_links};
        audit_links::table
            .inner_join(audit_entries::table.on(audit_entries::id.eq(audit_links::entry_id)))
            .order(audit_links::sequence)
            .offset(i64::try_from(entries).expect("few"))
            .select((
                audit_entries::action,
                audit_entries::actor_kind,
                audit_entries::actor_id,
                audit_entries::request_id,
            ))
            .load(&mut self.owner())
            .expect("the audit log")
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Said {
    pub action: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub request_id: Uuid,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        // Its connections end before its database does.
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

/// Sets the tenant for the rest of a connection; the owner is bound by row-level security too.
pub fn enter(conn: &mut PgConnection, tenant: Uuid) {
    conn.batch_execute(&format!("SELECT set_config('vouch.organisation', '{tenant}', false), set_config('vouch.branches', '*', false), set_config('vouch.confided', 'yes', false)")).expect("a tenant");
}

/// A new key's row.
pub fn data_key(conn: &mut PgConnection, clock: &Clock, tenant: Uuid, key: &DataKey) -> Uuid {
    let id = clock.new_id();
    let (_, wrapped) = Keys::new_data_key(key, DataKeyId(id)).expect("a key");
    diesel::insert_into(data_keys::table)
        .values((
            data_keys::organisation_id.eq(tenant),
            data_keys::id.eq(id),
            data_keys::wrapped.eq(wrapped),
            data_keys::created_at.eq(clock.now()),
        ))
        .execute(conn)
        .expect("a data key");
    id
}

fn tenant(
    owner: &mut PgConnection,
    secret: &SecretKey,
    clock: &Clock,
    name: &str,
    codes: &[&'static str],
) -> Tenant {
    let id = clock.new_id();
    let (key, wrapped) = Keys::new(secret.clone())
        .new_organisation(OrganisationId(id))
        .expect("a key");
    enter(owner, id);
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(id),
            organisations::name.eq(name),
            organisations::wrapped_key.eq(wrapped),
            organisations::created_at.eq(clock.now()),
        ))
        .execute(owner)
        .expect("an organisation");
    let made: Vec<(&'static str, Uuid)> =
        codes.iter().map(|code| (*code, clock.new_id())).collect();
    for (code, branch) in &made {
        diesel::insert_into(branches::table)
            .values((
                branches::organisation_id.eq(id),
                branches::id.eq(branch),
                branches::code.eq(code),
                branches::name.eq(code.to_uppercase()),
                branches::created_at.eq(clock.now()),
            ))
            .execute(owner)
            .expect("a branch");
    }
    diesel::update(organisations::table.find(id))
        .set(organisations::default_branch.eq(made[0].1))
        .execute(owner)
        .expect("a default branch");
    Tenant {
        id,
        key,
        branches: made,
    }
}

fn member(
    owner: &mut PgConnection,
    secret: &SecretKey,
    clock: &Clock,
    tenant: &Tenant,
    persona: Persona,
) {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        use argon2::password_hash::PasswordHasher as _;
        let params = argon2::Params::new(19_456, 2, 1, None).expect("parameters");
        argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
            .hash_password(PASSWORD.as_bytes())
            .expect("a hash")
            .to_string()
    });
    enter(owner, tenant.id);
    let id = clock.new_id();
    let key = data_key(owner, clock, tenant.id, &tenant.key);
    let now = clock.now();
    diesel::insert_into(staff::table)
        .values((
            staff::organisation_id.eq(tenant.id),
            staff::id.eq(id),
            staff::email.eq(persona.email()),
            staff::name.eq(format!("{persona:?} Person")),
            staff::role.eq(persona.role()),
            staff::all_branches.eq(persona.branches().is_empty()),
            staff::password_hash.eq(HASH.as_str()),
            staff::demo.eq(true),
            staff::data_key.eq(key),
            staff::created_at.eq(now),
            staff::updated_at.eq(now),
        ))
        .execute(owner)
        .expect("a member");
    for code in persona.branches() {
        diesel::insert_into(staff_branches::table)
            .values((
                staff_branches::organisation_id.eq(tenant.id),
                staff_branches::staff_id.eq(id),
                staff_branches::branch_id.eq(tenant.branch(code)),
            ))
            .execute(owner)
            .expect("a member's branch");
    }
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::email_hmac.eq(secret.email_index(persona.email()).to_vec()),
            sign_ins::organisation_id.eq(tenant.id),
            sign_ins::staff_id.eq(id),
        ))
        .execute(owner)
        .expect("a sign-in");
}
