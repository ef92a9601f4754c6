//! How each route of each face is called well.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    support::{TestApp, make},
    treezor, truust,
};

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    None,
    Customer,
    /// A customer whose KYC has begun.
    Begun,
    /// A paper of such a one.
    Paper,
    Check,
    Session,
    /// A customer by its number, and a paper and a tax residence by theirs.
    User,
    NumberedPaper,
    Tax,
}

/// A route of a face: how it is called well, and what it then says. Where it needs a customer besides its path, the body
/// names one of its own.
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub(super) object: Object,
    pub(super) body: fn(&TestApp) -> Value,
    /// The entries that it adds to the audit log, in order.
    pub(super) says: &'static [&'static str],
}

impl Call {
    const fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }
}

const fn call(
    method: &'static str,
    path: &'static str,
    object: Object,
    body: fn(&TestApp) -> Value,
) -> Call {
    Call {
        method,
        path,
        object,
        body,
        says: &[],
    }
}

const fn none(_: &TestApp) -> Value {
    Value::Null
}

fn failed(_: &TestApp) -> Value {
    json!({"status": "failed"})
}

fn started(app: &TestApp) -> Value {
    json!({
        "customer_id": make::customer(app, |_| {}), "provider": "acme", "verification_type": "identity",
    })
}

fn hooked(_: &TestApp) -> Value {
    json!({"url": "https://hooks.example/onboard"})
}

fn reached(_: &TestApp) -> Value {
    json!({"email": "ana@mail.example", "first_name": "Ana"})
}

fn declared(_: &TestApp) -> Value {
    json!({
        "type": "NATURAL", "first_name": "Ana", "last_name": "Lima", "vat_id": "12345678A", "legal_address": "Calle Mayor 1",
        "legal_city": "Madrid", "legal_zip": "28001", "legal_state": "Madrid",
    })
}

fn handed_in(_: &TestApp) -> Value {
    truust::paper("ADDRESS_PROOF", make::pdf(1).as_bytes())
}

fn opened(app: &TestApp) -> Value {
    let identity = json!({"identityCheck": true});
    json!({"customerId": make::customer(app, |_| {}), "options": {"identity": identity}})
}

fn numbered(app: &TestApp) -> i64 {
    treezor::number(app, &app.acme, make::customer(app, |_| {}))
}

fn handed_in_by_number(app: &TestApp) -> Value {
    json!({
        "userId": numbered(app), "documentTypeId": 9, "name": "paper.pdf",
        "fileContentBase64": STANDARD.encode(make::pdf(1)),
    })
}

fn taxed(app: &TestApp) -> Value {
    json!({
        "userId": numbered(app), "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false,
    })
}

pub const CALLS: &[Call] = &[
    call("GET", "/2.0/customers", Object::None, none),
    call("HEAD", "/2.0/customers", Object::None, none),
    call("POST", "/2.0/customers", Object::None, reached).says(&["customer.added"]),
    call("GET", "/2.0/customers/{uuid}", Object::Customer, none),
    call("HEAD", "/2.0/customers/{uuid}", Object::Customer, none),
    call("PUT", "/2.0/customers/{uuid}", Object::Customer, reached).says(&["customer.edited"]),
    call(
        "POST",
        "/2.0/customers/{uuid}/verify",
        Object::Customer,
        declared,
    )
    .says(&["customer.moved", "customer.edited"]),
    call(
        "GET",
        "/2.0/customers/{uuid}/verification",
        Object::Begun,
        none,
    ),
    call(
        "HEAD",
        "/2.0/customers/{uuid}/verification",
        Object::Begun,
        none,
    ),
    call("GET", "/2.0/verifications", Object::None, none),
    call("HEAD", "/2.0/verifications", Object::None, none),
    call("GET", "/2.0/verifications/{uuid}", Object::Begun, none),
    call("HEAD", "/2.0/verifications/{uuid}", Object::Begun, none),
    call("PUT", "/2.0/verifications/{uuid}", Object::Begun, declared).says(&["customer.edited"]),
    call(
        "POST",
        "/2.0/verifications/{uuid}/request",
        Object::Begun,
        none,
    )
    .says(&["verification.created", "review.requested", "customer.moved"]),
    call(
        "GET",
        "/2.0/verifications/{uuid}/documents",
        Object::Begun,
        none,
    ),
    call(
        "HEAD",
        "/2.0/verifications/{uuid}/documents",
        Object::Begun,
        none,
    ),
    call(
        "POST",
        "/2.0/verifications/{uuid}/documents",
        Object::Begun,
        handed_in,
    )
    // The desk's paper stays, and the machine's stands beside it.
    .says(&["document.added"]),
    call(
        "GET",
        "/2.0/verifications/{uuid}/documents/{document_uuid}",
        Object::Paper,
        none,
    ),
    call(
        "HEAD",
        "/2.0/verifications/{uuid}/documents/{document_uuid}",
        Object::Paper,
        none,
    ),
    call(
        "PUT",
        "/2.0/verifications/{uuid}/documents/{document_uuid}",
        Object::Paper,
        handed_in,
    )
    .says(&["document.added"]),
    call("POST", "/v1/customers", Object::None, |_| json!({})).says(&["customer.added"]),
    call("GET", "/v1/customers", Object::None, none),
    call("HEAD", "/v1/customers", Object::None, none),
    call("GET", "/v1/customers/{id}", Object::Customer, none),
    call("HEAD", "/v1/customers/{id}", Object::Customer, none),
    call(
        "PUT",
        "/v1/customers/{id}",
        Object::Customer,
        |_| json!({"firstName": "Another"}),
    )
    .says(&["customer.edited"]),
    call("POST", "/v1/onboard/webhooks", Object::None, hooked).says(&["webhook.added"]),
    call("POST", "/v1/onboard/sessions", Object::None, opened)
        .says(&["onboarding.opened", "customer.moved"]),
    call("GET", "/v1/onboard/sessions/{id}", Object::Session, none),
    call("HEAD", "/v1/onboard/sessions/{id}", Object::Session, none),
    call(
        "POST",
        "/v1/onboard/sessions/{id}/cancel",
        Object::Session,
        none,
    )
    .says(&["onboarding.cancelled"]),
    call("GET", "/v1/verifications", Object::None, none),
    call("HEAD", "/v1/verifications", Object::None, none),
    call("POST", "/v1/verifications", Object::None, started).says(&["verification.created"]),
    call("GET", "/v1/verifications/{id}", Object::Check, none),
    call("HEAD", "/v1/verifications/{id}", Object::Check, none),
    call(
        "PATCH",
        "/v1/verifications/{id}/status",
        Object::Check,
        failed,
    )
    .says(&["verification.overridden"]),
    call(
        "PUT",
        "/v1/verifications/{id}/status",
        Object::Check,
        failed,
    )
    .says(&["verification.overridden"]),
    // A form with the key's credentials.
    call("POST", "/oauth/token", Object::None, none),
    call(
        "POST",
        "/v1/users",
        Object::None,
        |_| json!({"userTypeId": 1, "lastname": "Falcão"}),
    )
    .says(&["customer.added"]),
    call("GET", "/v1/users", Object::None, none),
    call("HEAD", "/v1/users", Object::None, none),
    call("GET", "/v1/users/{id}", Object::User, none),
    call("HEAD", "/v1/users/{id}", Object::User, none),
    call(
        "PUT",
        "/v1/users/{id}",
        Object::User,
        |_| json!({"firstname": "Another"}),
    )
    .says(&["customer.edited"]),
    call("PUT", "/v1/users/{id}/Kycreview", Object::User, none).says(&[
        "verification.created",
        "review.requested",
        "customer.moved",
    ]),
    call("PUT", "/v1/users/{id}/Kycreview/", Object::User, none).says(&[
        "verification.created",
        "review.requested",
        "customer.moved",
    ]),
    call("GET", "/v1/users/{id}/kyc", Object::User, none),
    call("HEAD", "/v1/users/{id}/kyc", Object::User, none),
    call("PUT", "/v1/users/{id}/kyc", Object::User, none),
    call("POST", "/v1/taxResidences", Object::None, taxed).says(&["tax_residence.added"]),
    call("GET", "/v1/taxResidences", Object::None, none),
    call("HEAD", "/v1/taxResidences", Object::None, none),
    call("GET", "/v1/taxResidences/{id}", Object::Tax, none),
    call("HEAD", "/v1/taxResidences/{id}", Object::Tax, none),
    call(
        "PUT",
        "/v1/taxResidences/{id}",
        Object::Tax,
        |_| json!({"taxPayerId": "501442600"}),
    )
    .says(&["tax_residence.changed"]),
    call("DELETE", "/v1/taxResidences/{id}", Object::Tax, none).says(&["tax_residence.removed"]),
    call("POST", "/v1/documents", Object::None, handed_in_by_number).says(&["document.added"]),
    call("GET", "/v1/documents", Object::None, none),
    call("HEAD", "/v1/documents", Object::None, none),
    call("GET", "/v1/documents/{id}", Object::NumberedPaper, none),
    call("HEAD", "/v1/documents/{id}", Object::NumberedPaper, none),
    call("POST", "/settings/hooks", Object::None, hooked).says(&["webhook.added"]),
];
