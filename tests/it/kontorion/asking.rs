//! `Idempotency-Key` on a request whose provider is asked before it has its effect, outside of any transaction.

use std::{
    net::TcpListener,
    sync::mpsc,
    time::{Duration, Instant},
};

use vouch::{
    access::{
        keys::store::answers::{self, Named},
        scope::Scope,
    },
    value::{CredentialId, OrganisationId},
};

use super::{
    once::{named, records},
    *,
};

/// A provider at a port of its own that nobody answers yet, and the question that goes to it.
fn provider(app: &TestApp) -> (TcpListener, Value) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let done = app.sign_in(Persona::Admin).post(
        "/settings/providers",
        &[
            ("name", "acme-id"),
            ("url", &format!("http://{address}/")),
            ("timeout", "8"),
        ],
    );
    assert_eq!(done.status, 200, "{}", done.text());
    let customer = make::customer(app, |_| {});
    let body =
        json!({"customer_id": customer, "provider": "acme-id", "verification_type": "identity"});
    (listener, body)
}

fn yes() -> Vec<(u16, String)> {
    vec![(200, json!({"status": "verified"}).to_string())]
}

#[test]
fn where_the_provider_was_away_its_name_is_free_again() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (listener, body) = provider(&app);
    let before = app.actions();
    std::thread::spawn(move || {
        // Who is dead breaks off each of the three attempts.
        for _ in 0..3 {
            drop(listener.accept());
        }
        providers::answering(listener, yes())
    });
    let away = named(&ours, "order-1", &body);
    assert_eq!(away.problem(), (503, "UNAVAILABLE"));
    assert_eq!((count(&app), records(&app)), (0, 0));
    assert_eq!(app.actions(), before);
    let there = named(&ours, "order-1", &body);
    assert_eq!(there.status, 201, "{}", there.body);
    assert_eq!(there.data()["status"], "verified");
    assert_eq!(there.header("idempotent-replayed"), None);
    // Nobody listens any more, and nobody has to.
    let again = named(&ours, "order-1", &body);
    assert_eq!((again.status, &again.body), (201, &there.body));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((count(&app), records(&app)), (1, 1));
}

#[test]
fn while_the_provider_thinks_the_second_is_told_so() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (listener, body) = provider(&app);
    let (go, told) = mpsc::channel();
    std::thread::spawn(move || {
        // The question waits at the port meanwhile.
        let _ = told.recv();
        providers::answering(listener, yes())
    });
    std::thread::scope(|scope| {
        let first = scope.spawn(|| named(&ours, "order-1", &body));
        let begun = Instant::now();
        while records(&app) == 0 && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let second = named(&ours, "order-1", &body);
        assert_eq!(second.problem(), (409, "INVALID_STATE_TRANSITION"));
        assert!(text(&second.body["detail"]).contains("still at work"));
        let mut other = body.clone();
        other["verification_type"] = json!("address");
        assert_eq!(named(&ours, "order-1", &other).status, 422);
        assert_eq!(count(&app), 0, "nothing is done yet");
        go.send(()).expect("a provider that waits");
        let first = first.join().expect("an answer");
        assert_eq!(first.status, 201, "{}", first.body);
        let third = named(&ours, "order-1", &body);
        assert_eq!((third.status, &third.body), (201, &first.body));
        assert_eq!(third.header("idempotent-replayed"), Some("true"));
    });
    assert_eq!((count(&app), records(&app)), (1, 1));
}

#[test]
fn what_a_killed_server_had_begun_may_be_asked_again_after_a_minute() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let body = json!({"customer_id": customer, "provider": "acme", "verification_type": "address"});
    let sent = body.to_string();
    let request = [&b"POST"[..], b"/v1/verifications", sent.as_bytes()];
    let begun = Named::new(CredentialId(ours.key.actor), "order-1", &request);
    // It wrote this down, and then it was no more.
    let mut conn = database(&app).connection().expect("a connection");
    conn.bookkeep(&Scope::system(OrganisationId(app.acme.id)), |tx| {
        answers::begin(tx, &begun)
    })
    .expect("a note");
    for wait in [0, 59] {
        app.clock.advance(TimeDelta::seconds(wait));
        let held = named(&ours, "order-1", &body);
        assert_eq!(held.problem(), (409, "INVALID_STATE_TRANSITION"), "{wait}");
    }
    assert_eq!(count(&app), 0);
    app.clock.advance(TimeDelta::seconds(1));
    let done = named(&ours, "order-1", &body);
    assert_eq!(done.status, 201, "{}", done.body);
    assert_eq!(done.header("idempotent-replayed"), None);
    let again = named(&ours, "order-1", &body);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((count(&app), records(&app)), (1, 1));
}
