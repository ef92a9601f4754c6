//! A PostgreSQL server of the tests' own: started once in each test process, gone with it.
//!
//! Each test clones its database from a template that holds the migrated schema, so that tests neither wait
//! for nor see each other.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

const TEMPLATE: &str = "vouch_template";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

/// A database of one test's own, with the whole schema and nothing in it.
pub struct TestDatabase {
    /// As the role that owns the schema.
    pub owner_url: String,
    /// As the role that the server runs as.
    pub app_url: String,
    /// Its name in the cluster.
    pub name: String,
}

impl TestDatabase {
    /// A connection as the owner.
    pub fn owner(&self) -> PgConnection {
        self.connect(&self.owner_url)
    }

    /// A connection as the application.
    pub fn app(&self) -> PgConnection {
        self.connect(&self.app_url)
    }

    fn connect(&self, url: &str) -> PgConnection {
        PgConnection::establish(url)
            .unwrap_or_else(|error| panic!("a connection to {}: {error}", self.name))
    }
}

/// A fresh database.
pub fn database() -> TestDatabase {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let cluster = &*CLUSTER;
    let create = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER vouch_owner");
    let mut admin = cluster
        .admin
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    admin
        .batch_execute(&create)
        .expect("a database cloned from the template");
    TestDatabase {
        owner_url: cluster.url("vouch_owner", &name),
        app_url: cluster.url("vouch_app", &name),
        name,
    }
}

struct Cluster {
    directory: PathBuf,
    /// One at a time: a template must be at rest while it is cloned.
    admin: Mutex<PgConnection>,
    /// Its standard input is a pipe that closes when this process ends, however it ends.
    _server: Child,
}

impl Cluster {
    fn start() -> Self {
        let programs = programs();
        let directory = tempfile::Builder::new()
            .prefix("vouch-test-")
            .tempdir_in("/tmp");
        let directory = directory.expect("a directory for the tests' server").keep();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            chown(&directory, Some(uid), Some(gid)).expect("to give the directory away");
        }
        let data = directory.join("data");
        let made = run_as(Command::new(programs.join("initdb")), user)
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "initdb failed");
        // The shell outlives this process by a moment: it stops the server and clears up after it, whatever signal
        // ended us both.
        let script = r#"trap "" INT TERM HUP; "$0" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off \
            -c synchronous_commit=off -c max_connections=200 >"$1/log" 2>&1 & server=$!
            read -r _; kill -INT $server; wait $server; rm -rf "$1""#;
        let server = run_as(Command::new("sh"), user)
            .args(["-c", script])
            .arg(programs.join("postgres"))
            .arg(&directory)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut admin = wait_for(&url(&directory, "postgres", "postgres"));
        for statement in [
            "CREATE ROLE vouch_owner LOGIN",
            "CREATE ROLE vouch_app LOGIN",
            "CREATE ROLE vouch_definer NOLOGIN",
            "GRANT vouch_definer TO vouch_owner",
            &format!("CREATE DATABASE {TEMPLATE} OWNER vouch_owner"),
        ] {
            admin.batch_execute(statement).expect(statement);
        }
        migrate(&url(&directory, "vouch_owner", TEMPLATE));
        Self {
            directory,
            admin: Mutex::new(admin),
            _server: server,
        }
    }

    fn url(&self, role: &str, database: &str) -> String {
        url(&self.directory, role, database)
    }
}

fn migrate(url: &str) {
    let mut owner = PgConnection::establish(url).expect("a connection as the owner");
    owner
        .batch_execute("GRANT CREATE ON SCHEMA public TO vouch_definer")
        .expect("a grant");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let migrations = FileBasedMigrations::from_path(migrations).expect("the migrations");
    owner
        .run_pending_migrations(migrations)
        .expect("the migrations to apply");
}

fn url(directory: &Path, role: &str, database: &str) -> String {
    format!(
        "postgresql:///{database}?host={}&user={role}",
        directory.display()
    )
}

fn wait_for(url: &str) -> PgConnection {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        match PgConnection::establish(url) {
            Ok(connection) => return connection,
            Err(error) => assert!(
                Instant::now() < deadline,
                "the tests' server did not start: {error}"
            ),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Where initdb and postgres are: as the PATH says, else the newest of Debian's.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    found.sort();
    let found = std::env::split_paths(&path)
        .chain(found.into_iter().rev())
        .find(|bin| bin.join("initdb").exists());
    found.expect("PostgreSQL's initdb, on the PATH or below /usr/lib/postgresql (Debian: apt install postgresql)")
}

/// The account for the server when these tests run as root, which PostgreSQL refuses.
fn unprivileged() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let of = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2).map(str::parse::<u32>);
        Some((fields.next()?.ok()?, fields.next()?.ok()?))
    };
    Some(
        of("postgres")
            .or_else(|| of("nobody"))
            .expect("an account named postgres or nobody"),
    )
}

fn run_as(mut command: Command, user: Option<(u32, u32)>) -> Command {
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid).current_dir("/");
    }
    command
}
