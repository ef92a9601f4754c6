//! Whoever asks a slow provider keeps nobody from being answered who asks nobody.

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
    let askers: Vec<_> = (0..2)
        .map(|_| {
            let mut asker = app.sign_in(Persona::Officer);
            std::thread::spawn(move || ask(&mut asker, customer, "slow-id").status)
        })
        .collect();
    // Both are at their question now, and it is not answered.
    let held: Vec<_> = (0..2).map(|_| slow.accept().expect("a question")).collect();
    let begun = Instant::now();
    let alone = ask(&mut officer, customer, "broken-id");
    let waited = begun.elapsed();
    // A provider that is asked would have to wait for a turn, and find none.
    let busy = ask(&mut officer, customer, "slow-id");
    drop((held, slow));
    assert_eq!(
        (alone.status, alone.header("retry-after")),
        (503, Some("2"))
    );
    assert!(waited < Duration::from_millis(900), "{waited:?}");
    assert_eq!((busy.status, busy.header("retry-after")), (503, Some("10")));
    for asker in askers {
        assert_eq!(asker.join().expect("an answer"), 503);
    }
}
