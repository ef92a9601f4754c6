//! `POST|GET /v1/customers`, `GET|PUT /v1/customers/{id}`.

use serde::Deserialize;

use super::{
    CreateCustomer, ReadCustomer, ReadCustomers, UpdateCustomer,
    wire::{self, CustomerAnswer, CustomerBody},
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
    db::{Change, Read},
    error::{Error, Result},
    faces::{
        json::{Given, Json},
        once::once,
    },
    organisations::{actions as organisations, rules, store::branch_by_code},
    value::BranchId,
    web::{
        answer::Answer,
        input::{Input, Query},
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
    Json(mut body): Json<CustomerBody>,
) -> Result<Answer> {
    let org_id = match std::mem::take(&mut body.org_id) {
        Given::Value(code) => Some(code),
        Given::Absent | Given::Null => None,
    };
    let (takes_new, tenant) = (by.caller.takes_new, by.caller.organisation.to_string());
    once(&mut by, &input, |tx| {
        let branch = match &org_id {
            Some(code) => branch_of(tx, code)?,
            None => takes_new,
        };
        let mut typed = Typed {
            branch: branch.to_string(),
            ..Typed::default()
        };
        body.put(&mut typed);
        let declared = declared(tx, typed, Kind::Natural)?;
        // Duplicates are allowed here; the desk shows them side by side.
        let id = actions::add(tx, &declared, true)?.map_err(halted)?;
        if org_id.is_none() {
            by_branch::leave_unnamed(tx, id, branch)?;
        }
        let customer = by_branch::find(tx, &id.to_string())?;
        Ok(Answer::json(200, &answer(&tenant, customer)))
    })
}

/// The branch with this code; a new code is a new branch, which the audit log says.
fn branch_of(tx: &mut Change<'_>, code: &str) -> Result<BranchId> {
    let wrong = |message: &'static str| Error::field("orgId", message);
    if code.chars().count() > 100 {
        return Err(wrong("at most 100 characters"));
    }
    match branch_by_code(tx, code)? {
        Some(branch) if tx.scope().covers(branch.id) => Ok(branch.id),
        Some(_) => Err(Error::Forbidden),
        // A key that is held to some branches makes none.
        None if tx.scope().branches() != &crate::access::scope::Branches::All => {
            Err(Error::Forbidden)
        }
        None => {
            let code = rules::branch_code(code)
                .map_err(|_| wrong("use letters, digits, hyphens and underscores"))?;
            organisations::add_branch(tx, &code, &code)
        }
    }
}

/// What is declared, where nothing must be mended. The desk asks for a name; this face asks for nothing.
fn declared(tx: &Read<'_>, typed: Typed, kind: Kind) -> Result<Declared> {
    let typed = typed.tidied(kind);
    let errors = typed.errors(kind, tx.now().date_naive());
    let nameless =
        typed.first_name.is_empty() && typed.last_name.is_empty() && typed.email.is_empty();
    let errors = errors
        .into_iter()
        .filter(|error| !(nameless && error.field == "last_name"));
    let errors = wire::errors(errors.collect());
    if errors.is_empty() {
        Declared::of(&typed, kind)
    } else {
        Err(Error::Invalid(errors))
    }
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

pub(super) fn read(mut by: Key<ReadCustomer>, input: Input) -> Result<Answer> {
    let tenant = by.caller.organisation.to_string();
    let customer = by.read(|tx| by_branch::find(tx, asked(&input)))?;
    Ok(Answer::json(200, &answer(&tenant, customer)))
}

pub(super) fn update(
    mut by: Key<UpdateCustomer>,
    input: Input,
    Json(body): Json<CustomerBody>,
) -> Result<Answer> {
    let tenant = by.caller.organisation.to_string();
    let mut unchanged = false;
    let changed = by.change(|tx| {
        let (customer, _) = by_branch::find(tx, asked(&input))?;
        let mut typed = Typed::from(&customer);
        body.put(&mut typed);
        let declared = declared(tx, typed, customer.kind)?;
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
    Ok(Answer::json(200, &answer(&tenant, customer)))
}

/// The query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListQuery {
    org_id: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

pub(super) fn list(mut by: Key<ReadCustomers>, Query(query): Query<ListQuery>) -> Result<Answer> {
    let limit = match query.limit.as_deref().map(str::parse) {
        None => PAGE,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => return Err(Error::field("limit", "a whole number from 1 to 200")),
    };
    let tenant = by.caller.organisation.to_string();
    let bound_to = format!("{CURSOR} {}", query.org_id.as_deref().unwrap_or_default());
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
    let answer = Answer::json(200, &rows);
    Ok(match next {
        Some(cursor) => {
            let org_id = query.org_id.map(|code| ("orgId", code));
            let pairs: Vec<(&str, String)> = org_id
                .into_iter()
                .chain([("limit", limit.to_string()), ("cursor", cursor)])
                .collect();
            let query = serde_html_form::to_string(pairs).unwrap_or_default();
            answer.with("link", format!("</v1/customers?{query}>; rel=\"next\""))
        }
        None => answer,
    })
}
