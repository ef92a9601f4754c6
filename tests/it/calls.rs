//! How each route is called well. The proofs (access matrix, audit coverage, bad input) read this table; a route that
//! is not in it fails them. A new action adds one `Call` here.

use uuid::Uuid;

use crate::support::{PASSWORD, Persona, TestApp, make};

/// What `{id}` in a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// The path has no `{id}`.
    None,
    /// A customer.
    Customer,
    /// A customer's check.
    Verification,
    /// A member of staff.
    Staff,
    /// A branch.
    Branch,
}

/// Where the object is, seen from Acme's london.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Acme, london: everybody's.
    Own,
    /// Acme, paris: neither the manager's nor the officer's.
    OtherBranch,
    /// Another tenant's.
    OtherOrganisation,
    /// Nowhere.
    Absent,
}

/// One route, called well.
pub struct Call {
    /// Upper-case method.
    pub method: &'static str,
    /// As registered.
    pub path: &'static str,
    /// What `{id}` is.
    pub object: Object,
    /// Who does it well.
    pub by: Persona,
    /// The form's fields.
    pub fields: fn(&TestApp, Uuid) -> Fields,
    /// The entries that it adds to the audit log, in order.
    pub says: &'static [&'static str],
}

/// Names and values of a form.
pub type Fields = Vec<(&'static str, String)>;

/// Changes that leave no entry, and why. This list may only shrink.
pub const SILENT: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/customers/search",
        "seals what was searched for into an address; changes nothing",
    ),
    (
        "POST",
        "/verifications/search",
        "seals what was searched for into an address; changes nothing",
    ),
];

const fn read(path: &'static str, object: Object) -> Call {
    Call {
        method: "GET",
        path,
        object,
        by: Persona::Admin,
        fields: |_, _| Vec::new(),
        says: &[],
    }
}

const fn post(
    path: &'static str,
    object: Object,
    by: Persona,
    fields: fn(&TestApp, Uuid) -> Fields,
    says: &'static [&'static str],
) -> Call {
    Call {
        method: "POST",
        path,
        object,
        by,
        fields,
        says,
    }
}

fn form(fields: &[(&'static str, &str)]) -> Fields {
    fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

const REASON: &str = "The passport was seen in the branch.";

/// Every route.
pub const CALLS: &[Call] = &[
    read("/", Object::None),
    read("/login", Object::None),
    read("/customers", Object::None),
    read("/customers.csv", Object::None),
    read("/customers/new", Object::None),
    read("/customers/{id}", Object::Customer),
    read("/customers/{id}/edit", Object::Customer),
    read("/customers/{id}/override", Object::Customer),
    read("/verifications", Object::None),
    read("/verifications.csv", Object::None),
    read("/verifications/{id}", Object::Verification),
    read("/verifications/{id}/override", Object::Verification),
    read("/audit", Object::None),
    read("/audit.csv", Object::None),
    read("/account", Object::None),
    read("/account/sessions", Object::None),
    read("/account/code", Object::None),
    read("/settings/branches", Object::None),
    read("/settings/staff", Object::None),
    post(
        "/login",
        Object::None,
        Persona::Officer,
        |_, _| form(&[("email", Persona::Officer.email()), ("password", PASSWORD)]),
        &["session.started"],
    ),
    post(
        "/logout",
        Object::None,
        Persona::Officer,
        |_, _| Vec::new(),
        &["session.ended"],
    ),
    post(
        "/customers/search",
        Object::None,
        Persona::Officer,
        |_, _| form(&[("q", "Falcão")]),
        &[],
    ),
    post(
        "/verifications/search",
        Object::None,
        Persona::Officer,
        |_, _| form(&[("q", "Falcão")]),
        &[],
    ),
    post(
        "/customers/{id}/verifications",
        Object::Customer,
        Persona::Officer,
        |app, id| {
            let mut fields = form(&[("type", "document"), ("provider", "manual")]);
            fields.push(("version", version(app, id)));
            fields
        },
        &["verification.created"],
    ),
    post(
        "/customers/{id}/override",
        Object::Customer,
        Persona::Admin,
        |app, id| {
            let mut fields = form(&[
                ("status", "validated"),
                ("reason", REASON),
                ("step", "apply"),
            ]);
            fields.push(("version", version(app, id)));
            fields
        },
        &["customer.overridden"],
    ),
    post(
        "/verifications/{id}/override",
        Object::Verification,
        Persona::Admin,
        |app, id| {
            let mut fields = form(&[
                ("status", "verified"),
                ("reason", REASON),
                ("step", "apply"),
            ]);
            fields.push(("version", version_of_check(app, id)));
            fields
        },
        &["verification.overridden"],
    ),
];

/// The call of a route, or why the proofs cannot go on.
pub fn call(method: &str, path: &str) -> &'static Call {
    CALLS
        .iter()
        .find(|call| call.method == method && call.path == path)
        .unwrap_or_else(|| {
            panic!(
                "{method} {path} is a new route: add how it is called well, by whom and what it says to CALLS in {}, \
                 then look at the new lines of the access matrix (INSTA_UPDATE=always cargo test --test it access_matrix)",
                file!()
            )
        })
}

/// What the server knows, and the proofs must: method, path and guard of each route.
pub fn routes() -> Vec<vouch::web::router::Route> {
    vouch::routes::all().routes().to_vec()
}

/// Whether a member of this role gets past the guard.
pub fn holds(guard: &str, persona: Persona) -> bool {
    use vouch::access::permissions::{PERMISSIONS, Role};
    let role = match persona {
        Persona::Auditor => Role::Auditor,
        Persona::Officer => Role::Officer,
        Persona::Manager => Role::Manager,
        Persona::Admin | Persona::SecondAdmin | Persona::Other => Role::Admin,
    };
    match guard {
        "Anyone" | "HalfSignedIn" | "UseAccount" => true,
        permission => PERMISSIONS
            .iter()
            .find(|(known, _)| *known == permission)
            .unwrap_or_else(|| panic!("the guard {permission} is on no screen"))
            .1
            .contains(&role),
    }
}

impl Object {
    /// Whether it belongs to a branch, so that there is one in another.
    pub const fn has_branch(self) -> bool {
        matches!(self, Self::Customer | Self::Verification)
    }

    /// A new one.
    pub fn make(self, app: &TestApp, place: Place) -> Uuid {
        if place == Place::Absent {
            return app.clock.new_id();
        }
        let tenant = if place == Place::OtherOrganisation {
            &app.other
        } else {
            &app.acme
        };
        let customer = || {
            make::customer_of(app, tenant, |new| {
                if place == Place::OtherBranch {
                    new.branch_id = tenant.branch("paris");
                }
            })
        };
        match self {
            Self::None => app.clock.new_id(),
            Self::Customer => customer(),
            Self::Verification => make::verification_of(app, tenant, customer(), |_| {}),
            Self::Staff => make::staff(app, tenant),
            Self::Branch => make::branch(app, tenant),
        }
    }
}

fn version(app: &TestApp, customer: Uuid) -> String {
    use diesel::prelude::*;
    use vouch::schema::customers;
    [&app.acme, &app.other]
        .into_iter()
        .find_map(|tenant| {
            customers::table
                .filter(customers::id.eq(customer))
                .select(customers::version)
                .first::<i32>(&mut app.owner_of(tenant))
                .ok()
        })
        .unwrap_or(1)
        .to_string()
}

fn version_of_check(app: &TestApp, check: Uuid) -> String {
    use diesel::prelude::*;
    use vouch::schema::verifications;
    let customer = [&app.acme, &app.other].into_iter().find_map(|tenant| {
        verifications::table
            .filter(verifications::id.eq(check))
            .select(verifications::customer_id)
            .first::<Uuid>(&mut app.owner_of(tenant))
            .ok()
    });
    customer.map_or_else(|| "1".to_owned(), |customer| version(app, customer))
}
