//! What any request may run into, in this face's own shape: too often, too large, too deep, and a database that is away. The
//! token endpoint has the standard's shape instead.

use super::*;
use crate::support::cluster;

/// Asks with one token all along, as a client does.
pub fn with_token(app: &TestApp, call: (&str, &str), token: &str, body: Option<String>) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    send(app, call.0, call.1, &headers, body)
}

/// Asks for a token; what is answered in the standard's shape: status, code, `Retry-After`.
fn asked(app: &TestApp, key: &Made, more: &str) -> (u16, Option<String>, Option<String>) {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", key.id.as_str()),
        ("client_secret", key.secret.as_str()),
        ("scope", more),
    ];
    let answer = ask_token(app, &fields, &[]);
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    if answer.status != 200 {
        let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["error", "error_description"], "{body}");
    }
    let wait = answer.header("retry-after").map(str::to_owned);
    (
        answer.status,
        body["error"].as_str().map(str::to_owned),
        wait,
    )
}

fn seconds(wait: Option<&str>) -> u64 {
    wait.and_then(|text| text.parse().ok()).expect("seconds")
}

#[test]
fn a_key_that_asks_too_often_waits() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "1")]);
    let ours = ours(&app);
    let answers: Vec<Answer> = (0..8)
        .map(|_| with_token(&app, ("GET", "/v1/users"), &ours.token, None))
        .collect();
    let limited = answers
        .iter()
        .find(|answer| answer.status != 200)
        .expect("a limit");
    assert_eq!(limited.error(), (429, "rate_limit_exceeded".to_owned()));
    assert_eq!(limited.body["errors"][0]["type"], "rate_limit_error");
    assert!(seconds(limited.header("retry-after")) >= 1);
}

#[test]
fn a_key_that_asks_for_tokens_too_often_waits() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "1")]);
    let key = machines::key(&app, &app.acme, ("treezor", "oauth"), &ALL, &[]);
    let answers: Vec<_> = (0..8).map(|_| asked(&app, &key, "")).collect();
    assert_eq!(answers[0].0, 200, "{answers:?}");
    let limited = answers.iter().find(|answer| answer.0 != 200);
    let (status, code, wait) = limited.expect("a limit");
    assert_eq!(
        (*status, code.as_deref()),
        (429, Some("temporarily_unavailable"))
    );
    assert!(seconds(wait.as_deref()) >= 1);
}

#[test]
fn while_the_database_is_away_the_answer_is_503_in_the_same_shape() {
    let (mut server, database) = cluster::OwnServer::start();
    let app = TestApp::start_on(database);
    let ours = ours(&app);
    with_token(&app, ("GET", "/v1/users"), &ours.token, None).good();
    server.kill();
    let body = person().to_string();
    for (call, body) in [
        (("GET", "/v1/users"), None),
        (("POST", "/v1/users"), Some(body)),
        (("PUT", "/v1/users/1/Kycreview"), None),
    ] {
        let away = with_token(&app, call, &ours.token, body);
        let (status, errors) = away.errors();
        let said = (
            "service_unavailable",
            "Try again in a moment. Nothing was done.",
        );
        assert_eq!(status, 503, "{call:?}");
        assert_eq!(errors, [(said.0.to_owned(), said.1.to_owned())], "{call:?}");
        assert_eq!(away.header("retry-after"), Some("2"), "{call:?}");
    }
    let (status, code, wait) = asked(&app, &ours.key, "");
    assert_eq!(
        (status, code.as_deref()),
        (503, Some("temporarily_unavailable"))
    );
    assert_eq!(wait.as_deref(), Some("2"));
}

#[test]
fn what_is_too_large_is_413_and_what_is_too_deep_is_the_caller_s_mistake() {
    let app = TestApp::start();
    let ours = ours(&app);
    let large = format!("{{\"lastname\":\"{}\"}}", "x".repeat(1_100_000));
    let nested = |piece: (&str, &str), depth: usize| {
        let (open, close) = (piece.0.repeat(depth), piece.1.repeat(depth));
        format!("{{\"lastname\":{open}1{close}}}")
    };
    let user = ours.user(&person());
    for call in [
        ("POST", "/v1/users".to_owned()),
        ("PUT", format!("/v1/users/{user}")),
        ("POST", "/v1/taxResidences".to_owned()),
        ("POST", "/v1/documents".to_owned()),
        ("POST", "/settings/hooks".to_owned()),
    ] {
        let call = (call.0, call.1.as_str());
        let ask = |body: String| with_token(&app, call, &ours.token, Some(body));
        // A paper's body may be larger than any other.
        let body = if call.1 == "/v1/documents" {
            let content = "A".repeat(12_800_000);
            format!(
                "{{\"userId\":{user},\"documentTypeId\":9,\"name\":\"a.pdf\",\"fileContentBase64\":\"{content}\"}}"
            )
        } else {
            large.clone()
        };
        assert_eq!(
            ask(body).error(),
            (413, "request_too_large".to_owned()),
            "{call:?}"
        );
        for deep in [
            nested(("[", "]"), 40),
            nested(("{\"a\":", "}"), 40),
            // Deeper than the reader itself goes.
            nested(("[", "]"), 400_000),
        ] {
            let answer = ask(deep);
            assert_eq!(answer.error(), (400, "invalid_body".to_owned()), "{call:?}");
        }
    }
    let (status, code, _) = asked(&app, &ours.key, &"x".repeat(2_000_000));
    assert_eq!((status, code.as_deref()), (413, Some("invalid_request")));
}
