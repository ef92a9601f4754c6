//! A company's members: the structure in full, and the forms that add, change and remove a member or note that nobody
//! owns a quarter or more.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, Permission as _, ReadCustomers},
    },
    audit::event::{Subject, What},
    customers::{
        ownership::{
            rules::{Band, Source},
            store::Member,
            typed::Typed,
        },
        rules::{Kind, MemberRole},
        store::{self as customers, Customer},
    },
    error::{Error, FieldError, Result},
    reviews::ownership::Ownership,
    value::{CustomerId, RelationId},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

mod saving;

pub(super) use saving::post;

/// What the address asks for.
#[derive(Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
    change: Option<RelationId>,
}

impl Asked {
    fn flash(&self) -> Option<Flash> {
        let text = match self.done.as_deref()? {
            "added" => "The member is added.",
            "changed" => "The member is changed.",
            "removed" => "The member is removed. They stay a customer.",
            "stated" => "The statement is noted.",
            "taken_back" => "The statement is taken back.",
            _ => return None,
        };
        Some(Flash {
            tone: Tone::Ok,
            text: text.to_owned(),
        })
    }
}

/// Who may be meant: a piece that htmx replaces while a member is looked for.
#[derive(Template)]
#[template(path = "reviews/found.html")]
struct Found {
    candidates: Vec<Customer>,
    pick: String,
    /// They are alike to the new person, who may be somebody else.
    alike: bool,
    /// More are alike than are shown.
    more: bool,
    searched: bool,
}

impl Found {
    fn legend(&self) -> &'static str {
        if self.alike {
            "Alike: is it one of these?"
        } else {
            "Who is meant?"
        }
    }

    fn picked(&self, one: &Customer) -> bool {
        self.pick == one.id.to_string()
    }
}

#[derive(Template)]
#[template(path = "reviews/relations.html")]
struct RelationsPage {
    shell: Shell,
    customer: Customer,
    ownership: Ownership,
    may_edit: bool,
    /// The relation whose form is open.
    changing: Option<Member>,
    typed: Typed,
    errors: Vec<FieldError>,
    sentence: Option<String>,
    found: Found,
    alike: bool,
}

impl RelationsPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn is_company(&self) -> bool {
        self.customer.kind == Kind::Legal
    }

    /// The name of the one whose form is open.
    fn changed_name(&self) -> &str {
        let id = self.changing.as_ref().map(|one| one.child_id);
        let mut steps = self.ownership.steps.iter();
        steps
            .find_map(|step| match step {
                crate::reviews::ownership::Step::Enter(node) if Some(node.id) == id => {
                    node.customer.as_ref()
                }
                _ => None,
            })
            .map_or("a member elsewhere", |one| &one.name)
    }

    fn roles() -> Vec<(&'static str, &'static str)> {
        MemberRole::ALL
            .iter()
            .map(|role| (role.as_str(), role.words()))
            .collect()
    }

    fn bands() -> Vec<(&'static str, &'static str)> {
        Band::ALL
            .iter()
            .map(|band| (band.as_str(), band.words()))
            .collect()
    }

    fn sources() -> Vec<(&'static str, &'static str)> {
        Source::ALL
            .iter()
            .map(|source| (source.as_str(), source.words()))
            .collect()
    }

    /// Whether the form that adds is open, which it is while no other is.
    fn adds(&self) -> bool {
        self.changing.is_none()
    }
}

/// What a form came back with.
#[derive(Default)]
struct Back {
    typed: Typed,
    errors: Vec<FieldError>,
    sentence: Option<String>,
    candidates: Vec<Customer>,
    alike: bool,
    more: bool,
    searched: bool,
    status: u16,
}

impl Back {
    fn wrong(typed: Typed, errors: Vec<FieldError>) -> Self {
        Self {
            typed,
            errors,
            status: 422,
            ..Self::default()
        }
    }

    /// Of an error that the page can show; others go to the page of errors.
    fn of(mut typed: Typed, error: Error) -> Result<Self> {
        let status = error.status();
        let stale = matches!(error, Error::Conflict(_));
        let (errors, sentence) = match error {
            Error::Invalid(errors) => (errors, None),
            Error::Conflict(_) => (
                Vec::new(),
                Some(format!(
                    "Somebody changed this company since you opened the page: you saw version {}. What stands here now is new, and what you typed is kept below. Look at it, then send it again.",
                    typed.version
                )),
            ),
            Error::Refused(why) => (Vec::new(), Some(why.into_owned())),
            other => return Err(other),
        };
        if stale {
            // Which the page says: what is sent next is about what stands now.
            typed.version.clear();
        }
        Ok(Self {
            typed,
            errors,
            sentence,
            status,
            ..Self::default()
        })
    }
}

/// The structure and the forms; whoever sees them has opened the company.
pub(super) fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<CustomerId>,
    Query(asked): Query<Asked>,
) -> Result<Answer> {
    let today = today(&by);
    let (customer, ownership) = by.view(
        What::CustomerViewed,
        |(customer, _): &(Customer, Ownership)| Subject::Customer(customer.reference()),
        |tx| {
            let customer = customers::find(tx, id)?;
            let ownership = Ownership::read(tx, &customer, today)?;
            Ok((customer, ownership))
        },
    )?;
    let changing = match asked.change {
        None => None,
        Some(id) => {
            let one = ownership.direct.iter().find(|one| one.id == id);
            Some(one.cloned().ok_or(Error::NotFound)?)
        }
    };
    let back = Back {
        typed: changing.as_ref().map(Typed::of).unwrap_or_default(),
        ..Back::default()
    };
    let mut page = page(&by, customer, ownership, back);
    page.changing = changing.filter(|_| page.may_edit);
    page.shell = page.shell.flash(asked.flash());
    Answer::page(&page)
}

fn today<P>(by: &By<P>) -> chrono::NaiveDate {
    by.now().with_timezone(&by.time_zone).date_naive()
}

fn page<P>(by: &By<P>, customer: Customer, ownership: Ownership, back: Back) -> RelationsPage {
    let title = format!("Members of {}", customer.name);
    RelationsPage {
        shell: by.shell(title, Place::Customers).failed(back.status >= 400),
        may_edit: EditCustomers::ROLES.contains(&by.role) && customer.kind == Kind::Legal,
        customer,
        ownership,
        changing: None,
        found: Found {
            candidates: back.candidates,
            pick: back.typed.pick.clone(),
            alike: back.alike,
            more: back.more,
            searched: back.searched,
        },
        typed: back.typed,
        errors: back.errors,
        sentence: back.sentence,
        alike: back.alike,
    }
}

/// The same page again, with what was typed and why it was not done.
fn again(by: &mut By<EditCustomers>, id: CustomerId, back: Back) -> Result<RelationsPage> {
    let today = today(by);
    let (mut customer, ownership) = by.read(|tx| {
        let customer = customers::find(tx, id)?;
        let ownership = Ownership::read(tx, &customer, today)?;
        Ok((customer, ownership))
    })?;
    customer.keep_seen(&back.typed.version);
    let relation = back.typed.relation.parse::<RelationId>().ok();
    let mut page = page(by, customer, ownership, back);
    let mut direct = page.ownership.direct.iter();
    page.changing = direct.find(|one| Some(one.id) == relation).cloned();
    Ok(page)
}
