//! What a 503 says of itself is true: nothing was done, and nothing is done afterwards by a thread that goes on. Where a
//! change is being committed already, its asker waits for the answer; where nobody can know, nobody says otherwise.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, prelude::*,
    sql_query, sql_types::BigInt,
};
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::schema::{customers, notes, providers};

use super::*;
use crate::{
    support::{Browser, cluster, machines, make},
    trustist::Machine,
};

/// As the edge has it, and a little less.
const GIVEN_UP: Duration = Duration::from_millis(1_850);

/// The connection ends in the middle of its COMMIT.
pub const DIE: &str = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)";

const DONE: &str = "Try again in a moment. Nothing was done.";

/// Every change of the server passes here once: its entry in the audit log, written (`BEFORE`) or committed (`AFTER`).
pub fn at_each_entry(app: &TestApp, when: &str, what: &str) {
    let (kind, deferred, each) = match when {
        "AFTER" => ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED", "ROW"),
        _ => ("TRIGGER", "", "STATEMENT"),
    };
    app.database
        .owner()
        .batch_execute(&format!(
            "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN NULL; END $$;
             CREATE {kind} held {when} INSERT ON audit_entries {deferred} FOR EACH {each} EXECUTE FUNCTION held()"
        ))
        .expect("a trigger");
}

pub fn let_go(app: &TestApp) {
    app.database
        .owner()
        .batch_execute("DROP TRIGGER held ON audit_entries; DROP FUNCTION held()")
        .expect("no trigger");
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many of the server's connections are in the middle of something, `COMMIT` alone or anything.
fn at_work(seen: &mut PgConnection, query: &str) -> i64 {
    let text = format!(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND query LIKE '{query}'"
    );
    sql_query(text)
        .get_result::<Number>(seen)
        .expect("a count")
        .n
}

fn wait_until(mut what: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(8);
    while !what() {
        assert!(Instant::now() < until, "it does not come");
        thread::sleep(Duration::from_millis(10));
    }
}

/// What came back of a request and how long it took.
fn timed_post(ask: impl FnOnce() -> Response) -> (Response, Duration) {
    let asked = Instant::now();
    let answer = ask();
    (answer, asked.elapsed())
}

fn customers_of(app: &TestApp) -> i64 {
    customers::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

fn notes_of(app: &TestApp) -> i64 {
    notes::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

/// A machine of Trustist's makes a customer.
fn create(machine: &Machine<'_>, name: &str) -> Response {
    let body = json!({ "firstName": "Sarah" }).to_string();
    let nonce = machine.app.clock.new_id().to_string();
    let signed = machine.signed("POST", "/v1/customers", &body, Some(&nonce));
    let more = [
        ("content-type", "application/json"),
        ("idempotency-key", name),
    ];
    let headers: Vec<(&str, &str)> = signed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain(more)
        .collect();
    let mut browser = machine.app.browser();
    browser.request("POST", "/v1/customers", &headers, Some(body))
}

fn machine(app: &TestApp) -> Machine<'_> {
    let may = ["create_customer", "read_customers"];
    let made = machines::key(app, &app.acme, ("trustist", "tenant"), &may, &[]);
    Machine {
        app,
        actor: made.actor,
        id: made.id,
        secret: made.secret,
    }
}

fn message(answer: &Response) -> String {
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    body["message"].as_str().expect("a sentence").to_owned()
}

fn write_note(officer: &mut Browser, customer: Uuid) -> Response {
    let note = [("body", "Asked for the second page.")];
    officer.post(&format!("/customers/{customer}/notes"), &note)
}

#[test]
fn whoever_was_told_that_nothing_was_done_finds_nothing_done_afterwards() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let (machine, customer) = (machine(&app), make::customer(&app, |_| {}));
    assert_eq!(create(&machine, "warm").status, 200);
    let before = (customers_of(&app), notes_of(&app), app.actions());
    let mut seen = app.database.app();
    // Longer than anybody waits, and shorter than the database's own limits: the thread would go on and commit.
    at_each_entry(&app, "BEFORE", "PERFORM pg_sleep(3)");

    let (answer, waited) = timed_post(|| create(&machine, "held"));
    assert_eq!((answer.status, message(&answer).as_str()), (503, DONE));
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert!((GIVEN_UP..DEADLINE).contains(&waited), "{waited:?}");
    assert_eq!(at_work(&mut seen, "%"), 1, "its thread is at work still");
    wait_until(|| at_work(&mut seen, "%") == 0);
    assert_eq!(customers_of(&app), before.0);

    let (answer, waited) = timed_post(|| write_note(&mut officer, customer));
    assert_eq!(answer.status, 503);
    let said = answer.text();
    assert!(said.contains("Nothing was done"), "{said}");
    assert!((GIVEN_UP..DEADLINE).contains(&waited), "{waited:?}");
    assert_eq!(at_work(&mut seen, "%"), 1, "its thread is at work still");
    wait_until(|| at_work(&mut seen, "%") == 0);
    assert_eq!(notes_of(&app), before.1);
    assert_eq!(app.actions(), before.2);

    // Its name is free: the same again is done, once.
    let_go(&app);
    for _ in 0..2 {
        assert_eq!(create(&machine, "held").status, 200);
    }
    assert_eq!(customers_of(&app), before.0 + 1);
}

#[test]
fn what_is_being_committed_at_the_deadline_is_waited_for() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let (machine, customer) = (machine(&app), make::customer(&app, |_| {}));
    assert_eq!(create(&machine, "warm").status, 200);
    let before = (customers_of(&app), notes_of(&app));
    at_each_entry(&app, "AFTER", "PERFORM pg_sleep(2.2)");

    let (answer, waited) = timed_post(|| create(&machine, "held"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(waited > Duration::from_millis(2_200), "{waited:?}");
    assert_eq!(customers_of(&app), before.0 + 1);

    let (answer, waited) = timed_post(|| write_note(&mut officer, customer));
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(waited > Duration::from_millis(2_200), "{waited:?}");
    assert_eq!(notes_of(&app), before.1 + 1);
}

#[test]
fn where_the_database_goes_away_in_a_commit_nobody_says_that_nothing_was_done() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let (machine, customer) = (machine(&app), make::customer(&app, |_| {}));
    at_each_entry(&app, "AFTER", DIE);

    let answer = create(&machine, "lost");
    assert_eq!(answer.status, 503, "{}", answer.body);
    let said = message(&answer);
    assert!(said.contains("it may have been done or not"), "{said}");
    // Who is told to come back would send it again.
    assert_eq!(answer.header("retry-after"), None);

    let answer = write_note(&mut officer, customer);
    let said = answer.text();
    assert_eq!(answer.status, 503, "{said}");
    assert!(said.contains("Perhaps done"), "{said}");

    // A row may tell of the file, so it stays.
    let stored = || crate::documents::kept(&app).len();
    let before = stored();
    let mut officer = app.sign_in(Persona::Officer);
    let sent = officer.post_file(
        &format!("/customers/{customer}/documents"),
        &[("type", "IDENTITY_PROOF")],
        "passport.pdf",
        make::pdf(1).as_bytes(),
    );
    assert_eq!(sent.status, 503, "{}", sent.text());
    assert_eq!(stored(), before + 1);

    let_go(&app);
    assert_eq!(create(&machine, "lost").status, 200);
}

#[test]
fn a_change_whose_answer_is_lost_is_not_said_to_be_undone() {
    let app = TestApp::start_on(cluster::database());
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(admin.get("/settings/providers").status, 200);
    at_each_entry(&app, "AFTER", "PERFORM pg_sleep(1)");
    let mut seen = app.database.app();
    let asker = thread::spawn(move || {
        let fields = [("name", "acme"), ("url", "https://id.example/ask")];
        admin.post("/settings/providers", &fields)
    });
    // While it commits, somebody else asks for the table, has it right after the commit, and keeps it from what is read for
    // the answer.
    wait_until(|| at_work(&mut seen, "COMMIT") == 1);
    let mut owner = app.owner();
    owner
        .batch_execute("BEGIN; LOCK TABLE providers IN ACCESS EXCLUSIVE MODE")
        .expect("the table");
    let answer = asker.join().expect("an answer");
    owner.batch_execute("COMMIT").expect("an end");
    assert_eq!(answer.status, 503);
    let said = answer.text();
    assert!(said.contains("Perhaps done"), "{said}");
    let there: i64 = providers::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(there, 1, "it was done");
}
