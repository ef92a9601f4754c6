//! Every error below `/2.0`, in the shape of the vendor's framework.

use super::*;
use crate::support::cluster;

#[test]
fn each_fault_has_its_status_and_its_shape() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let reader = machine(&app, &app.acme, &["read"], &[]);
    let writer = machine(&app, &app.acme, &["write"], &[]);
    let customer = make::customer(&app, |_| {});
    let verify = format!("/2.0/customers/{customer}/verify");
    let raw = |call: (&str, &str), more: &[(&str, &str)], body: &str| {
        ours.sent(call, more, Some(body.to_owned()))
    };
    let good = person().to_string();
    for (answer, status, said) in [
        (ours.get("/2.0/nothing"), 404, "Not found"),
        (ours.get("/2.0"), 404, "Not found"),
        (ours.get("/2.0/customers/x/y/z"), 404, "Not found"),
        (ours.get("/2.0/customers/not-an-id"), 404, "Not found"),
        (
            ours.sent(("DELETE", "/2.0/customers"), &[], None),
            405,
            "Method Not Allowed",
        ),
        (
            ours.sent(("PATCH", &verify), &[], Some(good.clone())),
            405,
            "Method Not Allowed",
        ),
        (
            raw(("POST", &verify), &[("content-type", "text/plain")], &good),
            415,
            "Send application/json without a Content-Encoding.",
        ),
        (
            raw(("POST", &verify), &[("content-encoding", "gzip")], &good),
            415,
            "Send application/json without a Content-Encoding.",
        ),
        (
            raw(("POST", &verify), &[], "{\"type\":"),
            400,
            "the body is no valid JSON",
        ),
        (
            raw(("POST", &verify), &[], "[]"),
            400,
            "the body must be a JSON object",
        ),
        (
            raw(
                ("POST", &verify),
                &[],
                &format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40)),
            ),
            400,
            "the body is nested too deep",
        ),
        (
            raw(("POST", &verify), &[], "{\"first_name\":\"a\\u0000\"}"),
            400,
            "a NUL character is not text",
        ),
        (
            raw(
                ("POST", &verify),
                &[],
                &format!("{{\"a\":\"{}\"}}", "x".repeat(1_100_000)),
            ),
            413,
            "Payload Too Large",
        ),
        (
            reader.verify(customer, &person()),
            403,
            "This action is unauthorized.",
        ),
        (
            writer.get(&format!("/2.0/customers/{customer}")),
            403,
            "This action is unauthorized.",
        ),
    ] {
        assert_eq!(answer.refused(), (status, said), "{}", answer.body);
    }
    assert_eq!(kyc(&app, customer), "none");
}

#[test]
fn whoever_has_no_key_of_this_face_is_unauthenticated() {
    let app = TestApp::start();
    let made = machines::key(&app, &app.acme, ("kontorion", "live"), &["read"], &[]);
    let own = machine(&app, &app.acme, &ALL, &[]);
    let foreign = format!("Bearer {}", made.secret);
    let id = format!("Bearer {}", own.key.id);
    let basic = format!("Basic {}", own.key.secret);
    for headers in [
        &[][..],
        &[("authorization", foreign.as_str())],
        &[("authorization", id.as_str())],
        &[("authorization", basic.as_str())],
        &[("authorization", "Bearer sk_live_0000")],
        &[("authorization", "Bearer")],
    ] {
        for call in [("GET", "/2.0/customers"), ("GET", "/2.0/verifications")] {
            let answer = send(&app, call, headers, None);
            assert_eq!(answer.refused(), (401, "Unauthenticated."));
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    machines::revoke(&app, &app.acme, &own.key);
    assert_eq!(
        own.get("/2.0/customers").refused(),
        (401, "Unauthenticated.")
    );
}

#[test]
fn whoever_asks_too_often_waits() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "1")]);
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let answers: Vec<Answer> = (0..8).map(|_| ours.get("/2.0/customers")).collect();
    let limited = answers
        .iter()
        .find(|answer| answer.status != 200)
        .expect("too many");
    assert_eq!(limited.refused(), (429, "Too Many Attempts."));
    let wait: u64 = limited
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!(wait >= 1);
}

#[test]
fn while_the_database_is_away_the_answer_is_503_in_the_same_shape() {
    let (mut server, database) = cluster::OwnServer::start();
    let app = TestApp::start_on(database);
    let ours = machine(&app, &app.acme, &ALL, &[]);
    ours.get("/2.0/customers").ok();
    server.kill();
    let away = ours.get("/2.0/customers");
    assert_eq!(away.refused(), (503, "Service Unavailable"));
    assert!(away.header("retry-after").is_some());
}
