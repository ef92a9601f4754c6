//! What a call's path names, made where it is asked for.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    access::keys::rules::Face,
    schema::{documents, tax_residences},
    web::router::Sender,
};

use super::{CALLS, Call, Place, calls::Object};
use crate::{
    onboard,
    support::{TestApp, make},
    treezor,
};

/// The address of a call, of something that is there or not.
pub(super) fn target(app: &TestApp, call: &Call, place: Place) -> String {
    let (id, paper) = match call.object {
        Object::User | Object::NumberedPaper | Object::Tax => {
            (number(app, call.object, place), String::new())
        }
        object => {
            let (id, paper) = self::object(app, object, place);
            (id.to_string(), paper.to_string())
        }
    };
    call.path
        .replace("{id}", &id)
        .replace("{uuid}", &id)
        .replace("{document_uuid}", &paper)
}

/// One customer whom every face shows, and what hangs on them.
pub struct Known {
    pub customer: Uuid,
    pub paper: Uuid,
    pub check: Uuid,
    pub session: Uuid,
    pub tax: Uuid,
}

/// The address of each thing that a face lets read: about one customer, or about all.
pub fn about(app: &TestApp, face: Face, known: &Known) -> Vec<String> {
    let numbered = |object: Object| {
        let mut owner = app.owner();
        let number: i64 = match object {
            Object::NumberedPaper => documents::table
                .filter(documents::id.eq(known.paper))
                .select(documents::number)
                .first(&mut owner)
                .expect("the paper"),
            Object::Tax => tax_residences::table
                .filter(tax_residences::id.eq(known.tax))
                .select(tax_residences::number)
                .first(&mut owner)
                .expect("the residence"),
            _ => treezor::number(app, &app.acme, known.customer),
        };
        number.to_string()
    };
    let all = vouch::routes::all();
    all.routes()
        .iter()
        .filter(|route| route.method == "GET")
        .filter(|route| matches!(route.sender, Sender::Face(of) if of == face))
        .map(|route| {
            let mut calls = CALLS.iter();
            let call = calls.find(|call| call.method == "GET" && call.path == route.path);
            let call = call.expect("how it is called well");
            let id = match call.object {
                object @ (Object::User | Object::NumberedPaper | Object::Tax) => numbered(object),
                Object::Check => known.check.to_string(),
                Object::Session => known.session.to_string(),
                Object::None | Object::Customer | Object::Begun | Object::Paper => {
                    known.customer.to_string()
                }
            };
            call.path
                .replace("{id}", &id)
                .replace("{uuid}", &id)
                .replace("{document_uuid}", &known.paper.to_string())
        })
        .collect()
}

/// What the path names: a thing, and a paper of it.
fn object(app: &TestApp, object: Object, place: Place) -> (Uuid, Uuid) {
    if place == Place::Absent {
        return (app.clock.new_id(), app.clock.new_id());
    }
    let begun = |new: &mut make::NewCustomer| {
        if matches!(object, Object::Begun | Object::Paper) {
            new.kyc = "draft";
        }
    };
    let customer = match place {
        Place::OtherOrganisation => make::customer_of(app, &app.other, begun),
        Place::OtherBranch => make::customer(app, |new| {
            begun(new);
            new.branch_id = app.acme.branch("paris");
        }),
        Place::Own | Place::Absent => make::customer(app, begun),
    };
    let tenant = match place {
        Place::OtherOrganisation => &app.other,
        _ => &app.acme,
    };
    match object {
        Object::Check if place == Place::OtherOrganisation => {
            let check = make::verification_of(app, &app.other, customer, |_| {});
            (check, check)
        }
        Object::Check => {
            let check = make::verification(app, customer, |_| {});
            (check, check)
        }
        Object::Paper => {
            let paper = make::document_of(app, tenant, customer, "IDENTITY_PROOF", |_| {});
            (customer, paper)
        }
        Object::Session => {
            let session = onboard::session(app, tenant, customer, &onboard::everything());
            (session, session)
        }
        _ => (customer, customer),
    }
}

/// The number of something that goes by it.
fn number(app: &TestApp, object: Object, place: Place) -> String {
    if place == Place::Absent {
        return "999999999".to_owned();
    }
    let tenant = match place {
        Place::OtherOrganisation => &app.other,
        _ => &app.acme,
    };
    let customer = make::customer_of(app, tenant, |new| {
        if place == Place::OtherBranch {
            new.branch_id = app.acme.branch("paris");
        }
    });
    let thing = match object {
        Object::NumberedPaper => make::document_of(app, tenant, customer, "IDENTITY_PROOF", |_| {}),
        Object::Tax => make::tax_residence_of(app, tenant, customer, "PT", Some("123456789")),
        _ => customer,
    };
    // Numbers are counted in each organisation: another's may not be one of ours.
    if place == Place::OtherOrganisation {
        raise_numbers(app);
    }
    let mut owner = app.owner_of(tenant);
    let number: i64 = match object {
        Object::NumberedPaper => documents::table
            .filter(documents::id.eq(thing))
            .select(documents::number)
            .first(&mut owner)
            .expect("the paper"),
        Object::Tax => tax_residences::table
            .filter(tax_residences::id.eq(thing))
            .select(tax_residences::number)
            .first(&mut owner)
            .expect("the residence"),
        _ => treezor::number(app, tenant, thing),
    };
    number.to_string()
}

/// From here on the other organisation counts from far above.
fn raise_numbers(app: &TestApp) {
    for table in ["customers", "documents", "tax_residences"] {
        let far = format!("UPDATE {table} SET number = number + 5000000 WHERE number < 5000000");
        diesel::sql_query(far)
            .execute(&mut app.owner_of(&app.other))
            .expect("numbers");
    }
}
