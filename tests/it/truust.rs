//! Truust's face over real HTTP: bearer keys, customers, verifications and papers, errors in the vendor's shape.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::schema::customers;

use crate::support::{
    Persona, Tenant, TestApp,
    machines::{self, Made},
    make,
};

mod alone;
mod around;
mod company;
mod confided;
mod contacts;
mod document;
mod documents;
mod errors;
mod fields;
mod kept;
mod life;
mod lines;
mod listing;
mod names;
mod once;
mod owed;
mod papers;
mod puts;
mod representatives;
mod rounds;
mod scope;
mod searching;
mod shown;

/// A system of an organisation, with its key.
struct Machine<'a> {
    app: &'a TestApp,
    key: Made,
}

/// What came back.
#[derive(Debug)]
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

    /// What was asked for.
    #[track_caller]
    fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Status and sentence of an error, which has nothing besides but the fields of a 422.
    #[track_caller]
    fn refused(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), Some("application/json"));
        let members: Vec<&String> = self.body.as_object().expect("an object").keys().collect();
        if self.status == 422 {
            assert_eq!(members, ["message", "errors"]);
        } else {
            assert_eq!(members, ["message"]);
        }
        let message = self.body["message"].as_str().expect("a sentence");
        assert!(!message.is_empty());
        (self.status, message)
    }

    /// The fields at fault, by name.
    #[track_caller]
    fn faults(&self) -> Vec<&str> {
        assert_eq!(
            self.refused(),
            (422, "The given data was invalid."),
            "{}",
            self.body
        );
        let errors = self.body["errors"].as_object().expect("errors");
        for said in errors.values() {
            let said = said.as_array().expect("sentences");
            assert!(!said.is_empty() && said.iter().all(Value::is_string));
        }
        errors.keys().map(String::as_str).collect()
    }
}

const ALL: [&str; 2] = ["read", "write"];

fn machine<'a>(app: &'a TestApp, tenant: &Tenant, may: &[&str], branches: &[&str]) -> Machine<'a> {
    Machine {
        app,
        key: machines::key(app, tenant, ("truust", "live"), may, branches),
    }
}

fn send(
    app: &TestApp,
    (method, target): (&str, &str),
    headers: &[(&str, &str)],
    body: Option<String>,
) -> Answer {
    let answer = app.browser().request(method, target, headers, body);
    let body = if answer.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&answer.body)
            .unwrap_or_else(|_| panic!("JSON: {} {}", answer.status, answer.body))
    };
    Answer {
        status: answer.status,
        body,
        headers: answer.headers,
    }
}

impl Machine<'_> {
    fn sent(&self, call: (&str, &str), more: &[(&str, &str)], body: Option<String>) -> Answer {
        let bearer = format!("Bearer {}", self.key.secret);
        let mut headers = vec![("authorization", bearer.as_str())];
        if more.iter().all(|(name, _)| *name != "content-type") {
            headers.push(("content-type", "application/json"));
        }
        headers.extend_from_slice(more);
        send(self.app, call, &headers, body)
    }

    fn get(&self, target: &str) -> Answer {
        self.sent(("GET", target), &[], None)
    }

    fn post(&self, target: &str, body: &Value) -> Answer {
        self.sent(("POST", target), &[], Some(body.to_string()))
    }

    fn put(&self, target: &str, body: &Value) -> Answer {
        self.sent(("PUT", target), &[], Some(body.to_string()))
    }

    fn verify(&self, customer: impl std::fmt::Display, body: &Value) -> Answer {
        self.post(&format!("/2.0/customers/{customer}/verify"), body)
    }

    fn verification(&self, customer: impl std::fmt::Display) -> Answer {
        self.get(&format!("/2.0/verifications/{customer}"))
    }

    fn request(&self, customer: impl std::fmt::Display) -> Answer {
        let target = format!("/2.0/verifications/{customer}/request");
        self.sent(("POST", &target), &[], None)
    }
}

/// The sentence of its one fault on `status`; nothing was changed by it.
#[track_caller]
fn refused_on_status(answer: &Answer) -> String {
    assert_eq!(answer.faults(), ["status"]);
    text(&answer.body["errors"]["status"][0])
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// A paper as it is sent.
pub fn paper(of: &str, file: &[u8]) -> Value {
    let data = STANDARD.encode(file);
    json!({"type": of, "content": format!("data:application/octet-stream;base64,{data}")})
}

/// The vendor's own example of a person.
fn person() -> Value {
    json!({
        "type": "NATURAL", "first_name": "John", "last_name": "Doe", "vat_id": "12345678A", "legal_address": "Calle Mayor 1",
        "legal_city": "Madrid", "legal_zip": "28001", "legal_state": "Madrid", "legal_country": "ES",
    })
}

/// The same as a company.
fn company() -> Value {
    with(
        &person(),
        json!({
            "type": "LEGAL", "legal_name": "Obras Doe SL", "representative_name": "John Doe",
            "representative_email": "john@obras.example", "representative_phone": "+34 600 000 000",
        }),
    )
}

/// A body with other fields in it.
fn with(body: &Value, other: Value) -> Value {
    let mut body = body.clone();
    let fields = body.as_object_mut().expect("an object");
    let Value::Object(other) = other else {
        panic!("an object")
    };
    fields.extend(other);
    body
}

/// A body without a field.
fn without(body: &Value, field: &str) -> Value {
    let mut body = body.clone();
    body.as_object_mut().expect("an object").remove(field);
    body
}

fn kyc(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

/// All that a customer's row says, so that "nothing changed" can be seen.
fn row(app: &TestApp, customer: Uuid) -> (i32, Option<String>, Option<String>, String) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((
            customers::version,
            customers::first_name,
            customers::city,
            customers::kyc,
        ))
        .first(&mut app.owner())
        .expect("the customer")
}
