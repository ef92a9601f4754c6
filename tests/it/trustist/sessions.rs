//! Onboarding sessions as the face speaks of them.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::customers;

use super::*;

const MAY: [&str; 3] = [
    "create_customer",
    "create_onboard_session",
    "read_onboard_sessions",
];
const SESSIONS: &str = "/v1/onboard/sessions";

fn able(app: &TestApp) -> Machine<'_> {
    machine(app, &app.acme, "tenant", &MAY, &[])
}

fn sarah(machine: &Machine<'_>) -> Value {
    machine.made(&json!({
        "firstName": "Sarah", "lastName": "Johnson", "emailAddress": "sarah@mail.example", "orgId": "branch-001",
    }))
}

fn opened(machine: &Machine<'_>, body: &Value) -> Value {
    let answer = machine.ask("POST", SESSIONS, body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[test]
fn a_session_is_answered_whole_and_read_back_alike() {
    let app = TestApp::start();
    let machine = able(&app);
    let customer = sarah(&machine);
    let id = customer["id"].as_str().expect("an id");
    let made = opened(
        &machine,
        &json!({
            "customerId": id,
            "options": {"identity": {"identityCheck": true, "amlExtensiveScreening": null}, "ais": {"balances": true, "accountLimit": 1}},
            "returnUrl": "https://shop.example/back?order=7",
            "something": "else",
        }),
    );
    let session = made["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        made,
        json!({
            "id": session,
            "customerId": id,
            "tenantId": app.acme.id,
            "orgId": "branch-001",
            "status": "pending",
            "options": {
                "identity": {
                    "identityCheck": true, "amlExtensiveScreening": false, "documentCheck": false,
                    "proofOfAddress": false, "amlMonitoring": false,
                },
                "ais": {"accounts": false, "balances": true, "transactions": false, "accountLimit": 1},
            },
            "onboardUrl": made["onboardUrl"],
            "returnUrl": "https://shop.example/back?order=7",
            "expiresAt": "2026-11-19T12:00:00.000Z",
            "created": "2026-11-16T12:00:00.000Z",
            "lastUpdated": "2026-11-16T12:00:00.000Z",
        })
    );
    let read = machine.get(&format!("{SESSIONS}/{session}"));
    assert_eq!((read.status, &read.body), (200, &made));
    // The link is the customer's own page, and the database does not hold it.
    let link = made["onboardUrl"].as_str().expect("a link");
    let path = link
        .strip_prefix(&format!("http://{}", app.address))
        .expect("an address of ours");
    let page = app.browser().get(path);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Sarah") || page.body.contains("Sarah"));
    // The UUID names the customer too, and a code of the session's own is echoed.
    let uuid: Uuid = customers::table
        .filter(customers::short_id.eq(id))
        .select(customers::id)
        .first(&mut app.owner())
        .expect("the customer");
    let other = opened(&machine, &json!({"customerId": uuid, "orgId": "desk 7"}));
    assert_eq!(
        (&other["customerId"], &other["orgId"]),
        (&json!(id), &json!("desk 7"))
    );
    assert_eq!(other["options"]["ais"]["accountLimit"], Value::Null);
    assert_eq!(other["returnUrl"], Value::Null);
    // Whoever has not begun is a draft now.
    let kyc: String = customers::table
        .filter(customers::id.eq(uuid))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(kyc, "draft");
}

#[test]
fn an_identity_check_needs_names_and_an_address_and_bank_data_does_not() {
    let app = TestApp::start();
    let machine = able(&app);
    let nameless = machine.made(&json!({"lastName": "Johnson"}))["id"].clone();
    for option in [
        "identityCheck",
        "amlExtensiveScreening",
        "documentCheck",
        "proofOfAddress",
        "amlMonitoring",
    ] {
        let asked = json!({"customerId": nameless, "options": {"identity": {(option): true}}});
        let answer = machine.ask("POST", SESSIONS, &asked);
        assert_eq!(answer.status, 400, "{option}");
        let keys: Vec<&String> = answer.body.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["error", "message", "missingFields"]);
        assert_eq!(answer.body["error"], "missing_person_data");
        assert_eq!(
            answer.body["missingFields"],
            json!(["firstName", "emailAddress"])
        );
    }
    let nobody = machine.made(&json!({}))["id"].clone();
    let all = machine.ask(
        "POST",
        SESSIONS,
        &json!({"customerId": nobody, "options": {"identity": {"identityCheck": true}}}),
    );
    assert_eq!(
        all.body["missingFields"],
        json!(["firstName", "lastName", "emailAddress"])
    );
    let before = app.actions().len();
    opened(
        &machine,
        &json!({"customerId": nobody, "options": {"identity": {"identityCheck": false}, "ais": {"accounts": true}}}),
    );
    assert_eq!(
        app.actions()[before..],
        ["onboarding.opened", "customer.moved"]
    );
}

#[test]
fn what_must_be_mended_is_named() {
    let app = TestApp::start();
    let machine = able(&app);
    let id = sarah(&machine)["id"].clone();
    let says = |body: &Value, named: &[&str]| {
        let answer = machine.ask("POST", SESSIONS, body);
        assert_eq!(answer.error(), (400, "invalid_request"), "{body}");
        for name in named {
            assert!(
                answer.message().contains(&format!("{name}: ")),
                "{body}: {}",
                answer.message()
            );
        }
    };
    says(&json!({}), &["customerId"]);
    says(&json!({"customerId": null}), &["customerId"]);
    says(
        &json!({"customerId": 7, "orgId": [], "returnUrl": "/back", "options": {"ais": {"accountLimit": 0}}}),
        &[
            "customerId",
            "orgId",
            "returnUrl",
            "options.ais.accountLimit",
        ],
    );
    says(
        &json!({"customerId": id, "returnUrl": "http://shop.example/"}),
        &["returnUrl"],
    );
    says(
        &json!({"customerId": id, "returnUrl": "https://me:secret@shop.example/"}),
        &["returnUrl"],
    );
    // The longest that are taken, and one more.
    let back = |length: usize| {
        let start = "https://shop.example/";
        format!("{start}{}", "x".repeat(length - start.len()))
    };
    let long = json!({"customerId": id, "orgId": "é".repeat(101), "returnUrl": back(2_001)});
    says(&long, &["orgId", "returnUrl"]);
    let whole = json!({"customerId": id, "orgId": "é".repeat(100), "returnUrl": back(2_000)});
    assert_eq!(opened(&machine, &whole)["returnUrl"], json!(back(2_000)));
    says(&json!({"customerId": id, "options": []}), &["options"]);
    says(
        &json!({"customerId": id, "options": {"ais": {"accountLimit": 101}}}),
        &["options.ais.accountLimit"],
    );
    for unknown in [
        "3kTp9j2mN5xR",
        "no such",
        "../x",
        &app.clock.new_id().to_string(),
    ] {
        let answer = machine.ask("POST", SESSIONS, &json!({"customerId": unknown}));
        assert_eq!(answer.error(), (404, "customer_not_found"), "{unknown}");
    }
    for unknown in ["7", "00000000", &app.clock.new_id().to_string()] {
        let answer = machine.get(&format!("{SESSIONS}/{unknown}"));
        assert_eq!(
            answer.error(),
            (404, "onboard_session_not_found"),
            "{unknown}"
        );
    }
}

#[test]
fn another_tenants_session_is_as_absent_as_none() {
    let app = TestApp::start();
    let machine = able(&app);
    let id = sarah(&machine)["id"].clone();
    let session = opened(&machine, &json!({"customerId": id}))["id"].clone();
    let session = session.as_str().expect("an id");
    let other = super::machine(&app, &app.other, "tenant", &MAY, &[]);
    let madrid = super::machine(&app, &app.acme, "tenant", &MAY, &["madrid"]);
    let absent = machine.get(&format!("{SESSIONS}/{}", app.clock.new_id()));
    for stranger in [&other, &madrid] {
        let read = stranger.get(&format!("{SESSIONS}/{session}"));
        assert_eq!((read.status, &read.text), (404, &absent.text));
        let cancel = stranger.ask("POST", &format!("{SESSIONS}/{session}/cancel"), &json!({}));
        assert_eq!((cancel.status, &cancel.text), (404, &absent.text));
        let open = stranger.ask("POST", SESSIONS, &json!({"customerId": id}));
        assert_eq!(open.error(), (404, "customer_not_found"));
    }
}

#[test]
fn a_session_is_opened_once_and_taken_back_once() {
    let app = TestApp::start();
    let machine = able(&app);
    let id = sarah(&machine)["id"].clone();
    let body = json!({"customerId": id}).to_string();
    let send_named = || {
        let nonce = app.clock.new_id().to_string();
        let mut headers = machine.signed("POST", SESSIONS, &body, Some(&nonce));
        headers.push(("idempotency-key", "one".to_owned()));
        send(&app, "POST", SESSIONS, &headers, &body)
    };
    let first = send_named();
    let again = send_named();
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let made = app.actions();
    assert_eq!(
        made.iter()
            .filter(|said| *said == "onboarding.opened")
            .count(),
        1
    );

    let session = first.body["id"].as_str().expect("an id");
    let link = first.body["onboardUrl"].as_str().expect("a link");
    let path = format!("/{}", link.splitn(4, '/').last().expect("a path"));
    assert_eq!(app.browser().get(&path).status, 200);
    let cancel = format!("{SESSIONS}/{session}/cancel");
    let done = machine.ask("POST", &cancel, &Value::Null);
    // Nothing has to be sent with it.
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (&done.body["status"], &done.body["onboardUrl"]),
        (&json!("cancelled"), &Value::Null)
    );
    assert_eq!(app.browser().get(&path).status, 404);
    assert_eq!(
        machine.ask("POST", &cancel, &Value::Null).error(),
        (409, "conflict")
    );
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("onboarding.cancelled")
    );
}

/// A company has neither a first name nor an identity document: what cannot be asked of it is named, and the rest can be.
#[test]
fn a_company_is_asked_for_what_it_can_give() {
    let app = TestApp::start();
    let machine = able(&app);
    let company = crate::support::make::customer(&app, |new| {
        crate::support::make::as_company(new, "Obras Lda");
        new.email = None;
    });
    let ask = |identity: Value| {
        let body = json!({"customerId": company, "options": {"identity": identity}});
        machine.ask("POST", SESSIONS, &body)
    };
    let before = app.actions();
    let whole = ask(json!({"identityCheck": true, "documentCheck": true, "proofOfAddress": true}));
    assert_eq!(whole.error(), (400, "invalid_request"));
    for named in [
        "options.identity.identityCheck",
        "options.identity.documentCheck",
    ] {
        assert!(whole.message().contains(named), "{}", whole.message());
    }
    assert!(!whole.message().contains("proofOfAddress"));
    let lacks = ask(json!({"proofOfAddress": true, "amlMonitoring": true}));
    assert_eq!(
        (lacks.status, &lacks.body["missingFields"]),
        (400, &json!(["emailAddress"]))
    );
    assert_eq!(app.actions(), before);
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::email.eq("geral@obras.example"))
        .execute(&mut app.owner())
        .expect("an address");
    let made = ask(json!({"proofOfAddress": true, "amlMonitoring": true}));
    assert_eq!(made.status, 200, "{}", made.body);
    // The desk says the same in words.
    let path = format!("/customers/{company}/sessions");
    let fields = [("step", "open"), ("option", "identity_check")];
    let desk = app
        .sign_in(crate::support::Persona::Officer)
        .post(&path, &fields);
    assert_eq!(desk.status, 422);
    assert!(desk.texts("#option-error")[0].contains("Identity check"));
}

/// The link lets in whoever holds it: it is for those who may make one.
#[test]
fn whoever_may_only_read_sessions_is_not_told_the_link() {
    let app = TestApp::start();
    let maker = able(&app);
    let customer = sarah(&maker);
    let body = json!({"customerId": customer["id"], "options": {"ais": {"accounts": true}}});
    let made = opened(&maker, &body);
    let link = made["onboardUrl"].as_str().expect("a link").to_owned();
    let target = format!("{SESSIONS}/{}", made["id"].as_str().expect("an id"));
    let reader = machine(&app, &app.acme, "tenant", &["read_onboard_sessions"], &[]);
    let read = reader.get(&target);
    assert_eq!(read.status, 200);
    let mut expected = made.clone();
    expected["onboardUrl"] = Value::Null;
    assert_eq!(read.body, expected);
    let token = link.rsplit('/').next().expect("a token");
    assert!(!read.body.to_string().contains(token));
    assert_eq!(maker.get(&target).body, made);
}

/// The life of a session as the face shows it: also where the customer began, and where the clock has not written its end yet.
#[test]
fn each_state_is_read_and_only_an_open_one_has_a_link() {
    let app = TestApp::start();
    let machine = able(&app);
    let customer = sarah(&machine);
    let body = json!({"customerId": customer["id"], "options": {"ais": {"accounts": true}}});
    let state = |session: &Value| {
        let id = session["id"].as_str().expect("an id");
        let now = machine.get(&format!("{SESSIONS}/{id}")).body;
        let status = now["status"].as_str().expect("a status").to_owned();
        (status, now["onboardUrl"].is_string())
    };
    let save = |session: &Value, step: &str| {
        let link = session["onboardUrl"].as_str().expect("a link");
        let path = format!("/{}", link.splitn(4, '/').last().expect("a path"));
        let fields = [("city", "Porto")];
        app.browser()
            .post(&format!("{path}/{step}"), &fields)
            .status
    };
    let is = |status: &str, linked: bool| (status.to_owned(), linked);
    let [sent, taken_back, late, untouched] = [0; 4].map(|_| opened(&machine, &body));
    assert_eq!(state(&untouched), is("pending", true));
    for begun in [&sent, &taken_back, &late] {
        assert_eq!(save(begun, "details"), 303);
        assert_eq!(state(begun), is("in_progress", true));
    }
    assert_eq!(save(&sent, "send"), 200);
    assert_eq!(state(&sent), is("completed", false));
    let id = taken_back["id"].as_str().expect("an id");
    let cancel = format!("{SESSIONS}/{id}/cancel");
    assert_eq!(machine.ask("POST", &cancel, &Value::Null).status, 200);
    assert_eq!(state(&taken_back), is("cancelled", false));
    assert_eq!(save(&taken_back, "details"), 404);
    app.clock.advance(chrono::TimeDelta::hours(72));
    for over in [&late, &untouched] {
        assert_eq!(state(over), is("expired", false));
        assert_eq!(save(over, "details"), 404);
        let id = over["id"].as_str().expect("an id");
        let cancel = format!("{SESSIONS}/{id}/cancel");
        let refused = machine.ask("POST", &cancel, &Value::Null);
        assert_eq!(refused.error(), (409, "conflict"));
    }
}
