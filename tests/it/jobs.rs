//! Jobs: asked for, seen, done once whatever happens to the servers, canceled, kept for a week.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use diesel::{connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    clock::Clock,
    config::Config,
    db::{Db, PoolOptions},
    documents::files::Files,
    jobs::{
        queue::{self, Job, Made},
        rules::{self, MOVES, Move, State},
        tidying,
        worker::Worker,
    },
    keys::Keys,
    schema::jobs,
};

use crate::support::{Browser, Persona, Response, TestApp, app::Tenant, make};

mod progress;

/// A result that somebody claims.
const MADE: Made = Made {
    pieces: 1,
    size: 1,
    confided: false,
    made_of: String::new(),
};

/// A server whose clock is near the machine's: the chain's links carry the database's time, and an entry that is far from
/// its own link counts as back-dated.
pub fn start() -> TestApp {
    let app = TestApp::start();
    present(&app);
    app
}

/// Moves the clock to the machine's time.
pub fn present(app: &TestApp) {
    app.clock.advance(Clock::system().now() - app.clock.now());
}

/// A worker as another server would have one.
pub fn worker(app: &TestApp) -> Worker {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 2,
        wait: Duration::from_secs(5),
        statement_cache: true,
    };
    let folder = app.folder.path().to_string_lossy().into_owned();
    let config = Config::from(|name| match name {
        "VOUCH_DATA_DIR" => Some(folder.clone()),
        "DATABASE_URL" => Some(app.database.app_url.clone()),
        "VOUCH_SECRET_KEY" => Some(app.secret.to_hex()),
        _ => None,
    })
    .expect("settings");
    Worker {
        db: Db::open(&options, app.clock.clone(), Keys::new(app.secret.clone())),
        files: Arc::new(Files::open(&config).expect("a place for files")),
        checkpoints: config.checkpoint_dir(),
        origin: format!("http://{}", app.address),
    }
}

/// Asks for a customer's case file: the address of its job.
pub fn ask(app: &TestApp, by: Persona, customer: Uuid) -> String {
    let answer = app
        .sign_in(by)
        .post(&format!("/customers/{customer}/casefile"), &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").expect("a location").to_owned()
}

/// Does everything that waits.
pub fn work(app: &TestApp) {
    let worker = worker(app);
    while worker.step().expect("a step") {}
}

/// A job that waits, asked for by a member.
pub fn job(app: &TestApp, tenant: &Tenant, staff: Uuid, customer: Uuid) -> Uuid {
    let (id, now) = (app.clock.new_id(), app.clock.now());
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::organisation_id.eq(tenant.id),
            jobs::staff_id.eq(staff),
            jobs::kind.eq("casefile"),
            jobs::customer_id.eq(customer),
            jobs::not_before.eq(now),
            jobs::created_at.eq(now),
        ))
        .execute(&mut app.owner_of(tenant))
        .expect("a job");
    id
}

fn all(app: &TestApp) -> Vec<Job> {
    jobs::table
        .order(jobs::id)
        .select(Job::as_select())
        .load(&mut app.owner())
        .expect("the jobs")
}

fn only(app: &TestApp) -> Job {
    let mut all = all(app);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Files of results that are stored.
fn stored(app: &TestApp) -> usize {
    let mut folders = vec![app.folder.path().join("documents/jobs")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
            }
        }
    }
    files
}

fn valid(answer: &Response) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = scraper::Html::parse_document(&answer.body);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
}

#[test]
fn a_job_is_asked_for_made_and_taken_away_and_each_is_written_down() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let mut officer = app.sign_in(Persona::Officer);

    let waiting = officer.get(&path);
    valid(&waiting);
    assert!(waiting.text().contains("Waiting to begin"));
    assert_eq!(waiting.attributes("#job", "hx-trigger"), ["every 2s"]);
    assert_eq!(waiting.attributes("#job", "hx-get"), [path.as_str()]);
    assert_eq!(waiting.attributes("progress", "max"), ["100"]);
    assert_eq!(waiting.attributes("a#again", "href"), [path.as_str()]);
    let early = officer.get(&format!("{path}/file"));
    assert_eq!(early.status, 409);
    let again = ask(&app, Persona::Officer, customer);
    assert_eq!(again, path, "what is being made is not made twice");

    work(&app);
    let done = officer.fragment(&path, "job");
    assert!(done.body.trim_start().starts_with("<div id=\"job\""));
    assert!(done.attributes("#job", "hx-trigger").is_empty());
    let page = officer.get(&path);
    valid(&page);
    let file = format!("{path}/file");
    assert_eq!(page.attributes("a#fetch", "href"), [file.as_str()]);
    let answer = officer.get(&file);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let name = answer.header("content-disposition").expect("a name");
    assert!(
        name.starts_with("attachment; filename=\"casefile-"),
        "{name}"
    );
    assert_eq!(
        i64::try_from(answer.bytes.len()).ok(),
        only(&app).size,
        "the page says how large it is"
    );
    assert_eq!(app.actions(), ["job.asked", "job.fetched"]);
    assert_eq!(officer.post(&format!("{path}/cancel"), &[]).status, 409);
}

#[test]
fn a_job_is_its_asker_s_and_the_admins_alone() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    work(&app);
    for (persona, status) in [
        (Persona::Officer, 200),
        (Persona::Admin, 200),
        (Persona::Manager, 404),
        (Persona::Auditor, 404),
        (Persona::Other, 404),
    ] {
        let mut browser = app.sign_in(persona);
        for path in [path.clone(), format!("{path}/file")] {
            assert_eq!(browser.get(&path).status, status, "{persona:?} {path}");
        }
    }
    // Moved out of the officer's branches, the customer takes the file along.
    let paris = app.acme.branch("paris");
    app.owner()
        .batch_execute(&format!("UPDATE customers SET branch_id = '{paris}'"))
        .expect("a move");
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(officer.get(&path).status, 404);
    assert_eq!(officer.get(&format!("{path}/file")).status, 404);
}

#[test]
fn a_member_has_five_at_once_and_no_more() {
    let app = start();
    for _ in 0..rules::MOST_OPEN {
        let customer = make::customer(&app, |_| {});
        ask(&app, Persona::Officer, customer);
    }
    let customer = make::customer(&app, |_| {});
    let path = format!("/customers/{customer}/casefile");
    assert_eq!(app.sign_in(Persona::Officer).post(&path, &[]).status, 409);
    assert_eq!(app.sign_in(Persona::Auditor).post(&path, &[]).status, 303);
}

#[test]
fn what_is_canceled_is_not_made_and_leaves_nothing() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
    let answer = app
        .sign_in(Persona::Officer)
        .post(&format!("{path}/cancel"), &[]);
    assert_eq!(answer.status, 303);
    assert!(!queue::beat(&mut conn, &taken, 1, 2).expect("an answer"));
    assert!(!queue::finish(&mut conn, &taken, &MADE).expect("an answer"));
    assert_eq!(only(&app).state, State::Canceled);
    assert!(!worker.step().expect("a step"), "there is nothing to do");
    assert_eq!(stored(&app), 0);
    let page = app.sign_in(Persona::Officer).get(&path);
    assert!(page.text().contains("Canceled"));
    assert!(page.attributes("#job", "hx-trigger").is_empty());
    assert_eq!(app.actions(), ["job.asked", "job.canceled"]);
}

#[test]
fn a_silent_server_loses_its_job_and_its_late_result_counts_for_nothing() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let first = queue::claim(&mut conn).expect("a claim").expect("a job");
    app.clock.advance(TimeDelta::seconds(59));
    assert!(queue::beat(&mut conn, &first, 1, 3).expect("an answer"));
    app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(queue::claim(&mut conn).expect("a claim"), None);
    app.clock.advance(TimeDelta::seconds(2));
    drop(conn);
    assert!(worker.step().expect("a step"), "another server takes it");
    let done = only(&app);
    assert_eq!((done.state, done.attempt), (State::Done, 2));
    let mut conn = worker.db.connection().expect("a connection");
    assert!(!queue::beat(&mut conn, &first, 2, 3).expect("an answer"));
    assert!(!queue::finish(&mut conn, &first, &MADE).expect("an answer"));
    assert_eq!(only(&app), done);
}

#[test]
fn what_never_comes_to_an_end_fails() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    for attempt in 1..=rules::MOST_ATTEMPTS {
        let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
        assert_eq!(taken.attempt, attempt);
        app.clock.advance(rules::LEASE);
    }
    assert_eq!(queue::claim(&mut conn).expect("a claim"), None);
    let page = app.sign_in(Persona::Officer).get(&path);
    assert!(
        page.text().contains("never came to an end"),
        "{}",
        page.text()
    );
}

#[test]
fn a_job_that_was_given_back_waits_and_is_tried_again() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
    queue::give_back(&mut conn, &taken).expect("an answer");
    assert_eq!(only(&app).state, State::Queued);
    assert_eq!(queue::claim(&mut conn).expect("a claim"), None);
    app.clock.advance(rules::pause(1));
    drop(conn);
    work(&app);
    assert_eq!(only(&app).state, State::Done);
}

#[test]
fn a_job_that_was_given_back_too_often_fails_and_holds_up_nobody() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    for _ in 1..=rules::MOST_ATTEMPTS {
        let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
        queue::give_back(&mut conn, &taken).expect("an answer");
        app.clock.advance(TimeDelta::hours(1));
    }
    let other = make::customer(&app, |_| {});
    ask(&app, Persona::Officer, other);
    let next = queue::claim(&mut conn)
        .expect("a claim")
        .expect("the next one");
    assert_eq!(next.customer_id.map(|id| id.0), Some(other));
    let first = all(&app).remove(0);
    assert_eq!(
        (first.state, first.failure),
        (State::Failed, Some(rules::Failure::GaveUp))
    );
}

#[test]
fn two_servers_do_each_job_once() {
    let app = start();
    let officer = app.staff(Persona::Officer);
    for _ in 0..8 {
        let customer = make::customer(&app, |_| {});
        // An entry of its own, as asking would have made it.
        app.sign_in(Persona::Officer)
            .get(&format!("/customers/{customer}"));
        job(&app, &app.acme, officer, customer);
    }
    let steps: Vec<usize> = thread::scope(|scope| {
        let servers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let worker = worker(&app);
                    let mut steps = 0;
                    while worker.step().expect("a step") {
                        steps += 1;
                    }
                    steps
                })
            })
            .collect();
        servers
            .into_iter()
            .map(|server| server.join().expect("a server"))
            .collect()
    });
    assert_eq!(steps.iter().sum::<usize>(), 8, "{steps:?}");
    for job in all(&app) {
        assert_eq!((job.state, job.attempt), (State::Done, 1));
    }
    assert_eq!(stored(&app), 8, "one piece each");
}

#[test]
fn a_result_goes_after_a_week_and_its_job_with_it() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    work(&app);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    app.clock.advance(rules::KEPT - TimeDelta::seconds(1));
    assert_eq!(tidying::forget(&mut conn, &worker.files).expect("none"), 0);
    assert_eq!(stored(&app), 1);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(tidying::forget(&mut conn, &worker.files).expect("one"), 1);
    assert_eq!((stored(&app), all(&app).len()), (0, 0));
    assert_eq!(app.sign_in(Persona::Officer).get(&path).status, 404);
}

#[test]
fn who_may_no_longer_sign_in_has_nothing_made() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    app.owner()
        .batch_execute("UPDATE staff SET disabled_at = now() WHERE role = 'officer'")
        .expect("a change");
    work(&app);
    assert_eq!(only(&app).failure, Some(rules::Failure::OutOfReach));
    let page = app.sign_in(Persona::Admin).get(&path);
    assert!(page.text().contains("no longer see"), "{}", page.text());
    assert_eq!(stored(&app), 0);
}

#[test]
fn no_other_move_than_those_of_the_table() {
    for from in State::ALL {
        for by in Move::ALL {
            for to in State::ALL {
                assert_eq!(
                    rules::lawful(*from, *by, *to),
                    MOVES.contains(&(*from, *by, *to))
                );
            }
        }
    }
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let queued = only(&app);
    // Nobody finishes, fails or gives back what nobody has begun.
    assert!(!queue::finish(&mut conn, &queued, &MADE).expect("an answer"));
    queue::fail(&mut conn, &queued, rules::Failure::Internal).expect("an answer");
    queue::give_back(&mut conn, &queued).expect("an answer");
    assert_eq!(only(&app), queued);
    let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
    queue::fail(&mut conn, &taken, rules::Failure::Internal).expect("an answer");
    let failed = only(&app);
    assert_eq!(failed.state, State::Failed);
    assert!(!queue::finish(&mut conn, &taken, &MADE).expect("an answer"));
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(queue::claim(&mut conn).expect("a claim"), None);
    let cancel = app
        .sign_in(Persona::Officer)
        .post(&format!("{path}/cancel"), &[]);
    assert_eq!((cancel.status, only(&app)), (409, failed));
}

/// The program itself, with its own worker.
pub struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    /// The most memory that it ever held at once, in bytes.
    pub fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("what the system says of it");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .expect("its peak");
        let kilobytes: u64 = line
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .expect("a number");
        kilobytes * 1024
    }

    /// A browser on it, signed in as that one is.
    pub fn browser(&self, like: &Browser) -> Browser {
        let mut browser = Browser::new(self.address);
        browser.set_cookie("vouch", like.cookie("vouch").expect("a cookie"));
        browser
    }

    /// Starts it, and waits until it listens.
    pub fn start(app: &TestApp) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vouch"))
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", &app.database.app_url)
            .env("VOUCH_SECRET_KEY", app.secret.to_hex())
            .env("VOUCH_LISTEN", "127.0.0.1:0")
            .env("VOUCH_LOG", "error")
            .env("VOUCH_DATA_DIR", app.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Vouch listens on http://")?.parse().ok())
            .expect("its address");
        Self { child, address }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_killed_server_s_job_is_done_by_another_once() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    ask(&app, Persona::Officer, customer);
    // The programs' clock is the machine's.
    app.owner()
        .batch_execute("UPDATE jobs SET not_before = now(), created_at = now()")
        .expect("a job of today");
    // The first server begins, and waits for a table that somebody else has locked.
    let mut held = app.owner();
    held.batch_execute("BEGIN; LOCK TABLE documents IN ACCESS EXCLUSIVE MODE")
        .expect("a lock");
    let first = Program::start(&app);
    until("nobody began", || only(&app).state == State::Running);
    drop(first);
    held.batch_execute("ROLLBACK").expect("no lock");
    assert_eq!(
        only(&app).state,
        State::Running,
        "nobody is there to end it"
    );
    let _second = Program::start(&app);
    thread::sleep(Duration::from_millis(1_500));
    assert_eq!(only(&app).attempt, 1, "it is believed to be alive");
    app.owner()
        .batch_execute("UPDATE jobs SET lease_ends_at = now()")
        .expect("a minute later");
    until("nobody took it over", || only(&app).state == State::Done);
    assert_eq!(only(&app).attempt, 2);
    assert_eq!(stored(&app), 1);
    assert_eq!(app.actions(), ["job.asked"]);
}
