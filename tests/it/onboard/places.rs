//! Large bodies of senders who have not proved who they are: nobody keeps the others from sending, and whoever has no link
//! and no key takes no place.

use std::{
    io::Write as _,
    net::TcpStream,
    time::{Duration, Instant},
};

use base64::Engine as _;
use vouch::web::edge::{OF_A_KEY, OF_ONE, OWN, STRANGERS};

use super::*;
use crate::support::{cluster, machines};

/// A server behind a proxy that names its clients, so that a test may come from many addresses.
fn behind_a_proxy() -> TestApp {
    TestApp::start_with(
        cluster::database(),
        &[("VOUCH_TRUSTED_PROXIES", "127.0.0.1")],
    )
}

/// An upload that says how much is to come, and then nothing.
fn silent(app: &TestApp, path: &str, from: &str, more: &str) -> TcpStream {
    let mut line = TcpStream::connect(app.address).expect("a line");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nX-Forwarded-For: {from}\r\nSec-Fetch-Site: same-origin\r\n{more}Content-Length: 5000000\r\n\r\n",
        app.address,
    );
    line.write_all(head.as_bytes()).expect("a head");
    line
}

const FORM: &str = "Content-Type: multipart/form-data; boundary=b\r\n";

/// Long enough for a head to be read and looked up, on a busy machine too.
fn settle() {
    std::thread::sleep(Duration::from_millis(1_500));
}

/// What an upload answers, and that it did not wait for a place: each is given back after ten silent seconds.
fn at_once<T>(ask: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let answer = ask();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(6), "{took:?}");
    answer
}

fn hand_in_from(visitor: &mut Visitor, from: &str) -> Response {
    let body = "--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nIDENTITY_PROOF\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let body = format!("{body}{}\r\n--b--\r\n", make::pdf(1));
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=b"),
        ("x-forwarded-for", from),
    ];
    let path = format!("{}/papers", visitor.path);
    visitor.browser.request("POST", &path, &headers, Some(body))
}

#[test]
fn one_address_that_sends_nothing_keeps_no_other_from_sending() {
    let app = behind_a_proxy();
    let mut visitor = visitor(&app, &everything());
    let path = format!("{}/papers", elsewhere(&app, &app.acme).path);
    let lines: Vec<TcpStream> = (0..STRANGERS + 2)
        .map(|_| silent(&app, &path, "192.0.2.1", FORM))
        .collect();
    settle();
    let answer = at_once(|| hand_in_from(&mut visitor, "192.0.2.2"));
    assert_eq!(answer.status, 303, "{}", answer.text());
    drop(lines);
}

#[test]
fn whoever_has_no_link_and_no_key_is_refused_while_every_place_is_held() {
    let app = behind_a_proxy();
    let visitor = visitor(&app, &everything());
    // What one link, key or organisation may hold is not all of it.
    let doors: Vec<String> = (0..STRANGERS / OWN)
        .map(|at| {
            let tenant = if at < OF_ONE / OWN {
                &app.acme
            } else {
                &app.other
            };
            format!("{}/papers", elsewhere(&app, tenant).path)
        })
        .collect();
    let made =
        |tenant: &Tenant| machines::key(&app, tenant, ("truust", "live"), &["read", "write"], &[]);
    let key = made(&app.acme);
    let keys = [made(&app.acme), made(&app.acme), made(&app.other)];
    let keys: Vec<&str> = [&keys[0], &keys[0], &keys[1], &keys[2]]
        .map(|key| key.secret.as_str())
        .to_vec();
    let documents = format!("/2.0/verifications/{}/documents", visitor.customer);
    let addresses = || (1..=STRANGERS / OWN).map(|host| format!("192.0.2.{host}"));
    let guests: Vec<TcpStream> = addresses()
        .zip(&doors)
        .flat_map(|one| std::iter::repeat_n(one, OWN))
        .map(|(from, link)| silent(&app, link, &from, FORM))
        .collect();
    settle();
    let mut nobody = Visitor {
        browser: app.browser(),
        customer: visitor.customer,
        session: visitor.session,
        path: format!("/onboard/{}", token(&app, app.clock.new_id())),
    };
    let refused = at_once(|| hand_in_from(&mut nobody, "198.51.100.1"));
    assert_eq!(refused.status, 404);
    // What customers hold keeps no machine from sending.
    let ask = |secret: &str| {
        let paper = base64::engine::general_purpose::STANDARD.encode(make::pdf(1));
        let body = json!({"type": "ADDRESS_PROOF", "content": format!("data:application/pdf;base64,{paper}")});
        let bearer = format!("Bearer {secret}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("x-forwarded-for", "198.51.100.2"),
        ];
        let mut browser = app.browser();
        browser.request("POST", &documents, &headers, Some(body.to_string()))
    };
    let taken = at_once(|| ask(&key.secret));
    assert_eq!(taken.status, 200, "{}", taken.body);
    drop(guests);
    // Nor do machines that say nothing; whoever has no key, or one of another face, takes no place and waits for none.
    let lines: Vec<TcpStream> = addresses()
        .zip(&keys)
        .flat_map(|one| std::iter::repeat_n(one, OWN))
        .map(|(from, secret)| {
            let bearer = format!("Authorization: Bearer {secret}\r\n");
            silent(&app, &documents, &from, &bearer)
        })
        .collect();
    settle();
    let other = machines::key(
        &app,
        &app.acme,
        ("kontorion", "live"),
        &["read", "write"],
        &[],
    );
    let revoked = machines::key(&app, &app.acme, ("truust", "live"), &["write"], &[]);
    machines::revoke(&app, &app.acme, &revoked);
    for secret in ["sk_live_nobody", &other.secret, &revoked.secret] {
        let refused = at_once(|| ask(secret));
        assert_eq!(refused.status, 401, "{}", refused.body);
        assert_eq!(
            refused.body.trim(),
            json!({"message": "Unauthenticated."}).to_string()
        );
    }
    drop(lines);
}

/// A customer of any tenant at their link.
fn elsewhere(app: &TestApp, tenant: &Tenant) -> Visitor {
    let customer = make::customer_of(app, tenant, |new| new.kyc = "draft");
    let session = session(app, tenant, customer, &everything());
    Visitor {
        browser: app.browser(),
        customer,
        session,
        path: format!("/onboard/{}", token(app, session)),
    }
}

/// A link that many hold, from many addresses, and a key: the others of their organisation go on.
#[test]
fn one_link_and_one_key_keep_no_other_from_sending() {
    let app = behind_a_proxy();
    let shared = format!("{}/papers", visitor(&app, &everything()).path);
    let mut other = visitor(&app, &everything());
    let lines: Vec<TcpStream> = (0..STRANGERS)
        .map(|host| silent(&app, &shared, &format!("192.0.2.{host}"), FORM))
        .collect();
    settle();
    let answer = at_once(|| hand_in_from(&mut other, "198.51.100.1"));
    assert_eq!(answer.status, 303, "{}", answer.text());
    drop(lines);
    let scopes = ["read", "write"];
    let key = || machines::key(&app, &app.acme, ("truust", "live"), &scopes, &[]);
    let (shared, own) = (key(), key());
    let documents = format!("/2.0/verifications/{}/documents", other.customer);
    let bearer = format!("Authorization: Bearer {}\r\n", shared.secret);
    let lines: Vec<TcpStream> = (0..STRANGERS + OF_A_KEY)
        .map(|host| silent(&app, &documents, &format!("203.0.113.{host}"), &bearer))
        .collect();
    settle();
    let bearer = format!("Bearer {}", own.secret);
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("x-forwarded-for", "198.51.100.2"),
    ];
    let answer = at_once(|| {
        let mut browser = app.browser();
        browser.request("POST", &documents, &headers, Some("{}".to_owned()))
    });
    assert_eq!(answer.status, 422, "{}", answer.body);
    drop(lines);
}

/// However many links an organisation has.
#[test]
fn one_organisation_keeps_no_other_from_sending() {
    let app = behind_a_proxy();
    let lines: Vec<TcpStream> = (0..STRANGERS)
        .map(|host| {
            let path = format!("{}/papers", visitor(&app, &everything()).path);
            silent(&app, &path, &format!("192.0.2.{host}"), FORM)
        })
        .collect();
    settle();
    let mut other = elsewhere(&app, &app.other);
    let answer = at_once(|| hand_in_from(&mut other, "198.51.100.1"));
    assert_eq!(answer.status, 303, "{}", answer.text());
    drop(lines);
}

#[test]
fn machines_that_send_nothing_from_one_address_keep_no_other_from_sending() {
    let app = behind_a_proxy();
    let key = machines::key(&app, &app.acme, ("treezor", "oauth"), &["read_write"], &[]);
    let token = crate::treezor::exchange(&app, &key).expect("a token");
    let bearer = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let lines: Vec<TcpStream> = (0..STRANGERS + 2)
        .map(|_| silent(&app, "/v1/documents", "192.0.2.1", &bearer))
        .collect();
    settle();
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("x-forwarded-for", "192.0.2.2"),
    ];
    let ask = || {
        let mut browser = app.browser();
        browser.request("POST", "/v1/documents", &headers, Some("{}".to_owned()))
    };
    assert_eq!(at_once(ask).status, 400);
    drop(lines);
}

/// Each form is counted, whatever is wrong with it; and an upload that was refused before its body came.
#[test]
fn what_cannot_be_read_is_counted_too() {
    let app = behind_a_proxy();
    let visitor = visitor(&app, &everything());
    let most = vouch::onboarding::limits::AT_ONCE;
    let send = |from: &str, kind: &str, step: &str, site: &str| {
        let headers = [
            ("sec-fetch-site", site),
            ("content-type", kind),
            ("x-forwarded-for", from),
        ];
        let path = format!("{}/{step}", visitor.path);
        let body = Some("a=%00".to_owned());
        let mut browser = app.browser();
        browser.request("POST", &path, &headers, body).status
    };
    let form = "application/x-www-form-urlencoded";
    for (at, (kind, step, site, status)) in [
        (form, "details", "same-origin", 400),
        ("text/plain", "papers", "same-origin", 400),
        (form, "send", "cross-site", 403),
    ]
    .into_iter()
    .enumerate()
    {
        let from = format!("203.0.113.{at}");
        let first = send(&from, kind, step, site);
        assert_eq!(first, status, "{step}");
        let mut last = first;
        for _ in 0..most * 3 {
            last = send(&from, kind, step, site);
            if last == 429 {
                break;
            }
        }
        assert_eq!(last, 429, "{step}");
    }
}
