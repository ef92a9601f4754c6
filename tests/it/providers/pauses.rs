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
