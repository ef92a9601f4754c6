//! Proofs over real HTTP: Hawk, the window, and a signature that somebody else sends again.

use super::{fields::at_once, *};
use crate::support::cluster;

/// The header of Hawk's request, signed by hand.
fn hawk(ours: &Machine<'_>, method: &str, target: &str, body: &str, nonce: &str) -> String {
    let address = ours.app.address;
    let ts = ours.app.clock.now().timestamp();
    let hash = if body.is_empty() {
        String::new()
    } else {
        let text = format!("hawk.1.payload\napplication/json\n{body}\n");
        STANDARD.encode(Sha256::digest(text))
    };
    let text = format!(
        "hawk.1.header\n{ts}\n{nonce}\n{method}\n{target}\n{}\n{}\n{hash}\n\n",
        address.ip(),
        address.port()
    );
    let mac = Hmac::<Sha256>::new_from_slice(ours.secret.as_bytes()).expect("any length");
    let mac = STANDARD.encode(mac.chain_update(text).finalize().into_bytes());
    let hash = if hash.is_empty() {
        hash
    } else {
        format!("hash=\"{hash}\", ")
    };
    format!(
        "Hawk id=\"{}\", ts=\"{ts}\", nonce=\"{nonce}\", {hash}mac=\"{mac}\"",
        ours.id
    )
}

fn by_hawk(ours: &Machine<'_>, method: &str, target: &str, body: &str, header: String) -> Answer {
    let headers = [("authorization", header)];
    send(ours.app, method, target, &headers, body)
}

#[test]
fn hawk_opens_what_a_signature_does_and_its_nonce_comes_once() {
    const LIST: &str = "/v1/customers?limit=1";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let bare = send(&app, "GET", LIST, &[], "");
    assert_eq!(bare.error(), (401, "invalid_api_key"));
    assert_eq!(
        bare.header("www-authenticate"),
        Some("HMAC-SHA256, Hawk"),
        "how one proves to hold a key"
    );
    let refused = |answer: Answer| {
        assert_eq!((answer.status, &answer.body), (401, &bare.body));
    };
    let get = hawk(&ours, "GET", LIST, "", "n1");
    assert_eq!(by_hawk(&ours, "GET", LIST, "", get.clone()).status, 200);
    refused(by_hawk(&ours, "GET", LIST, "", get.clone()));
    refused(by_hawk(
        &ours,
        "GET",
        "/v1/customers",
        "",
        hawk(&ours, "GET", LIST, "", "n2"),
    ));
    // The same nonce at another time, and another at this one, are others.
    app.clock.advance(chrono::TimeDelta::seconds(1));
    for nonce in ["n1", "n3"] {
        let again = hawk(&ours, "GET", LIST, "", nonce);
        assert_eq!(by_hawk(&ours, "GET", LIST, "", again).status, 200);
    }
    // A nonce is a key's own.
    let colleague = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let theirs = hawk(&colleague, "GET", LIST, "", "n1");
    assert_eq!(by_hawk(&colleague, "GET", LIST, "", theirs).status, 200);

    let body = r#"{"lastName":"Johnson"}"#;
    let post = hawk(&ours, "POST", "/v1/customers", body, "n4");
    refused(by_hawk(
        &ours,
        "POST",
        "/v1/customers",
        r#"{"lastName":"Jonson"}"#,
        post.clone(),
    ));
    let made = by_hawk(&ours, "POST", "/v1/customers", body, post.clone());
    assert_eq!(
        (made.status, &made.body["lastName"]),
        (200, &json!("Johnson"))
    );
    refused(by_hawk(&ours, "POST", "/v1/customers", body, post));
    let unhashed = hawk(&ours, "POST", "/v1/customers", "", "n5");
    refused(by_hawk(&ours, "POST", "/v1/customers", body, unhashed));

    let merchant = machine(&app, &app.acme, "merchant", &ALL, &[]);
    let none = hawk(&merchant, "GET", LIST, "", "n6");
    refused(by_hawk(&merchant, "GET", LIST, "", none));
    let old = hawk(&ours, "GET", LIST, "", "n7");
    app.clock.advance(chrono::TimeDelta::seconds(61));
    refused(by_hawk(&ours, "GET", LIST, "", old));
}

#[test]
fn of_six_who_send_one_proof_at_once_one_is_heard() {
    const LIST: &str = "/v1/customers";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let body = r#"{"lastName":"Johnson"}"#;
    let proofs = [
        ours.signed("POST", LIST, body, None),
        ours.signed("POST", LIST, body, Some("n1")),
        vec![("authorization", hawk(&ours, "POST", LIST, body, "n1"))],
    ];
    for (before, headers) in proofs.iter().enumerate() {
        let answers = at_once(&[0; 6], |_| send(&app, "POST", LIST, headers, body));
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401, 401, 401]);
        let list = ours.get(LIST).body;
        assert_eq!(list.as_array().map(Vec::len), Some(before + 1));
    }
}

#[test]
fn a_request_is_not_sent_again_with_its_nonce_by_another_name() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let seen = ours.signed("GET", "/v1/customers", "", Some("n1"));
    assert_eq!(send(&app, "GET", "/v1/customers", &seen, "").status, 200);
    assert_eq!(send(&app, "GET", "/v1/customers", &seen, "").status, 401);
    let renamed: Vec<(&'static str, String)> = seen
        .into_iter()
        .map(|(name, value)| match name {
            "x-tr-nonce" => ("x-other", value),
            _ => (name, value.replace("x-tr-nonce", "x-other")),
        })
        .collect();
    assert_eq!(send(&app, "GET", "/v1/customers", &renamed, "").status, 401);
}

#[test]
fn the_operator_says_how_far_a_clock_may_be_off() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_TRUSTIST_WINDOW", "30")]);
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let get = ours.signed("GET", "/v1/customers", "", None);
    let post = ours.signed("POST", "/v1/customers", "{}", None);
    app.clock.advance(chrono::TimeDelta::seconds(30));
    assert_eq!(send(&app, "GET", "/v1/customers", &get, "").status, 200);
    assert_eq!(send(&app, "POST", "/v1/customers", &post, "{}").status, 200);
    assert_eq!(send(&app, "POST", "/v1/customers", &post, "{}").status, 401);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    assert_eq!(send(&app, "GET", "/v1/customers", &get, "").status, 401);
}

#[test]
fn a_signature_covers_a_content_even_where_there_is_none() {
    const LIST: &str = "/v1/customers";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let bare = send(&app, "GET", LIST, &[], "");
    let whole = ours.signed("GET", LIST, "", None);
    assert_eq!(send(&app, "GET", LIST, &whole, "").status, 200);
    let content = |(name, _): &(&str, String)| *name == "x-tr-content-sha256";
    // It is signed and not sent.
    let mut unsent = whole.clone();
    unsent.retain(|header| !content(header));
    // It is neither sent nor signed, and what is left is signed well.
    let text = format!("GET\n{LIST}\n{};{}", ours.date(), app.address);
    let mac = Hmac::<Sha256>::new_from_slice(ours.secret.as_bytes()).expect("any length");
    let signature = STANDARD.encode(mac.chain_update(text).finalize().into_bytes());
    let id = &ours.id;
    let authorization =
        format!("HMAC-SHA256 Credential={id}, SignedHeaders=x-tr-date;host, Signature={signature}");
    let unsigned = vec![("authorization", authorization), ("x-tr-date", ours.date())];
    // It is sent and not signed.
    let mut aside = unsigned.clone();
    aside.extend(whole.iter().filter(|header| content(header)).cloned());
    for headers in [unsent, unsigned, aside] {
        let answer = send(&app, "GET", LIST, &headers, "");
        assert_eq!(
            (answer.status, &answer.body),
            (401, &bare.body),
            "{headers:?}"
        );
    }
}

/// The same request with its date written in another way, and signed so.
fn dated(ours: &Machine<'_>, date: &str) -> Vec<(&'static str, String)> {
    let content = STANDARD.encode(Sha256::digest(""));
    let text = format!("GET\n/v1/customers\n{date};{};{content}", ours.app.address);
    let mac = Hmac::<Sha256>::new_from_slice(ours.secret.as_bytes()).expect("any length");
    let signature = STANDARD.encode(mac.chain_update(text).finalize().into_bytes());
    let authorization = format!("HMAC-SHA256 Credential={}, Signature={signature}", ours.id);
    vec![
        ("authorization", authorization),
        ("x-tr-date", date.to_owned()),
        ("x-tr-content-sha256", content),
    ]
}

#[test]
fn a_date_is_of_rfc_1123_and_in_utc() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let now = app.clock.now();
    let ask = |date: &str| send(&app, "GET", "/v1/customers", &dated(&ours, date), "");
    assert_eq!(ask(&ours.date()).status, 200);
    let there = now + chrono::TimeDelta::hours(2);
    let bare = send(&app, "GET", "/v1/customers", &[], "");
    // The same moment each time.
    for other in [
        there.format("%a, %d %b %Y %H:%M:%S +0200").to_string(),
        now.format("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        now.format("%a, %d %b %Y %H:%M:%S UT").to_string(),
        now.format("%a, %d %b %y %H:%M:%S GMT").to_string(),
        now.format("%d %b %Y %H:%M:%S GMT").to_string(),
        now.to_rfc3339(),
    ] {
        let answer = ask(&other);
        assert_eq!((answer.status, &answer.body), (401, &bare.body), "{other}");
    }
}

#[test]
fn a_client_id_names_the_key_and_comes_once_at_most() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    for (clients, status) in [
        (vec![], 200),
        (vec![ours.id.as_str()], 200),
        (vec!["another"], 401),
        (vec![""], 401),
        (vec!["another", "another"], 401),
        (vec![ours.id.as_str(), "another"], 401),
        (vec![ours.id.as_str(), ours.id.as_str()], 401),
    ] {
        let mut headers = ours.signed("GET", "/v1/customers", "", None);
        let sent = clients.iter().map(|id| ("x-tr-clientid", (*id).to_owned()));
        headers.extend(sent);
        let answer = send(&app, "GET", "/v1/customers", &headers, "");
        assert_eq!(answer.status, status, "{clients:?}");
    }
}

/// What a proof costs by itself: the figure of `docs/operations.md`, with the specified vectors.
#[test]
fn a_proof_is_judged_in_microseconds() {
    use vouch::access::signed::{Claim, Request};
    const TIMES: u32 = 5_000;
    let body = br#"{"firstName":"Sarah","lastName":"Johnson"}"#;
    let hmac = [
        ("host", "api.example.test"),
        ("x-tr-date", "Thu, 01 Jan 2026 00:00:00 GMT"),
        (
            "x-tr-content-sha256",
            "0YJ2OgPLIpz/y/fj6gIG63MNX7WGmr1qwhrNYqwfEJg=",
        ),
        (
            "authorization",
            "HMAC-SHA256 Credential=any, Signature=9rgAvzFplQ/evaflZT7saCPIUZLGNmP0RRgjcvjPACI=",
        ),
    ];
    let hawk = [
        ("host", "api.example.test:443"),
        (
            "authorization",
            r#"Hawk id="any", ts="1767225600", nonce="n0nce1", mac="YXEH3bwmJ6RmHGAwkg7ugYFF0cDnnRinEaI0VPaU4VY=""#,
        ),
    ];
    let now = chrono::DateTime::from_timestamp(1_767_225_600, 0).expect("a moment");
    let cost = |method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers = headers.iter().map(owned).collect();
        let request = Request {
            method,
            target,
            headers: &headers,
            body,
        };
        let begun = std::time::Instant::now();
        for _ in 0..TIMES {
            let claim = Claim::of(&request).expect("a claim");
            let window = chrono::TimeDelta::minutes(5);
            let proof = claim.proven(&request, b"test_secret_do_not_use", now, window);
            assert!(proof.is_some(), "the vector holds");
        }
        begun.elapsed() / TIMES
    };
    let signed = cost("POST", "/v1/customers", &hmac, body);
    let hawk = cost("GET", "/v1/customers/3kTp9j2mN5xR", &hawk, b"");
    println!("a proof by HMAC is judged in {signed:.1?}, one by Hawk in {hawk:.1?}");
    let most = std::time::Duration::from_millis(1);
    assert!(signed < most && hawk < most, "{signed:?}, {hawk:?}");
}
