//! Moving a customer to another branch: a form of its own, with a reason.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::MoveCustomers},
    customers::{
        moving,
        store::{self as customers, Customer},
    },
    error::{Error, FieldError, Result},
    organisations::store as organisations,
    value::CustomerId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id},
        shell::{Place, Shell},
    },
};

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Moving {
    branch: String,
    reason: String,
    version: String,
}

#[derive(Template)]
#[template(path = "customers/branch.html")]
struct BranchPage {
    shell: Shell,
    customer: Customer,
    from: String,
    branches: Vec<(String, String)>,
    typed: Moving,
    errors: Vec<FieldError>,
    sentence: Option<String>,
}

impl BranchPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }
}

fn page(by: &mut By<MoveCustomers>, id: CustomerId, typed: Moving) -> Result<BranchPage> {
    let (customer, from, branches) = by.read(|tx| {
        let customer = customers::find(tx, id)?;
        let from = organisations::branch(tx, customer.branch_id)?;
        let branches = organisations::branches(tx)?;
        Ok((customer, from, branches))
    })?;
    Ok(BranchPage {
        shell: by.shell("Move to another branch", Place::Customers),
        branches: branches
            .into_iter()
            .filter(|branch| branch.id != from.id)
            .map(|branch| (branch.id.to_string(), branch.name))
            .collect(),
        customer,
        from: from.name,
        typed,
        errors: Vec::new(),
        sentence: None,
    })
}

/// The form.
pub fn form(mut by: By<MoveCustomers>, Id(id): Id<CustomerId>) -> Result<Answer> {
    let page = page(&mut by, id, Moving::default())?;
    Answer::page(&page)
}

/// Moves the customer, with all that is listed by branch.
pub fn post(
    mut by: By<MoveCustomers>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Moving>,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let version = typed
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    let branch = typed.branch.parse().ok();
    let error = match by.change(|tx| moving::move_to(tx, id, version, branch, &typed.reason)) {
        Ok(()) => return Ok(Answer::see(format!("/customers/{id}?done=branch"))),
        Err(error) => error,
    };
    let status = error.status();
    let mut page = page(&mut by, id, typed)?;
    if !matches!(error, Error::Conflict(_)) {
        page.customer.keep_seen(&page.typed.version);
    }
    match error {
        Error::Invalid(errors) => page.errors = errors,
        Error::Conflict(_) => {
            page.sentence = Some("Somebody changed this customer since you opened the form. Nothing was saved; look at the customer, then send this again.".to_owned());
        }
        Error::Refused(why) => page.sentence = Some(why.into_owned()),
        other => return Err(other),
    }
    page.shell = page.shell.failed(true);
    Answer::page_with(status, &page)
}
