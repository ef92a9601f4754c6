//! The customer's own page, over real HTTP: who may open it, what it saves, what follows, and what it never tells.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vouch::{
    keys::Keys,
    onboarding::link,
    schema::{customers, documents, onboard_index, onboard_sessions, verifications},
    value::OnboardingId,
};

use crate::support::{Browser, Persona, Response, Tenant, TestApp, make};

mod asked;
mod closing;
mod desk;
mod ends;
mod files;
mod frame;
mod hands;
mod kinds;
mod merged;
mod next;
mod order;
mod over;
mod page;
mod papers;
mod places;
mod quiet;
mod reached;
mod secret;
mod stale;
mod tax;
mod unchanged;
mod until;

/// Every check of who the customer is.
pub fn everything() -> Value {
    json!({"identity": {
        "identityCheck": true, "amlExtensiveScreening": true, "documentCheck": true,
        "proofOfAddress": true, "amlMonitoring": true,
    }})
}

/// A pending session of a customer; its link's token is made as the server makes it.
pub fn session(app: &TestApp, tenant: &Tenant, customer: Uuid, options: &Value) -> Uuid {
    let (id, now) = (app.clock.new_id(), app.clock.now());
    let mut owner = app.owner_of(tenant);
    diesel::insert_into(onboard_sessions::table)
        .values((
            onboard_sessions::organisation_id.eq(tenant.id),
            onboard_sessions::id.eq(id),
            onboard_sessions::customer_id.eq(customer),
            onboard_sessions::options.eq(options),
            onboard_sessions::return_url.eq("https://shop.example/back?order=7"),
            onboard_sessions::expires_at.eq(now + chrono::TimeDelta::hours(72)),
            onboard_sessions::created_by_kind.eq("console"),
            onboard_sessions::created_at.eq(now),
            onboard_sessions::updated_at.eq(now),
        ))
        .execute(&mut owner)
        .expect("a session");
    diesel::insert_into(onboard_index::table)
        .values((
            onboard_index::token_hash.eq(link::kept(&token(app, id))),
            onboard_index::organisation_id.eq(tenant.id),
            onboard_index::session_id.eq(id),
        ))
        .execute(&mut owner)
        .expect("its hash");
    id
}

/// The token of a session's link.
pub fn token(app: &TestApp, session: Uuid) -> String {
    link::token(&Keys::new(app.secret.clone()), OnboardingId(session), 1)
}

/// A customer at their link.
pub struct Visitor {
    pub browser: Browser,
    pub customer: Uuid,
    pub session: Uuid,
    pub path: String,
}

pub fn visitor(app: &TestApp, options: &Value) -> Visitor {
    visitor_of(app, make::customer(app, |new| new.kyc = "draft"), options)
}

pub fn visitor_of(app: &TestApp, customer: Uuid, options: &Value) -> Visitor {
    let session = session(app, &app.acme, customer, options);
    Visitor {
        browser: app.browser(),
        customer,
        session,
        path: format!("/onboard/{}", token(app, session)),
    }
}

/// All that the form of the data holds, as a person fills it in whose e-mail is known.
const DATA: &[(&str, &str)] = &[
    ("first_name", "Inês"),
    ("last_name", "Falcão de Magalhães"),
    ("birth_date", "1987-03-09"),
    ("birth_place", "Porto"),
    ("birth_country", "PT"),
    ("nationality", "PT"),
    ("address_line1", "Rua da Alegria 214"),
    ("address_line2", ""),
    ("postal_code", "4000-034"),
    ("city", "Porto"),
    ("country", "PT"),
    ("phone_prefix", "+351"),
    ("phone", "912 345 678"),
];

impl Visitor {
    pub fn look(&mut self) -> Response {
        self.browser.get(&self.path)
    }

    pub fn post(&mut self, step: &str, fields: &[(&str, &str)]) -> Response {
        let path = format!("{}/{step}", self.path);
        self.browser.post(&path, fields)
    }

    pub fn hand_in(&mut self, kind: &str, file: &[u8]) -> Response {
        let path = format!("{}/papers", self.path);
        self.browser
            .post_file(&path, &[("type", kind)], "scan.pdf", file)
    }

    /// Everything but sending off; each step leads back to the page.
    pub fn fill_in(&mut self) {
        let saved = |answer: &Response| assert_eq!(answer.status, 303, "{}", answer.text());
        saved(&self.post("details", DATA));
        saved(&self.post("tax", &[("country", "PT"), ("number", "123456789")]));
        saved(&self.hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes()));
        saved(&self.hand_in("ADDRESS_PROOF", make::pdf(2).as_bytes()));
    }

    pub fn state(&self, app: &TestApp) -> String {
        onboard_sessions::table
            .filter(onboard_sessions::id.eq(self.session))
            .select(onboard_sessions::state)
            .first(&mut app.owner())
            .expect("the session")
    }

    /// The customer's version, and what the log says: what must stay where nothing was done.
    pub fn untouched(&self, app: &TestApp) -> (i32, Vec<String>) {
        let version = customers::table
            .filter(customers::id.eq(self.customer))
            .select(customers::version)
            .first(&mut app.owner())
            .expect("the customer");
        (version, app.actions())
    }

    fn kyc(&self, app: &TestApp) -> String {
        customers::table
            .filter(customers::id.eq(self.customer))
            .select(customers::kyc)
            .first(&mut app.owner())
            .expect("the customer")
    }

    /// Provider, type, how and status of their checks, in the order in which they were made.
    fn checks(&self, app: &TestApp) -> Vec<(String, String, Option<String>, String)> {
        verifications::table
            .filter(verifications::customer_id.eq(self.customer))
            .order(verifications::number)
            .select((
                verifications::provider,
                verifications::verification_type,
                verifications::check_type,
                verifications::status,
            ))
            .load(&mut app.owner())
            .expect("the checks")
    }

    /// Type and who handed it in, oldest first.
    fn papers(&self, app: &TestApp) -> Vec<(String, String)> {
        documents::table
            .filter(documents::customer_id.eq(self.customer))
            .order(documents::number)
            .select((documents::type_, documents::uploaded_kind))
            .load(&mut app.owner())
            .expect("the papers")
    }
}
