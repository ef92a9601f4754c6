//! Trustist's face: customers, onboarding sessions and webhooks, by HMAC- or Hawk-signed requests. Fields are in camel case; what a customer lacks is null.

use crate::{
    access::keys::{guard::grants, rules::Face},
    web::router::Router,
};

mod customers;
pub mod errors;
mod sessions;
mod webhooks;
mod wire;

/// How a request is signed, for whoever reads the document.
pub const SIGNING: &str = "`Authorization: HMAC-SHA256 Credential=<key id>, Signature=<base64>`, with the headers `x-tr-date` (RFC 1123, UTC) and `x-tr-content-sha256` (base64 of the body's SHA-256, also of an empty one), and `x-tr-nonce` where two equal requests are meant. The signature is base64 HMAC-SHA256, keyed by the secret, of the method, a line feed, path and query as sent, a line feed, and the values of the signed headers (`SignedHeaders`; ordinarily `x-tr-date;host;x-tr-content-sha256`) joined by `;`.";
/// The other way.
pub const HAWK: &str = "Hawk with the same keys: id, ts, nonce and mac, and the hash of a body.";

grants! { Trustist:
    /// Make customers.
    CreateCustomer "create_customer";
    /// Read one customer.
    ReadCustomer "read_customers" "read_customer";
    /// Read many.
    ReadCustomers "read_customers";
    /// Change customers.
    UpdateCustomer "update_customer";
    /// Open onboarding sessions, and take them back.
    CreateSession "create_onboard_session";
    /// Read them.
    ReadSessions "read_onboard_sessions";
    /// Say where they are told of what happens.
    ManageWebhooks "manage_webhooks";
}

/// Its addresses.
pub fn routes(router: Router) -> Router {
    const FACE: Face = Face::Trustist;
    const MANY: &str = "/v1/customers";
    const ONE: &str = "/v1/customers/{id}";
    const SESSIONS: &str = "/v1/onboard/sessions";
    const SESSION: &str = "/v1/onboard/sessions/{id}";
    const CANCEL: &str = "/v1/onboard/sessions/{id}/cancel";
    const WEBHOOKS: &str = "/v1/onboard/webhooks";
    router
        .face(FACE, "POST", MANY, "Add a customer", customers::create)
        .face(FACE, "GET", MANY, "List customers", customers::list)
        .face(FACE, "GET", ONE, "Read a customer", customers::read)
        .face(FACE, "PUT", ONE, "Change a customer", customers::update)
        .face(FACE, "POST", SESSIONS, "Open a session", sessions::create)
        .face(FACE, "GET", SESSION, "Read a session", sessions::read)
        .face(FACE, "POST", CANCEL, "Cancel a session", sessions::cancel)
        .face(FACE, "POST", WEBHOOKS, "Add a webhook", webhooks::create)
}

/// What a webhook says of an onboarding session.
pub use sessions::told;
