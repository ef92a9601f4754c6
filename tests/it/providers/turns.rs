//! Whoever asks a slow provider keeps nobody from being answered who asks nobody.

use std::thread::JoinHandle;

use super::*;

/// A provider at this address, with all the time that one may have.
fn patient(app: &TestApp, name: &str, listener: &TcpListener) {
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let fields = [("name", name), ("url", url.as_str()), ("timeout", "8")];
    let done = app
        .sign_in(Persona::Admin)
        .post("/settings/providers", &fields);
    assert_eq!(done.status, 200, "{}", done.text());
}

fn ask(officer: &mut Browser, customer: Uuid, provider: &str) -> Response {
    officer.post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "identity"), ("provider", provider)],
    )
}

/// Somebody who asks this provider, in a thread of their own: the status of the answer.
fn asking(app: &TestApp, customer: Uuid, provider: &'static str) -> JoinHandle<u16> {
    let mut asker = app.sign_in(Persona::Officer);
    std::thread::spawn(move || ask(&mut asker, customer, provider).status)
}

#[test]
fn one_that_is_left_alone_waits_for_no_turn() {
    let app = app();
    let slow = TcpListener::bind("127.0.0.1:0").expect("a port");
    patient(&app, "slow-id", &slow);
    let broken = TcpListener::bind("127.0.0.1:0").expect("a port");
    patient(&app, "broken-id", &broken);
    drop(broken);
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    for _ in 0..5 {
        assert_eq!(ask(&mut officer, customer, "broken-id").status, 503);
    }
    let asker = asking(&app, customer, "slow-id");
    // It is at its question now, which is not answered.
    let held = slow.accept().expect("a question");
    let begun = Instant::now();
    let alone = ask(&mut officer, customer, "broken-id");
    let waited = begun.elapsed();
    // A provider that is asked has to wait for the organisation's turn, and finds none.
    let busy = ask(&mut officer, customer, "slow-id");
    drop((held, slow));
    assert_eq!(
        (alone.status, alone.header("retry-after")),
        (503, Some("2"))
    );
    assert!(waited < Duration::from_millis(900), "{waited:?}");
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("10")));
    assert_eq!(asker.join().expect("an answer"), 503);
}

#[test]
fn a_slow_provider_of_one_organisation_leaves_the_others_their_turn() {
    let app = app();
    let slow = TcpListener::bind("127.0.0.1:0").expect("a port");
    patient(&app, "slow-id", &slow);
    let customer = make::customer(&app, |_| {});
    let said = json!({ "status": "verified" }).to_string();
    let (address, _got) = provider(vec![(200, said)]);
    make::provider(&app, &app.other, "acme-id", &format!("http://{address}/"));
    let theirs = make::customer_of(&app, &app.other, |_| {});
    let mut other = app.sign_in(Persona::Other);
    let first = asking(&app, customer, "slow-id");
    let held = slow.accept().expect("a question");
    // More of them than there are turns; none of these asks anybody.
    let further: Vec<_> = (0..2).map(|_| asking(&app, customer, "slow-id")).collect();
    let done = ask(&mut other, theirs, "acme-id");
    assert_eq!(done.status, 303, "{}", done.text());
    for asker in further {
        assert_eq!(asker.join().expect("an answer"), 503);
    }
    assert!(!first.is_finished(), "the slow one is asked still");
    drop((held, slow));
    assert_eq!(first.join().expect("an answer"), 503);
    assert!(
        newest(&app).is_none(),
        "nobody answered, so nothing is stored"
    );
}
