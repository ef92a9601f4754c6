//! Who answers checks: rules without a network, a provider elsewhere that answers now, later, wrongly or not at all, and
//! what an admin sets up.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{outgoing::signature::Secret, schema::verifications};

use crate::support::{Browser, Persona, Response, TestApp, cluster, make};

mod papers;
mod pauses;
mod turns;
mod vouch_checks;

/// A request as the provider got it.
pub struct Got {
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// When it was there, before it was answered.
    pub at: Instant,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A server that gives these answers, one a connection, and then none: status and body.
pub fn provider(answers: Vec<(u16, String)>) -> (SocketAddr, mpsc::Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    (address, answering(listener, answers))
}

/// The same at a port that is there already.
pub fn answering(listener: TcpListener, answers: Vec<(u16, String)>) -> mpsc::Receiver<Got> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for (status, body) in answers {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let mut reader = BufReader::new(stream);
            let mut headers = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a line");
                let line = line.trim_end();
                if line.is_empty() {
                    break;
                }
                if let Some((name, value)) = line.split_once(": ") {
                    headers.push((name.to_lowercase(), value.to_owned()));
                }
            }
            let length = headers.iter().find(|(name, _)| name == "content-length");
            let length = length
                .and_then(|(_, value)| value.parse().ok())
                .unwrap_or(0);
            let mut bytes = vec![0; length];
            reader.read_exact(&mut bytes).expect("a body");
            let at = Instant::now();
            let body_out = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = reader.get_mut().write_all(body_out.as_bytes());
            let body = String::from_utf8(bytes).expect("text");
            let _ = sender.send(Got { headers, body, at });
        }
    });
    receiver
}

/// A server that may call providers on this machine, as those of all tests may.
fn app() -> TestApp {
    TestApp::start()
}

/// Sets a provider up; what both sides sign with.
pub fn set_up(app: &TestApp, name: &str, url: &str) -> Secret {
    let done = app.sign_in(Persona::Admin).post(
        "/settings/providers",
        &[("name", name), ("url", url), ("timeout", "2")],
    );
    assert_eq!(done.status, 200, "{}", done.text());
    let shown = done.texts("code.id");
    Secret::read(&shown[0]).expect("a secret")
}

fn start(app: &TestApp, customer: Uuid, provider: &str, kind: &str) -> Response {
    app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", kind), ("provider", provider)],
    )
}

type Row = (Uuid, String, Option<String>, Option<String>, Option<Value>);

/// The newest check: id, status, reference, reason, payload.
pub fn newest(app: &TestApp) -> Option<Row> {
    verifications::table
        .order(verifications::number.desc())
        .select((
            verifications::id,
            verifications::status,
            verifications::provider_reference,
            verifications::reason,
            verifications::result_payload,
        ))
        .first(&mut app.owner())
        .optional()
        .expect("the checks")
}

#[test]
fn rules_answer_at_once_and_say_which_failed() {
    let app = TestApp::start();
    let good = make::customer(&app, |new| new.tax_id = Some("501 964 843".to_owned()));
    assert_eq!(start(&app, good, "vouch_checks", "tax_id").status, 303);
    let (id, status, _, reason, payload) = newest(&app).expect("a check");
    assert_eq!((status.as_str(), reason), ("verified", None));
    assert_eq!(payload.expect("a payload")["failed"], json!([]));
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/verifications/{id}")).text();
    assert!(page.contains("Verification answered"), "{page}");
    assert!(!page.contains("501964843"), "the number stays out of it");

    let bad = make::customer(&app, |new| new.tax_id = Some("501964842".to_owned()));
    start(&app, bad, "vouch_checks", "tax_id");
    let (_, status, _, reason, payload) = newest(&app).expect("a check");
    assert_eq!(status, "failed");
    assert_eq!(reason.as_deref(), Some("Failed: tax id: check digit."));
    let payload = payload.expect("a payload");
    assert_eq!(payload["failed"], json!(["tax_id: check_digit"]));
    assert_eq!(payload["findings"][0]["country"], "PT");

    let iban = officer.post(
        &format!("/customers/{good}/verifications"),
        &[
            ("verification_type", "iban"),
            ("provider", "vouch_checks"),
            ("number", "PT50 0002 0123 1234 5678 9015 4"),
        ],
    );
    assert_eq!(iban.status, 303);
    assert_eq!(newest(&app).expect("a check").1, "verified");

    let before = newest(&app).expect("a check").0;
    let unknown = start(&app, good, "vouch_checks", "horoscope");
    assert_eq!(unknown.status, 422);
    assert!(unknown.text().contains("vouch_checks checks: tax_id"));
    assert_eq!(
        newest(&app).expect("a check").0,
        before,
        "nothing is stored"
    );
}

#[test]
fn papers_age_and_countries_are_looked_at_together() {
    let app = TestApp::start();
    let child = make::customer(&app, |new| {
        new.birth_date = "2010-11-17".parse().ok();
        new.nationality = Some("IR");
    });
    let paper = make::document_of(&app, &app.acme, child, "IDENTITY_PROOF", |new| {
        new.expires_on = "2026-11-15".parse().ok();
    });
    // The specimen of ICAO Doc 9303, part 4.
    let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    make::extracted(&app, &app.acme, (child, paper), "mrz", "mrz", zone);
    start(&app, child, "vouch_checks", "identity");
    let (_, status, _, _, payload) = newest(&app).expect("a check");
    assert_eq!(status, "failed");
    assert_eq!(
        payload.expect("a payload")["failed"],
        json!([
            "mrz: differs",
            "mrz: other_name",
            "document_expiry: expired",
            "age: under_age",
            "country: call_for_action"
        ])
    );
}

#[test]
fn a_name_that_nobody_has_is_a_person_s() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    assert_eq!(
        start(&app, customer, "Somebody Else GmbH", "identity").status,
        303
    );
    let (_, status, _, _, payload) = newest(&app).expect("a check");
    assert_eq!((status.as_str(), payload), ("pending", None));
}

#[test]
fn a_provider_elsewhere_is_asked_with_a_signature_and_may_answer_at_once() {
    let app = app();
    let said = json!({ "status": "verified", "reference": "ref-1", "result": { "score": 97 } });
    let (address, got) = provider(vec![(200, said.to_string())]);
    let secret = set_up(&app, "acme-id", &format!("http://{address}/ask"));
    let customer = make::customer(&app, |_| {});
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 303);
    let (id, status, reference, _, payload) = newest(&app).expect("a check");
    assert_eq!(status, "verified");
    assert_eq!(reference.as_deref(), Some("ref-1"));
    assert_eq!(payload, Some(json!({ "score": 97 })));
    let got = got.recv_timeout(Duration::from_secs(5)).expect("a request");
    assert_eq!(got.header("webhook-id"), id.to_string());
    assert!(secret.verifies(
        got.header("webhook-id"),
        got.header("webhook-timestamp"),
        got.header("webhook-signature"),
        got.body.as_bytes(),
        app.clock.now(),
    ));
    let body: Value = serde_json::from_str(&got.body).expect("JSON");
    assert_eq!(body["type"], "verification.start");
    assert_eq!(body["data"]["customer"]["last_name"], "Falcão");
    assert_eq!(
        body["data"]["callback_url"],
        format!("http://{}/callbacks/acme-id/{}", app.address, app.acme.id)
    );
    assert_eq!(
        app.actions(),
        [
            "provider.added",
            "verification.created",
            "verification.answered"
        ]
    );
}

/// What a provider sends by itself, signed with this secret.
pub fn callback(app: &TestApp, name: &str, secret: &Secret, body: &str) -> Response {
    let path = format!("/callbacks/{name}/{}", app.acme.id);
    sent(&mut app.browser(), app, &path, secret, body)
}

/// The same to any path, signed with what `make::provider` gives each provider.
pub fn signed(browser: &mut Browser, app: &TestApp, path: &str, body: &str) -> Response {
    let secret = Secret::read(make::PROVIDER_SECRET).expect("a secret");
    sent(browser, app, path, &secret, body)
}

fn sent(browser: &mut Browser, app: &TestApp, path: &str, secret: &Secret, body: &str) -> Response {
    sent_at(browser, app.clock.now().timestamp(), path, secret, body)
}

/// Sent and signed at this time, in seconds since 1970.
fn sent_at(browser: &mut Browser, at: i64, path: &str, secret: &Secret, body: &str) -> Response {
    let id = "msg_1";
    let signature = secret.sign(id, at, body.as_bytes());
    browser.request(
        "POST",
        path,
        &[
            ("content-type", "application/json"),
            ("webhook-id", id),
            ("webhook-timestamp", &at.to_string()),
            ("webhook-signature", &signature),
        ],
        Some(body.to_owned()),
    )
}

#[test]
fn it_may_answer_later_by_a_signed_callback_which_counts_once() {
    let app = app();
    let (address, _got) = provider(vec![(202, String::new())]);
    let secret = set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    start(&app, customer, "acme-id", "identity");
    let (id, status, ..) = newest(&app).expect("a check");
    assert_eq!(status, "pending");
    let said = json!({ "verification_id": id, "status": "failed", "reason": "No such person" });
    let said = said.to_string();
    let wrong = Secret::random().expect("randomness");
    assert_eq!(callback(&app, "acme-id", &wrong, &said).status, 401);
    assert_eq!(callback(&app, "nobody", &secret, &said).status, 404);
    assert_eq!(callback(&app, "acme-id", &secret, "{}").status, 400);
    assert_eq!(newest(&app).expect("a check").1, "pending");
    assert_eq!(callback(&app, "acme-id", &secret, &said).status, 200);
    let (_, status, _, reason, _) = newest(&app).expect("a check");
    assert_eq!(
        (status.as_str(), reason.as_deref()),
        ("failed", Some("No such person"))
    );
    let before = app.actions().len();
    assert_eq!(
        callback(&app, "acme-id", &secret, &said).status,
        200,
        "again"
    );
    let other = json!({ "verification_id": id, "status": "verified" }).to_string();
    assert_eq!(callback(&app, "acme-id", &secret, &other).status, 409);
    assert_eq!(app.actions().len(), before);
    // A check of another provider is none of its business.
    let check = make::verification(&app, customer, |_| {});
    let other = json!({ "verification_id": check, "status": "verified" }).to_string();
    assert_eq!(callback(&app, "acme-id", &secret, &other).status, 404);
}

#[test]
fn an_answer_that_was_signed_more_than_five_minutes_ago_or_ahead_is_nobody_s() {
    let app = app();
    make::provider(&app, &app.acme, "acme-id", "https://id.example/");
    let secret = Secret::read(make::PROVIDER_SECRET).expect("a secret");
    let customer = make::customer(&app, |_| {});
    let check = make::verification(&app, customer, |new| {
        (new.provider, new.status) = ("acme-id", "pending");
    });
    let said = json!({ "verification_id": check, "status": "verified" }).to_string();
    let path = format!("/callbacks/acme-id/{}", app.acme.id);
    let now = app.clock.now().timestamp();
    for (apart, status) in [(-301, 401), (301, 401), (-299, 200)] {
        let answer = sent_at(&mut app.browser(), now + apart, &path, &secret, &said);
        assert_eq!(answer.status, status, "{apart} s: {}", answer.text());
        let stands = newest(&app).expect("the check").1;
        let taken = if status == 200 { "verified" } else { "pending" };
        assert_eq!(stands, taken, "{apart} s");
    }
}

#[test]
fn one_that_is_away_is_503_and_nothing_is_stored() {
    let app = app();
    let busy = |n: usize| vec![(503, "{}".to_owned()); n];
    let (address, got) = provider(busy(3));
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    let before = app.actions().len();
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    assert_eq!(got.try_iter().count(), 3, "asked three times");
    // Now nobody listens; after five questions in a row nobody is asked.
    for _ in 0..5 {
        assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    }
    assert!(newest(&app).is_none());
    assert_eq!(app.actions().len(), before);
    let begun = std::time::Instant::now();
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    assert!(
        begun.elapsed() < Duration::from_millis(700),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn one_that_refuses_is_said_to_refuse_and_is_not_left_alone() {
    let app = app();
    let mut answers = vec![(422, json!({ "error": "Falcão" }).to_string()); 5];
    answers.push((200, json!({ "status": "verified" }).to_string()));
    let (address, got) = provider(answers);
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    let before = app.actions().len();
    for _ in 0..5 {
        let refused = start(&app, customer, "acme-id", "identity");
        assert_eq!(refused.status, 503);
        let said = refused.text();
        assert!(
            said.contains("The provider refused the question (it answered 422)"),
            "{said}"
        );
        assert!(!said.contains("in a moment"), "{said}");
        assert_eq!(refused.header("retry-after"), None);
    }
    assert_eq!(got.try_iter().count(), 5, "each was asked once");
    assert!(newest(&app).is_none());
    assert_eq!(app.actions().len(), before);
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 303);
    assert_eq!(newest(&app).expect("a check").1, "verified");
}

#[test]
fn a_refusal_between_makes_up_for_no_failure() {
    let app = app();
    let nonsense = || (200, "nonsense".to_owned());
    let mut answers = vec![nonsense(), nonsense(), nonsense(), nonsense()];
    answers.push((422, "{}".to_owned()));
    answers.push(nonsense());
    answers.push((200, json!({ "status": "verified" }).to_string()));
    let (address, got) = provider(answers);
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    for _ in 0..6 {
        assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    }
    assert_eq!(got.try_iter().count(), 6, "each was asked once");
    // The fifth failure was the last.
    let alone = start(&app, customer, "acme-id", "identity");
    assert_eq!(alone.status, 503);
    assert_eq!(got.try_iter().count(), 0, "nobody is asked");
    assert!(newest(&app).is_none());
    // After half a minute one question finds out.
    app.clock.advance(chrono::TimeDelta::seconds(31));
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 303);
    assert_eq!(got.try_iter().count(), 1);
    assert_eq!(newest(&app).expect("a check").1, "verified");
}

#[test]
fn one_that_hangs_is_given_up_in_its_time() {
    let app = app();
    // Connections are taken by the kernel, and nobody reads them.
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = deaf.local_addr().expect("an address");
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    let begun = std::time::Instant::now();
    assert_eq!(start(&app, customer, "acme-id", "identity").status, 503);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    assert!(newest(&app).is_none());
}

#[test]
fn a_check_that_waits_is_asked_after() {
    let app = app();
    let said = json!({ "status": "verified" }).to_string();
    let (address, _got) = provider(vec![
        (202, String::new()),
        (200, json!({ "status": "pending" }).to_string()),
        (200, said),
    ]);
    set_up(&app, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&app, |_| {});
    start(&app, customer, "acme-id", "identity");
    let (id, ..) = newest(&app).expect("a check");
    let mut officer = app.sign_in(Persona::Officer);
    let path = format!("/verifications/{id}/poll");
    for done in ["waiting", "answered"] {
        let answer = officer.post(&path, &[]);
        assert_eq!(
            answer.header("location"),
            Some(format!("/verifications/{id}?done={done}").as_str())
        );
    }
    assert_eq!(newest(&app).expect("a check").1, "verified");
    assert_eq!(officer.post(&path, &[]).status, 409);
}

#[test]
fn no_address_of_ours_is_called_and_redirects_are_not_followed() {
    let closed = TestApp::start_with(
        cluster::database(),
        &[("VOUCH_WEBHOOKS_ALLOW_LOOPBACK", "no")],
    );
    let mut admin = closed.sign_in(Persona::Admin);
    for url in [
        "http://127.0.0.1:9/",
        "https://127.0.0.1:9/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "http://example.com/",
        "https://user:secret@example.com/",
        "ftp://example.com/",
        "nonsense",
    ] {
        let answer = admin.post("/settings/providers", &[("name", "acme-id"), ("url", url)]);
        assert_eq!(answer.status, 422, "{url}");
    }
    let open = app();
    let (inner, asked) = provider(vec![(200, json!({ "status": "verified" }).to_string())]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut head = [0; 8192];
        let _ = stream.read(&mut head);
        let _ = write!(
            stream,
            "HTTP/1.1 307 X\r\nLocation: http://{inner}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    });
    set_up(&open, "acme-id", &format!("http://{address}/"));
    let customer = make::customer(&open, |_| {});
    assert_eq!(start(&open, customer, "acme-id", "identity").status, 503);
    assert_eq!(asked.try_iter().count(), 0);
}

#[test]
fn an_admin_sets_providers_up_and_takes_them_away() {
    let app = app();
    let mut admin = app.sign_in(Persona::Admin);
    for (name, url) in [
        ("manual", "https://id.example/"),
        ("watchlist", "https://id.example/"),
        ("Acme", "https://id.example/"),
        ("", "https://id.example/"),
        ("acme", ""),
    ] {
        let answer = admin.post("/settings/providers", &[("name", name), ("url", url)]);
        assert_eq!(answer.status, 422, "{name} {url}");
    }
    let secret = set_up(&app, "acme", "https://id.example/ask");
    let page = admin.get("/settings/providers");
    assert!(page.text().contains("https://id.example/ask"));
    assert!(!page.body.contains(&secret.text()), "shown once");
    let twice = admin.post(
        "/settings/providers",
        &[("name", "acme"), ("url", "https://id.example/")],
    );
    assert_eq!(twice.status, 422);
    let remove = page.attributes("form[action$='/remove']", "action")[0].clone();
    assert_eq!(app.sign_in(Persona::Other).post(&remove, &[]).status, 404);
    assert_eq!(admin.post(&remove, &[]).status, 303);
    assert_eq!(admin.post(&remove, &[]).status, 404);
    assert!(admin.get("/settings/providers").text().contains("0 in all"));
    set_up(&app, "acme", "https://id.example/ask");
}
