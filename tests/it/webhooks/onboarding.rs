//! Who is told how it ended, in the words of the face; and what nobody outside ever reads.

use vouch::schema::{customers, hits};

use super::*;
use crate::{
    onboard::{Visitor, everything, visitor, visitor_of},
    trustist::Machine,
    watchlist,
};

pub fn listens(app: &TestApp, url: &str) {
    let answer = app.sign_in(Persona::Admin).post(
        "/settings/webhooks",
        &[
            ("face", "trustist"),
            ("url", url),
            ("event", "onboard.session.completed"),
            ("event", "onboard.session.failed"),
        ],
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// A session as the face answers about it now.
fn read(app: &TestApp, session: Uuid) -> Value {
    let key = machines::key(
        app,
        &app.acme,
        ("trustist", "tenant"),
        &["read_onboard_sessions"],
        &[],
    );
    let target = format!("/v1/onboard/sessions/{session}");
    let signer = Machine {
        app,
        actor: key.actor,
        id: key.id,
        secret: key.secret,
    };
    let headers = signer.signed("GET", &target, "", None);
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = app.browser().request("GET", &target, &headers, None);
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[test]
fn a_completed_session_is_told_as_the_face_shows_it() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    listens(&app, &receiver.url());
    let mut visitor = visitor(&app, &everything());
    visitor.fill_in();
    assert_eq!(visitor.post("send", &[]).status, 200);
    deliver(&app);
    let got = receiver.got();
    assert_eq!(got.len(), 1, "{got:?}");
    let message = got[0].json();
    assert_eq!(message["type"], "onboard.session.completed");
    let now = read(&app, visitor.session);
    assert_eq!(message["data"], now);
    assert_eq!(now["status"], "completed");
    assert_eq!(now["onboardUrl"], Value::Null);
}

/// A check that says no at once: the customer is on a list, as an officer said before.
#[test]
fn a_check_that_says_no_at_once_fails_the_session_and_tells_the_customer_nothing_of_it() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    listens(&app, &receiver.url());
    let options = json!({"identity": {"amlExtensiveScreening": true}});
    let mut visitor = visitor(&app, &options);
    listed(&app, &visitor);
    assert_eq!(visitor.post("details", &[]).status, 303);
    let done = visitor.post("send", &[]);
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("Sent, and something is still missing"));
    for word in ["list", "failed", "watch"] {
        assert!(
            !done.text().to_lowercase().contains(word),
            "{word}: {}",
            done.text()
        );
    }
    assert_eq!(visitor.state(&app), "failed");
    deliver(&app);
    let got = receiver.got();
    assert_eq!(got.len(), 1, "{got:?}");
    let message = got[0].json();
    assert_eq!(message["type"], "onboard.session.failed");
    assert_eq!(message["data"], read(&app, visitor.session));
}

/// Loads a list with the customer's name on it, and has an officer confirm that it is them.
fn listed(app: &TestApp, visitor: &Visitor) {
    let entry = "Q1,Person,Ines FALCAO,,1987-03-09,pt,,,,,,,un,2020-01-01,2026-11-01,2026-01-01";
    watchlist::load(app, &format!("{}\n{entry}\n", watchlist::HEAD)).expect("a list");
    let mut officer = app.sign_in(Persona::Officer);
    let checked = officer.post(
        &format!("/customers/{}/verifications", visitor.customer),
        &[("verification_type", "aml"), ("provider", "watchlist")],
    );
    assert_eq!(checked.status, 303, "{}", checked.text());
    let hit: Uuid = hits::table
        .filter(hits::customer_id.eq(visitor.customer))
        .select(hits::id)
        .first(&mut app.owner())
        .expect("a hit");
    let confirmed = officer.post(
        &format!("/hits/{hit}"),
        &[
            ("outcome", "confirmed"),
            ("reason", "The passport shows the same birth place."),
        ],
    );
    assert_eq!(confirmed.status, 303, "{}", confirmed.text());
}

/// What colleagues write about a customer stands on no page of theirs, in no answer and in no message.
#[test]
fn what_colleagues_write_stays_inside() {
    const CANARY: &str = "canary-4711-internal";
    let app = TestApp::start();
    let receiver = Receiver::ok();
    listens(&app, &receiver.url());
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::note(&app, customer, CANARY);
    make::complete(&app, customer);
    let (review, _) = make::review_of(&app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
        new.claim_expires_at = Some(app.clock.now() + chrono::TimeDelta::minutes(30));
    });
    let asked = app.sign_in(Persona::Officer).post(
        &format!("/reviews/{review}/decision"),
        &[
            ("decision", "incomplete"),
            ("reason", "address_too_old"),
            ("message", "Send a newer bill."),
            ("comment", CANARY),
            ("version", &version(&app, customer)),
        ],
    );
    assert_eq!(asked.status, 303, "{}", asked.text());
    let mut visitor = visitor_of(&app, customer, &everything());
    let mut seen = vec![visitor.look().body];
    seen.push(visitor.post("details", &[("email", "")]).body);
    visitor.fill_in();
    seen.push(visitor.look().body);
    seen.push(visitor.post("send", &[]).body);
    seen.push(visitor.look().body);
    seen.push(read(&app, visitor.session).to_string());
    deliver(&app);
    seen.extend(receiver.got().iter().map(|one| one.body.clone()));
    assert_eq!(seen.len(), 7);
    for text in seen {
        assert!(!text.contains(CANARY), "{text}");
    }
    // It is there to be found.
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{customer}"));
    assert!(page.body.contains(CANARY));
}

fn version(app: &TestApp, customer: Uuid) -> String {
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    version.to_string()
}
