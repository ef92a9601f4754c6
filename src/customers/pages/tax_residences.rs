//! Where a customer pays tax: the list, and the form that adds, changes and removes.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, Permission as _, ReadCustomers},
    },
    audit::event::{Subject, What},
    customers::{
        store::{self as customers, Customer},
        tax_residences::{
            actions,
            rules::WaiverReason,
            store::{self, Residence},
            typed::Typed,
        },
    },
    db::Read,
    error::{Error, FieldError, Result},
    value::{CustomerId, TaxResidenceId},
    web::{
        answer::Answer,
        filters,
        form_errors::FormErrors as _,
        input::{Form, Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address asks for.
#[derive(Deserialize)]
pub struct Asked {
    done: Option<String>,
    change: Option<TaxResidenceId>,
}

impl Asked {
    fn flash(&self) -> Option<Flash> {
        let text = match self.done.as_deref()? {
            "added" => "The tax residence is added.",
            "changed" => "The tax residence is changed.",
            "removed" => "The tax residence is removed.",
            _ => return None,
        };
        Some(Flash {
            tone: Tone::Ok,
            text: text.to_owned(),
        })
    }
}

#[derive(Template)]
#[template(path = "customers/tax_residences.html")]
struct TaxPage {
    shell: Shell,
    customer: Customer,
    residences: Vec<Residence>,
    may_edit: bool,
    changing: Option<Residence>,
    typed: Typed,
    errors: Vec<FieldError>,
    sentence: Option<String>,
}

impl TaxPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn form_title(&self) -> &'static str {
        if self.changing.is_some() {
            "Change a tax residence"
        } else {
            "Add a tax residence"
        }
    }

    fn reasons() -> Vec<(&'static str, &'static str)> {
        WaiverReason::ALL
            .iter()
            .map(|reason| (reason.as_str(), reason.words()))
            .collect()
    }
}

fn read(tx: &mut Read<'_>, id: CustomerId) -> Result<(Customer, Vec<Residence>)> {
    let customer = customers::find(tx, id)?;
    let residences = store::list(tx, id)?;
    Ok((customer, residences))
}

fn page<P>(
    by: &By<P>,
    (customer, residences): (Customer, Vec<Residence>),
    typed: Typed,
) -> TaxPage {
    let title = format!("Tax residences of {}", customer.name);
    TaxPage {
        shell: by.shell(title, Place::Customers),
        may_edit: EditCustomers::ROLES.contains(&by.role),
        customer,
        residences,
        changing: None,
        typed,
        errors: Vec::new(),
        sentence: None,
    }
}

/// The list; whoever sees it has opened the customer.
pub fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<CustomerId>,
    Query(asked): Query<Asked>,
) -> Result<Answer> {
    let found = by.view(
        What::CustomerViewed,
        |(customer, _): &(Customer, Vec<Residence>)| Subject::Customer(customer.reference()),
        |tx| read(tx, id),
    )?;
    let changing = match asked.change {
        None => None,
        Some(id) => {
            let one = found.1.iter().find(|one| one.id == id);
            Some(one.cloned().ok_or(Error::NotFound)?)
        }
    };
    let typed = changing.as_ref().map(Typed::from).unwrap_or_default();
    let mut page = page(&by, found, typed);
    page.changing = changing.filter(|_| page.may_edit);
    page.shell = page.shell.flash(asked.flash());
    Answer::page(&page)
}

/// Adds, changes or removes.
pub fn post(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Typed>,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let version = typed
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the page carries".into()))?;
    let residence = || {
        let id = typed.residence.parse::<TaxResidenceId>();
        id.map_err(|_| Error::BadRequest("`residence` names the tax residence".into()))
    };
    let wanted = || typed.wanted().map_err(Error::Invalid);
    let done = match typed.step.as_str() {
        "add" => wanted()
            .and_then(|wanted| by.change(|tx| actions::add(tx, id, version, &wanted)))
            .map(|()| "added"),
        "change" => {
            let residence = residence()?;
            wanted()
                .and_then(|wanted| {
                    by.change(|tx| actions::change(tx, id, version, residence, &wanted))
                })
                .map(|()| "changed")
        }
        "remove" => {
            let residence = residence()?;
            by.change(|tx| actions::remove(tx, id, version, residence))
                .map(|()| "removed")
        }
        _ => return Err(Error::BadRequest("`step` says which form this is".into())),
    };
    match done {
        Ok(done) => Ok(Answer::see(format!(
            "/customers/{id}/tax-residences?done={done}"
        ))),
        Err(error) => again(&mut by, id, typed, error),
    }
}

/// The page again, with what was typed and why it was not done.
fn again(by: &mut By<EditCustomers>, id: CustomerId, typed: Typed, error: Error) -> Result<Answer> {
    let status = error.status();
    let stale = matches!(error, Error::Conflict(_));
    let (errors, sentence) = match error {
        Error::Invalid(errors) => (errors, None),
        Error::Conflict(_) => (
            Vec::new(),
            Some(format!(
                "Somebody changed this customer since you opened the page: you saw version {}. What stands here now is new, and what you typed is kept below. Look at it, then send it again.",
                typed.version
            )),
        ),
        Error::Refused(why) => (Vec::new(), Some(why.into_owned())),
        other => return Err(other),
    };
    let mut found = by.read(|tx| read(tx, id))?;
    if !stale {
        found.0.keep_seen(&typed.version);
    }
    let mut page = page(by, found, typed);
    page.shell = page.shell.failed(true);
    let mut residences = page.residences.iter();
    page.changing = residences
        .find(|one| one.id.to_string() == page.typed.residence)
        .cloned();
    (page.errors, page.sentence) = (errors, sentence);
    Answer::page_with(status, &page)
}
