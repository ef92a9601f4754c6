//! The token endpoint, and what a token opens.

use super::*;

fn asked(app: &TestApp, key: &Made, more: &[(&str, &str)]) -> (u16, Value) {
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", key.id.as_str()),
        ("client_secret", key.secret.as_str()),
    ];
    fields.extend_from_slice(more);
    let answer = ask_token(app, &fields, &[]);
    let body = serde_json::from_str(&answer.body).expect("JSON");
    (answer.status, body)
}

fn key(app: &TestApp, may: &[&str]) -> Made {
    machines::key(app, &app.acme, ("treezor", "oauth"), may, &[])
}

/// What a token is answered with where it may read and write.
fn opens(app: &TestApp, token: &str) -> (u16, u16) {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let read = send(app, "GET", "/v1/users", &headers, None);
    let body = Some(person().to_string());
    let written = send(app, "POST", "/v1/users", &headers, body);
    (read.status, written.status)
}

#[test]
fn a_key_is_exchanged_in_the_form_or_by_basic_for_a_token_of_an_hour() {
    let app = TestApp::start();
    let key = key(&app, &["read_only", "read_write"]);
    let (status, body) = asked(&app, &key, &[]);
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "read_only read_write");
    let token = body["access_token"].as_str().expect("a token").to_owned();
    assert_eq!(opens(&app, &token), (200, 200));
    let basic = STANDARD.encode(format!("{}:{}", key.id, key.secret));
    let basic = format!("Basic {basic}");
    let headers = [("authorization", basic.as_str())];
    let answer = ask_token(&app, &[("grant_type", "client_credentials")], &headers);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    app.clock.advance(TimeDelta::seconds(3_599));
    assert_eq!(opens(&app, &token).0, 200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(opens(&app, &token), (401, 401));
}

#[test]
fn a_token_opens_the_scopes_that_were_asked_for_and_none_that_the_key_lacks() {
    let app = TestApp::start();
    let able = key(&app, &ALL);
    let (status, body) = asked(&app, &able, &[("scope", "read_only")]);
    assert_eq!((status, &body["scope"]), (200, &json!("read_only")));
    let token = body["access_token"].as_str().expect("a token");
    assert_eq!(opens(&app, token), (200, 403));
    let less = key(&app, &["read_only"]);
    for scope in ["read_write", "read_only admin", "everything", " "] {
        let (status, body) = asked(&app, &less, &[("scope", scope)]);
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_scope")),
            "{scope}"
        );
    }
}

#[test]
fn what_is_wrong_has_the_standard_s_codes() {
    let app = TestApp::start();
    let key = key(&app, &ALL);
    let (id, secret) = (key.id.as_str(), key.secret.as_str());
    let grant = ("grant_type", "client_credentials");
    let (client, held) = (("client_id", id), ("client_secret", secret));
    let code = |fields: &[(&str, &str)], headers: &[(&str, &str)]| {
        let answer = ask_token(&app, fields, headers);
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["error", "error_description"]);
        assert!(!answer.body.contains(secret), "{}", answer.body);
        if answer.status == 401 {
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Basic realm=\"oauth\"")
            );
        }
        (
            answer.status,
            body["error"].as_str().expect("a code").to_owned(),
        )
    };
    let is = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(code(&[client, held], &[]), is(400, "invalid_request"));
    let password = [("grant_type", "password"), client, held];
    assert_eq!(code(&password, &[]), is(400, "unsupported_grant_type"));
    assert_eq!(
        code(&[grant, client, held, grant], &[]),
        is(400, "invalid_request")
    );
    for wrong in [
        &[grant, client][..],
        &[grant, held],
        &[grant, client, ("client_secret", "x")],
        &[grant, client, ("client_secret", "")],
        &[grant, ("client_id", "tre_0"), held],
        &[grant],
    ] {
        assert_eq!(code(wrong, &[]), is(401, "invalid_client"), "{wrong:?}");
    }
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let twice = code(&[grant, client, held], &[("authorization", &basic)]);
    assert_eq!(twice, is(400, "invalid_request"));
    let other = machines::key(
        &app,
        &app.acme,
        ("trustist", "tenant"),
        &["read_customers"],
        &[],
    );
    let fields = [
        grant,
        ("client_id", &other.id),
        ("client_secret", &other.secret),
    ];
    assert_eq!(
        code(&fields, &[]),
        is(401, "invalid_client"),
        "another face's"
    );
    let wrong = app.browser().request("GET", "/oauth/token", &[], None);
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
    let elsewhere = app.browser().request("GET", "/oauth/authorize", &[], None);
    let elsewhere = Answer {
        status: elsewhere.status,
        body: serde_json::from_str(&elsewhere.body).expect("JSON"),
        headers: elsewhere.headers,
    };
    assert_eq!(elsewhere.error(), is(404, "resource_not_found_error"));
}

#[test]
fn a_key_that_ends_takes_its_tokens_along_at_once() {
    let app = TestApp::start();
    let ours = ours(&app);
    assert_eq!(opens(&app, &ours.token), (200, 200));
    machines::revoke(&app, &app.acme, &ours.key);
    assert_eq!(opens(&app, &ours.token), (401, 401));
    assert_eq!(exchange(&app, &ours.key), None);
    let today = app.clock.now().date_naive();
    let of = ("treezor", "oauth");
    let ends = machines::key_until(&app, &app.acme, of, &ALL, &[], Some(today));
    // The last minutes of its last day.
    app.clock.advance(TimeDelta::minutes(11 * 60 + 50));
    let token = exchange(&app, &ends).expect("a token");
    assert_eq!(opens(&app, &token).0, 200);
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(opens(&app, &token), (401, 401));
}

#[test]
fn what_is_no_token_of_this_face_is_refused_alike() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (head, rest) = ours.token.split_once('.').expect("pieces");
    let altered = format!("{head}.A{rest}");
    let kontorion = machines::key(&app, &app.acme, ("kontorion", "live"), &["read"], &[]);
    let mut seen = Vec::new();
    for header in [
        None,
        Some("Bearer".to_owned()),
        Some(format!("Bearer {altered}")),
        Some(format!("Basic {}", ours.token)),
        Some(format!("Bearer {}", kontorion.secret)),
        Some(format!("Bearer {}", ours.key.secret)),
    ] {
        let headers: Vec<(&str, &str)> = header
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        let answer = send(&app, "GET", "/v1/users", &headers, None);
        assert_eq!(
            answer.error(),
            (401, "invalid_token".to_owned()),
            "{header:?}"
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        seen.push(answer.masked());
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    // A token of this face opens no other.
    let bearer = format!("Bearer {}", ours.token);
    let headers = [("authorization", bearer.as_str())];
    let elsewhere = app
        .browser()
        .request("GET", "/v1/verifications", &headers, None);
    assert_eq!(elsewhere.status, 401);
}

#[test]
fn a_token_buys_no_token_however_the_address_is_written() {
    let app = TestApp::start();
    let key = key(&app, &ALL);
    let token = exchange(&app, &key).expect("a token");
    let bearer = format!("Bearer {token}");
    for address in ["/oauth/token", "/oauth/toke%6E", "/oauth%2Ftoken"] {
        let headers = [("authorization", bearer.as_str()), ("content-type", FORM)];
        let body = Some("grant_type=client_credentials".to_owned());
        let answer = app.browser().request("POST", address, &headers, body);
        assert!(
            (400..500).contains(&answer.status) && !answer.body.contains("access_token"),
            "{address}: {} {}",
            answer.status,
            answer.body
        );
    }
}
