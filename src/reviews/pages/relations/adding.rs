//! Adding a member: a customer of the scope is looked for, or a new person described.

use super::{Back, again, see, today};
use crate::{
    access::{guard::By, permissions::EditCustomers},
    customers::{
        actions::Halt,
        ownership::{
            actions::{self, Whom},
            picking,
            store::Wanted,
            typed::Typed,
        },
        store::{self as customers, Customer},
    },
    error::{Error, FieldError, Result},
    value::CustomerId,
    web::{answer::Answer, input::Input},
};

/// Who may be meant, for whoever searches before they add; what is typed stays.
pub(super) fn found(
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

const fn wrong(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: std::borrow::Cow::Borrowed(field),
        message: std::borrow::Cow::Borrowed(message),
    }
}

/// Who is meant by what was typed, or what must be mended, and between whom to choose.
fn whom(
    by: &mut By<EditCustomers>,
    company: &Customer,
    typed: &Typed,
) -> Result<Result<Whom, (Vec<FieldError>, Vec<Customer>)>> {
    let mend = |message| Ok(Err((vec![wrong("member", message)], Vec::new())));
    let (text, picked) = (typed.member.trim(), typed.pick.parse::<CustomerId>().ok());
    if typed.describes_somebody() {
        if picked.is_some() || !text.is_empty() {
            return mend("Choose a customer, or describe a new person: not both");
        }
        return match typed.person(company.branch_id, today(by)) {
            Ok(person) => Ok(Ok(Whom::New(Box::new(person), typed.confirm == "yes"))),
            Err(Error::Invalid(errors)) => Ok(Err((errors, Vec::new()))),
            Err(other) => Err(other),
        };
    }
    if let Some(picked) = picked {
        return match by.read(|tx| customers::find(tx, picked)) {
            Ok(_) => Ok(Ok(Whom::Known(picked))),
            Err(Error::NotFound) => mend("Nobody in your branches has this ID"),
            Err(other) => Err(other),
        };
    }
    if text.is_empty() {
        return mend("Enter a short ID or a name, or describe a new person");
    }
    let candidates = meant(by, company.id, text)?;
    match candidates.as_slice() {
        [one] if one.short_id == text || one.id.to_string() == text => Ok(Ok(Whom::Known(one.id))),
        [] => mend("Nobody in your branches is found by this"),
        _ => Ok(Err((
            vec![wrong("member", "Choose who of these is meant")],
            candidates,
        ))),
    }
}

/// Adds a member, or shows the page again with what must be mended or chosen.
pub(super) fn add(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    version: i32,
    typed: Typed,
) -> Result<Answer> {
    let company = by.read(|tx| customers::find(tx, id))?;
    let (whom, wanted) = match (whom(by, &company, &typed)?, typed.wanted()) {
        (Ok(whom), Ok(wanted)) => (whom, wanted),
        (whom, wanted) => {
            let mut errors = wanted.err().unwrap_or_default();
            let (more, candidates) = whom.err().unwrap_or_default();
            errors.extend(more);
            let back = Back {
                candidates,
                ..Back::wrong(typed, errors)
            };
            return Answer::page_with(422, &again(by, id, back)?);
        }
    };
    let back = match attempt(by, id, version, &whom, wanted)? {
        Ok(()) => return Ok(see(id, "added")),
        Err(Stopped::Alike(candidates)) => Back {
            candidates,
            alike: true,
            ..Back::wrong(
                typed,
                vec![wrong(
                    "confirm",
                    "Look at who is alike: choose one of them, or say that this is somebody else",
                )],
            )
        },
        Err(Stopped::Refused(error)) => Back::of(typed, error)?,
    };
    let status = back.status;
    Answer::page_with(status, &again(by, id, back)?)
}

/// Why nobody was added.
enum Stopped {
    Alike(Vec<Customer>),
    Refused(Error),
}

fn attempt(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    version: i32,
    whom: &Whom,
    wanted: Wanted,
) -> Result<Result<(), Stopped>> {
    let mut halted = None;
    let done = by.change(|tx| {
        actions::add(tx, id, version, whom, wanted)?.map_err(|halt| {
            halted = Some(halt);
            // Rolls back the person who would have been added.
            Error::Conflict("halted".into())
        })
    });
    Ok(match (done, halted) {
        (_, Some(Halt::Alike(alike))) => Err(Stopped::Alike(
            alike.into_iter().map(|one| one.customer).collect(),
        )),
        (Ok(_), _) => Ok(()),
        (Err(error), _) => Err(Stopped::Refused(error)),
    })
}
