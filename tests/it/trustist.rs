//! Trustist's face over real HTTP: signed customers, errors in the vendor's shape, nothing of another tenant.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    approvals::database,
    support::{Persona, Tenant, TestApp, machines, make},
};

mod duplicates;
mod fields;
mod listing;
mod naming;
mod sessions;
mod shapes;
mod signing;

/// A system of an organisation, with its key.
pub struct Machine<'a> {
    pub app: &'a TestApp,
    /// As entries of the log name it.
    pub actor: uuid::Uuid,
    pub id: String,
    pub secret: String,
}

/// What came back.
struct Answer {
    status: u16,
    body: Value,
    /// As it came.
    text: String,
    headers: Vec<(String, String)>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Status and code of an error, which is in the face's shape.
    fn error(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), Some("application/json"));
        let members: Vec<&String> = self.body.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["error", "message"], "{}", self.body);
        assert!(!self.message().is_empty());
        (self.status, self.body["error"].as_str().expect("a code"))
    }

    fn message(&self) -> &str {
        self.body["message"].as_str().expect("a sentence")
    }
}

const ALL: [&str; 3] = ["create_customer", "read_customers", "update_customer"];

fn machine<'a>(
    app: &'a TestApp,
    tenant: &Tenant,
    kind: &str,
    may: &[&str],
    branches: &[&str],
) -> Machine<'a> {
    let made = machines::key(app, tenant, ("trustist", kind), may, branches);
    Machine {
        app,
        actor: made.actor,
        id: made.id,
        secret: made.secret,
    }
}

impl Machine<'_> {
    fn date(&self) -> String {
        self.app
            .clock
            .now()
            .format("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// The headers that sign a request.
    pub fn signed(
        &self,
        method: &str,
        target: &str,
        body: &str,
        nonce: Option<&str>,
    ) -> Vec<(&'static str, String)> {
        let content = STANDARD.encode(Sha256::digest(body));
        let host = self.app.address.to_string();
        let mut values = vec![self.date(), host, content.clone()];
        let mut names = "x-tr-date;host;x-tr-content-sha256".to_owned();
        if let Some(nonce) = nonce {
            names.push_str(";x-tr-nonce");
            values.push(nonce.to_owned());
        }
        let text = format!("{method}\n{target}\n{}", values.join(";"));
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any length");
        let signature = STANDARD.encode(mac.chain_update(text).finalize().into_bytes());
        let mut headers = vec![
            (
                "authorization",
                format!(
                    "HMAC-SHA256 Credential={}, SignedHeaders={names}, Signature={signature}",
                    self.id
                ),
            ),
            ("x-tr-date", self.date()),
            ("x-tr-content-sha256", content),
        ];
        if let Some(nonce) = nonce {
            headers.push(("x-tr-nonce", nonce.to_owned()));
        }
        headers
    }

    fn ask(&self, method: &str, target: &str, body: &Value) -> Answer {
        // Each question is another one: a nonce tells equal ones of a second apart.
        let nonce = self.app.clock.new_id().to_string();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = self.signed(method, target, &body, Some(&nonce));
        send(self.app, method, target, &headers, &body)
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &Value::Null)
    }

    fn made(&self, body: &Value) -> Value {
        let answer = self.ask("POST", "/v1/customers", body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }
}

fn send(
    app: &TestApp,
    method: &str,
    target: &str,
    headers: &[(&'static str, String)],
    body: &str,
) -> Answer {
    let mut browser = app.browser();
    let json = [("content-type", "application/json")];
    let sent: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain(json)
        .collect();
    let answer = browser.request(method, target, &sent, Some(body.to_owned()));
    Answer {
        status: answer.status,
        body: match answer.body.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| panic!("JSON: {text}")),
        },
        text: answer.body,
        headers: answer.headers,
    }
}

#[test]
fn a_customer_is_made_read_and_changed_and_stands_on_the_desk_at_once() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let made = ours.made(&json!({
        "firstName": "Sarah", "lastName": "Johnson", "emailAddress": "sarah@post.example", "dateOfBirth": "1990-04-05",
        "address": {"addressLine1": "1 High Street", "city": "London", "postalCode": "N1", "country": "GB"},
        "orgId": "madrid", "unknown": {"is": "ignored"},
    }));
    let id = made["id"].as_str().expect("an id").to_owned();
    assert!(
        id.len() == 12 && id.bytes().all(|sign| sign.is_ascii_alphanumeric()),
        "{id}"
    );
    assert_eq!(made["tenantId"], app.acme.id.to_string());
    assert_eq!(
        (&made["orgId"], &made["address"]["addressLine2"]),
        (&json!("madrid"), &Value::Null)
    );
    assert_eq!(made["created"], "2026-11-16T12:00:00.000Z");
    assert_eq!(ours.get(&format!("/v1/customers/{id}")).body, made);
    let list = app
        .sign_in(Persona::Officer)
        .get("/customers?branch=madrid");
    assert_eq!(list.texts("tr[data-row]").len(), 1);
    assert!(list.text().contains("Sarah Johnson"));

    let path = format!("/v1/customers/{id}");
    let changed = ours.ask(
        "PUT",
        &path,
        &json!({
            "firstName": null, "address": {"city": "Leeds", "postalCode": null}, "orgId": "london",
        }),
    );
    assert_eq!(changed.status, 200, "{}", changed.body);
    let now = changed.body;
    assert_eq!(
        (&now["firstName"], &now["lastName"]),
        (&Value::Null, &json!("Johnson"))
    );
    assert_eq!(
        (&now["address"]["city"], &now["address"]["postalCode"]),
        (&json!("Leeds"), &Value::Null)
    );
    assert_eq!(
        now["address"]["addressLine1"], "1 High Street",
        "an address merges"
    );
    assert_eq!(now["orgId"], "madrid", "fixed at creation");
    let same = ours.ask("PUT", &path, &json!({"lastName": "Johnson"}));
    assert_eq!(
        (same.status, &same.body),
        (200, &now),
        "nothing changed and nothing is said"
    );
    let cleared = ours.ask("PUT", &path, &json!({"address": null})).body;
    assert_eq!(cleared["address"]["city"], Value::Null);
    let said = app.actions();
    let times = |action: &str| said.iter().filter(|said| *said == action).count();
    assert_eq!((times("customer.added"), times("customer.edited")), (1, 2));
}

#[test]
fn an_empty_body_is_a_customer_of_no_named_branch_and_a_new_org_id_is_a_branch() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let bare = ours.made(&json!({}));
    assert_eq!(bare["orgId"], Value::Null);
    assert_eq!(
        ours.get("/v1/customers?orgId=london").body,
        json!([]),
        "its branch was not named"
    );
    let named = ours.made(&json!({"orgId": "london"}));
    assert_eq!(
        named["orgId"], "london",
        "named, though it is the one that takes new ones"
    );
    let before = app.actions().len();
    let oslo = ours.made(&json!({"orgId": "oslo", "lastName": "Berg"}));
    assert_eq!(oslo["orgId"], "oslo");
    // Both by this key, in one request.
    let said = app.said_after(before);
    let actions: Vec<&str> = said.iter().map(|one| one.action.as_str()).collect();
    assert_eq!(actions, ["branch.added", "customer.added"]);
    assert_eq!(said[0].request_id, said[1].request_id);
    for one in &said {
        assert_eq!(
            (one.actor_kind.as_str(), one.actor_id),
            ("key", Some(ours.actor))
        );
    }
    assert_eq!(ours.get("/v1/customers?orgId=oslo").body, json!([oslo]));
    assert_eq!(ours.get("/v1/customers?orgId=nowhere").body, json!([]));

    let held = machine(&app, &app.acme, "tenant", &ALL, &["madrid", "london"]);
    let made = held.made(&json!({"lastName": "Ruiz"}));
    assert_eq!(ours.get("/v1/customers?orgId=madrid").body, json!([]));
    let page = app.sign_in(Persona::Admin).get("/customers?branch=madrid");
    assert_eq!(
        page.texts("tr[data-row]").len(),
        1,
        "the first of its branches takes new customers"
    );
    let other = held.ask("POST", "/v1/customers", &json!({"orgId": "paris"}));
    assert_eq!(
        (other.status, &other.body["error"]),
        (403, &json!("insufficient_permissions"))
    );
    assert_eq!(
        held.ask("POST", "/v1/customers", &json!({"orgId": "bergen"}))
            .status,
        403
    );
    let oslo = oslo["id"].as_str().expect("an id");
    assert_eq!(held.get(&format!("/v1/customers/{oslo}")).status, 404);
    assert_eq!(
        held.get(&format!(
            "/v1/customers/{}",
            made["id"].as_str().expect("an id")
        ))
        .status,
        200
    );
}

#[test]
fn a_list_is_walked_newest_first_by_its_link() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    for name in ["A", "B", "C", "D", "E"] {
        ours.made(&json!({"lastName": name, "orgId": "paris"}));
        app.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let (mut target, mut seen) = ("/v1/customers?orgId=paris&limit=2".to_owned(), Vec::new());
    loop {
        let page = ours.get(&target);
        assert_eq!(page.status, 200, "{}", page.body);
        let names = page.body.as_array().expect("a bare array").iter();
        seen.extend(names.map(|one| one["lastName"].as_str().expect("a name").to_owned()));
        let Some(link) = page.header("link") else {
            break;
        };
        let (next, rel) = link.split_once(">; ").expect("a link");
        assert_eq!(rel, "rel=\"next\"");
        next.trim_start_matches('<').clone_into(&mut target);
    }
    assert_eq!(seen, ["E", "D", "C", "B", "A"]);
    for bad in ["limit=0", "limit=201", "limit=x", "limit=%2B5", "cursor=x"] {
        let answer = ours.get(&format!("/v1/customers?{bad}"));
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!("invalid_request")),
            "{bad}"
        );
    }
    let elsewhere = target.replace("orgId=paris", "orgId=london");
    assert_eq!(
        ours.get(&elsewhere).status,
        400,
        "a cursor belongs to its list"
    );
}

#[test]
fn every_failed_proof_is_answered_alike_and_a_signature_comes_once() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 401);
        answer.body
    };
    let bare = refused(send(&app, "GET", "/v1/customers", &[], ""));
    assert_eq!(bare["error"], "invalid_api_key");
    let mut wrong = ours.signed("GET", "/v1/customers", "", None);
    wrong[0].1 = wrong[0].1.replace("Signature=", "Signature=A");
    let merchant = machine(&app, &app.acme, "merchant", &ALL, &[]);
    for body in [
        refused(send(&app, "GET", "/v1/customers", &wrong, "")),
        refused(send(
            &app,
            "GET",
            "/v1/customers?limit=2",
            &ours.signed("GET", "/v1/customers", "", None),
            "",
        )),
        refused(send(
            &app,
            "POST",
            "/v1/customers",
            &ours.signed("POST", "/v1/customers", "{}", None),
            "{ }",
        )),
        refused(merchant.get("/v1/customers")),
        refused(
            Machine {
                app: &app,
                actor: uuid::Uuid::nil(),
                id: "tst_none".to_owned(),
                secret: "x".to_owned(),
            }
            .get("/v1/customers"),
        ),
    ] {
        assert_eq!(body, bare);
    }
    // A browser's session opens nothing here.
    let officer = app.sign_in(Persona::Officer).get("/v1/customers");
    assert_eq!(officer.status, 401);

    let get = ours.signed("GET", "/v1/customers", "", None);
    for _ in 0..2 {
        assert_eq!(
            send(&app, "GET", "/v1/customers", &get, "").status,
            200,
            "two equal GETs are two questions"
        );
    }
    let post = ours.signed("POST", "/v1/customers", "{}", None);
    assert_eq!(send(&app, "POST", "/v1/customers", &post, "{}").status, 200);
    assert_eq!(
        refused(send(&app, "POST", "/v1/customers", &post, "{}")),
        bare
    );
    app.clock.advance(chrono::TimeDelta::seconds(301));
    assert_eq!(refused(send(&app, "GET", "/v1/customers", &get, "")), bare);
    let forgotten =
        vouch::reviews::tidying::forget(&mut database(&app).connection().expect("a connection"))
            .expect("tidied up");
    assert_eq!(
        forgotten, 1,
        "what nobody would believe any more need not be remembered"
    );
}

#[test]
fn permissions_tenants_and_bad_bodies_have_their_codes() {
    let app = TestApp::start();
    let reads = machine(&app, &app.acme, "tenant", &["read_customer"], &[]);
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let theirs = machine(&app, &app.other, "tenant", &ALL, &[]);
    let id = ours.made(&json!({"lastName": "Own"}))["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/v1/customers/{id}");
    assert_eq!(reads.get(&path).status, 200);
    for answer in [
        reads.get("/v1/customers"),
        reads.ask("POST", "/v1/customers", &json!({})),
        reads.ask("PUT", &path, &json!({})),
    ] {
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (403, &json!("insufficient_permissions"))
        );
    }
    let foreign = theirs.get(&path);
    let absent = theirs.get("/v1/customers/aaaaaaaaaaaa");
    assert_eq!((foreign.status, &foreign.body), (404, &absent.body));
    assert_eq!(foreign.body["error"], "customer_not_found");
    assert_eq!(theirs.get("/v1/customers").body, json!([]));
    assert_eq!(
        ours.get("/v1/customers/x/y").body["error"],
        "customer_not_found",
        "an unknown path below the prefix"
    );
    assert_eq!(ours.ask("DELETE", &path, &Value::Null).status, 405);

    let uuid = make::customer(&app, |new| new.last_name = Some("Desk".to_owned()));
    assert_eq!(
        ours.get(&format!("/v1/customers/{uuid}")).body["lastName"],
        "Desk"
    );
    for (body, said) in [
        (json!({"firstName": "x".repeat(256)}), "firstName"),
        (json!({"emailAddress": "nobody"}), "emailAddress"),
        (json!({"dateOfBirth": "05/04/1990"}), "dateOfBirth"),
        (json!({"address": {"country": "Spain"}}), "address.country"),
        (json!({"orgId": "é".repeat(101)}), "orgId"),
        (json!({"orgId": "a\nb"}), "orgId"),
        (json!({"firstName": 7}), "wrong type"),
        (json!([]), "object"),
        (json!({"lastName": "a\u{0}b"}), "NUL"),
    ] {
        let answer = ours.ask("POST", "/v1/customers", &body);
        assert_eq!(
            (answer.status, &answer.body["error"]),
            (400, &json!("invalid_request")),
            "{body}"
        );
        let message = answer.body["message"].as_str().expect("a sentence");
        assert!(message.contains(said), "{body}: {message}");
    }
}

#[test]
fn what_colleagues_write_and_suspect_is_never_told() {
    const CANARY: &str = "Kanarienvogel";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, customer);
    make::note(&app, customer, CANARY);
    let round = make::open_review(&app, customer, 1).0;
    let mut manager = app.sign_in(Persona::Manager);
    for (path, fields) in [
        (format!("/reviews/{round}/claim"), &[][..]),
        (
            format!("/reviews/{round}/decision"),
            &[
                ("decision", "refused"),
                ("reason", "identity_not_proved"),
                ("comment", CANARY),
                ("message", CANARY),
                ("version", "1"),
            ],
        ),
    ] {
        let done = manager.post(&path, fields);
        assert_eq!(done.status, 303, "{path}: {}", done.text());
    }
    make::suspicion(&app, &app.acme, round);
    let mut keys = vec![
        "address",
        "created",
        "dateOfBirth",
        "emailAddress",
        "firstName",
        "id",
        "lastName",
        "lastUpdated",
        "orgId",
        "tenantId",
    ];
    keys.sort_unstable();
    let one = format!("/v1/customers/{customer}");
    let listed = ours.get("/v1/customers?orgId=london");
    for answer in [
        ours.get(&one),
        ours.ask("PUT", &one, &json!({"lastName": "Other"})),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told: Vec<&str> = answer
            .body
            .as_object()
            .expect("a customer")
            .keys()
            .map(String::as_str)
            .collect();
        let mut told = told;
        told.sort_unstable();
        assert_eq!(told, keys, "Trustist shows a customer, and no status of it");
        assert!(!answer.body.to_string().contains(CANARY), "{}", answer.body);
    }
    assert!(!listed.body.to_string().contains(CANARY), "{}", listed.body);
    assert_eq!(listed.body.as_array().map(Vec::len), Some(1));
}
