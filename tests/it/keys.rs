//! Keys: made by an admin or at the console, their secret shown once, ended at once.

use diesel::prelude::*;
use vouch::{
    access::{
        keys::{
            secret,
            store::{self, Found},
        },
        scope::Scope,
    },
    cli::key::{self, Add},
    clock::Clock,
    db::{Connection, Db, PoolOptions},
    keys::Keys,
    schema::credentials,
    value::OrganisationId,
};

use crate::support::{Persona, TestApp};

mod console;

fn connection(app: &TestApp, clock: Clock) -> Connection {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: true,
    };
    Db::open(&options, clock, Keys::new(app.secret.clone()))
        .connection()
        .expect("a connection")
}

fn found(app: &TestApp, sent: &str) -> Option<Found> {
    let mut conn = connection(app, app.clock.clone());
    store::by_hash(&mut conn, &secret::index(sent)).expect("a look-up")
}

fn asked(face: &str, kind: &str, permission: &str) -> Add {
    Add {
        organisation: None,
        face: face.to_owned(),
        kind: kind.to_owned(),
        permission: vec![permission.to_owned()],
        branch: Vec::new(),
        name: String::new(),
        expires: None,
    }
}

#[test]
fn an_admin_makes_a_key_sees_its_secret_once_and_revokes_it() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let list = admin.get("/settings/keys");
    assert!(list.text().contains("There is no key yet"));
    assert_eq!(list.attributes("a.btn[href*=face]", "href").len(), 4);
    let new = admin.get("/settings/keys/new?face=kontorion");
    assert_eq!(
        new.attributes("input[name=permission]", "value"),
        ["read", "write", "admin"]
    );
    assert_eq!(
        new.attributes("input[name=kind]", "value"),
        ["live", "test"]
    );
    let fields = [
        ("face", "kontorion"),
        ("kind", "live"),
        ("permission", "read"),
        ("permission", "admin"),
        ("branch", "madrid"),
        ("branch", "london"),
        ("name", "Ledger"),
        ("expires", "2026-11-30"),
    ];
    let made = admin.post("/settings/keys", &fields);
    assert_eq!(made.status, 200, "{}", made.text());
    let secret = made.texts("#secret").remove(0);
    let (prefix, digits) = secret.split_at(8);
    assert_eq!(prefix, "sk_live_");
    assert!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let list = admin.get("/settings/keys");
    assert!(list.text().contains("Ledger") && list.text().contains("read, admin"));
    assert!(!list.body.contains(digits), "shown once");
    assert_eq!(list.texts("tbody tr").len(), 1);

    let key = found(&app, &secret).expect("the key");
    assert_eq!(key.permissions, ["read", "admin"]);
    assert_eq!(
        key.takes_new.0,
        app.acme.branch("madrid"),
        "the first of its branches"
    );
    assert!(
        key.scope()
            .covers(vouch::value::BranchId(app.acme.branch("london")))
    );
    assert!(
        !key.scope()
            .covers(vouch::value::BranchId(app.acme.branch("paris")))
    );
    assert!(!key.scope().confided(), "no machine reads suspicions");
    app.clock
        .advance(chrono::TimeDelta::days(14) + chrono::TimeDelta::hours(11));
    assert!(found(&app, &secret).is_some(), "to the end of its last day");
    app.clock.advance(chrono::TimeDelta::hours(2));
    assert!(found(&app, &secret).is_none(), "it has run out");

    let mut admin = app.sign_in(Persona::Admin);
    assert!(admin.get("/settings/keys").text().contains("Run out"));
    let revoke = admin
        .get("/settings/keys")
        .attributes("form[action$=revoke]", "action")
        .remove(0);
    assert_eq!(admin.post(&revoke, &[]).status, 303);
    assert_eq!(admin.post(&revoke, &[]).status, 409, "once");
    assert!(admin.get("/settings/keys").text().contains("Revoked"));
    let said = app.actions();
    assert!(said.contains(&"key.added".to_owned()) && said.contains(&"key.revoked".to_owned()));
}

#[test]
fn what_is_wrong_with_a_key_is_said_beside_its_field() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let none = admin.post("/settings/keys", &[("face", "trustist"), ("kind", "live")]);
    assert_eq!(none.status, 422);
    assert!(
        none.text()
            .contains("A key of Trustist is tenant, merchant"),
        "{}",
        none.text()
    );
    assert!(
        none.text()
            .contains("Choose at least one of create_customer")
    );
    let fields = [("face", "truust"), ("kind", "live"), ("permission", "read")];
    for (field, value, said) in [
        ("branch", "oslo", "There is no branch “oslo”"),
        ("expires", "tomorrow", "Give a day as YYYY-MM-DD"),
        ("expires", "2026-11-01", "still to come"),
    ] {
        let mut fields = fields.to_vec();
        fields.push((field, value));
        let answer = admin.post("/settings/keys", &fields);
        assert_eq!(answer.status, 422, "{field}");
        assert!(answer.text().contains(said), "{}", answer.text());
    }
    assert!(!app.actions().contains(&"key.added".to_owned()));
}

#[test]
fn the_console_makes_lists_and_revokes_keys_and_keeps_no_secret_in_clear() {
    let app = TestApp::start();
    let mut conn = connection(&app, app.clock.clone());
    let acme = OrganisationId(app.acme.id);
    let made = key::add(
        &mut conn,
        acme,
        &asked("trustist", "tenant", "read_customers"),
    )
    .expect("a key");
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    assert_eq!(
        (text("face"), text("kind")),
        ("trustist".into(), "tenant".into())
    );
    assert_eq!(made["permissions"], serde_json::json!(["read_customers"]));
    let (id, secret) = (text("id"), text("secret"));

    // The secret signs, so it is kept to be opened; the key is found by its id.
    assert!(found(&app, &secret).is_none());
    let key = found(&app, &id).expect("the key");
    assert_eq!(key.secret.as_deref(), Some(secret.as_bytes()));
    let (sealed, hash): (Option<Vec<u8>>, Option<Vec<u8>>) = credentials::table
        .select((credentials::secret_sealed, credentials::secret_hash))
        .first(&mut app.owner())
        .expect("the row");
    let sealed = sealed.expect("a sealed secret");
    assert!(
        hash.is_none()
            && !sealed
                .windows(8)
                .any(|piece| piece == &secret.as_bytes()[..8])
    );

    let lines = key::list(&mut conn, acme).expect("the list");
    assert!(lines.len() == 1 && lines[0].starts_with(&id) && lines[0].contains("stands"));
    assert!(
        lines[0].contains("\tall branches\tnever ends\t"),
        "{}",
        lines[0]
    );
    let held = Add {
        branch: vec!["madrid".to_owned(), "london".to_owned()],
        expires: "2026-12-24".parse().ok(),
        ..asked("kontorion", "live", "read")
    };
    let held = key::add(&mut conn, acme, &held).expect("a key");
    let lines = key::list(&mut conn, acme).expect("the list");
    let line = lines
        .iter()
        .find(|line| line.starts_with(held["id"].as_str().expect("its id")));
    let line = line.expect("its line");
    assert!(
        line.contains("\tmadrid,london\tends 2026-12-25T00:00:00+00:00\t"),
        "{line}"
    );
    key::revoke(&mut conn, acme, held["id"].as_str().expect("its id")).expect("revoked");
    let lines: Vec<String> = key::list(&mut conn, acme).expect("the list");
    let lines: Vec<&String> = lines.iter().filter(|line| line.starts_with(&id)).collect();
    assert!(!lines[0].contains(&secret));
    assert!(
        key::revoke(&mut conn, OrganisationId(app.other.id), &id).is_err(),
        "another's"
    );
    key::revoke(&mut conn, acme, &id).expect("revoked");
    assert!(found(&app, &id).is_none());
    let all = key::list(&mut conn, acme).expect("the list");
    assert!(all.iter().all(|line| line.contains("revoked")));
    let refused =
        key::add(&mut conn, acme, &asked("trustist", "live", "read")).expect_err("no such kind");
    assert!(
        refused
            .to_string()
            .contains("kind: A key of Trustist is tenant, merchant"),
        "{refused}"
    );
    let keys = conn.read(&Scope::system(acme), store::all).expect("keys");
    assert_eq!(keys.len(), 2, "what is refused is not made");
}

/// Asks a face with a bearer.
fn asks(app: &TestApp, secret: &str) -> u16 {
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str())];
    let target = "/v1/verifications";
    app.browser().request("GET", target, &headers, None).status
}

#[test]
fn the_list_says_to_the_minute_when_a_key_was_used_last() {
    let app = TestApp::start();
    let acme = OrganisationId(app.acme.id);
    let mut conn = connection(&app, app.clock.clone());
    let made = key::add(&mut conn, acme, &asked("kontorion", "live", "read")).expect("a key");
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    let mut said = || {
        let line = key::list(&mut conn, acme).expect("the list").remove(0);
        let used = line.split('\t').find(|one| one.starts_with("last used"));
        let page = app.sign_in(Persona::Admin).get("/settings/keys");
        let cell = page.texts("td[data-label='last used']").remove(0);
        (used.expect("a use").to_owned(), cell)
    };
    let never = ("last used never".to_owned(), "Never".to_owned());
    assert_eq!(said(), never);
    // What opens nothing is no use.
    assert_eq!(asks(&app, &format!("{secret}0")), 401);
    assert_eq!(said(), never);
    let noon = (
        "last used 2026-11-16T12:00:00+00:00".to_owned(),
        "16 Nov 2026, 12:00".to_owned(),
    );
    for wait in [0, 59] {
        app.clock.advance(chrono::TimeDelta::seconds(wait));
        assert_eq!(asks(&app, &secret), 200);
        assert_eq!(said(), noon, "{wait}");
    }
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(asks(&app, &secret), 200);
    assert_eq!(
        said(),
        (
            "last used 2026-11-16T12:01:00+00:00".to_owned(),
            "16 Nov 2026, 12:01".to_owned()
        )
    );
}

#[test]
fn the_page_shows_what_each_key_may_see_and_when_it_ends() {
    let app = TestApp::start();
    let acme = OrganisationId(app.acme.id);
    let mut conn = connection(&app, app.clock.clone());
    let held = Add {
        name: "Held".to_owned(),
        branch: vec!["madrid".to_owned(), "london".to_owned()],
        expires: "2026-12-24".parse().ok(),
        ..asked("kontorion", "live", "read")
    };
    let free = Add {
        name: "Free".to_owned(),
        ..asked("truust", "live", "read")
    };
    for key in [&held, &free] {
        key::add(&mut conn, acme, key).expect("a key");
    }
    let rows = |app: &TestApp| {
        let page = app.sign_in(Persona::Admin).get("/settings/keys");
        let names = page.texts("tbody td.wide");
        let branches = page.texts("td[data-label='branches']");
        let standing = page.texts("td[data-label='standing']");
        let ends = page.attributes("td[data-label='standing'] time", "datetime");
        let of = |name: &str| {
            let place = names.iter().position(|one| one.starts_with(name));
            let place = place.expect("its row");
            (branches[place].clone(), standing[place].clone())
        };
        (of("Held"), of("Free"), ends)
    };
    let owned = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    // A key without branches sees all of them; one without an end stands until it is revoked.
    let free = owned("All", "Stands");
    let (shown, all, ends) = rows(&app);
    assert_eq!(
        shown,
        owned("madrid, london", "Stands until 25 Dec 2026, 00:00")
    );
    assert_eq!(all, free);
    assert_eq!(ends, ["2026-12-25T00:00:00Z"]);
    app.clock.advance(chrono::TimeDelta::days(40));
    let (shown, all, _) = rows(&app);
    assert_eq!(
        shown,
        owned("madrid, london", "Run out until 25 Dec 2026, 00:00")
    );
    assert_eq!(all, free);
}

#[test]
fn of_a_secret_that_travels_the_hash_alone_is_kept() {
    use sha2::{Digest as _, Sha256};
    use vouch::schema::credential_index;
    let app = TestApp::start();
    let mut conn = connection(&app, app.clock.clone());
    for (face, kind) in [
        ("kontorion", "live"),
        ("kontorion", "test"),
        ("truust", "live"),
    ] {
        let acme = OrganisationId(app.acme.id);
        let made = key::add(&mut conn, acme, &asked(face, kind, "read")).expect("a key");
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        let hash = Sha256::digest(text("secret")).to_vec();
        let (id, kept, sealed): (uuid::Uuid, Option<Vec<u8>>, Option<Vec<u8>>) = credentials::table
            .filter(credentials::key_id.eq(text("id")))
            .select((
                credentials::id,
                credentials::secret_hash,
                credentials::secret_sealed,
            ))
            .first(&mut app.owner())
            .expect("the row");
        assert_eq!(
            (kept.as_ref(), sealed),
            (Some(&hash), None),
            "{face} {kind}"
        );
        // And by it the key is found.
        let index: Vec<Vec<u8>> = credential_index::table
            .filter(credential_index::credential_id.eq(id))
            .select(credential_index::key_hash)
            .load(&mut app.owner())
            .expect("its index");
        assert_eq!(index, [hash], "{face} {kind}");
    }
}
