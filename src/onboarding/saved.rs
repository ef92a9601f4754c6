//! What a customer does by their link, one step at a time. Each is a change of its own, so what was saved stays whatever becomes
//! of the page.

use crate::{
    audit::event::{Change as Field, Event, What},
    customers::{
        actions as customers,
        declared::{Declared, changes},
        store::Customer,
        tax_residences::{actions as residences, store::Wanted},
        typed::Typed,
    },
    db::Change,
    documents::actions::{self as documents, Stored},
    error::{Error, FieldError, Result},
    onboarding::{
        rules::{MOST_PAPERS, NEEDED, State},
        steps::{ASKED, NEEDED_HERE, TOO_MANY, works},
        store::{self, Session},
    },
    reviews::{rules as rounds, store as reviews},
    value::OnboardingId,
};

/// The session and its customer, locked; not found where the link no longer works.
pub(super) fn hold(tx: &mut Change<'_>, id: OnboardingId) -> Result<(Session, Customer)> {
    let (session, customer) = store::lock(tx, id)?;
    works(&session, &customer, tx)?;
    Ok((session, customer))
}

/// The first thing that is saved begins the session.
fn begin(tx: &mut Change<'_>, session: &Session, customer: &Customer) -> Result<()> {
    if session.stored() != State::Pending {
        return Ok(());
    }
    store::set_state(tx, session.id, State::InProgress)?;
    tx.say(
        Event::new(What::OnboardingBegun, session.subject(customer)).changing(vec![Field::plain(
            "state",
            State::Pending.as_str(),
            State::InProgress.as_str(),
        )]),
    );
    Ok(())
}

/// What a customer sent of their data, over what is declared; tidied.
pub fn typed(customer: &Customer, sent: &[(String, String)]) -> Typed {
    let mut typed = Typed::from(customer);
    for (name, value) in sent {
        if ASKED.contains(&name.as_str()) {
            typed.set(name, value.clone());
        }
    }
    typed.tidied(customer.kind)
}

/// Saves the data as the customer says that it is right.
pub fn confirm(tx: &mut Change<'_>, id: OnboardingId, sent: &[(String, String)]) -> Result<()> {
    let (session, customer) = hold(tx, id)?;
    let typed = typed(&customer, sent);
    let today = rounds::today(tx.now(), reviews::time_zone(tx)?);
    let mut faults = typed.errors(customer.kind, today);
    if session.options().identity.any() {
        let empty = NEEDED.iter().map(|(field, _)| *field);
        for field in empty.filter(|field| typed.value(field).is_empty()) {
            faults.retain(|known| known.field != field);
            faults.push(FieldError {
                field: field.into(),
                message: NEEDED_HERE.into(),
            });
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    begin(tx, &session, &customer)?;
    if !changes(&Typed::from(&customer), &typed).is_empty() {
        let declared = Declared::of(&typed, customer.kind)?;
        // Who is alike is for the desk to look at.
        customers::edit(tx, customer.id, &declared, customer.version, true)?
            .map_err(|_| Error::Conflict("the customer changed meanwhile".into()))?;
    }
    store::confirm(tx, id)?;
    tx.say(Event::new(
        What::OnboardingConfirmed,
        session.subject(&customer),
    ));
    Ok(())
}

/// Adds a paper that was looked over and stored.
pub fn hand_in(tx: &mut Change<'_>, id: OnboardingId, stored: &Stored) -> Result<()> {
    let (session, customer) = hold(tx, id)?;
    if session.papers >= MOST_PAPERS {
        return Err(Error::field("file", TOO_MANY));
    }
    begin(tx, &session, &customer)?;
    documents::add(tx, customer.id, stored)?;
    store::count_paper(tx, id)
}

/// Adds a country in which they pay tax.
pub fn pay_tax(tx: &mut Change<'_>, id: OnboardingId, wanted: &Wanted) -> Result<()> {
    let (session, customer) = hold(tx, id)?;
    begin(tx, &session, &customer)?;
    residences::add(tx, customer.id, customer.version, wanted)
}
