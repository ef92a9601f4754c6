//! Whatever goes wrong, and wherever below its addresses, is answered in the face's own shape.

use super::*;
use crate::support::cluster;

#[test]
fn what_cannot_be_read_is_the_caller_s_mistake() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let id = ours.made(&json!({}))["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let one = format!("/v1/customers/{id}");
    let raw = |method: &str, target: &str, headers: &[(&'static str, &str)], body: &str| {
        let nonce = app.clock.new_id().to_string();
        let mut all = ours.signed(method, target, body, Some(&nonce));
        all.extend(
            headers
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let sent: Vec<(&str, &str)> = all
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = app
            .browser()
            .request(method, target, &sent, Some(body.to_owned()));
        Answer {
            status: answer.status,
            body: serde_json::from_str(&answer.body).expect("JSON"),
            text: answer.body,
            headers: answer.headers,
        }
    };
    let plain: &[(&'static str, &str)] = &[("content-type", "application/json")];
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let nested = format!("{{\"address\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    for (method, target) in [("POST", "/v1/customers"), ("PUT", one.as_str())] {
        for body in [
            "",
            "{",
            "[]",
            "7",
            "null",
            "{\"a\":1e999}",
            "{\"lastName\":\"a\\u0000b\"}",
            "{\"lastName\":\"\\ud800\"}",
            &deep,
            &nested,
        ] {
            let answer = raw(method, target, plain, body);
            assert_eq!(answer.error(), (400, "invalid_request"), "{method} {body}");
        }
        for headers in [
            &[("content-type", "text/plain")][..],
            &[],
            &[
                ("content-type", "application/json"),
                ("content-encoding", "gzip"),
            ],
        ] {
            let answer = raw(method, target, headers, "{}");
            assert_eq!(answer.error(), (415, "unsupported_media_type"));
        }
        let long = format!("{{\"lastName\":\"{}\"}}", "x".repeat(1024 * 1024));
        let large = raw(method, target, plain, &long);
        assert_eq!(large.error(), (413, "request_too_large"));
    }
}

#[test]
fn what_is_no_id_is_nobody_s() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let uuid = make::customer(&app, |_| {});
    let absent = ours.get("/v1/customers/aaaaaaaaaaaa");
    assert_eq!(absent.error(), (404, "customer_not_found"));
    let upper = uuid.to_string().to_uppercase();
    assert_eq!(ours.get(&format!("/v1/customers/{upper}")).status, 200);
    for id in [
        "%00".to_owned(),
        "a%00".to_owned(),
        "%00aaaaaaaaaaa".to_owned(),
        "%ED%A0%80".to_owned(),
        "%C3".to_owned(),
        "a".repeat(4000),
        "-1".to_owned(),
        uuid.simple().to_string(),
        format!("urn:uuid:{uuid}"),
        format!("%7B{uuid}%7D"),
        "%F0%9F%A6%86".to_owned(),
    ] {
        let target = format!("/v1/customers/{id}");
        let read = ours.get(&target);
        assert_eq!((read.status, &read.body), (404, &absent.body), "{id}");
        let written = ours.ask("PUT", &target, &json!({"lastName": "X"}));
        assert_eq!((written.status, &written.body), (404, &absent.body), "{id}");
    }
}

#[test]
fn addresses_and_methods_that_are_not_there_have_the_shape_too() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let id = ours.made(&json!({}))["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for path in [
        "/v1/customers/",
        "/v1/customers/x/y",
        "/v1/customers/x/y/z",
        "/v1/onboard",
        "/v1/onboard/",
        "/v1/onboard/nothing",
    ] {
        let answer = send(&app, "GET", path, &[], "");
        assert_eq!(answer.error(), (404, "customer_not_found"), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/v1/customers".to_owned(), "POST, GET, HEAD"),
        ("PATCH", format!("/v1/customers/{id}"), "GET, HEAD, PUT"),
    ] {
        let answer = ours.ask(method, &path, &Value::Null);
        assert_eq!(answer.error(), (405, "method_not_allowed"));
        assert_eq!(answer.header("allow"), Some(allow));
    }
    for target in [
        "/v1/customers".to_owned(),
        format!("/v1/customers/{id}"),
        "/v1/customers/x".to_owned(),
    ] {
        let head = ours.ask("HEAD", &target, &Value::Null);
        let get = ours.get(&target);
        assert_eq!((head.status, head.text.as_str()), (get.status, ""));
        assert_eq!(head.header("content-type"), get.header("content-type"));
        assert_eq!(head.header("content-length"), get.header("content-length"));
    }
}

#[test]
fn a_key_that_asks_too_often_waits() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "2")]);
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let answers: Vec<Answer> = (0..8).map(|_| ours.get("/v1/customers")).collect();
    assert_eq!(answers[0].status, 200);
    let limited = answers.iter().find(|answer| answer.status != 200);
    let limited = limited.expect("a limit");
    assert_eq!(limited.error(), (429, "rate_limited"));
    assert_eq!(limited.header("retry-after"), Some("1"));
}

#[test]
fn whoever_was_told_to_wait_sends_the_same_signed_request_again() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_KEY_RATE", "1")]);
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let body = r#"{"firstName":"Sarah"}"#;
    let headers = |n: usize| {
        let nonce = format!("n{n}");
        ours.signed("POST", "/v1/customers", body, Some(&nonce))
    };
    let limited = (0..20)
        .map(headers)
        .find(|headers| send(&app, "POST", "/v1/customers", headers, body).status == 429)
        .expect("a limit");
    // The allowance is counted by the machine's own time.
    let again = (0..50).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let answer = send(&app, "POST", "/v1/customers", &limited, body);
        (answer.status != 429).then_some(answer)
    });
    assert_eq!(again.expect("an answer").status, 200);
    let third = (0..50).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let answer = send(&app, "POST", "/v1/customers", &limited, body);
        (answer.status != 429).then_some(answer)
    });
    assert_eq!(third.expect("an answer").status, 401, "done once");
}

#[test]
fn headers_have_an_end() {
    use std::io::{Read as _, Write as _};
    let app = TestApp::start();
    let mut line = std::net::TcpStream::connect(app.address).expect("a line");
    let head = format!(
        "GET /v1/customers HTTP/1.1\r\nHost: {}\r\nX-Long: {}\r\nConnection: close\r\n\r\n",
        app.address,
        "x".repeat(256 * 1024)
    );
    // The rest may not be read any more.
    let _ = line.write_all(head.as_bytes());
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
