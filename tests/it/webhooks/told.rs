//! What is told of what the desk does.

use super::*;

/// Something that is done, and what is told of it: without `verification.`, in alphabetical order.
type Line = (&'static str, fn(&TestApp), &'static [&'static str]);

const DONE: &[Line] = &[
    (
        "a check is started",
        |app| {
            start(app);
        },
        &["created"],
    ),
    (
        "rules say yes at once",
        |app| judged(app, "1987-03-09"),
        &["created", "verified"],
    ),
    (
        "rules say no at once",
        |app| judged(app, "2015-03-09"),
        &["created", "failed"],
    ),
    ("a review is asked for", asked, &["created"]),
    (
        "a review is validated",
        |app| decide(app, &[("decision", "validated"), ("risk", "low")]),
        &["verified"],
    ),
    (
        "a review is refused",
        |app| {
            decide(
                app,
                &[
                    ("decision", "refused"),
                    ("reason", "identity_not_proved"),
                    ("comment", "The photograph differs."),
                ],
            );
        },
        &["failed"],
    ),
    (
        "a customer is asked for more",
        |app| {
            decide(
                app,
                &[
                    ("decision", "incomplete"),
                    ("message", "Send a newer bill."),
                ],
            );
        },
        &[],
    ),
    ("a review is taken back", withdraw, &["expired"]),
    (
        "a customer is overridden",
        |app| override_customer(app, "validated", "refused"),
        &["created", "failed"],
    ),
    (
        "a customer is accepted by an override",
        |app| override_customer(app, "review_needed", "validated"),
        &["created", "verified"],
    ),
    (
        "a check is overridden to verified",
        |app| overridden(app, loose(app), "verified"),
        &["verified"],
    ),
    (
        "a check is overridden to failed",
        |app| overridden(app, loose(app), "failed"),
        &["failed"],
    ),
    (
        "a check is overridden to expired",
        |app| overridden(app, loose(app), "expired"),
        &["expired"],
    ),
    (
        "a review is decided by an override of its check",
        |app| overridden(app, waiting(app).1, "verified"),
        &["verified"],
    ),
    ("the clock", the_clock, &["expired"]),
    (
        "a note, a paper and a claim",
        |app| {
            let customer = make::customer(app, |new| new.kyc = "pending");
            let (review, _) = make::open_review(app, customer, 1);
            let mut manager = app.sign_in(Persona::Manager);
            let noted = manager.post(
                &format!("/customers/{customer}/notes"),
                &[("body", "Called.")],
            );
            assert_eq!(noted.status, 303, "{}", noted.text());
            let file = make::pdf(1);
            make::paper(
                app,
                Persona::Manager,
                customer,
                "ADDRESS_PROOF",
                "bill.pdf",
                file.as_bytes(),
            );
            let claimed = manager.post(&format!("/reviews/{review}/claim"), &[]);
            assert_eq!(claimed.status, 303, "{}", claimed.text());
        },
        &[],
    ),
];

/// Asks the rules about the age of somebody born on a day.
fn judged(app: &TestApp, born: &str) {
    let customer = make::customer(app, |new| new.birth_date = born.parse().ok());
    let done = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "age"), ("provider", "vouch_checks")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
}

/// A review that the officer asks for.
fn asked(app: &TestApp) {
    let customer = make::customer(app, |_| {});
    make::complete(app, customer);
    let mut officer = app.sign_in(Persona::Officer);
    let done = officer.post(&format!("/customers/{customer}/reviews"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}

/// A customer whose open review the manager holds, of which nobody was told; and its check.
fn waiting(app: &TestApp) -> (Uuid, Uuid) {
    let customer = make::customer(app, |new| {
        new.kyc = "pending";
        new.risk = Some("low");
    });
    make::complete(app, customer);
    let (_, check) = make::review_of(app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Manager));
    });
    (customer, check)
}

fn decide(app: &TestApp, fields: &[(&str, &str)]) {
    let (review, version) = held(app, waiting(app).0);
    let fields = [&[("version", version.as_str())][..], fields].concat();
    let mut manager = app.sign_in(Persona::Manager);
    let done = manager.post(&format!("/reviews/{review}/decision"), &fields);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn withdraw(app: &TestApp) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    let (review, _) = make::open_review(app, customer, 1);
    let mut officer = app.sign_in(Persona::Officer);
    let done = officer.post(&format!("/reviews/{review}/withdraw"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn override_customer(app: &TestApp, from: &'static str, to: &str) {
    let customer = make::customer(app, |new| {
        new.kyc = from;
        new.risk = Some("low");
    });
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/override"),
        &[
            ("status", to),
            ("reason", "The passport was seen in the branch."),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
}

/// A pending check of no review.
fn loose(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |_| {});
    make::verification(app, customer, |_| {})
}

fn overridden(app: &TestApp, check: Uuid, status: &str) {
    let done = override_check(app, check, status);
    assert_eq!(done.status, 303, "{}", done.text());
}

fn the_clock(app: &TestApp) {
    let customer = make::customer(app, |_| {});
    let until = app.clock.now() + TimeDelta::days(1);
    make::verification(app, customer, |new| {
        (new.status, new.expires_at) = ("verified", Some(until));
    });
    app.clock.advance(TimeDelta::days(2));
    vouch::reviews::deadlines::sweep(&worker(app).db).expect("a sweep");
}

#[test]
fn what_the_desk_does_is_told_by_its_own_messages_and_no_others() {
    let mut wrong = Vec::new();
    for (words, act, expected) in DONE {
        let app = TestApp::start();
        // Never called: what is told waits in the log.
        endpoint(&app, "https://hooks.example/");
        act(&app);
        let mut told: Vec<String> = log(&app)
            .into_iter()
            .map(|(_, event, ..)| event.trim_start_matches("verification.").to_owned())
            .collect();
        told.sort_unstable();
        if told != *expected {
            wrong.push(format!("{words}: {told:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
