//! Treezor's face over real HTTP: tokens, users, papers, tax residences, reviews in both life cycles, hooks.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{
    reviews::{
        deadlines,
        policy::{
            changes,
            rules::{LifeCycle, Policy, Prerequisites},
        },
    },
    schema::{customers, documents, organisations, relations, reviews},
};

use crate::{
    approvals::{act, database},
    support::{
        Persona, Response, Tenant, TestApp,
        machines::{self, Made},
        make,
    },
};

mod around;
mod back;
pub mod canary;
mod checked;
mod children;
mod company;
mod deep;
mod fields;
mod later;
mod lists;
mod once;
mod papers;
mod parents;
mod representatives;
mod rounds;
mod sandbox;
mod statuses;
mod taxes;
mod tenants;
mod tokens;
mod wrong;

const FORM: &str = "application/x-www-form-urlencoded";

/// Asks for a token with these fields.
pub fn ask_token(app: &TestApp, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let body = serde_html_form::to_string(fields).expect("a form");
    let mut all = vec![("content-type", FORM)];
    all.extend_from_slice(headers);
    app.browser()
        .request("POST", "/oauth/token", &all, Some(body))
}

/// The token that a key is exchanged for; nothing where it opens nothing.
pub fn exchange(app: &TestApp, key: &Made) -> Option<String> {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", key.id.as_str()),
        ("client_secret", key.secret.as_str()),
    ];
    let answer = ask_token(app, &fields, &[]);
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    body["access_token"].as_str().map(str::to_owned)
}

/// A system of an organisation, with its token.
pub struct Machine<'a> {
    app: &'a TestApp,
    key: Made,
    token: String,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    body: Value,
    headers: Vec<(String, String)>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What was answered well.
    pub fn good(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.body
    }

    /// Status, and of each error its code and message; each has the shape of the page.
    fn errors(&self) -> (u16, Vec<(String, String)>) {
        let errors = self.body["errors"].as_array();
        let errors = errors.unwrap_or_else(|| panic!("errors: {} {}", self.status, self.body));
        assert!(!errors.is_empty());
        let each = errors.iter().map(|one| {
            let members: Vec<&str> = one
                .as_object()
                .expect("an object")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(members, ["type", "code", "message", "docUrl", "requestId"]);
            assert_eq!(one["docUrl"], "/openapi/treezor.json");
            let id = one["requestId"].as_str().expect("an id");
            assert!(id.parse::<Uuid>().is_ok(), "{id}");
            let text = |name: &str| one[name].as_str().expect("a text").to_owned();
            (text("code"), text("message"))
        });
        (self.status, each.collect())
    }

    /// Status and code of the only error.
    fn error(&self) -> (u16, String) {
        let (status, errors) = self.errors();
        assert_eq!(errors.len(), 1, "{errors:?}");
        (status, errors[0].0.clone())
    }

    /// The fields at fault, in their order.
    fn faults(&self) -> Vec<String> {
        let (status, errors) = self.errors();
        assert_eq!(status, 400, "{errors:?}");
        let field = |message: &str| message.split(':').next().unwrap_or_default().to_owned();
        errors.iter().map(|(_, message)| field(message)).collect()
    }

    /// Without what is of this request alone.
    fn masked(&self) -> (u16, Value) {
        let mut body = self.body.clone();
        if let Some(errors) = body["errors"].as_array_mut() {
            for one in errors {
                one["requestId"] = Value::Null;
            }
        }
        (self.status, body)
    }
}

const ALL: [&str; 3] = ["read_only", "read_write", "admin"];

fn machine<'a>(app: &'a TestApp, tenant: &Tenant, may: &[&str], branches: &[&str]) -> Machine<'a> {
    let key = machines::key(app, tenant, ("treezor", "oauth"), may, branches);
    let token = exchange(app, &key).expect("a token");
    Machine { app, key, token }
}

pub fn ours(app: &TestApp) -> Machine<'_> {
    machine(app, &app.acme, &ALL, &[])
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
    /// A token that is believed now: the clock may have moved.
    fn bearer(&self) -> String {
        let token = exchange(self.app, &self.key);
        format!("Bearer {}", token.as_ref().unwrap_or(&self.token))
    }

    fn named(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
        name: Option<&str>,
    ) -> Answer {
        let bearer = self.bearer();
        let mut headers = vec![
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        headers.extend(name.map(|name| ("idempotency-key", name)));
        send(
            self.app,
            method,
            target,
            &headers,
            body.map(Value::to_string),
        )
    }

    pub fn get(&self, target: &str) -> Answer {
        self.named("GET", target, None, None)
    }

    fn post(&self, target: &str, body: &Value) -> Answer {
        self.named("POST", target, Some(body), None)
    }

    pub fn put(&self, target: &str, body: &Value) -> Answer {
        self.named("PUT", target, Some(body), None)
    }

    /// A user that was made well; its number.
    fn user(&self, body: &Value) -> i64 {
        let made = self.post("/v1/users", body).good();
        made["users"][0]["userId"].as_i64().expect("a number")
    }

    fn review(&self, user: i64) -> Answer {
        self.named("PUT", &format!("/v1/users/{user}/Kycreview"), None, None)
    }

    fn kyc(&self, user: i64) -> Value {
        self.get(&format!("/v1/users/{user}/kyc")).good()
    }

    /// Hands in everything that the checklist asks of a person, over the face.
    fn complete(&self, user: i64) {
        for kind in [17, 12] {
            self.paper(user, kind);
        }
        self.post(
            "/v1/taxResidences",
            &json!({"userId": user, "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false}),
        )
        .good();
    }

    fn paper(&self, user: i64, kind: i64) -> Value {
        self.post("/v1/documents", &paper(user, kind)).good()
    }
}

pub fn paper(user: i64, kind: i64) -> Value {
    json!({
        "userId": user, "documentTypeId": kind, "name": "paper.pdf",
        "fileContentBase64": STANDARD.encode(make::pdf(1)),
    })
}

/// A person of whom everything is declared.
pub fn person() -> Value {
    json!({
        "userTypeId": 1, "email": "ines@mail.example", "specifiedUSPerson": 0, "title": "MME", "firstname": "Inês",
        "lastname": "Falcão", "birthday": "1987-03-09", "placeOfBirth": "Porto", "birthCountry": "PT", "nationality": "PT",
        "address1": "Rua Direita 1", "postcode": "4000-001", "city": "Porto", "country": "PT", "phone": "+351912345678",
        "distributionCountry": "FR",
    })
}

pub fn with(mut body: Value, more: &[(&str, Value)]) -> Value {
    for (name, value) in more {
        body[name] = value.clone();
    }
    body
}

/// The id of a user of Acme's.
pub fn id(app: &TestApp, user: i64) -> Uuid {
    customers::table
        .filter(customers::number.eq(user))
        .select(customers::id)
        .first(&mut app.owner())
        .expect("the user")
}

/// The number of a customer of a tenant.
pub fn number(app: &TestApp, tenant: &Tenant, customer: Uuid) -> i64 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::number)
        .first(&mut app.owner_of(tenant))
        .expect("the customer")
}

/// Saves the delivered policy with a change, as its first version.
pub fn policy(app: &TestApp, change: impl FnOnce(&mut Policy)) {
    let mut policy = Policy::default();
    change(&mut policy);
    act(app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
}

fn sweep(app: &TestApp) {
    deadlines::sweep(&database(app)).expect("swept");
}

/// The manager takes the newest round of a user and decides so, on the desk's own pages.
pub fn decide(app: &TestApp, user: i64, fields: &[(&str, &str)]) {
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(id(app, user)))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let version: i32 = customers::table
        .filter(customers::number.eq(user))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the user");
    let version = version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    let done = manager.post(&format!("/reviews/{round}/decision"), &all);
    assert_eq!(done.status, 303, "{}", done.text());
}

pub const VALIDATE: [(&str, &str); 2] = [("decision", "validated"), ("risk", "low")];
const REFUSE: [(&str, &str); 4] = [
    ("decision", "refused"),
    ("reason", "identity_not_proved"),
    ("comment", CANARY),
    ("message", "The photograph shows somebody else."),
];
/// Among colleagues; it may leave the house nowhere.
const CANARY: &str = "canary 4711: a colleague knows him from another case";

#[test]
fn a_user_is_made_reviewed_decided_and_read() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let shown = ours.get(&format!("/v1/users/{user}")).good();
    let shown = &shown["users"][0];
    assert_eq!(
        (&shown["userId"], &shown["lastname"]),
        (&json!(user), &json!("Falcão"))
    );
    ours.complete(user);
    let asked = ours.review(user).good();
    assert_eq!(
        (&asked["kycStatus"], &asked["codeStatus"]),
        (&json!("PENDING"), &json!("110002"))
    );
    decide(&app, user, &VALIDATE);
    let kyc = ours.kyc(user);
    assert_eq!(
        kyc,
        json!({
            "userId": user, "clientId": asked["clientId"], "distributionCountry": "FR", "kycLevel": 2, "kycReview": 2,
            "kycReviewComment": "", "kycStatus": "VALIDATED", "kycReviewType": "ONBOARDING", "codeStatus": "110006",
            "informationStatus": "The user's identity has been successfully verified, and all compliance requirements are met.",
            "lastRequestDatetime": "2026-11-16T12:00:00Z", "lastReviewDatetime": "2026-11-16T12:00:00Z",
            "nextReviewDate": "2031-11-16",
        })
    );
    let client: i64 = organisations::table
        .find(app.acme.id)
        .select(organisations::number)
        .first(&mut app.owner())
        .expect("the organisation");
    assert_eq!(kyc["clientId"], client);
}
