//! What the policy and the calendar do: a decision names the version that was in force, each of its numbers holds from the
//! moment it is saved, what was declared is frozen with the round, and what is due moves by itself.

use std::{
    io::{BufRead as _, BufReader, Cursor},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;
use vouch::{
    casefile::zip,
    gauges::Gauges,
    reviews::{
        deadlines,
        policy::{changes, rules::Policy},
    },
    schema::{audit_entries, customers, proposals, reviews},
};

use crate::{
    approvals::{act, database},
    jobs,
    races::{claim, company, decide, kyc, ready, request},
    support::{Persona, TestApp, make},
};

const VALIDATE: [(&str, &str); 2] = [("decision", "validated"), ("risk", "low")];

/// Saves the delivered policy with a change, after this version.
fn save(app: &TestApp, after: i32, change: impl FnOnce(&mut Policy)) {
    let mut policy = Policy::default();
    change(&mut policy);
    act(app, Persona::Admin, |tx| {
        changes::change(tx, after, &policy)
    })
    .expect("a policy");
}

/// A new customer whom the officer asks for and the manager claims; the round.
fn held(app: &TestApp) -> (Uuid, Uuid) {
    let customer = ready(app, |_| {});
    let review = request(app, &mut app.sign_in(Persona::Officer), customer);
    assert_eq!(claim(&mut app.sign_in(Persona::Manager), review), 303);
    (customer, review)
}

/// The manager decides so about a new customer; both ids.
fn decided(app: &TestApp, fields: &[(&str, &str)]) -> (Uuid, Uuid) {
    let (customer, review) = held(app);
    let version = kyc(app, customer).1;
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(decide(&mut manager, review, version, fields), 303);
    (customer, review)
}

/// State and policy version of a round.
fn settled(app: &TestApp, review: Uuid) -> (String, Option<i32>) {
    reviews::table
        .filter(reviews::id.eq(review))
        .select((reviews::state, reviews::policy_version))
        .first(&mut app.owner())
        .expect("the round")
}

fn next_review(app: &TestApp, customer: Uuid) -> Option<NaiveDate> {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::next_review_on)
        .first(&mut app.owner())
        .expect("the customer")
}

/// A proposal about a round: id, policy version, when it lapses.
fn proposal(app: &TestApp, review: Uuid) -> (Uuid, i32, DateTime<Utc>) {
    proposals::table
        .filter(proposals::review_id.eq(review))
        .select((
            proposals::id,
            proposals::policy_version,
            proposals::expires_at,
        ))
        .first(&mut app.owner())
        .expect("a proposal")
}

fn approve(app: &TestApp, proposal: Uuid) {
    let path = format!("/approvals/{proposal}/approve");
    let done = app.sign_in(Persona::Admin).post(&path, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn type_of(app: &TestApp, review: Uuid) -> String {
    reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::type_)
        .first(&mut app.owner())
        .expect("the round")
}

#[test]
fn a_decision_names_the_version_of_the_policy_that_was_in_force() {
    let app = TestApp::start();
    let (_, delivered) = decided(&app, &VALIDATE);
    save(&app, 0, |policy| policy.due_hours = 48);
    let (_, first) = decided(&app, &VALIDATE);
    // Asked for under one version, decided under the next.
    let (customer, second) = held(&app);
    save(&app, 1, |policy| policy.due_hours = 72);
    let version = kyc(&app, customer).1;
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(decide(&mut manager, second, version, &VALIDATE), 303);
    for (review, version) in [(delivered, 0), (first, 1), (second, 2)] {
        assert_eq!(
            settled(&app, review),
            ("decided".to_owned(), Some(version)),
            "also after later versions"
        );
        let said: Value = audit_entries::table
            .filter(audit_entries::action.eq("review.decided"))
            .filter(audit_entries::subject_id.eq(review))
            .select(audit_entries::changes)
            .first(&mut app.owner())
            .expect("an entry");
        assert_eq!(said["policy_version"]["after"], version);
    }
}

#[test]
fn what_was_proposed_under_one_version_is_decided_under_that_of_the_day_of_approval() {
    let app = TestApp::start();
    let branch = |policy: &mut Policy| policy.second_approval_branches = vec!["london".to_owned()];
    save(&app, 0, |policy| {
        branch(policy);
        policy.next_review.low = 4;
    });
    let (customer, review) = decided(&app, &VALIDATE);
    let (id, version, _) = proposal(&app, review);
    assert_eq!(version, 1);
    assert_eq!(settled(&app, review), ("open".to_owned(), None));
    save(&app, 1, |policy| {
        branch(policy);
        policy.next_review.low = 2;
    });
    approve(&app, id);
    assert_eq!(settled(&app, review), ("decided".to_owned(), Some(2)));
    assert_eq!(next_review(&app, customer), Some(day("2028-11-16")));
    assert_eq!(proposal(&app, review).1, 1, "it stays what it was");
}

#[test]
fn a_new_review_is_due_and_a_new_claim_ends_when_the_policy_of_the_moment_says() {
    let app = TestApp::start();
    let moments = |review: Uuid| -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        reviews::table
            .filter(reviews::id.eq(review))
            .select((reviews::due_at, reviews::claim_expires_at))
            .first(&mut app.owner())
            .expect("the round")
    };
    let now = app.clock.now();
    let after = |hours, minutes| {
        (
            Some(now + TimeDelta::hours(hours)),
            Some(now + TimeDelta::minutes(minutes)),
        )
    };
    let before = held(&app).1;
    assert_eq!(moments(before), after(24, 30));
    // It is Monday noon; nobody works on Tuesday.
    save(&app, 0, |policy| {
        policy.due_hours = 48;
        policy.holidays = vec![NaiveDate::from_ymd_opt(2026, 11, 17).expect("a day")];
        policy.claim_minutes = 45;
    });
    assert_eq!(moments(held(&app).1), after(72, 45));
    assert_eq!(moments(before), after(24, 30), "what is under way stays");
    // Nobody else may take it before the claim ends, and then anybody.
    let (_, review) = held(&app);
    let path = format!("/reviews/{review}/claim");
    app.clock
        .advance(TimeDelta::minutes(45) - TimeDelta::seconds(1));
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(admin.post(&path, &[]).status, 409);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(admin.post(&path, &[]).status, 303);
}

#[test]
fn a_proposal_waits_as_many_days_as_the_policy_says() {
    let app = TestApp::start();
    save(&app, 0, |policy| policy.proposal_days = 3);
    let fields = [("decision", "validated"), ("risk", "high")];
    let (customer, review) = decided(&app, &fields);
    let (_, _, expires_at) = proposal(&app, review);
    assert_eq!(expires_at, app.clock.now() + TimeDelta::days(3));
    let lapsed = || deadlines::sweep(&database(&app)).expect("a sweep").lapsed;
    app.clock
        .advance(TimeDelta::days(3) - TimeDelta::seconds(1));
    assert_eq!(lapsed(), 0);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(lapsed(), 1);
    assert_eq!(kyc(&app, customer).0, "pending");
}

#[test]
fn the_next_review_comes_after_the_years_of_the_risk() {
    let app = TestApp::start();
    save(&app, 0, |policy| {
        (policy.next_review.low, policy.next_review.medium) = (4, 2);
        policy.next_review.high = 1;
    });
    for (risk, next) in [
        ("low", "2030-11-16"),
        ("medium", "2028-11-16"),
        ("high", "2027-11-16"),
    ] {
        let fields = [("decision", "validated"), ("risk", risk)];
        let (customer, review) = decided(&app, &fields);
        if risk == "high" {
            assert_eq!(next_review(&app, customer), None, "nothing is decided yet");
            approve(&app, proposal(&app, review).0);
        }
        assert_eq!(kyc(&app, customer).0, "validated");
        assert_eq!(next_review(&app, customer), Some(day(next)), "{risk}");
    }
    // Nobody's next review is planned where nobody was accepted.
    let fields = [
        ("decision", "refused"),
        ("reason", "data_mismatch"),
        ("comment", "The register names somebody else."),
    ];
    let (customer, _) = decided(&app, &fields);
    assert_eq!(next_review(&app, customer), None);
}

/// Somebody saves one field of what is declared anew.
pub fn edit(app: &TestApp, by: Persona, customer: Uuid, field: &str, value: &str) {
    let mut browser = app.sign_in(by);
    let path = format!("/customers/{customer}/edit");
    let mut fields = browser.get(&path).form(&path);
    let typed = fields.iter_mut().find(|(name, _)| name == field);
    value.clone_into(&mut typed.expect("the field").1);
    fields.push(("confirm".to_owned(), "yes".to_owned()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let done = browser.post(&path, &fields);
    assert_eq!(done.status, 303, "{field}: {}", done.text());
}

/// A file of a customer's case file.
fn case_file(app: &TestApp, customer: Uuid, name: &str) -> String {
    let path = jobs::ask(app, Persona::Officer, customer);
    jobs::work(app);
    let answer = app.sign_in(Persona::Officer).get(&format!("{path}/file"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let contents = zip::open(&mut Cursor::new(&answer.bytes)).expect("an archive");
    let (part, start) = contents
        .parts
        .iter()
        .zip(&contents.starts)
        .find(|(part, _)| part.name == name)
        .expect("the file");
    let start = usize::try_from(*start).expect("small");
    let size = usize::try_from(part.size).expect("small");
    String::from_utf8(answer.bytes[start..start + size].to_vec()).expect("text")
}

#[test]
fn what_was_declared_at_the_request_is_frozen_and_shown_beside_what_is_declared_now() {
    let app = jobs::start();
    let customer = ready(&app, |_| {});
    let review = request(&app, &mut app.sign_in(Persona::Officer), customer);
    let snapshot = || -> Value {
        reviews::table
            .filter(reviews::id.eq(review))
            .select(reviews::snapshot)
            .first(&mut app.owner())
            .expect("the round")
    };
    let then = snapshot();
    assert_eq!(then["last_name"], "Falcão");
    assert_eq!(then["city"], "Porto");
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(claim(&mut manager, review), 303);
    let path = format!("/reviews/{review}/decision");
    let page = manager.get(&path);
    assert!(page.texts("aside dl.change").is_empty(), "nothing changed");

    edit(&app, Persona::Officer, customer, "last_name", "Nunes");
    edit(&app, Persona::Officer, customer, "city", "");
    let page = manager.get(&path);
    assert_eq!(page.texts("aside dl.change dt"), ["last name", "city"]);
    assert_eq!(page.texts("aside dl.change del"), ["Falcão", "Porto"]);
    assert_eq!(page.texts("aside dl.change ins"), ["Nunes", "nothing"]);
    assert_eq!(snapshot(), then, "the stored one is as it was");

    edit(&app, Persona::Officer, customer, "city", "Faro");
    assert_eq!(claim(&mut manager, review), 303);
    let version = kyc(&app, customer).1;
    assert_eq!(decide(&mut manager, review, version, &VALIDATE), 303);
    let then = snapshot();
    assert_eq!(then["city"], "Faro", "what the decision rested on");
    edit(&app, Persona::Officer, customer, "city", "Braga");
    assert_eq!(snapshot(), then, "and stays so");
    let facts: Value =
        serde_json::from_str(&case_file(&app, customer, "casefile.json")).expect("JSON");
    assert_eq!(facts["reviews"][0]["declared_then"], then);
    assert_eq!(facts["declared"]["city"], "Braga");
    let page = scraper::Html::parse_document(&case_file(&app, customer, "index.html"));
    let rows: Vec<String> = page
        .select(&scraper::Selector::parse("tr").expect("a selector"))
        .map(|row| row.text().collect::<Vec<_>>().join(" "))
        .collect();
    let differs = |row: &String| row.contains("Faro") && row.contains("Braga");
    assert!(rows.iter().any(differs), "{rows:?}");
}

#[test]
fn a_round_that_goes_on_and_one_of_an_override_keep_what_was_declared_by_then() {
    let app = TestApp::start();
    let customer = ready(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let review = request(&app, &mut officer, customer);
    let snapshot = |round: i32| -> Value {
        reviews::table
            .filter(reviews::customer_id.eq(customer))
            .filter(reviews::round.eq(round))
            .select(reviews::snapshot)
            .first(&mut app.owner())
            .expect("the round")
    };
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(claim(&mut manager, review), 303);
    let version = kyc(&app, customer).1;
    let more = [
        ("decision", "incomplete"),
        ("reason", "data_mismatch"),
        ("comment", "The name is another one."),
    ];
    assert_eq!(decide(&mut manager, review, version, &more), 303);
    edit(&app, Persona::Officer, customer, "last_name", "Nunes");
    assert_eq!(snapshot(1)["last_name"], "Falcão");
    request(&app, &mut officer, customer);
    let again = snapshot(1);
    assert_eq!(again["last_name"], "Nunes", "as it was submitted again");
    let residences = again["tax_residences"].as_array().expect("a list");
    assert!(!residences.is_empty() && residences[0]["country"].is_string());
    assert_eq!(again["no_beneficial_owner"], false);
    assert_eq!(again["members"], serde_json::json!([]));

    let other = ready(&app, |new| new.kyc = "validated");
    let mut admin = app.sign_in(Persona::Admin);
    let version = kyc(&app, other).1.to_string();
    let answer = admin.post(
        &format!("/customers/{other}/override"),
        &[
            ("status", "review_needed"),
            ("reason", "A colleague asked for another look."),
            ("version", &version),
            ("step", "apply"),
        ],
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    let kept: Value = reviews::table
        .filter(reviews::customer_id.eq(other))
        .select(reviews::snapshot)
        .first(&mut app.owner())
        .expect("its round");
    assert_eq!(kept["last_name"], "Falcão");
}

#[test]
fn three_months_before_its_day_a_validated_customer_is_due_for_a_periodic_review() {
    let app = TestApp::start();
    let customer = ready(&app, |new| {
        new.kyc = "validated";
        new.next_review_on = Some(day("2027-03-10"));
    });
    let fell_due = || deadlines::sweep(&database(&app)).expect("a sweep").fell_due;
    // The last moment of the ninth of December, in the organisation's London.
    app.clock
        .advance(TimeDelta::days(23) + TimeDelta::hours(12) - TimeDelta::seconds(1));
    assert_eq!(
        (fell_due(), kyc(&app, customer).0.as_str()),
        (0, "validated")
    );
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        (fell_due(), kyc(&app, customer).0.as_str()),
        (1, "review_needed")
    );
    assert_eq!(fell_due(), 0, "once");
    let review = request(&app, &mut app.sign_in(Persona::Officer), customer);
    assert_eq!(type_of(&app, review), "PERIODIC");
    assert_eq!(claim(&mut app.sign_in(Persona::Manager), review), 303);
    let version = kyc(&app, customer).1;
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(decide(&mut manager, review, version, &VALIDATE), 303);
    assert_eq!(
        next_review(&app, customer),
        Some(day("2031-12-10")),
        "five years from the decision, not from the old day"
    );
}

/// The program, on a test's database.
pub fn program(app: &TestApp, command: &str) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouch"));
    program
        .arg(command)
        .env_clear()
        .env("DATABASE_URL", &app.database.app_url)
        .env("VOUCH_SECRET_KEY", app.secret.to_hex())
        .env("VOUCH_LISTEN", "127.0.0.1:0")
        .env("VOUCH_LOG", "error")
        .env("VOUCH_DATA_DIR", app.folder.path());
    program
}

/// A validated customer whose day is near by the machine's own clock, which the program goes by.
fn near(app: &TestApp) -> Uuid {
    let soon = app.clock.now().date_naive() + TimeDelta::days(30);
    make::customer(app, |new| {
        new.kyc = "validated";
        new.next_review_on = Some(soon);
    })
}

#[test]
fn the_program_sweeps_once_and_says_what_it_moved() {
    let app = jobs::start();
    let customer = near(&app);
    let swept = || {
        let output = program(&app, "sweep").output().expect("the program");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let said = swept();
    assert!(said.contains("reviews fallen due: 1\n"), "{said}");
    assert_eq!(kyc(&app, customer), ("review_needed".to_owned(), 2));
    assert_eq!(app.actions(), ["customer.moved"]);
    let again = swept();
    assert!(again.contains("reviews fallen due: 0\n"), "{again}");
    assert_eq!(kyc(&app, customer), ("review_needed".to_owned(), 2));
    assert_eq!(app.actions(), ["customer.moved"]);
}

/// A server of its own process; killed when dropped.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_sweeps_by_itself() {
    let app = jobs::start();
    let customer = near(&app);
    let mut serving = Serving(
        program(&app, "serve")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program"),
    );
    let output = serving.0.stdout.take().expect("its output");
    let listens = BufReader::new(output)
        .lines()
        .map_while(Result::ok)
        .any(|line| line.starts_with("Vouch listens on"));
    assert!(listens);
    let deadline = Instant::now() + Duration::from_secs(20);
    while kyc(&app, customer).0 != "review_needed" {
        assert!(Instant::now() < deadline, "nobody swept");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(app.actions(), ["customer.moved"]);
}

#[test]
fn a_server_goes_on_sweeping() {
    let app = TestApp::start();
    let gauges = Arc::new(Gauges::default());
    let every = Duration::from_millis(50);
    let clock = deadlines::schedule(database(&app), Arc::clone(&gauges), every, |_| Ok(0));
    let clock = clock.expect("a thread");
    let moves = |customer| {
        let deadline = Instant::now() + Duration::from_secs(20);
        while kyc(&app, customer).0 != "review_needed" {
            assert!(Instant::now() < deadline, "nobody swept");
            thread::sleep(Duration::from_millis(20));
        }
    };
    moves(near(&app));
    // Who falls due after the first sweep is found by one of the next.
    moves(near(&app));
    drop(clock);
}

#[test]
fn whoever_was_accepted_and_reads_otherwise_is_looked_at_again_whatever_the_day() {
    let app = TestApp::start();
    for (legal, field, value) in [
        (false, "last_name", "Nunes"),
        (true, "legal_name", "Nunes Lda"),
        (false, "address_line1", "Rua Nova 2"),
    ] {
        let customer = if legal {
            company(&app, "Falcão Lda")
        } else {
            ready(&app, |_| {})
        };
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set((
                customers::kyc.eq("validated"),
                customers::next_review_on.eq(Some(day("2030-01-01"))),
            ))
            .execute(&mut app.owner())
            .expect("the customer");
        edit(&app, Persona::Officer, customer, field, value);
        assert_eq!(kyc(&app, customer).0, "review_needed", "{field}");
        let said = app.actions();
        assert_eq!(
            said[said.len() - 2..],
            ["customer.edited", "customer.moved"],
            "{field}"
        );
        let review = request(&app, &mut app.sign_in(Persona::Officer), customer);
        assert_eq!(type_of(&app, review), "EVENT", "{field}");
    }
}
