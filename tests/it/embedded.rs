//! Vouch's own PostgreSQL as an operator meets it: the real program, started, stopped, killed, and refused.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use rustix::process::{Pid, Signal, geteuid, kill_process, test_kill_process};
use tempfile::TempDir;
use vouch::db::embedded::{DataDir, Embedded, Leash, Options, Role, Urls};
use vouch::db::roles::{RolesError, check_serving_role, check_two_roles, roles_sql};

const VOUCH: &str = env!("CARGO_BIN_EXE_vouch");
/// How long anything here may take on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder that every account can walk through, since as root the database runs as another one.
fn home() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    home
}

fn command(program: &str, data: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("VOUCH_DATA_DIR", data)
        .env("VOUCH_LISTEN", "127.0.0.1:0")
        .current_dir("/");
    command
}

fn vouch(data: &Path, args: &[&str]) -> Command {
    let mut vouch = command(VOUCH, data);
    vouch.args(args);
    vouch
}

/// A Vouch that serves; stopped politely when dropped.
struct Serving {
    child: Child,
    address: String,
    /// What it said before the line that names its address.
    said: Vec<String>,
}

fn serve(mut command: Command) -> Serving {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    let address = lines.map_while(Result::ok).find_map(|line| {
        let address = line.strip_prefix("Vouch listens on ").map(str::to_owned);
        said.push(line);
        address
    });
    let mut serving = Serving {
        child,
        address: address.unwrap_or_default(),
        said,
    };
    if serving.address.is_empty() {
        let status = serving.child.wait();
        panic!("Vouch did not start: {status:?}");
    }
    // The port is taken before the server runs: wait until it does.
    assert!(serving.answers());
    serving
}

impl Serving {
    fn signal(&mut self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }

    fn stop(mut self) -> std::process::ExitStatus {
        self.signal(Signal::TERM);
        self.child.wait().unwrap()
    }

    fn answers(&self) -> bool {
        let url = format!("{}/healthz", self.address);
        ureq::get(&url)
            .call()
            .is_ok_and(|answer| answer.status() == 200)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.signal(Signal::TERM);
            let _ = self.child.wait();
        }
    }
}

/// The server's process, by the cluster's own word.
fn postgres(data: &Path) -> Pid {
    let file = fs::read_to_string(data.join("cluster/postmaster.pid")).unwrap();
    Pid::from_raw(file.lines().next().unwrap().trim().parse().unwrap()).unwrap()
}

fn gone(pid: Pid) -> bool {
    let start = Instant::now();
    while test_kill_process(pid).is_ok() {
        if start.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

fn urls(data: &Path) -> Urls {
    Embedded::attach(&DataDir::settle(data).unwrap()).unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn write_row(data: &Path) {
    let mut owner = PgConnection::establish(&urls(data).owner_url()).unwrap();
    owner
        .batch_execute("CREATE TABLE IF NOT EXISTS kept (n integer); INSERT INTO kept VALUES (1)")
        .unwrap();
}

fn rows(data: &Path) -> i64 {
    let mut owner = PgConnection::establish(&urls(data).owner_url()).unwrap();
    diesel::sql_query("SELECT count(*) AS count FROM kept")
        .get_result::<Count>(&mut owner)
        .unwrap()
        .count
}

/// The one line of a start that could not begin.
fn refusal(output: &Output) -> String {
    let line = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert_eq!(line.trim_end().lines().count(), 1, "{line}");
    assert!(line.starts_with("vouch: "), "{line}");
    line
}

#[test]
fn a_second_start_finds_what_the_first_one_stored() {
    let home = home();
    let data = home.path().join("data");
    let first = serve(vouch(&data, &["serve"]));
    write_row(&data);
    let pid = postgres(&data);
    assert!(first.stop().success());
    assert!(
        test_kill_process(pid).is_err(),
        "PostgreSQL stops before Vouch has ended"
    );
    let second = serve(vouch(&data, &[]));
    assert_eq!(rows(&data), 1);
    assert!(second.stop().success());
}

/// On a free machine the first start takes under two seconds and a later one a third of one. Beside compilers and
/// other tests the same work has taken nine, so this only notices a start that waits for something it should not.
#[test]
fn a_start_waits_for_nothing() {
    let home = home();
    let data = home.path().join("data");
    for limit in [30, 10] {
        let began = Instant::now();
        let serving = serve(vouch(&data, &["serve"]));
        let took = began.elapsed();
        assert!(took < Duration::from_secs(limit), "{took:?}");
        assert!(serving.stop().success());
    }
}

#[test]
fn nothing_of_it_is_readable_by_others_and_no_port_is_open() {
    let home = home();
    let data = home.path().join("data");
    let _serving = serve(vouch(&data, &["serve"]));
    for (name, mode) in [
        ("secret-key", 0o600),
        ("passwords", 0o600),
        ("postgres.log", 0o600),
        ("cluster", 0o700),
        ("socket", 0o700),
    ] {
        let found = fs::metadata(data.join(name)).unwrap();
        assert_eq!(found.mode() & 0o777, mode, "{name}");
    }
    let mut app = PgConnection::establish(&urls(&data).app_url()).unwrap();
    for (name, value) in [
        ("listen_addresses", ""),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("data_checksums", "on"),
        ("lc_collate", "C"),
        ("fsync", "on"),
    ] {
        let found = diesel::sql_query(format!("SELECT current_setting('{name}') AS value"))
            .get_result::<Setting>(&mut app)
            .unwrap();
        assert_eq!(found.value, value, "{name}");
    }
    // The password is asked for, even on the private socket.
    let wrong = urls(&data)
        .app_url()
        .replacen("vouch_app:", "vouch_app:0", 1);
    assert!(PgConnection::establish(&wrong).is_err());
}

#[test]
fn a_killed_vouch_leaves_no_postgres_and_loses_nothing() {
    let home = home();
    let data = home.path().join("data");
    let mut killed = serve(vouch(&data, &["serve"]));
    write_row(&data);
    let pid = postgres(&data);
    killed.signal(Signal::KILL);
    killed.child.wait().unwrap();
    assert!(gone(pid), "PostgreSQL outlived its Vouch");
    // And again, without giving it the time to go: the next start waits for it.
    let mut killed = serve(vouch(&data, &["serve"]));
    write_row(&data);
    killed.signal(Signal::KILL);
    killed.child.wait().unwrap();
    let next = serve(vouch(&data, &["serve"]));
    assert_eq!(rows(&data), 2);
    assert!(next.stop().success());
}

#[test]
fn both_killed_at_once_is_a_recovery_and_a_stale_pid_file_is_no_obstacle() {
    let home = home();
    let data = home.path().join("data");
    let mut killed = serve(vouch(&data, &["serve"]));
    write_row(&data);
    let pid = postgres(&data);
    kill_process(Pid::from_child(&killed.child), Signal::STOP).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    killed.signal(Signal::KILL);
    killed.child.wait().unwrap();
    let stale = data.join("cluster/postmaster.pid");
    assert!(stale.exists());
    let text = fs::read_to_string(&stale).unwrap();
    let lines: Vec<_> = text.lines().skip(1).collect();
    // By now the number belongs to somebody innocent: to us.
    fs::write(
        &stale,
        format!("{}\n{}\n", std::process::id(), lines.join("\n")),
    )
    .unwrap();
    let next = serve(vouch(&data, &["serve"]));
    assert_eq!(rows(&data), 1);
    assert!(next.stop().success());
}

#[test]
fn a_second_vouch_on_the_same_data_is_told_who_runs_and_harms_nobody() {
    let home = home();
    let data = home.path().join("data");
    let first = serve(vouch(&data, &["serve"]));
    let line = refusal(&vouch(&data, &["serve"]).output().unwrap());
    assert!(
        line.contains(&format!("process {}", first.child.id())),
        "{line}"
    );
    assert!(first.answers());
    // A command that works beside a server uses the one that runs.
    let beside = vouch(&data, &["migrate"]).output().unwrap();
    assert!(beside.status.success(), "{beside:?}");
    assert!(first.answers());
}

#[test]
fn a_port_in_use_is_a_line_before_anything_is_made() {
    let home = home();
    let data = home.path().join("data");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = refusal(
        &vouch(&data, &["serve"])
            .env("VOUCH_LISTEN", &address)
            .output()
            .unwrap(),
    );
    assert!(
        line.contains(&address) && line.contains("VOUCH_LISTEN"),
        "{line}"
    );
    assert!(!data.exists());
}

#[test]
fn a_wrong_setting_is_one_line() {
    let home = home();
    let line = refusal(
        &vouch(home.path(), &["serve"])
            .env("VOUCH_LOG", "loud")
            .output()
            .unwrap(),
    );
    assert!(line.contains("VOUCH_LOG"), "{line}");
}

#[test]
fn a_database_of_another_version_is_left_alone() {
    let home = home();
    let data = home.path().join("data");
    serve(vouch(&data, &["serve"])).stop();
    let file = data.join("cluster/PG_VERSION");
    let version = fs::read(&file).unwrap();
    fs::write(&file, "99\n").unwrap();
    let line = refusal(&vouch(&data, &["serve"]).output().unwrap());
    assert!(line.contains("PostgreSQL 99"), "{line}");
    fs::write(&file, version).unwrap();
    assert!(serve(vouch(&data, &["serve"])).stop().success());
}

/// A small disk of our own. Mounting needs root; elsewhere the test runs itself again in a user namespace.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: &str) -> Self {
        fs::create_dir(at).unwrap();
        let done = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={size},mode=755"),
                "vouch-test",
            ])
            .arg(at)
            .status();
        assert!(done.unwrap().success(), "a tmpfs can be mounted");
        Self(at.to_owned())
    }

    fn resize(&self, size: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,size={size}")])
            .arg(&self.0)
            .status();
        assert!(done.unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_a_line_and_loses_nothing() {
    if !geteuid().is_root() && std::env::var_os("VOUCH_TEST_MAY_MOUNT").is_none() {
        let again = Command::new("unshare")
            .args(["--user", "--map-current-user", "--keep-caps", "--mount"])
            .arg(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "embedded::a_full_disk_is_a_line_and_loses_nothing",
            ])
            .env("VOUCH_TEST_MAY_MOUNT", "1")
            .status();
        assert!(again.unwrap().success());
        return;
    }
    let home = home();
    let disk = SmallDisk::mount(&home.path().join("disk"), "10m");
    let data = disk.0.join("data");
    // Too small to make a database: nothing half-made stays.
    let line = refusal(&vouch(&data, &["serve"]).output().unwrap());
    assert!(line.contains("is full"), "{line}");
    assert!(!data.join("cluster").exists() && !data.join("cluster.new").exists());
    disk.resize("200m");
    let serving = serve(vouch(&data, &["serve"]));
    write_row(&data);
    assert!(serving.stop().success());
    // Filled up by something else while we were away.
    let mut zeros = fs::File::open("/dev/zero").unwrap();
    let filler = disk.0.join("filler");
    let full = std::io::copy(&mut zeros, &mut fs::File::create(&filler).unwrap());
    assert_eq!(full.unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    let line = refusal(&vouch(&data, &["serve"]).output().unwrap());
    assert!(line.contains("is full"), "{line}");
    fs::remove_file(filler).unwrap();
    let serving = serve(vouch(&data, &["serve"]));
    assert_eq!(rows(&data), 1);
    assert!(serving.stop().success());
}

#[test]
fn it_runs_as_a_normal_user() {
    const NOBODY: u32 = 65_534;
    let home = home();
    let mut user = command("env", &home.path().join("data"));
    let mut uid = geteuid().as_raw();
    if uid == 0 {
        uid = NOBODY;
        std::os::unix::fs::chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        user = command("setpriv", &home.path().join("data"));
        user.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
    }
    let data = home.path().join("data");
    // The program itself may lie where that user cannot go.
    let program = home.path().join("vouch");
    fs::copy(VOUCH, &program).unwrap();
    user.arg(&program).arg("serve");
    let serving = serve(user);
    assert!(serving.answers());
    assert_eq!(fs::metadata(data.join("cluster")).unwrap().uid(), uid);
    assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
    let status =
        fs::read_to_string(format!("/proc/{}/status", postgres(&data).as_raw_nonzero())).unwrap();
    assert!(
        status.contains(&format!("Uid:\t{uid}\t{uid}\t{uid}\t{uid}")),
        "{status}"
    );
    assert!(serving.stop().success());
}

#[test]
fn as_root_the_database_is_somebody_else() {
    let home = home();
    let data = home.path().join("data");
    let _serving = serve(vouch(&data, &["serve"]));
    let status =
        fs::read_to_string(format!("/proc/{}/status", postgres(&data).as_raw_nonzero())).unwrap();
    assert!(!status.contains("Uid:\t0\t"), "{status}");
    let groups = status
        .lines()
        .find_map(|line| line.strip_prefix("Groups:"))
        .unwrap();
    assert!(
        !geteuid().is_root() || groups.trim().is_empty(),
        "root's groups are left behind: {groups}"
    );
}

fn quick(leash: Leash) -> Options {
    Options {
        fsync: false,
        launcher: VOUCH.into(),
        leash,
        settings: vec![("shared_buffers".into(), "16MB".into())],
        ..Options::default()
    }
}

#[test]
fn on_a_pipe_it_ends_when_the_pipe_closes() {
    let home = home();
    let dir = DataDir::settle(&home.path().join("data")).unwrap();
    let embedded = Embedded::start(&dir, &quick(Leash::Pipe)).unwrap();
    let pid = postgres(dir.path());
    assert_ne!(
        pid.as_raw_nonzero().get(),
        embedded.pid(),
        "a watcher stands between"
    );
    let mut app = PgConnection::establish(&embedded.app_url()).unwrap();
    assert_eq!(
        diesel::select(1.into_sql::<Integer>()).get_result(&mut app),
        Ok(1)
    );
    embedded.stop();
    assert!(gone(pid));
}

#[test]
fn the_operators_own_listener_has_the_figures_and_nothing_else() {
    let home = home();
    let mut command = vouch(&home.path().join("data"), &["serve"]);
    command.env("VOUCH_METRICS_LISTEN", "127.0.0.1:0");
    let serving = serve(command);
    let figures = serving
        .said
        .iter()
        .find_map(|line| line.strip_prefix("Figures for Prometheus are at "))
        .expect("their address");
    let status = |url: &str| {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut answer = agent.get(url).call().expect("an answer");
        let body = answer.body_mut().read_to_string().expect("a body");
        (answer.status().as_u16(), body)
    };
    let (found, body) = status(figures);
    assert_eq!(found, 200);
    assert!(body.contains(r#"vouch_requests_total{route="/healthz",method="GET",status="2xx"}"#));
    let elsewhere = figures.replace("/metrics", "/login");
    assert_eq!(status(&elsewhere).0, 404);
    assert_eq!(status(&format!("{}/metrics", serving.address)).0, 404);
    // As with the other port: one that is taken is one line.
    let mut second = vouch(&home.path().join("other"), &["serve"]);
    let taken = figures
        .trim_start_matches("http://")
        .trim_end_matches("/metrics");
    second.env("VOUCH_METRICS_LISTEN", taken);
    let line = refusal(&second.output().unwrap());
    assert!(
        line.contains("set VOUCH_METRICS_LISTEN to another port"),
        "{line}"
    );
    assert!(serving.stop().success(), "both listeners end");
}

#[test]
fn the_roles_are_apart_and_the_checks_see_it() {
    let home = home();
    let dir = DataDir::settle(&home.path().join("data")).unwrap();
    let embedded = Embedded::start(&dir, &quick(Leash::BEST)).unwrap();
    let (owner, app) = (embedded.owner_url(), embedded.app_url());
    assert_eq!(check_two_roles(&owner, &app).unwrap(), "vouch_app");
    assert!(matches!(
        check_two_roles(&owner, &owner),
        Err(RolesError::SameRole(_))
    ));
    assert!(matches!(
        check_two_roles(&owner, &embedded.superuser_url()),
        Err(RolesError::TooMighty {
            power: "is a superuser",
            ..
        })
    ));
    assert!(matches!(
        check_two_roles(&app, &owner),
        Err(RolesError::NoDefiner(_))
    ));
    assert!(matches!(
        check_serving_role(&owner),
        Err(RolesError::TooMighty { .. })
    ));
    let mut superuser = PgConnection::establish(&embedded.superuser_url()).unwrap();
    superuser
        .batch_execute("REVOKE vouch_definer FROM vouch_owner; ALTER ROLE vouch_owner INHERIT; GRANT vouch_definer TO vouch_owner")
        .unwrap();
    drop(superuser);
    assert!(matches!(
        check_two_roles(&owner, &app),
        Err(RolesError::Inherits(_))
    ));
    // As a cluster of an earlier version: its next start takes the steps again.
    embedded.stop();
    fs::remove_file(dir.path().join("set-up-2-done")).unwrap();
    let embedded = Embedded::start(&dir, &quick(Leash::BEST)).unwrap();
    let (owner, app) = (embedded.owner_url(), embedded.app_url());
    assert_eq!(check_two_roles(&owner, &app).unwrap(), "vouch_app");
    let postgres = embedded.urls().url(Role::Owner, "postgres");
    assert!(matches!(
        check_two_roles(&postgres, &app),
        Err(RolesError::OtherDatabase { .. })
    ));
    let mut app = PgConnection::establish(&app).unwrap();
    for forbidden in [
        "CREATE TABLE mine (n integer)",
        "CREATE SCHEMA mine",
        "CREATE TEMP TABLE mine (n integer)",
        "SET ROLE vouch_owner",
        "SET ROLE vouch_definer",
    ] {
        assert!(app.batch_execute(forbidden).is_err(), "{forbidden}");
    }
}

/// An operator's own server: the same programs, but Vouch is only given addresses.
#[test]
fn an_external_database_is_migrated_by_its_owner_and_served_by_the_other() {
    let home = home();
    let dir = DataDir::settle(&home.path().join("server")).unwrap();
    let server = Embedded::start(&dir, &quick(Leash::BEST)).unwrap();
    let (owner, app) = (server.owner_url(), server.app_url());
    let data = home.path().join("data");
    let with = |args: &[&str], urls: &[(&str, &str)]| {
        let mut command = vouch(&data, args);
        command
            .envs(urls.iter().copied())
            .env("VOUCH_SECRET_KEY", "ab".repeat(32));
        command
    };
    let (database, owner) = (
        ("DATABASE_URL", app.as_str()),
        ("VOUCH_OWNER_URL", owner.as_str()),
    );
    let line = refusal(&with(&["serve"], &[database]).output().unwrap());
    assert!(line.contains("vouch migrate"), "{line}");
    // One address, or one role for both: the SQL that makes two.
    for urls in [
        &[database][..],
        &[owner],
        &[database, ("VOUCH_OWNER_URL", &app)],
    ] {
        let told = with(&["migrate"], urls).output().unwrap();
        assert_eq!(told.status.code(), Some(2));
        assert!(
            String::from_utf8(told.stderr)
                .unwrap()
                .contains(&roles_sql())
        );
    }
    let migrated = with(&["migrate"], &[database, owner]).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    let again = with(&["migrate"], &[database, owner]).output().unwrap();
    assert_eq!(
        String::from_utf8(again.stdout).unwrap(),
        "The database is up to date.\n"
    );
    // The role that serves cannot tell which chains there are: no verdict, rather than one of a part.
    let line = refusal(&with(&["audit", "verify"], &[database]).output().unwrap());
    assert!(line.contains("VOUCH_OWNER_URL is missing"), "{line}");
    let verified = with(&["audit", "verify"], &[database, owner])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{verified:?}");
    let serving = serve(with(&["serve"], &[database]));
    assert!(serving.answers());
    assert!(serving.stop().success());
    let made: Vec<_> = fs::read_dir(&data)
        .expect("the data directory")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(
        made,
        ["documents"],
        "with an address given nothing of our own is made but the place for papers"
    );
    // A tenant's table that has lost its wall.
    let mut changed = PgConnection::establish(owner.1).unwrap();
    changed
        .batch_execute("ALTER TABLE customers NO FORCE ROW LEVEL SECURITY")
        .unwrap();
    let line = refusal(&with(&["serve"], &[database]).output().unwrap());
    assert!(line.contains("customers"), "{line}");
}

#[test]
fn demo_accounts_are_not_shown_to_the_network_unless_it_is_meant() {
    let home = home();
    let data = home.path().join("data");
    let filled = vouch(&data, &["demo", "--customers", "1"])
        .output()
        .unwrap();
    assert!(filled.status.success(), "{filled:?}");
    let beyond = |args: &[&str]| {
        let mut command = vouch(&data, args);
        command.env("VOUCH_LISTEN", "0.0.0.0:0");
        command
    };
    let line = refusal(&beyond(&["serve"]).output().unwrap());
    assert!(line.contains("--allow-demo-accounts"), "{line}");
    let meant = serve(beyond(&["serve", "--allow-demo-accounts"]));
    assert!(meant.address.contains("0.0.0.0"));
    assert!(meant.stop().success());
    // On this machine alone nobody need say so.
    assert!(serve(vouch(&data, &["serve"])).stop().success());
}

#[test]
fn a_demo_killed_in_mid_fill_leaves_nothing_and_the_next_one_fills() {
    let home = home();
    let data = home.path().join("data");
    let mut filling = vouch(&data, &["demo", "--customers", "40000"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(filling.stderr.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find(|line| line.starts_with("demo: ") && line.ends_with("of 40000 customers"));
    // Rows are in the tables, and the fill is far from its end.
    assert!(said.is_some());
    let postgres = postgres(&data);
    filling.kill().unwrap();
    filling.wait().unwrap();
    assert!(gone(postgres), "its database ends with it");

    let listed = vouch(&data, &["organisation", "list"]).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "");
    let again = vouch(&data, &["demo", "--customers", "50"])
        .output()
        .unwrap();
    let told = String::from_utf8(again.stdout).unwrap();
    assert!(
        told.starts_with("Filled the demo with 50 customers"),
        "{told}"
    );
    let listed = vouch(&data, &["organisation", "list"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let verified = vouch(&data, &["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}
