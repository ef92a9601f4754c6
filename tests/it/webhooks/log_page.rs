//! The page of a message names what was sent, as each face sends it, and leads to what it is about.

use vouch::schema::customers;

use super::*;
use crate::onboard::{everything, visitor};

/// What every request carries, whoever sends it.
const TRANSPORT: [&str; 5] = [
    "accept",
    "accept-encoding",
    "content-length",
    "host",
    "user-agent",
];

/// The page of the newest message, which was sent once.
fn opened(app: &TestApp) -> Response {
    let (id, ..) = log(app).pop().expect("a message");
    let page = app
        .sign_in(Persona::Admin)
        .get(&format!("/settings/deliveries/{id}"));
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// Each header that came stands on the page, and no other; those without a secret with the values that came.
fn names_what_came(page: &Response, got: &Got, names: &[&str]) {
    let mut came: Vec<&str> = got.headers.keys().map(String::as_str).collect();
    came.retain(|name| !TRANSPORT.contains(name));
    let mut expected = names.to_vec();
    expected.retain(|name| !name.starts_with("object_"));
    expected.sort_unstable();
    assert_eq!(came, expected);
    assert_eq!(page.texts("dl.facts dt code"), names);
    let text = page.text();
    for name in came {
        let value = got.header(name);
        match name {
            "webhook-timestamp" => {
                let attempt = format!("webhook-timestamp: {value}");
                assert_eq!(page.texts("tbody td small code"), [attempt]);
            }
            name if name.ends_with("signature") => assert!(!page.body.contains(value)),
            _ => assert!(page.texts("dl.facts dd code").contains(&value.to_owned())),
        }
    }
    assert_eq!(text.contains("webhook-timestamp"), names.len() > 2);
}

/// The page leads to these places, each of which is there.
fn leads_to(app: &TestApp, page: &Response, places: &[String]) {
    assert_eq!(page.attributes("dl.facts a", "href"), places);
    let mut admin = app.sign_in(Persona::Admin);
    for place in places {
        assert_eq!(admin.get(place).status, 200, "{place}");
    }
}

#[test]
fn kontorion_s_message_names_both_signatures_and_leads_to_its_check_and_customer() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    let customer = make::customer(&app, |_| {});
    let check = start_of(&app, customer);
    assert_eq!(deliver(&app), 1);
    let page = opened(&app);
    let names = [
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "x-webhook-signature",
    ];
    names_what_came(&page, &receiver.got()[0], &names);
    let places = [
        format!("/verifications/{check}"),
        format!("/customers/{customer}"),
    ];
    leads_to(&app, &page, &places);
}

#[test]
fn trustist_s_message_names_the_standard_s_headers_and_leads_to_the_sessions_and_their_customer() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    onboarding::listens(&app, &receiver.url());
    let mut visitor = visitor(&app, &everything());
    visitor.fill_in();
    assert_eq!(visitor.post("send", &[]).status, 200);
    assert_eq!(deliver(&app), 1);
    let page = opened(&app);
    let names = [
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ];
    names_what_came(&page, &receiver.got()[0], &names);
    let whose = format!("/customers/{}", visitor.customer);
    leads_to(&app, &page, &[format!("{whose}/sessions"), whose]);
}

#[test]
fn treezor_s_message_names_its_media_and_the_signature_in_its_body_and_leads_to_the_customer() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let token = treezor::token(&app, &["read_only", "read_write", "admin"], &[]);
    treezor::hook(&app, &token, &receiver.url());
    let user = treezor::complete(&app);
    let path = format!("/v1/users/{user}/Kycreview");
    assert_eq!(treezor::ask(&app, &token, "PUT", &path, None).0, 200);
    assert_eq!(deliver(&app), 1);
    let page = opened(&app);
    let names = ["content-type", "object_payload_signature"];
    let got = &receiver.got()[0];
    names_what_came(&page, got, &names);
    assert_eq!(got.header("content-type"), "text/plain");
    let body = got.json();
    let signature = body["object_payload_signature"].as_str().expect("a text");
    assert!(!page.body.contains(signature));
    let customer: Uuid = customers::table
        .select(customers::id)
        .first(&mut app.owner())
        .expect("the customer");
    leads_to(&app, &page, &[format!("/customers/{customer}")]);
}

#[test]
fn a_test_is_about_nobody() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let (id, _) = endpoint(&app, &receiver.url());
    let mut admin = app.sign_in(Persona::Admin);
    let tested = admin.post(&format!("/settings/webhooks/{id}/test"), &[]);
    assert_eq!(tested.status, 303);
    assert_eq!(deliver(&app), 1);
    let page = opened(&app);
    assert!(page.attributes("dl.facts a", "href").is_empty());
    assert!(!page.texts("dl.facts dt").contains(&"About".to_owned()));
}
