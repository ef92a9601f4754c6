//! How Trustist's face makes a webhook, and what is sent to it.

use super::*;
use crate::trustist::Machine;

/// A system of Acme's that speaks Trustist's language.
fn machine<'a>(app: &'a TestApp, may: &[&str], branches: &[&str]) -> Machine<'a> {
    let made = machines::key(app, &app.acme, ("trustist", "tenant"), may, branches);
    Machine {
        app,
        actor: made.actor,
        id: made.id,
        secret: made.secret,
    }
}

/// Asks for a webhook; `name` is the request's own.
fn ask(machine: &Machine<'_>, body: &Value, name: Option<&str>) -> (u16, Value) {
    const PATH: &str = "/v1/onboard/webhooks";
    let app = machine.app;
    let nonce = app.clock.new_id().to_string();
    let body = body.to_string();
    let mut headers = machine.signed("POST", PATH, &body, Some(&nonce));
    headers.push(("content-type", "application/json".to_owned()));
    headers.extend(name.map(|name| ("idempotency-key", name.to_owned())));
    let sent: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = app.browser().request("POST", PATH, &sent, Some(body));
    let value = serde_json::from_str(&answer.body).expect("JSON");
    (answer.status, value)
}

#[test]
fn trustist_s_face_makes_one() {
    let app = TestApp::start();
    let ours = machine(&app, &["manage_webhooks"], &[]);
    let (status, made) = ask(
        &ours,
        &json!({ "url": "https://hooks.example/onboard", "name": "CRM" }),
        Some("first"),
    );
    assert_eq!(status, 200, "{made}");
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("whsec_"));
    let mut rest = made.clone();
    rest.as_object_mut().expect("an object").remove("secret");
    assert_eq!(
        rest,
        json!({
            "id": made["id"], "tenantId": app.acme.id, "url": "https://hooks.example/onboard", "name": "CRM",
            "events": ["onboard.session.completed", "onboard.session.failed"], "isActive": true,
            "created": "2026-11-16T12:00:00.000Z", "lastUpdated": "2026-11-16T12:00:00.000Z",
        })
    );
    // Whoever lost the answer asks again; the same name for something else is refused.
    let (_, again) = ask(
        &ours,
        &json!({ "url": "https://hooks.example/onboard", "name": "CRM" }),
        Some("first"),
    );
    assert_eq!(again, made);
    let (status, _) = ask(
        &ours,
        &json!({ "url": "https://hooks.example/else" }),
        Some("first"),
    );
    assert_eq!(status, 422);
    let (status, one) = ask(
        &ours,
        &json!({ "url": "https://hooks.example/one", "events": ["onboard.session.failed"] }),
        None,
    );
    assert_eq!(
        (status, &one["events"]),
        (200, &json!(["onboard.session.failed"]))
    );
    assert_eq!(one["name"], Value::Null);
}

#[test]
fn trustist_s_face_says_what_is_wrong_and_shows_no_more_than_the_key_may_see() {
    let app = TestApp::start();
    let ours = machine(&app, &["manage_webhooks"], &[]);
    for wrong in [
        json!({}),
        json!({ "url": null }),
        json!({ "url": "http://hooks.example/" }),
        json!({ "url": "https://127.0.0.1.nowhere/", "events": [] }),
        json!({ "url": "https://hooks.example/", "events": ["verification.created"] }),
        json!({ "url": "https://hooks.example/", "name": "x".repeat(101) }),
        json!({ "url": "https://10.1.1.1/" }),
    ] {
        let (status, body) = ask(&ours, &wrong, None);
        assert_eq!(
            (status, &body["error"]),
            (400, &json!("invalid_request")),
            "{wrong}"
        );
    }
    let (status, body) = ask(
        &machine(&app, &["create_customer"], &[]),
        &json!({ "url": "https://hooks.example/" }),
        None,
    );
    assert_eq!(
        (status, &body["error"]),
        (403, &json!("insufficient_permissions"))
    );
    // A key that is held to a branch is told of that branch alone.
    let (status, _) = ask(
        &machine(&app, &["manage_webhooks"], &["madrid"]),
        &json!({ "url": "https://hooks.example/m" }),
        None,
    );
    assert_eq!(status, 200);
    let branches: Vec<Option<Vec<Uuid>>> = endpoints::table
        .filter(endpoints::url.eq("https://hooks.example/m"))
        .select(endpoints::branches)
        .load(&mut app.owner())
        .expect("the endpoint");
    assert_eq!(branches, [Some(vec![app.acme.branch("madrid")])]);
    let said = app.actions();
    assert_eq!(said.iter().filter(|one| *one == "webhook.added").count(), 1);
}

#[test]
fn what_is_sent_to_it_is_signed_as_the_standard_says() {
    let app = TestApp::start();
    // Others judge by the machine's own clock.
    app.clock.advance(Clock::system().now() - app.clock.now());
    let receiver = Receiver::ok();
    let ours = machine(&app, &["manage_webhooks"], &[]);
    let (status, made) = ask(&ours, &json!({ "url": receiver.url() }), None);
    assert_eq!(status, 200, "{made}");
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    let (id, secret) = (text("id"), text("secret"));
    let mut admin = app.sign_in(Persona::Admin);
    let tested = admin.post(&format!("/settings/webhooks/{id}/test"), &[]);
    assert_eq!(tested.status, 303, "{}", tested.text());
    assert_eq!(deliver(&app), 1);
    let got = receiver.got().remove(0);
    assert!(accepted(&got, &secret), "{got:?}");
    let mut altered = got.clone();
    altered.body.push(' ');
    assert!(!accepted(&altered, &secret));
    let (message, event, state, _) = log(&app).remove(0);
    assert_eq!(
        (event.as_str(), state.as_str()),
        ("webhook.test", "delivered")
    );
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("webhook-id"), message.to_string());
    let sent: i64 = got.header("webhook-timestamp").parse().expect("seconds");
    assert_eq!(sent, app.clock.now().timestamp());
    assert!(got.header("webhook-signature").starts_with("v1,"));
    assert_eq!(got.header("x-webhook-signature"), "", "that is Kontorion's");
    let at = app.clock.now();
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    assert_eq!(
        got.json(),
        json!({ "type": "webhook.test", "timestamp": at, "data": {} })
    );
}
