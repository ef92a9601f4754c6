//! A PostgreSQL server of the tests' own: started once in each test process, gone with it.
//!
//! Each test clones its database from a template that holds the migrated schema, so that tests neither wait
//! for nor see each other.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const TEMPLATE: &str = "vouch_template";
/// What the names of its clones begin with.
const CLONE: &str = "test_";

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
    let name = format!("{CLONE}{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let cluster = &*CLUSTER;
    let create = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER vouch_owner");
    cluster
        .admin()
        .batch_execute(&create)
        .expect("a database cloned from the template");
    TestDatabase {
        owner_url: cluster.url("vouch_owner", &name),
        app_url: cluster.url("vouch_app", &name),
        name,
    }
}

/// One of the shared cluster's goes with its test: each weighs 13 MB, and there are hundreds.
impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.name.starts_with(CLONE) {
            // A test that ends because the cluster is gone has said so already.
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
            let _ = CLUSTER.admin().batch_execute(&drop);
        }
    }
}

/// A server of one test's own, to be frozen and killed.
pub struct OwnServer {
    directory: PathBuf,
    server: Option<Child>,
}

impl OwnServer {
    /// One with a migrated database named `vouch`.
    pub fn start() -> (Self, TestDatabase) {
        let directory = init();
        let mut own = Self {
            directory: directory.clone(),
            server: None,
        };
        own.run();
        make_roles(
            &mut wait_for(&url(&directory, "postgres", "postgres")),
            "vouch",
        );
        let owner_url = url(&directory, "vouch_owner", "vouch");
        migrate(&directory, "vouch");
        let database = TestDatabase {
            owner_url,
            app_url: url(&directory, "vouch_app", "vouch"),
            name: "vouch".to_owned(),
        };
        (own, database)
    }

    /// Starts it, again after `kill`.
    pub fn run(&mut self) {
        self.server = Some(spawn(&self.directory, "on", KEEP));
        drop(wait_for(&url(&self.directory, "postgres", "postgres")));
    }

    /// All its processes stand still, as on a machine whose disk hangs; they keep their sockets open.
    pub fn freeze(&self) {
        self.signal(rustix::process::Signal::STOP);
    }

    /// They go on.
    pub fn thaw(&self) {
        self.signal(rustix::process::Signal::CONT);
    }

    /// The power goes.
    pub fn kill(&mut self) {
        self.signal(rustix::process::Signal::KILL);
        if let Some(mut server) = self.server.take() {
            server.wait().expect("the shell to see it");
        }
    }

    fn signal(&self, signal: rustix::process::Signal) {
        for process in self.processes() {
            // One that ended meanwhile is no mistake.
            let _ = rustix::process::kill_process(process, signal);
        }
    }

    /// The postmaster, then its children.
    fn processes(&self) -> Vec<rustix::process::Pid> {
        let file = std::fs::read_to_string(self.directory.join("data/postmaster.pid"));
        let file = file.expect("a server that runs");
        let postmaster: i32 = file
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .expect("its number");
        let children = parents()
            .into_iter()
            .filter_map(|(process, parent)| (parent == postmaster).then_some(process));
        std::iter::once(postmaster)
            .chain(children)
            .filter_map(rustix::process::Pid::from_raw)
            .collect()
    }
}

/// Every process with its parent.
fn parents() -> Vec<(i32, i32)> {
    if let Ok(processes) = std::fs::read_dir("/proc") {
        // "12 (name, which may hold anything) S 1 …": the state and the parent follow the last bracket.
        return processes
            .filter_map(|entry| {
                let process = entry.ok()?.file_name().to_str()?.parse().ok()?;
                let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
                let parent = stat.rsplit(')').next()?.split_whitespace().nth(1)?;
                Some((process, parent.parse().ok()?))
            })
            .collect();
    }
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let listing = String::from_utf8(output.expect("ps").stdout).expect("numbers");
    let of = |line: &str| {
        let mut numbers = line.split_whitespace().map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    };
    listing.lines().filter_map(of).collect()
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            self.thaw();
            drop(server.stdin.take());
            let _ = server.wait();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
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
        let directory = init();
        let server = spawn(&directory, "off", REMOVE);
        let mut admin = wait_for(&url(&directory, "postgres", "postgres"));
        make_roles(&mut admin, TEMPLATE);
        migrate(&directory, TEMPLATE);
        Self {
            directory,
            admin: Mutex::new(admin),
            _server: server,
        }
    }

    fn admin(&self) -> MutexGuard<'_, PgConnection> {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn url(&self, role: &str, database: &str) -> String {
        url(&self.directory, role, database)
    }
}

/// A new cluster in a directory of its own.
fn init() -> PathBuf {
    let directory = tempfile::Builder::new()
        .prefix("vouch-test-")
        .tempdir_in("/tmp");
    let directory = directory.expect("a directory for the tests' server").keep();
    let user = unprivileged();
    if let Some((uid, gid)) = user {
        chown(&directory, Some(uid), Some(gid)).expect("to give the directory away");
    }
    let made = run_as(Command::new(programs().join("initdb")), user)
        .args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ])
        .arg(directory.join("data"))
        .stdout(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "initdb failed");
    directory
}

/// What the shell does when the server has ended.
const REMOVE: &str = r#"rm -rf "$1""#;
const KEEP: &str = "";

/// Starts a server. The shell outlives this process by a moment: it stops the server and clears up after it, whatever
/// signal ended us both.
fn spawn(directory: &Path, commit: &str, afterwards: &str) -> Child {
    let script = format!(
        r#"trap "" INT TERM HUP; exec 3<&0; "$0" -D "$1/data" -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off \
            -c synchronous_commit={commit} -c max_connections=200 -c max_wal_size=512MB -c checkpoint_flush_after=0 -c bgwriter_flush_after=0 >>"$1/log" 2>&1 & server=$!
            {{ read -r _; kill -INT $server; }} <&3 & wait $server; {afterwards}"#
    );
    run_as(Command::new("sh"), unprivileged())
        .args(["-c", &script])
        .arg(programs().join("postgres"))
        .arg(directory)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell")
}

fn make_roles(admin: &mut PgConnection, database: &str) {
    for statement in [
        "CREATE ROLE vouch_owner LOGIN NOINHERIT",
        "CREATE ROLE vouch_app LOGIN",
        "CREATE ROLE vouch_definer NOLOGIN",
        "GRANT vouch_definer TO vouch_owner",
        &format!("CREATE DATABASE {database} OWNER vouch_owner"),
    ] {
        admin.batch_execute(statement).expect(statement);
    }
}

fn migrate(directory: &Path, database: &str) {
    PgConnection::establish(&url(directory, "postgres", database))
        .expect("the superuser")
        .batch_execute(
            "ALTER SCHEMA public OWNER TO vouch_owner; GRANT CREATE ON SCHEMA public TO vouch_definer",
        )
        .expect("the schema's owner");
    vouch::db::migrations::apply(&url(directory, "vouch_owner", database), "vouch_app")
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
