//! `POST|GET /v1/customers`, `GET|PUT /v1/customers/{id}`.

use super::{
    CreateCustomer, ReadCustomer, ReadCustomers, UpdateCustomer,
    wire::{self, CustomerAnswer, CustomerBody, CustomerChanges},
};
use crate::{
    access::keys::guard::Key,
    customers::{
        actions::{self, Halt},
        by_branch::{self, Place},
        declared::Declared,
        rules::Kind,
        store::Customer,
        typed::Typed,
    },
    db::Change,
    error::{Error, FieldError, Result},
    faces::{
        json::{Body, Given},
        once::once,
        params::{Parameters, Params},
        whole,
    },
    organisations::actions as organisations,
    value::BranchId,
    web::{
        described::Parameter,
        input::Input,
        reply::{Linked, Reply},
    },
};

/// Customers on a page, unless the caller asks for another number.
const PAGE: usize = 50;
/// The most customers on a page.
const MOST: usize = 200;
/// What a cursor is bound to.
const CURSOR: &str = "trustist-customers";

pub(super) fn create(
    mut by: Key<CreateCustomer>,
    input: Input,
    Body { mut read, wrong }: Body<CustomerBody>,
) -> Result<Reply<CustomerAnswer>> {
    let org_id = match std::mem::take(&mut read.org_id) {
        Given::Value(code) if !code.is_empty() => Some(code),
        Given::Value(_) | Given::Absent | Given::Null => None,
    };
    let (takes_new, tenant) = (by.caller.takes_new, by.caller.organisation.to_string());
    let mut typed = Typed {
        branch: takes_new.to_string(),
        ..Typed::default()
    };
    let given = read.given();
    read.put(&mut typed);
    let mut typed = typed.tidied(Kind::Natural);
    let mut faults = wrong;
    faults.extend(wire::faults(&typed, &given, Kind::Natural, by.now()));
    faults.extend(org_id.as_deref().and_then(wire::org_id_fault));
    none(faults)?;
    once(&mut by, &input, |tx| {
        let branch = match &org_id {
            Some(code) => branch_of(tx, code)?,
            None => takes_new,
        };
        typed.branch = branch.to_string();
        let declared = Declared::of(&typed, Kind::Natural)?;
        // Duplicates are allowed here; the desk shows them side by side.
        let id = actions::add(tx, &declared, true)?.map_err(halted)?;
        if org_id.is_none() {
            by_branch::leave_unnamed(tx, id, branch)?;
        }
        let customer = by_branch::find(tx, &id.to_string())?;
        Ok(Reply::new(&answer(&tenant, customer)))
    })
}

fn none(faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// The branch that the caller means; what is wrong with its code is wrong with `orgId`.
fn branch_of(tx: &mut Change<'_>, code: &str) -> Result<BranchId> {
    organisations::branch_named(tx, code).map_err(|error| match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|fault| FieldError {
                    field: "orgId".into(),
                    ..fault
                })
                .collect(),
        ),
        other => other,
    })
}

fn halted(halt: Halt) -> Error {
    Error::Conflict(match halt {
        Halt::Unchanged => "nothing changed".into(),
        _ => "the customer changed meanwhile; read it again".into(),
    })
}

fn answer(tenant: &str, (customer, org_id): (Customer, Option<String>)) -> CustomerAnswer {
    CustomerAnswer::of(tenant, customer, org_id)
}

/// The path's id: a short id or a UUID.
fn asked(input: &Input) -> &str {
    input.params.get("id").map_or("", String::as_str)
}

pub(super) fn read(mut by: Key<ReadCustomer>, input: Input) -> Result<Reply<CustomerAnswer>> {
    let tenant = by.caller.organisation.to_string();
    let customer = by.read(|tx| by_branch::find(tx, asked(&input)))?;
    Ok(Reply::new(&answer(&tenant, customer)))
}

pub(super) fn update(
    mut by: Key<UpdateCustomer>,
    input: Input,
    Body {
        read: CustomerChanges(read),
        mut wrong,
    }: Body<CustomerChanges>,
) -> Result<Reply<CustomerAnswer>> {
    // Fixed at creation, whatever is sent.
    wrong.retain(|fault| fault.field != "orgId");
    let tenant = by.caller.organisation.to_string();
    let mut unchanged = false;
    let changed = by.change(|tx| {
        // A caller sends no version, and two who change different fields at once both mean it: the second waits here.
        let customer = by_branch::hold(tx, asked(&input))?;
        let mut typed = Typed::from(&customer);
        let mut faults = wrong;
        faults.extend(read.foreign(customer.kind));
        let given = read.given();
        read.put(&mut typed);
        let typed = typed.tidied(customer.kind);
        faults.extend(wire::faults(&typed, &given, customer.kind, tx.now()));
        none(faults)?;
        let declared = Declared::of(&typed, customer.kind)?;
        let edited = actions::edit(tx, customer.id, &declared, customer.version, true)?;
        unchanged = edited == Err(Halt::Unchanged);
        edited.map_err(halted)?;
        by_branch::find(tx, asked(&input))
    });
    let customer = match changed {
        // Nothing is different: nothing is said, and the customer is answered as it stands.
        Err(_) if unchanged => by.read(|tx| by_branch::find(tx, asked(&input)))?,
        changed => changed?,
    };
    Ok(Reply::new(&answer(&tenant, customer)))
}

/// The query of the list. Unknown names are ignored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListQuery {
    org_id: Option<String>,
    limit: usize,
    cursor: Option<String>,
}

impl Parameters for ListQuery {
    fn all() -> Vec<Parameter> {
        let one = |name: &str, about: &str, schema: serde_json::Value| Parameter {
            name: name.to_owned(),
            about: about.to_owned(),
            schema,
        };
        vec![
            one(
                "orgId",
                "Only customers of the branch with this code, exactly. An unknown code has none.",
                serde_json::json!({"type": "string"}),
            ),
            one(
                "limit",
                "Customers on a page.",
                serde_json::json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
            ),
            one(
                "cursor",
                "Where the page begins: take the whole address from the `Link` header of the page before.",
                serde_json::json!({"type": "string"}),
            ),
        ]
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        let (mut org_id, mut limit, mut cursor) = (None, None, None);
        let mut faults: Vec<FieldError> = Vec::new();
        for (name, value) in pairs {
            let (field, place) = match name.as_str() {
                "orgId" => ("orgId", &mut org_id),
                "limit" => ("limit", &mut limit),
                "cursor" => ("cursor", &mut cursor),
                _ => continue,
            };
            if place.replace(value).is_some() && faults.iter().all(|known| known.field != field) {
                faults.push(wire::fault(field, "send it once"));
            }
        }
        let limit = limit.map_or(Some(PAGE), |text| whole(&text, MOST));
        if limit.is_none() && faults.iter().all(|known| known.field != "limit") {
            faults.push(wire::fault("limit", "a whole number from 1 to 200"));
        }
        none(faults)?;
        Ok(Self {
            org_id,
            limit: limit.unwrap_or(PAGE),
            cursor,
        })
    }
}

pub(super) fn list(
    mut by: Key<ReadCustomers>,
    Params(query): Params<ListQuery>,
) -> Result<Linked<Vec<CustomerAnswer>>> {
    let limit = query.limit;
    let tenant = by.caller.organisation.to_string();
    // As JSON, so that no filter and the empty one are two.
    let bound_to = format!("{CURSOR} {}", serde_json::json!(query.org_id));
    let (page, next) = by.read(|tx| {
        let key = crate::audit::store::organisation_key(tx)?;
        let after: Option<Place> = query
            .cursor
            .as_deref()
            .map(|sealed| {
                let opened = key.open_text(&bound_to, sealed).ok();
                opened.and_then(|text| text.parse().ok()).ok_or_else(|| {
                    Error::field("cursor", "take it from the Link header of the page before")
                })
            })
            .transpose()?;
        let page = by_branch::page(tx, query.org_id.as_deref(), after, limit)?;
        let next = page
            .next(|(customer, _)| Place::of(customer))
            .map(|place| key.seal_text(&bound_to, &place.to_string()))
            .transpose()?;
        Ok((page, next))
    })?;
    let rows: Vec<CustomerAnswer> = page
        .rows
        .into_iter()
        .map(|row| answer(&tenant, row))
        .collect();
    let next = next.map(|cursor| {
        let org_id = query.org_id.map(|code| ("orgId", code));
        let pairs: Vec<(&str, String)> = org_id
            .into_iter()
            .chain([("limit", limit.to_string()), ("cursor", cursor)])
            .collect();
        let query = serde_html_form::to_string(pairs).unwrap_or_default();
        format!("/v1/customers?{query}")
    });
    Ok(Linked::new(&rows, next.as_deref()))
}
