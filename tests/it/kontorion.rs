//! Kontorion's face over real HTTP: bearer keys, checks made and read, problems in the vendor's shape.

use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{
    reviews::deadlines,
    schema::{audit_entries, customers, reviews, verifications},
};

use crate::{
    approvals::database,
    providers,
    support::{
        Persona, Tenant, TestApp,
        machines::{self, Made},
        make,
    },
};

mod around;
mod asking;
mod listing;
mod numbers;
mod once;
mod overriding;
mod retrying;

/// A system of an organisation, with its key.
struct Machine<'a> {
    app: &'a TestApp,
    key: Made,
}

/// What came back.
struct Answer {
    status: u16,
    body: Value,
    headers: Vec<(String, String)>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Status and code of a problem, which has all its members.
    fn problem(&self) -> (u16, &str) {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.body
        );
        let members: Vec<&str> = self
            .body
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        let mut expected = vec![
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "code",
            "request_id",
        ];
        let code = self.body["code"].as_str().expect("a code");
        if code == "VALIDATION" {
            expected.push("fields");
        }
        assert_eq!(members, expected);
        assert_eq!(self.body["status"], self.status);
        (self.status, code)
    }

    /// The names and codes of the fields at fault.
    fn faults(&self) -> Vec<(String, String)> {
        assert_eq!(self.problem(), (400, "VALIDATION"), "{}", self.body);
        let fields = self.body["fields"].as_array().expect("fields").iter();
        fields
            .map(|one| {
                let text = |name: &str| one[name].as_str().expect("a text").to_owned();
                assert!(!text("message").is_empty());
                (text("field"), text("code"))
            })
            .collect()
    }

    fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// Without what is of this request alone.
    fn masked(&self) -> (u16, Value) {
        let mut body = self.body.clone();
        body["request_id"] = Value::Null;
        body["instance"] = Value::Null;
        (self.status, body)
    }
}

const ALL: [&str; 3] = ["read", "write", "admin"];

fn machine<'a>(app: &'a TestApp, tenant: &Tenant, may: &[&str], branches: &[&str]) -> Machine<'a> {
    Machine {
        app,
        key: machines::key(app, tenant, ("kontorion", "live"), may, branches),
    }
}

fn send(
    app: &TestApp,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<String>,
) -> Answer {
    let answer = app.browser().request(method, target, headers, body);
    Answer {
        status: answer.status,
        body: serde_json::from_str(&answer.body)
            .unwrap_or_else(|_| panic!("JSON: {} {}", answer.status, answer.body)),
        headers: answer.headers,
    }
}

impl Machine<'_> {
    fn sent(&self, method: &str, target: &str, media: &str, body: Option<String>) -> Answer {
        let bearer = format!("Bearer {}", self.key.secret);
        let headers = [("authorization", bearer.as_str()), ("content-type", media)];
        send(self.app, method, target, &headers, body)
    }

    fn get(&self, target: &str) -> Answer {
        self.sent("GET", target, "application/json", None)
    }

    fn one(&self, id: impl std::fmt::Display) -> Answer {
        self.get(&format!("/v1/verifications/{id}"))
    }

    fn post(&self, body: &Value) -> Answer {
        let body = Some(body.to_string());
        self.sent("POST", "/v1/verifications", "application/json", body)
    }

    fn set(&self, id: impl std::fmt::Display, body: &Value) -> Answer {
        let target = format!("/v1/verifications/{id}/status");
        let body = Some(body.to_string());
        self.sent("PATCH", &target, "application/json", body)
    }

    fn made(&self, body: &Value) -> Value {
        let answer = self.post(body);
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.data().clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn sweep(app: &TestApp) {
    deadlines::sweep(&database(app)).expect("swept");
}

fn kyc(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

fn count(app: &TestApp) -> i64 {
    verifications::table
        .count()
        .get_result(&mut app.owner())
        .expect("the checks")
}

const KEYS: [&str; 16] = [
    "id",
    "organization_id",
    "customer_id",
    "verification_type",
    "check_type",
    "provider",
    "provider_reference",
    "status",
    "reason",
    "result_payload",
    "actor_id",
    "verified_at",
    "expires_at",
    "last_checked_at",
    "created_at",
    "updated_at",
];

#[test]
fn a_check_is_made_read_and_stands_on_the_desk_at_once_and_the_reverse() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let answer = ours.post(&json!({
        "customer_id": customer, "provider": "Somebody Else GmbH", "verification_type": "age", "check_type": "document",
        "unknown": {"is": "ignored"},
    }));
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let made = answer.data().clone();
    let id = text(&made["id"]);
    assert_eq!(
        answer.header("location"),
        Some(format!("/v1/verifications/{id}").as_str())
    );
    let keys: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(keys, KEYS);
    assert_eq!(
        made,
        json!({
            "id": id, "organization_id": app.acme.id, "customer_id": customer, "verification_type": "age",
            "check_type": "document", "provider": "Somebody Else GmbH", "provider_reference": null, "status": "pending",
            "reason": null, "result_payload": null, "actor_id": ours.key.actor, "verified_at": null, "expires_at": null,
            "last_checked_at": null, "created_at": "2026-11-16T12:00:00.000000Z", "updated_at": "2026-11-16T12:00:00.000000Z",
        })
    );
    assert_eq!(ours.one(&id).body, json!({ "data": made }));
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/verifications/{id}"));
    assert!(page.text().contains("An API key"), "{}", page.text());
    let said: (String, Option<Uuid>) = audit_entries::table
        .filter(audit_entries::action.eq("verification.created"))
        .select((audit_entries::actor_kind, audit_entries::actor_id))
        .first(&mut app.owner())
        .expect("an entry");
    assert_eq!(said, ("key".to_owned(), Some(ours.key.actor)));

    let done = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "address")],
    );
    assert_eq!(done.status, 303);
    let newest = providers::newest(&app).expect("a check").0;
    let shown = ours.one(newest);
    assert_eq!(shown.data()["verification_type"], "address");
    assert_eq!(shown.data()["provider"], "manual");
    assert_eq!(
        shown.data()["actor_id"],
        app.staff(Persona::Officer).to_string()
    );
}

#[test]
fn the_provider_is_called_and_its_answer_is_stored() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let bad = make::customer(&app, |new| new.tax_id = Some("501964842".to_owned()));
    let failed = ours.made(&json!({
        "customer_id": bad, "provider": "vouch_checks", "verification_type": "tax_id",
    }));
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["reason"], "Failed: tax id: check digit.");
    assert_eq!(
        failed["result_payload"]["failed"],
        json!(["tax_id: check_digit"])
    );
    assert_eq!(
        (&failed["verified_at"], &failed["last_checked_at"]),
        (&Value::Null, &failed["created_at"])
    );

    let said = json!({
        "status": "verified", "reference": "ref-1", "expires_at": "2027-01-01T00:00:00Z", "result": { "score": 97 },
    });
    let (address, got) = providers::provider(vec![(200, said.to_string())]);
    providers::set_up(&app, "acme-id", &format!("http://{address}/ask"));
    let verified = ours.made(&json!({
        "customer_id": bad, "provider": "acme-id", "verification_type": "identity", "check_type": null,
    }));
    got.recv_timeout(Duration::from_secs(5)).expect("a request");
    assert_eq!(
        (&verified["status"], &verified["provider_reference"]),
        (&json!("verified"), &json!("ref-1"))
    );
    assert_eq!(verified["result_payload"], json!({ "score": 97 }));
    assert_eq!(verified["verified_at"], verified["created_at"]);
    assert_eq!(verified["expires_at"], "2027-01-01T00:00:00.000000Z");

    // Nobody listens any more.
    let (before, said) = (count(&app), app.actions().len());
    let down = ours.post(&json!({
        "customer_id": bad, "provider": "acme-id", "verification_type": "identity",
    }));
    assert_eq!(down.problem(), (503, "UNAVAILABLE"));
    assert!(down.header("retry-after").is_some());
    assert_eq!((count(&app), app.actions().len()), (before, said));
    // What a provider cannot be asked is a fault of the field.
    let horoscope = ours.post(&json!({
        "customer_id": bad, "provider": "vouch_checks", "verification_type": "horoscope",
    }));
    assert_eq!(
        horoscope.faults(),
        [("verification_type".to_owned(), "invalid".to_owned())]
    );
}

#[test]
fn a_verified_check_runs_out_by_the_clock() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let ends = app.clock.now() + TimeDelta::hours(1);
    let check = make::verification(&app, customer, |new| {
        (new.status, new.verified_at, new.expires_at) =
            ("verified", Some(app.clock.now()), Some(ends));
    });
    sweep(&app);
    assert_eq!(ours.one(check).data()["status"], "verified");
    app.clock.advance(TimeDelta::hours(1));
    sweep(&app);
    let after = ours.one(check);
    let after = after.data();
    assert_eq!(
        (&after["status"], &after["actor_id"]),
        (&json!("expired"), &Value::Null)
    );
    assert_eq!(after["updated_at"], "2026-11-16T13:00:00.000000Z");
    assert_eq!(
        ours.get("/v1/verifications?status=expired").data()[0]["id"],
        check.to_string()
    );
    let back = ours.set(check, &json!({"status": "verified"}));
    assert_eq!(back.problem(), (409, "INVALID_STATE_TRANSITION"));
}

#[test]
fn each_field_that_must_be_mended_is_named() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &["london"]);
    let customer = make::customer(&app, |_| {});
    let faults = |body: Value| ours.post(&body).faults();
    let fault = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let three = [
        fault("customer_id", "required"),
        fault("provider", "required"),
        fault("verification_type", "required"),
    ];
    assert_eq!(faults(json!({})), three);
    assert_eq!(
        faults(json!({"customer_id": null, "provider": "", "verification_type": "  "})),
        three
    );
    let with = |field: &str, value: Value| {
        let mut body = json!({
            "customer_id": customer, "provider": "acme", "verification_type": "identity", "check_type": "document",
        });
        body[field] = value;
        body
    };
    for field in ["provider", "verification_type", "check_type"] {
        let long = "é".repeat(256);
        assert_eq!(faults(with(field, json!(long))), [fault(field, "too_long")]);
        assert_eq!(faults(with(field, json!(7))), [fault(field, "invalid")]);
    }
    let most = ours.made(&with("check_type", json!("é".repeat(255))));
    assert_eq!(most["check_type"], "é".repeat(255));
    assert_eq!(
        faults(with("check_type", json!(""))),
        [fault("check_type", "invalid")]
    );
    // A customer who is not there, not in the branch, another's, or merged into another, is the same fault.
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let theirs = make::customer_of(&app, &app.other, |_| {});
    let merged = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(merged)))
        .set(customers::merged_into.eq(customer))
        .execute(&mut app.owner())
        .expect("a merge");
    let absent = ours.post(&with("customer_id", json!(Uuid::from_u128(7))));
    assert_eq!(absent.faults(), [fault("customer_id", "invalid")]);
    for other in [paris, theirs, merged] {
        for kind in ["identity", "kyc"] {
            let mut body = with("customer_id", json!(other));
            body["verification_type"] = json!(kind);
            body["provider"] = json!("manual");
            body["check_type"] = Value::Null;
            assert_eq!(ours.post(&body).masked(), absent.masked());
        }
    }
    assert_eq!(
        faults(with("customer_id", json!("x"))),
        [fault("customer_id", "invalid")]
    );
    assert_eq!(count(&app), 1);
}

#[test]
fn what_cannot_be_read_is_a_problem_and_never_a_fault_of_ours() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let check = make::verification(&app, make::customer(&app, |_| {}), |_| {});
    let status = format!("/v1/verifications/{check}/status");
    let json_media = "application/json";
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let nested = format!("{{\"provider\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    for (method, target) in [("POST", "/v1/verifications"), ("PATCH", status.as_str())] {
        for body in [
            "",
            "{",
            "[]",
            "7",
            "null",
            "\"x\"",
            "{\"a\":1e999}",
            "{\"provider\":\"a\\u0000b\"}",
            "{\"\\u0000\":1}",
            "{\"provider\":\"\\ud800\"}",
            &deep,
            &nested,
        ] {
            let answer = ours.sent(method, target, json_media, Some(body.to_owned()));
            assert_eq!(answer.problem(), (400, "VALIDATION"), "{method} {body}");
        }
        for media in [
            "text/plain",
            "",
            "application/x-www-form-urlencoded",
            "application/jsonx",
        ] {
            let answer = ours.sent(method, target, media, Some("{}".to_owned()));
            assert_eq!(answer.problem(), (415, "UNSUPPORTED_MEDIA_TYPE"), "{media}");
        }
        let long = format!("{{\"provider\":\"{}\"}}", "x".repeat(1024 * 1024));
        let large = ours.sent(method, target, json_media, Some(long));
        assert_eq!(large.problem(), (413, "PAYLOAD_TOO_LARGE"));
        let charset = ours.sent(
            method,
            target,
            "Application/JSON; charset=utf-8",
            Some("{}".to_owned()),
        );
        assert_eq!(charset.status, 400, "read, and fields are missing");
        assert!(!charset.faults().is_empty());
    }
    for query in [
        "provider.eq=%00",
        "status=%ff%fe",
        "provider.contains=%E0%A4%A",
        "&&==&",
    ] {
        let answer = ours.get(&format!("/v1/verifications?{query}"));
        assert!(answer.status < 500, "{query}: {}", answer.body);
    }
}

#[test]
fn addresses_and_methods_that_are_not_there_are_problems_too() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let check = make::verification(&app, make::customer(&app, |_| {}), |_| {});
    for path in [
        "/v1/verifications/",
        "/v1/verifications/a/b/c",
        "/v1/verifications/x/statuses",
    ] {
        assert_eq!(ours.get(path).problem(), (404, "NOT_FOUND"), "{path}");
    }
    let one = format!("/v1/verifications/{check}");
    for (method, path, allow) in [
        ("DELETE", "/v1/verifications".to_owned(), "GET, HEAD, POST"),
        ("PUT", one.clone(), "GET, HEAD"),
        ("GET", format!("{one}/status"), "PATCH, PUT"),
    ] {
        let answer = ours.sent(method, &path, "application/json", None);
        assert_eq!(answer.problem(), (405, "METHOD_NOT_ALLOWED"));
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[test]
fn every_failed_proof_is_answered_alike() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let tenant = machines::key(
        &app,
        &app.acme,
        ("trustist", "tenant"),
        &["read_customers"],
        &[],
    );
    let truust = machines::key(&app, &app.acme, ("truust", "live"), &["read", "write"], &[]);
    let revoked = machine(&app, &app.acme, &ALL, &[]);
    assert_eq!(revoked.get("/v1/verifications").status, 200);
    let keys = app
        .sign_in(Persona::Admin)
        .post(&format!("/settings/keys/{}/revoke", revoked.key.actor), &[]);
    assert_eq!(keys.status, 303);
    let bare = send(&app, "GET", "/v1/verifications", &[], None);
    assert_eq!(bare.problem(), (401, "UNAUTHORIZED"));
    assert_eq!(bare.header("www-authenticate"), Some("Bearer"));
    let unknown = format!("Bearer sk_live_{}", "0".repeat(64));
    for header in [
        format!("Basic {}", ours.key.secret),
        ours.key.secret.clone(),
        format!("Bearer {}", ours.key.id),
        format!("Bearer {}x", ours.key.secret),
        format!("Bearer {}", ours.key.secret.to_uppercase()),
        format!("Bearer {}", tenant.id),
        format!("Bearer {}", tenant.secret),
        format!("Bearer {}", truust.secret),
        format!("Bearer {}", revoked.key.secret),
        unknown,
        "Bearer ".to_owned(),
    ] {
        let answer = send(
            &app,
            "GET",
            "/v1/verifications",
            &[("authorization", header.as_str())],
            None,
        );
        assert_eq!(answer.masked(), bare.masked(), "{header}");
    }
    let lower = format!("bearer {}", ours.key.secret);
    let answer = send(
        &app,
        "GET",
        "/v1/verifications",
        &[("authorization", lower.as_str())],
        None,
    );
    assert_eq!(answer.status, 200, "a scheme has no case");
    let officer = app.sign_in(Persona::Officer).get("/v1/verifications");
    assert_eq!(officer.status, 401, "a session opens nothing here");
    let elsewhere = send(
        &app,
        "GET",
        "/v1/customers",
        &[("authorization", lower.as_str())],
        None,
    );
    assert_eq!(elsewhere.status, 401, "nor this key another face");
}

#[test]
fn a_scope_opens_what_it_says_and_nothing_else() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let body =
        json!({"customer_id": customer, "provider": "acme", "verification_type": "identity"});
    for scope in ALL {
        let ours = machine(&app, &app.acme, &[scope], &[]);
        let check = make::verification(&app, customer, |_| {});
        let answers = [
            ("read", ours.get("/v1/verifications")),
            ("read", ours.one(check)),
            ("write", ours.post(&body)),
            ("admin", ours.set(check, &json!({"status": "failed"}))),
        ];
        for (needed, answer) in answers {
            if needed == scope {
                assert!(answer.status < 300, "{scope}: {}", answer.body);
            } else {
                assert_eq!(answer.problem(), (403, "FORBIDDEN"), "{scope} for {needed}");
            }
        }
    }
}

#[test]
fn another_s_check_is_as_if_it_were_not_there() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let in_paris = make::verification(&app, paris, |_| {});
    let theirs = make::customer_of(&app, &app.other, |_| {});
    let of_others = make::verification_of(&app, &app.other, theirs, |_| {});
    let absent = london.one(Uuid::from_u128(7));
    assert_eq!(absent.problem(), (404, "NOT_FOUND"));
    let failed = json!({"status": "failed"});
    for id in [
        in_paris.to_string(),
        of_others.to_string(),
        "x".to_owned(),
        "%00".to_owned(),
    ] {
        assert_eq!(london.one(&id).masked(), absent.masked(), "{id}");
        assert_eq!(london.set(&id, &failed).masked(), absent.masked(), "{id}");
    }
    assert_eq!(london.get("/v1/verifications").data(), &json!([]));
    assert!(
        !app.actions()
            .contains(&"verification.overridden".to_owned())
    );
    let wide = machine(&app, &app.acme, &ALL, &[]);
    assert_eq!(wide.one(in_paris).status, 200);
}

#[test]
fn a_test_key_opens_what_a_live_one_does() {
    let app = TestApp::start();
    let key = machines::key(&app, &app.acme, ("kontorion", "test"), &ALL, &[]);
    assert!(key.secret.starts_with("sk_test_") && key.secret.len() == 8 + 64);
    let ours = Machine { app: &app, key };
    let customer = make::customer(&app, |_| {});
    let made = ours.made(&json!({
        "customer_id": customer, "provider": "acme", "verification_type": "identity",
    }));
    assert_eq!(ours.one(text(&made["id"])).status, 200);
}

const REVIEW: &str = "manual";

fn review(customer: Uuid, kind: &str) -> Value {
    json!({"customer_id": customer, "provider": REVIEW, "verification_type": kind})
}

#[test]
fn manual_kyc_asks_for_a_review_and_answers_its_check() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let wrong = ours.post(&review(customer, "kyb"));
    assert_eq!(
        wrong.faults(),
        [("verification_type".to_owned(), "invalid".to_owned())]
    );
    let first = ours.made(&review(customer, "kyc"));
    assert_eq!(
        (
            &first["status"],
            &first["provider"],
            &first["verification_type"]
        ),
        (&json!("pending"), &json!("manual"), &json!("kyc"))
    );
    assert_eq!(kyc(&app, customer), "incomplete");
    let owed = text(&first["reason"]);
    assert!(owed.starts_with("Missing or to be mended:"), "{owed}");

    // Mended and asked for again, the same round goes on.
    make::complete(&app, customer);
    let again = ours.post(&review(customer, "kyc"));
    assert_eq!(
        (again.status, again.header("location")),
        (200, None),
        "nothing new is made"
    );
    assert_eq!(
        (&again.data()["id"], &again.data()["reason"]),
        (&first["id"], &Value::Null)
    );
    assert_eq!(kyc(&app, customer), "pending");
    let (kind, by): (String, Option<Uuid>) = reviews::table
        .select((reviews::submitted_kind, reviews::submitted_id))
        .first(&mut app.owner())
        .expect("a review");
    assert_eq!((kind.as_str(), by), ("key", Some(ours.key.actor)));
    let open = ours.post(&review(customer, "kyc"));
    assert_eq!(open.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(
        open.body["detail"],
        "A review of this customer is open already."
    );
    let queue = app.sign_in(Persona::Officer).get("/reviews?tab=open");
    assert!(queue.text().contains("Falcão"), "{}", queue.text());
    assert_eq!(count(&app), 1);

    let accepted = make::customer(&app, |new| new.kyc = "validated");
    let refused = ours.post(&review(accepted, "kyc"));
    assert_eq!(refused.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(kyc(&app, accepted), "validated");
}

#[test]
fn what_reads_like_a_review_is_one_whatever_its_case() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (provider, kind) in [("Manual", "kyc"), ("manual", "KYC"), ("MANUAL", "Kyc")] {
        let customer = make::customer(&app, |_| {});
        make::complete(&app, customer);
        let body =
            json!({"customer_id": customer, "provider": provider, "verification_type": kind});
        let made = ours.made(&body);
        assert_eq!(
            (&made["provider"], &made["verification_type"]),
            (&json!("manual"), &json!("kyc"))
        );
        assert_eq!(kyc(&app, customer), "pending");
        let own = ours.set(text(&made["id"]), &json!({"status": "verified"}));
        assert_eq!(
            own.problem(),
            (409, "INVALID_STATE_TRANSITION"),
            "nobody decides what they submitted"
        );
    }
    // It has no check type, and one that was sent is not dropped in silence.
    let customer = make::customer(&app, |_| {});
    let mut body = review(customer, "kyc");
    body["check_type"] = json!("document");
    assert_eq!(
        ours.post(&body).faults(),
        [("check_type".to_owned(), "invalid".to_owned())]
    );
    assert_eq!(kyc(&app, customer), "none");
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let fault = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let mut faults = ours
        .post(&json!({
            "customer_id": {"id": 7}, "verification_type": "é".repeat(256), "check_type": ["document"],
        }))
        .faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            fault("check_type", "invalid"),
            fault("customer_id", "invalid"),
            fault("provider", "required"),
            fault("verification_type", "too_long"),
        ]
    );
    let check = make::verification(&app, make::customer(&app, |_| {}), |_| {});
    let both = ours.set(check, &json!({"reason": ["x"]}));
    assert_eq!(
        both.faults(),
        [fault("reason", "invalid"), fault("status", "required")]
    );
}

#[test]
fn an_id_is_written_in_one_way() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let check = make::verification(&app, customer, |_| {});
    let upper = check.to_string().to_uppercase();
    assert_eq!(ours.one(&upper).status, 200, "in either case");
    assert_eq!(
        ours.get(&format!("/v1/verifications?id.eq={upper}")).data()[0]["id"],
        check.to_string()
    );
    for (of_check, of_customer) in [
        (check.simple().to_string(), customer.simple().to_string()),
        (format!("urn:uuid:{check}"), format!("urn:uuid:{customer}")),
        (format!("%7B{check}%7D"), format!("{{{customer}}}")),
    ] {
        assert_eq!(ours.one(&of_check).problem(), (404, "NOT_FOUND"));
        assert_eq!(
            ours.get(&format!("/v1/verifications?id.eq={of_check}"))
                .faults()[0]
                .0,
            "id.eq"
        );
        let body =
            json!({"customer_id": of_customer, "provider": "acme", "verification_type": "age"});
        assert_eq!(
            ours.post(&body).faults(),
            [("customer_id".to_owned(), "invalid".to_owned())]
        );
    }
}

#[test]
fn what_may_be_read_may_be_asked_for_without_its_body() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read"], &[]);
    let check = make::verification(&app, make::customer(&app, |_| {}), |_| {});
    for target in [
        "/v1/verifications".to_owned(),
        format!("/v1/verifications/{check}"),
        "/v1/verifications/x".to_owned(),
    ] {
        let head = app.browser().request(
            "HEAD",
            &target,
            &[("authorization", &format!("Bearer {}", ours.key.secret))],
            None,
        );
        let get = ours.get(&target);
        assert_eq!((head.status, head.body.as_str()), (get.status, ""));
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
}

#[test]
fn a_body_is_not_packed() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let body = json!({"customer_id": customer, "provider": "acme", "verification_type": "age"});
    let bearer = format!("Bearer {}", ours.key.secret);
    for (coding, status) in [("gzip", 415), ("br", 415), ("x", 415), ("Identity", 201)] {
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("content-encoding", coding),
        ];
        let answer = send(
            &app,
            "POST",
            "/v1/verifications",
            &headers,
            Some(body.to_string()),
        );
        assert_eq!(answer.status, status, "{coding}");
    }
}

#[test]
fn of_two_reviews_asked_for_at_once_one_is_opened() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    let mut statuses = both(|| ours.post(&review(customer, "kyc")).status);
    statuses.sort_unstable();
    assert_eq!((statuses, count(&app)), (vec![201, 409], 1));
}

/// Asks twice at once.
fn both<T: Send>(ask: impl Fn() -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        let racers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    ask()
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("a racer"))
            .collect()
    })
}

#[test]
fn a_refusal_stands_for_a_key_until_it_is_closed_or_says_try_again() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let refused_at = Some(app.clock.now());
    let refused = || {
        make::customer(&app, |new| {
            (new.kyc, new.refused_at) = ("refused", refused_at);
        })
    };
    let decided = |customer, retry: Option<bool>| {
        let (round, _) = make::open_review(&app, customer, 1);
        let now = app.clock.now();
        diesel::update(reviews::table.filter(reviews::id.eq(round)))
            .set((
                reviews::state.eq("decided"),
                reviews::decision.eq("refused"),
                reviews::retry.eq(retry),
                reviews::decided_kind.eq("staff"),
                reviews::decided_by.eq(app.staff(Persona::Manager)),
                reviews::decided_at.eq(now),
            ))
            .execute(&mut app.owner())
            .expect("a decision");
    };
    let (firm, again) = (refused(), refused());
    decided(firm, Some(false));
    decided(again, Some(true));
    let answer = ours.post(&review(firm, "kyc"));
    assert_eq!(answer.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(kyc(&app, firm), "refused");
    ours.made(&review(again, "kyc"));
    app.clock.advance(TimeDelta::days(90));
    ours.made(&review(firm, "kyc"));
}

#[test]
fn a_company_is_asked_for_as_kyb_and_its_members_are_not_named() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company = make::company(&app, "Figueiredo & Filhos");
    let member = make::customer(&app, |new| new.last_name = Some("Ourofino".to_owned()));
    make::relation(&app, company, member, "legal_representative", None);
    let answer = ours.post(&review(company, "kyb"));
    assert_eq!(answer.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert!(!answer.body.to_string().contains("Ourofino"));
    assert_eq!(
        ours.post(&review(company, "kyc")).faults()[0].0,
        "verification_type"
    );
    make::complete(&app, member);
    let made = ours.made(&review(company, "kyb"));
    assert_eq!(made["verification_type"], "kyb");
    assert_eq!(kyc(&app, member), "pending", "a company takes them along");
}

#[test]
fn what_colleagues_write_and_suspect_is_never_told() {
    const CANARY: &str = "Kanarienvogel";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    let check = text(&ours.made(&review(customer, "kyc"))["id"]);
    let round: Uuid = reviews::table
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a review");
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(
        officer.post(&format!("/reviews/{round}/claim"), &[]).status,
        303
    );
    make::note(&app, customer, CANARY);
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let done = officer.post(
        &format!("/reviews/{round}/decision"),
        &[
            ("decision", "incomplete"),
            ("reason", "document_not_legible"),
            ("comment", CANARY),
            ("message", "Send the back of it too."),
            ("version", &version.to_string()),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let told = ours.one(&check);
    let reason = text(&told.data()["reason"]);
    assert!(reason.contains("Send the back of it too."), "{reason}");

    // A watchlist's words are for officers.
    let listed = make::verification(&app, customer, |new| {
        (new.provider, new.reason) = ("watchlist", Some(CANARY));
    });
    let set = make::verification(&app, customer, |_| {});
    let overridden = ours.set(set, &json!({"status": "failed", "reason": CANARY}));
    assert_eq!(overridden.status, 200);
    // Nor do its entries leave, or how many there are.
    diesel::update(verifications::table.filter(verifications::id.eq(listed)))
        .set(verifications::result_payload.eq(json!({
            "open": 1, "entries": [{"list": CANARY, "entry": CANARY, "score": 99, "state": "open"}],
        })))
        .execute(&mut app.owner())
        .expect("an answer");
    let by_id = ours.get(&format!("/v1/verifications?id.eq={listed}"));
    for answer in [
        ours.one(listed),
        ours.get("/v1/verifications?provider.eq=watchlist"),
        by_id,
        ours.set(listed, &json!({"status": "failed"})),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let one = match answer.data() {
            Value::Array(rows) => rows[0].clone(),
            one => one.clone(),
        };
        assert_eq!(one["id"], listed.to_string());
        assert_eq!(
            (&one["result_payload"], &one["reason"]),
            (&Value::Null, &Value::Null)
        );
        assert!(!answer.body.to_string().contains(CANARY), "{}", answer.body);
    }
    make::suspicion(&app, &app.acme, round);
    for answer in [
        ours.one(&check),
        overridden,
        told,
        ours.one(set),
        ours.one(listed),
        ours.get("/v1/verifications"),
    ] {
        assert!(!answer.body.to_string().contains(CANARY), "{}", answer.body);
    }
    // Taken back, a check says so.
    let other = make::customer(&app, |_| {});
    make::complete(&app, other);
    let check = text(&ours.made(&review(other, "kyc"))["id"]);
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(other))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a review");
    let done = officer.post(&format!("/reviews/{round}/withdraw"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    let told = ours.one(&check);
    assert_eq!(
        (&told.data()["status"], &told.data()["reason"]),
        (&json!("expired"), &json!("withdrawn"))
    );
}
