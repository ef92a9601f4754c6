//! Hooks of Treezor's face: made by machines, told of both life cycles, and signed within.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use vouch::reviews::policy::{
    changes,
    rules::{LifeCycle, Policy},
};

use super::*;
use crate::{
    approvals::act,
    treezor::{self, canary},
};

/// A system of Acme's that speaks Treezor's language: its token.
pub fn token(app: &TestApp, may: &[&str], branches: &[&str]) -> String {
    let key = machines::key(app, &app.acme, ("treezor", "oauth"), may, branches);
    treezor::exchange(app, &key).expect("a token")
}

pub fn ask(
    app: &TestApp,
    token: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let body = body.map(Value::to_string);
    let answer = app.browser().request(method, path, &headers, body);
    let value = serde_json::from_str(&answer.body).expect("JSON");
    (answer.status, value)
}

/// A hook and its secret.
pub fn hook(app: &TestApp, token: &str, url: &str) -> (Uuid, String) {
    let (status, made) = ask(
        app,
        token,
        "POST",
        "/settings/hooks",
        Some(&json!({ "url": url })),
    );
    assert_eq!(status, 200, "{made}");
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id").parse().expect("an id"), text("secret"))
}

/// The signature as a receiver reckons it: of the payload alone, cut out of what came.
pub fn reckoned(got: &Got, secret: &str) -> String {
    let (_, rest) = got
        .body
        .split_once("\"object_payload\":")
        .expect("a payload");
    let (payload, _) = rest
        .split_once(",\"object_payload_signature\"")
        .expect("its end");
    assert!(payload.is_ascii() && !payload.replace("\\/", "").contains('/'));
    let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    STANDARD.encode(mac.chain_update(payload.as_bytes()).finalize().into_bytes())
}

fn legacy(app: &TestApp) {
    let policy = Policy {
        kyc_life_cycle: LifeCycle::Legacy,
        ..Policy::default()
    };
    act(app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
}

/// A user with all that is asked of them; its number.
pub fn complete(app: &TestApp) -> i64 {
    let customer = make::customer(app, |new| new.last_name = Some("Amélie/Ünal".to_owned()));
    make::complete(app, customer);
    treezor::number(app, &app.acme, customer)
}

fn decide(app: &TestApp, decision: &[(&str, &str)]) {
    let round: Uuid = vouch::schema::reviews::table
        .select(vouch::schema::reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let path = format!("/reviews/{round}/decision");
    let version = manager
        .get(&path)
        .form(&path)
        .into_iter()
        .find(|(name, _)| name == "version")
        .expect("the version that was seen")
        .1;
    let mut fields = vec![("version", version.as_str())];
    fields.extend_from_slice(decision);
    let done = manager.post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn a_request_and_a_decision_are_told_once_each_in_the_newer_life_cycle() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let token = token(&app, &["read_only", "read_write", "admin"], &[]);
    let (_, secret) = hook(&app, &token, &receiver.url());
    let user = complete(&app);
    let path = format!("/v1/users/{user}/Kycreview");
    let (status, asked) = ask(&app, &token, "PUT", &path, None);
    assert_eq!(status, 200, "{asked}");
    // A second request of an open review tells nothing.
    assert_eq!(ask(&app, &token, "PUT", &path, None).0, 200);
    assert_eq!(deliver(&app), 1);
    decide(
        &app,
        &[
            ("decision", "refused"),
            ("reason", "identity_not_proved"),
            ("comment", "canary 4711: a colleague knows him"),
            ("message", "The photograph shows somebody else."),
        ],
    );
    assert_eq!(deliver(&app), 1);
    let got = receiver.got();
    let (_, kyc) = ask(&app, &token, "GET", &format!("/v1/users/{user}/kyc"), None);
    for (one, name, payload) in [
        (&got[0], "kycreview.request", &asked),
        (&got[1], "kycreview.result", &kyc),
    ] {
        let body = one.json();
        let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
        assert_eq!(
            members,
            [
                "webhook",
                "webhook_id",
                "webhook_created_at",
                "object",
                "object_id",
                "object_payload",
                "object_payload_signature"
            ]
        );
        assert_eq!(body["webhook"], name);
        assert_eq!(
            (&body["object"], &body["object_id"]),
            (&json!("kyc"), &json!(user.to_string()))
        );
        assert_eq!(body["object_payload"], json!({ "kycs": [payload] }));
        assert_eq!(body["object_payload_signature"], reckoned(one, &secret));
        assert_eq!(
            body["webhook_created_at"],
            app.clock.now().timestamp_micros() / 100
        );
        assert_eq!(one.header("content-type"), "text/plain");
        assert_eq!(one.header("webhook-signature"), "");
        assert!(!one.body.contains("canary"), "{}", one.body);
    }
    assert_ne!(got[0].json()["webhook_id"], got[1].json()["webhook_id"]);
    assert_eq!(
        kyc["kycReviewComment"],
        "The photograph shows somebody else."
    );
}

#[test]
fn what_is_missing_is_found_after_the_request_was_told() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let token = token(&app, &["read_only", "read_write", "admin"], &[]);
    hook(&app, &token, &receiver.url());
    let customer = make::customer(&app, |_| {});
    let user = treezor::number(&app, &app.acme, customer);
    ask(
        &app,
        &token,
        "PUT",
        &format!("/v1/users/{user}/Kycreview"),
        None,
    );
    assert_eq!(deliver(&app), 1);
    let body = receiver.got().remove(0).json();
    assert_eq!(body["webhook"], "kycreview.request");
    assert_eq!(body["object_payload"]["kycs"][0]["kycStatus"], "PENDING");
    let (_, kyc) = ask(&app, &token, "GET", &format!("/v1/users/{user}/kyc"), None);
    assert_eq!(kyc["kycStatus"], "INCOMPLETE");
}

#[test]
fn the_older_life_cycle_tells_of_users_in_texts() {
    let app = TestApp::start();
    legacy(&app);
    let receiver = Receiver::ok();
    let token = token(&app, &["read_only", "read_write", "admin"], &[]);
    let (_, secret) = hook(&app, &token, &receiver.url());
    let user = complete(&app);
    let (_, asked) = ask(
        &app,
        &token,
        "PUT",
        &format!("/v1/users/{user}/Kycreview"),
        None,
    );
    decide(&app, &[("decision", "validated"), ("risk", "low")]);
    assert_eq!(deliver(&app), 2);
    let mut got = receiver.got();
    got.sort_by_key(|got| got.json()["webhook"].to_string());
    let [requested, reviewed] = &got[..] else {
        panic!("two messages, not {}", got.len());
    };
    assert_eq!(requested.json()["webhook"], "user.kycrequest");
    assert_eq!(requested.json()["object_payload"], asked);
    let (_, shown) = ask(&app, &token, "GET", &format!("/v1/users/{user}"), None);
    let body = reviewed.json();
    assert_eq!(body["webhook"], "user.kycreview");
    assert_eq!(
        (&body["object"], &body["object_id"]),
        (&json!("user"), &json!(user.to_string()))
    );
    assert_eq!(body["object_payload"], shown);
    assert_eq!(shown["users"][0]["kycReview"], "2");
    assert!(
        reviewed.body.contains(r"Am\u00e9lie\/\u00dcnal"),
        "{}",
        reviewed.body
    );
    for one in [requested, reviewed] {
        assert_eq!(
            one.json()["object_payload_signature"],
            reckoned(one, &secret)
        );
    }
}

#[test]
fn a_message_is_tried_each_minute_thirty_times_more_under_one_id() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Status(500, "no")]);
    let token = token(&app, &["read_only", "read_write", "admin"], &[]);
    hook(&app, &token, &receiver.url());
    let user = complete(&app);
    ask(
        &app,
        &token,
        "PUT",
        &format!("/v1/users/{user}/Kycreview"),
        None,
    );
    assert_eq!(deliver(&app), 1);
    app.clock.advance(TimeDelta::seconds(59));
    assert_eq!(deliver(&app), 0);
    app.clock.advance(TimeDelta::seconds(1));
    for _ in 0..30 {
        assert_eq!(deliver(&app), 1);
        app.clock.advance(TimeDelta::minutes(1));
    }
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(deliver(&app), 0);
    let (_, event, state, attempts) = log(&app).remove(0);
    assert_eq!(
        (event.as_str(), state.as_str(), attempts),
        ("kycreview.request", "failed", 31)
    );
    let got = receiver.got();
    assert!(
        got.windows(2).all(|pair| pair[0].body == pair[1].body),
        "the same message each time"
    );
}

#[test]
fn a_new_secret_signs_alone_at_once_and_the_desk_says_so() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let token = token(&app, &["admin"], &[]);
    let (id, old) = hook(&app, &token, &receiver.url());
    let mut admin = app.sign_in(Persona::Admin);
    let page = admin.post(&format!("/settings/webhooks/{id}/rotate"), &[]);
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("the old secret has ended"),
        "{}",
        page.text()
    );
    let new = page.texts("#secret").remove(0);
    let tested = admin.post(&format!("/settings/webhooks/{id}/test"), &[]);
    assert_eq!(tested.status, 303, "{}", tested.text());
    assert_eq!(deliver(&app), 1);
    let got = receiver.got().remove(0);
    let signature = got.json()["object_payload_signature"].clone();
    assert_eq!(signature, reckoned(&got, &new));
    assert_ne!(signature, reckoned(&got, &old));
    assert_eq!(got.json()["webhook"], "webhook.test");
    // The log of deliveries shows it as any other, and sends it again.
    let (message, _, state, _) = log(&app).remove(0);
    assert_eq!(state, "delivered");
    let shown = admin.get(&format!("/settings/webhooks/{id}"));
    assert!(shown.text().contains("webhook.test") && !shown.text().contains("Old secret"));
    assert_eq!(
        admin
            .post(&format!("/settings/deliveries/{message}/again"), &[])
            .status,
        303
    );
    assert_eq!(deliver(&app), 1);
}

#[test]
fn a_hook_is_made_by_admins_for_addresses_that_may_be_called() {
    let app = TestApp::start();
    let admin = token(&app, &["admin"], &["madrid"]);
    let post = |token: &str, body: Value| ask(&app, token, "POST", "/settings/hooks", Some(&body));
    let url = json!({ "url": "https://hooks.example/treezor" });
    let (status, made) = post(&admin, url.clone());
    assert_eq!(status, 200, "{made}");
    let members: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(
        members,
        ["id", "url", "events", "status", "secret", "createdDate"]
    );
    assert_eq!(
        (&made["url"], &made["status"], &made["events"]),
        (
            &json!("https://hooks.example/treezor"),
            &json!("ACTIVE"),
            &json!([
                "user.kycrequest",
                "user.kycreview",
                "kycreview.request",
                "kycreview.result"
            ])
        )
    );
    // It is told of no more than its key may see.
    let branches: Vec<Option<Vec<Uuid>>> = endpoints::table
        .select(endpoints::branches)
        .load(&mut app.owner())
        .expect("the endpoint");
    assert_eq!(branches, [Some(vec![app.acme.branch("madrid")])]);
    let (status, refused) = post(&token(&app, &["read_only", "read_write"], &[]), url);
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (403, &json!("insufficient_scope"))
    );
    for wrong in [json!({}), json!({"url": null}), json!({"url": " "})] {
        let (status, body) = post(&admin, wrong);
        assert_eq!(
            (status, &body["errors"][0]["code"]),
            (400, &json!("missing_parameter"))
        );
    }
    for wrong in [
        "http://hooks.example/",
        "https://10.1.1.1/",
        "nowhere",
        "https://[fe80::1]/",
    ] {
        let (status, body) = post(&admin, json!({ "url": wrong }));
        assert_eq!(
            (status, &body["errors"][0]["code"]),
            (400, &json!("invalid_parameter")),
            "{wrong}"
        );
    }
}

/// What colleagues write leaves by no hook of either life cycle: not of a request, of a refusal, or of an override.
#[test]
fn no_hook_carries_what_colleagues_write() {
    for older in [false, true] {
        let app = TestApp::start();
        if older {
            legacy(&app);
        }
        let receiver = Receiver::ok();
        let token = token(&app, &["read_only", "read_write", "admin"], &[]);
        hook(&app, &token, &receiver.url());
        let user = complete(&app);
        canary::put_on(&app, user);
        let path = format!("/v1/users/{user}/Kycreview");
        assert_eq!(ask(&app, &token, "PUT", &path, None).0, 200);
        canary::suspected_and_refused(&app, user);
        let other = make::customer(&app, |new| new.kyc = "validated");
        canary::overridden(&app, treezor::number(&app, &app.acme, other));
        deliver(&app);
        let got = receiver.got();
        let names: Vec<Value> = got
            .iter()
            .map(|one| one.json()["webhook"].clone())
            .collect();
        let result = if older {
            "user.kycreview"
        } else {
            "kycreview.result"
        };
        assert!(names.contains(&json!(result)), "{names:?}");
        let told = got
            .iter()
            .any(|one| one.body.contains("The photograph shows somebody else."));
        assert!(told, "what the customer was told is among it");
        for one in &got {
            assert!(!one.body.contains("canary"), "{}", one.body);
        }
    }
}

/// Each hook is told of the company as its own key would read it.
#[test]
fn a_company_in_another_branch_is_named_to_those_who_may_see_it_alone() {
    let app = TestApp::start();
    legacy(&app);
    let (near, far) = (Receiver::ok(), Receiver::ok());
    let may = ["read_only", "read_write", "admin"];
    let (all, london) = (token(&app, &may, &[]), token(&app, &may, &["london"]));
    hook(&app, &all, &far.url());
    hook(&app, &london, &near.url());
    let user = complete(&app);
    let firm = make::customer(&app, |new| {
        make::as_company(new, "Elsewhere Lda");
        new.branch_id = app.acme.branch("paris");
    });
    make::relation(&app, firm, treezor::id(&app, user), "director", None);
    let firm = treezor::number(&app, &app.acme, firm).to_string();
    // Whoever asks, and whoever decides.
    let path = format!("/v1/users/{user}/Kycreview");
    assert_eq!(ask(&app, &london, "PUT", &path, None).0, 200);
    decide(&app, &[("decision", "validated"), ("risk", "low")]);
    assert_eq!(deliver(&app), 4);
    for (receiver, parent, kind) in [
        (&far, json!(firm), json!("leader")),
        (&near, Value::Null, Value::Null),
    ] {
        let got = receiver.got();
        assert_eq!(got.len(), 2);
        for one in got {
            let shown = one.json()["object_payload"]["users"][0].clone();
            assert_eq!(
                (&shown["parentUserId"], &shown["parentType"]),
                (&parent, &kind)
            );
            assert_eq!(shown["userId"], user.to_string());
        }
    }
}

#[test]
fn a_hook_that_failed_for_half_an_hour_is_not_disabled_by_the_next_failure_days_later() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Status(500, "")]);
    let token = token(&app, &["read_only", "read_write", "admin"], &[]);
    let (id, _) = hook(&app, &token, &receiver.url());
    let send = || {
        let mut admin = app.sign_in(Persona::Admin);
        let sent = admin.post(&format!("/settings/webhooks/{id}/test"), &[]);
        assert_eq!(sent.status, 303, "{}", sent.text());
        assert_eq!(deliver(&app), 1);
    };
    let to_its_end = || {
        for _ in 0..30 {
            app.clock.advance(TimeDelta::minutes(1));
            assert_eq!(deliver(&app), 1);
        }
    };
    send();
    to_its_end();
    app.clock.advance(TimeDelta::days(5));
    assert_eq!(deliver(&app), 0, "it was given up");
    send();
    assert_eq!(faults::disabled(&app), None);
    // Nothing arrived for five days, and this message is given up too.
    to_its_end();
    assert_eq!(faults::disabled(&app).as_deref(), Some("failing"));
}
