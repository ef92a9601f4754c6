//! What the forms of a company's members do.

use super::{Back, again, today};
use crate::{
    access::{guard::By, permissions::EditCustomers},
    customers::{
        actions::Halt,
        ownership::{
            actions::{self, Whom},
            picking,
            typed::Typed,
        },
        store::{self as customers, Customer},
    },
    error::{Error, FieldError, Result},
    value::{CustomerId, RelationId},
    web::{
        answer::Answer,
        input::{Form, Id, Input},
    },
};

/// One of the forms.
pub(in crate::reviews::pages) fn post(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Typed>,
    input: Input,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    if typed.step == "find" {
        return found(&mut by, id, typed, &input);
    }
    let version = typed
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the page carries".into()))?;
    let relation = || {
        let id = typed.relation.parse::<RelationId>();
        id.map_err(|_| Error::BadRequest("`relation` names the member".into()))
    };
    let done = match typed.step.as_str() {
        "add" => return add(&mut by, id, version, typed),
        "change" => match typed.wanted() {
            Ok(wanted) => {
                let relation = relation()?;
                by.change(|tx| actions::change(tx, id, version, relation, wanted))
                    .map(|()| "changed")
            }
            Err(errors) => Err(Error::Invalid(errors)),
        },
        "remove" => {
            let relation = relation()?;
            by.change(|tx| actions::remove(tx, id, version, relation))
                .map(|()| "removed")
        }
        "state" => match typed.statement(today(&by)) {
            Ok((stated_by, on)) => by
                .change(|tx| actions::state_no_owner(tx, id, version, &stated_by, on))
                .map(|()| "stated"),
            Err(errors) => Err(Error::Invalid(errors)),
        },
        "take_back" => by
            .change(|tx| actions::take_back(tx, id, version))
            .map(|()| "taken_back"),
        _ => return Err(Error::BadRequest("`step` says which form this is".into())),
    };
    match done {
        Ok(done) => Ok(see(id, done)),
        Err(error) => {
            let back = Back::of(typed, error)?;
            let status = back.status;
            Answer::page_with(status, &again(&mut by, id, back)?)
        }
    }
}

fn see(id: CustomerId, done: &str) -> Answer {
    Answer::see(format!("/customers/{id}/relations?done={done}"))
}

/// Who may be meant, for whoever searches before they add; what is typed stays.
fn found(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    typed: Typed,
    input: &Input,
) -> Result<Answer> {
    let candidates = meant(by, id, &typed.member)?;
    let back = Back {
        typed,
        candidates,
        searched: true,
        status: 200,
        ..Back::default()
    };
    let page = again(by, id, back)?;
    if input.htmx && input.target.as_deref() == Some("found") {
        return Answer::page(&page.found);
    }
    Answer::page(&page)
}

fn meant(by: &mut By<EditCustomers>, company: CustomerId, text: &str) -> Result<Vec<Customer>> {
    let mut found = by.read(|tx| picking::meant(tx, text))?;
    found.retain(|one| one.id != company);
    Ok(found)
}

fn add(by: &mut By<EditCustomers>, id: CustomerId, version: i32, typed: Typed) -> Result<Answer> {
    let wrong = |field: &'static str, message: &'static str| FieldError {
        field: field.into(),
        message: message.into(),
    };
    let company = by.read(|tx| customers::find(tx, id))?;
    let (wanted, mut errors) = match typed.wanted() {
        Ok(wanted) => (Some(wanted), Vec::new()),
        Err(errors) => (None, errors),
    };
    let mut candidates = Vec::new();
    let (text, picked) = (typed.member.trim(), typed.pick.parse::<CustomerId>().ok());
    let whom = if typed.describes_somebody() && (picked.is_some() || !text.is_empty()) {
        errors.push(wrong(
            "member",
            "Choose a customer, or describe a new person: not both",
        ));
        None
    } else if let Some(picked) = picked {
        match by.read(|tx| customers::find(tx, picked)) {
            Ok(_) => Some(Whom::Known(picked)),
            Err(Error::NotFound) => {
                errors.push(wrong("member", "Nobody in your branches has this ID"));
                None
            }
            Err(other) => return Err(other),
        }
    } else if typed.describes_somebody() {
        match typed.person(company.branch_id, today(by)) {
            Ok(person) => Some(Whom::New(Box::new(person), typed.confirm == "yes")),
            Err(Error::Invalid(more)) => {
                errors.extend(more);
                None
            }
            Err(other) => return Err(other),
        }
    } else if text.is_empty() {
        errors.push(wrong(
            "member",
            "Enter a short ID or a name, or describe a new person",
        ));
        None
    } else {
        candidates = meant(by, id, text)?;
        match candidates.as_slice() {
            [one] if one.short_id == text || one.id.to_string() == text => {
                Some(Whom::Known(one.id))
            }
            [] => {
                errors.push(wrong("member", "Nobody in your branches is found by this"));
                None
            }
            _ => {
                errors.push(wrong("member", "Choose who of these is meant"));
                None
            }
        }
    };
    let (Some(whom), Some(wanted)) = (whom, wanted.filter(|_| errors.is_empty())) else {
        let back = Back {
            candidates,
            ..Back::wrong(typed, errors)
        };
        return Answer::page_with(422, &again(by, id, back)?);
    };
    let mut halted = None;
    let done = by.change(|tx| {
        actions::add(tx, id, version, &whom, wanted)?.map_err(|halt| {
            halted = Some(halt);
            Error::Conflict("halted".into())
        })
    });
    let back = match (done, halted) {
        (_, Some(Halt::Alike(alike))) => Back {
            candidates: alike.ones.into_iter().map(|one| one.customer).collect(),
            alike: true,
            more: alike.more,
            ..Back::wrong(
                typed,
                vec![wrong(
                    "confirm",
                    "Look at who is alike: choose one of them, or say that this is somebody else",
                )],
            )
        },
        (Ok(_), _) => return Ok(see(id, "added")),
        (Err(error), _) => Back::of(typed, error)?,
    };
    let status = back.status;
    Answer::page_with(status, &again(by, id, back)?)
}
