//! `Idempotency-Key` and the allowance of a key, seen through a face.

use super::*;
use crate::support::cluster;

pub(super) fn named(machine: &Machine<'_>, name: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {}", machine.key.secret);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", name),
    ];
    let body = Some(body.to_string());
    send(machine.app, "POST", "/v1/verifications", &headers, body)
}

fn count(app: &TestApp) -> i64 {
    verifications::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

#[test]
fn the_same_request_under_one_name_is_done_once_and_answered_alike() {
    let app = TestApp::start();
    let machine = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let body = json!({"customer_id": customer, "provider": "acme", "verification_type": "address"});
    let first = named(&machine, "\"order-1\"", &body);
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.header("idempotent-replayed"), None);
    app.clock.advance(TimeDelta::hours(23));
    // Quoted or bare, it is one name.
    let again = named(&machine, "order-1", &body);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(count(&app), 1);
    // Another body under this name; another key's name; another name.
    let other = json!({"customer_id": customer, "provider": "acme", "verification_type": "income"});
    let taken = named(&machine, "order-1", &other);
    assert_eq!(taken.problem(), (422, "IDEMPOTENCY_KEY_REUSED"));
    let colleague = super::machine(&app, &app.acme, &ALL, &[]);
    assert_eq!(named(&colleague, "order-1", &other).status, 201);
    assert_eq!(named(&machine, "order-2", &body).status, 201);
    assert_eq!(count(&app), 3);
    // A day later the name is free.
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(named(&machine, "order-1", &other).status, 201);
    assert_eq!(count(&app), 4);
    for wrong in ["", "\"\"", &"x".repeat(256)] {
        let refused = named(&machine, wrong, &body);
        assert_eq!(refused.problem(), (400, "VALIDATION"), "{wrong}");
    }
    let bearer = format!("Bearer {}", machine.key.secret);
    let two = send(
        &app,
        "POST",
        "/v1/verifications",
        &[
            ("authorization", &bearer),
            ("content-type", "application/json"),
            ("idempotency-key", "order-8"),
            ("idempotency-key", "order-9"),
        ],
        Some(body.to_string()),
    );
    assert_eq!(two.problem(), (400, "VALIDATION"), "which was meant?");
    let foreign = named(&machine, "commande-é", &body);
    assert_eq!(foreign.problem(), (400, "VALIDATION"));
    assert_eq!(count(&app), 4, "nothing was done");
    let stored: Vec<Option<String>> = vouch::schema::idempotency_records::table
        .select(vouch::schema::idempotency_records::answer)
        .load(&mut app.owner())
        .expect("the records");
    assert!(
        stored
            .iter()
            .flatten()
            .all(|sealed| !sealed.contains("address")),
        "answers are sealed"
    );
}

#[test]
fn what_failed_is_tried_again_under_its_name_and_of_two_at_once_one_is_done() {
    let app = TestApp::start();
    let machine = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let review = json!({"customer_id": customer, "provider": "manual", "verification_type": "kyc"});
    assert_eq!(named(&machine, "review", &review).status, 409);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::kyc.eq("none"))
        .execute(&mut app.owner())
        .expect("a status");
    assert_eq!(named(&machine, "review", &review).status, 201);
    assert_eq!(
        named(&machine, "review", &review).status,
        201,
        "the same answer"
    );
    let body = json!({"customer_id": customer, "provider": "acme", "verification_type": "address"});
    let before = count(&app);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| named(&machine, "at-once", &body).status))
            .collect();
        asked
            .into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    assert!(
        statuses.iter().all(|status| [201, 409].contains(status)) && statuses.contains(&201),
        "{statuses:?}"
    );
    assert_eq!(count(&app), before + 1);
}

#[test]
fn a_key_that_asks_too_often_waits() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "2")]);
    let machine = machine(&app, &app.acme, &ALL, &[]);
    let answers: Vec<Answer> = (0..8).map(|_| machine.get("/v1/verifications")).collect();
    assert_eq!(answers[0].status, 200);
    let limited = answers
        .iter()
        .find(|answer| answer.status != 200)
        .expect("a limit");
    assert_eq!(limited.problem(), (429, "RATE_LIMITED"));
    assert_eq!(limited.header("retry-after"), Some("1"));
    // Another key has an allowance of its own.
    let other = super::machine(&app, &app.acme, &ALL, &[]);
    assert_eq!(other.get("/v1/verifications").status, 200);
}

/// How many names are held or were answered.
pub(super) fn records(app: &TestApp) -> i64 {
    vouch::schema::idempotency_records::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

#[test]
fn where_the_answer_cannot_be_kept_nothing_is_done() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    // One that would ask a provider first, and one that is a review.
    for (name, provider, of) in [("order-1", "acme", "address"), ("order-2", "manual", "kyc")] {
        let body = json!({"customer_id": customer, "provider": provider, "verification_type": of});
        let there = || {
            let rounds: i64 = reviews::table
                .count()
                .get_result(&mut app.owner())
                .expect("the reviews");
            (count(&app), rounds, records(&app), kyc(&app, customer))
        };
        let before = (there(), app.actions());
        make::forgetful(&app, true);
        let failed = named(&ours, name, &body);
        assert_eq!(failed.problem(), (500, "INTERNAL_ERROR"), "{of}");
        assert_eq!((there(), app.actions()), before, "{of}");
        make::forgetful(&app, false);
        let made = named(&ours, name, &body);
        assert_eq!(made.status, 201, "{of}: {}", made.body);
        assert_eq!(made.header("idempotent-replayed"), None);
        assert_eq!(count(&app), before.0.0 + 1);
        assert_eq!(records(&app), before.0.2 + 1);
    }
}

#[test]
fn an_answer_is_kept_for_a_day_and_then_removed() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let body = json!({"customer_id": customer, "provider": "acme", "verification_type": "address"});
    assert_eq!(named(&ours, "order-1", &body).status, 201);
    app.clock
        .advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    assert_eq!(named(&ours, "order-2", &body).status, 201);
    sweep(&app);
    assert_eq!(records(&app), 2);
    app.clock.advance(TimeDelta::seconds(1));
    sweep(&app);
    assert_eq!(records(&app), 1, "the younger one stays");
    app.clock.advance(TimeDelta::days(1));
    sweep(&app);
    assert_eq!(records(&app), 0);
}
