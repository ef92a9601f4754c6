//! A provider that is away is asked again, and not at once.

use super::*;

#[test]
fn it_is_given_a_moment_between_attempts_and_each_is_the_same_question() {
    let app = app();
    let (address, got) = provider(vec![(503, "{}".to_owned()); 3]);
    let done = app.sign_in(Persona::Admin).post(
        "/settings/providers",
        &[
            ("name", "acme-id"),
            ("url", &format!("http://{address}/")),
            ("timeout", "8"),
        ],
    );
    assert_eq!(done.status, 200, "{}", done.text());
    let customer = make::customer(&app, |_| {});
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    let patience = Duration::from_secs(5);
    let attempt = |_| got.recv_timeout(patience).expect("an attempt");
    let asked: Vec<Got> = (0..3).map(attempt).collect();
    for (pair, pause) in asked.windows(2).zip([200, 700]) {
        let waited = pair[1].at - pair[0].at;
        assert!(waited >= Duration::from_millis(pause), "{waited:?}");
        assert_eq!(pair[1].body, pair[0].body);
        for header in ["webhook-id", "webhook-signature"] {
            assert_eq!(pair[1].header(header), pair[0].header(header));
            assert!(!pair[1].header(header).is_empty());
        }
    }
}

#[test]
fn the_longest_time_of_a_provider_is_shorter_than_the_asker_s_patience() {
    let app = app();
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", deaf.local_addr().expect("an address"));
    let mut admin = app.sign_in(Persona::Admin);
    let mut set_up = |timeout: &str| {
        let fields = [
            ("name", "acme-id"),
            ("url", url.as_str()),
            ("timeout", timeout),
        ];
        admin.post("/settings/providers", &fields).status
    };
    for too_long in ["9", "10", "0", "8.5", "soon"] {
        assert_eq!(set_up(too_long), 422, "{too_long}");
    }
    assert_eq!(set_up("8"), 200);
    let customer = make::customer(&app, |_| {});
    let begun = Instant::now();
    let answer = start(&app, customer, "acme-id", "identity");
    assert_eq!(answer.status, 503);
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(7) && waited < Duration::from_secs(10),
        "{waited:?}"
    );
    assert!(newest(&app).is_none(), "nothing is stored");
}

#[test]
fn what_was_over_before_it_was_answered_expires_with_the_next_sweep() {
    let app = app();
    let over = app.clock.now() - chrono::TimeDelta::days(1);
    let said = json!({ "status": "verified", "expires_at": over });
    let (address, _got) = provider(vec![(200, said.to_string())]);
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 303);
    let db = crate::approvals::database(&app);
    let swept = vouch::reviews::deadlines::sweep(&db).expect("a sweep");
    assert_eq!(swept.expired, 1);
    let (_, status, ..) = newest(&app).expect("a check");
    assert_eq!(status, "expired");
    let last = app.actions().pop().expect("an entry");
    assert_eq!(last, "verification.expired");
}
