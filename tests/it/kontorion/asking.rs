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
fn who_asks_nobody_does_not_wait_for_those_who_are_asked() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (listener, body) = provider(&app);
    // Two organisations, since each has a share of the turns alone.
    let theirs = machine(&app, &app.other, &ALL, &[]);
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    make::provider(&app, &app.other, "acme-id", &url);
    diesel::sql_query("UPDATE providers SET timeout_seconds = 8")
        .execute(&mut app.owner_of(&app.other))
        .expect("a patient provider");
    let mut their_body = body.clone();
    their_body["customer_id"] = json!(make::customer_of(&app, &app.other, |_| {}));
    let asking = |provider: &str, kind: &str| {
        let customer = make::customer(&app, |_| {});
        json!({"customer_id": customer, "provider": provider, "verification_type": kind})
    };
    std::thread::scope(|scope| {
        let both = [
            scope.spawn(|| ours.post(&body)),
            scope.spawn(|| theirs.post(&their_body)),
        ];
        // Both questions are there, and nobody answers them.
        let deaf = [(); 2].map(|()| listener.accept().expect("a question"));
        let begun = Instant::now();
        for (provider, kind) in [
            ("manual", "kyc"),
            ("manual", "identity"),
            ("vouch_checks", "age"),
            ("watchlist", "sanctions"),
        ] {
            let made = ours.post(&asking(provider, kind));
            assert_eq!(made.status, 201, "{provider}: {}", made.body);
        }
        let customer = make::customer(&app, |_| {});
        let started = app.sign_in(Persona::Officer).post(
            &format!("/customers/{customer}/verifications"),
            &[("verification_type", "identity"), ("provider", "manual")],
        );
        assert_eq!(started.status, 303, "{}", started.text());
        assert!(begun.elapsed() < Duration::from_secs(6), "while both wait");
        // There is no turn for a third.
        let third = ours.post(&body);
        assert_eq!(third.problem(), (503, "UNAVAILABLE"));
        assert_eq!(third.header("retry-after"), Some("2"));
        drop((deaf, listener));
        for one in both {
            let away = one.join().expect("an answer");
            assert_eq!(away.problem(), (503, "UNAVAILABLE"));
        }
    });
    assert_eq!(count(&app), 5);
}

#[test]
fn a_provider_that_refuses_is_not_away() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (listener, body) = provider(&app);
    let refusals = [400, 401, 403, 404, 422];
    let no = |status: u16| (status, json!({"error": "Falcão is unknown"}).to_string());
    let answers = refusals.into_iter().map(no).chain(yes()).collect();
    let got = providers::answering(listener, answers);
    let before = app.actions();
    for status in refusals {
        let refused = named(&ours, "order-1", &body);
        assert_eq!(refused.problem(), (503, "UNAVAILABLE"));
        let said = text(&refused.body["detail"]);
        assert!(said.contains(&format!("it answered {status}")), "{said}");
        assert!(!said.contains("moment") && !said.contains("Falc"), "{said}");
        assert_eq!(
            refused.header("retry-after"),
            None,
            "it would be refused again"
        );
    }
    assert_eq!(got.try_iter().count(), refusals.len(), "each asked once");
    assert_eq!((count(&app), records(&app), app.actions()), (0, 0, before));
    // Five times in a row, and still it is asked at once.
    let there = named(&ours, "order-1", &body);
    assert_eq!(
        (there.status, &there.data()["status"]),
        (201, &json!("verified"))
    );
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
