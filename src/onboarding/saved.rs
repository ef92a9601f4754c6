//! What a customer does by their link, one step at a time. Each is a change of its own, so what was saved stays whatever becomes
//! of the page.

use crate::{
    audit::event::{Change as Field, Event, What},
    customers::{
        actions as customers,
        declared::{Declared, changes},
        store::Customer,
        tax_residences::{
            actions as residences,
            store::{self as residence_rows, Wanted},
        },
        typed::Typed,
    },
    db::Change,
    documents::actions::{self as documents, Stored},
    error::{Error, FieldError, Result},
    onboarding::{
        reached::{held, replaced},
        rules::{MOST_PAPERS, MOST_RESIDENCES, MOST_SAVES, State, needed},
        shown,
        steps::{
            LOOKED_AT, NEEDED_HERE, TOO_MANY, TOO_MANY_COUNTRIES, TOO_OFTEN, asked_of, looked_at,
            works,
        },
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

/// The same for whoever saves something: refused while what was sent is looked at.
fn hold_to_save(tx: &mut Change<'_>, id: OnboardingId) -> Result<(Session, Customer)> {
    let (session, customer) = hold(tx, id)?;
    if looked_at(tx, &customer)? {
        return Err(Error::Refused(LOOKED_AT.into()));
    }
    Ok((session, customer))
}

/// Counts a change of data, while the link takes one more.
fn count(tx: &mut Change<'_>, session: &Session, field: &'static str) -> Result<()> {
    if session.saves >= MOST_SAVES {
        return Err(Error::field(field, TOO_OFTEN));
    }
    store::count_save(tx, session.id)
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

/// What a customer sent of their data, over what is declared; tidied. What only the house changes stays as it is.
pub fn typed(customer: &Customer, sent: &[(String, String)]) -> Typed {
    let declared = Typed::from(customer);
    let mut typed = declared.clone();
    for (name, value) in sent {
        if asked_of(customer.kind).any(|one| one == name) && !held(&declared, name) {
            typed.set(name, value.clone());
        }
    }
    typed.tidied(customer.kind)
}

/// The same beside what somebody else saved meanwhile: what was left empty hides nothing that stands there now.
pub fn beside(customer: &Customer, sent: &[(String, String)]) -> Typed {
    let declared = Typed::from(customer);
    let mut typed = typed(customer, sent);
    for name in asked_of(customer.kind) {
        if typed.value(name).is_empty() {
            typed.set(name, declared.value(name).to_owned());
        }
    }
    typed
}

/// What must be mended before this session's customer may say that their data is right.
fn faults(
    tx: &mut Change<'_>,
    session: &Session,
    customer: &Customer,
    typed: &Typed,
) -> Result<Vec<FieldError>> {
    let today = rounds::today(tx.now(), reviews::time_zone(tx)?);
    let mut faults = typed.errors(customer.kind, today);
    if session.options().identity.any() {
        for field in needed(customer.kind).filter(|field| typed.value(field).is_empty()) {
            faults.retain(|known| known.field != field);
            faults.push(FieldError {
                field: field.into(),
                message: NEEDED_HERE.into(),
            });
        }
    }
    Ok(faults)
}

/// Saves the data as the customer says that it is right. Whether anything is different from what was saved before: where
/// nothing is, nothing is written and nobody is told. While what was sent is looked at, what stands there can be confirmed
/// and not mended.
pub fn confirm(tx: &mut Change<'_>, id: OnboardingId, sent: &[(String, String)]) -> Result<bool> {
    let (session, customer) = hold(tx, id)?;
    let typed = typed(&customer, sent);
    let declared = Typed::from(&customer).tidied(customer.kind);
    let different = !changes(&declared, &typed).is_empty();
    let mut faults = faults(tx, &session, &customer, &typed)?;
    faults.extend(replaced(&customer, sent));
    if (different || !faults.is_empty()) && looked_at(tx, &customer)? {
        return Err(Error::Refused(LOOKED_AT.into()));
    }
    let shown = shown::of(tx.keys(), id, &customer);
    let confirmed = session.confirmed(&shown);
    // A form that somebody filled in before another saved: what it holds is not what stands there, and neither is what it
    // left empty. Sent again by a browser that lost the answer, it changes nothing and is no such form.
    let stale = shown::carried(sent).is_some_and(|seen| seen != shown);
    if stale && (different || !confirmed) {
        return Err(Error::Conflict(
            "the data changed since the page was opened".into(),
        ));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    if !different && confirmed {
        return Ok(false);
    }
    begin(tx, &session, &customer)?;
    if different {
        count(tx, &session, "details")?;
        let declared = Declared::of(&typed, customer.kind)?;
        // Who is alike is for the desk to look at.
        customers::edit(tx, customer.id, &declared, customer.version, true)?
            .map_err(|_| Error::Conflict("the customer changed meanwhile".into()))?;
    }
    let (_, saved) = store::find(tx, id)?;
    let shown = shown::of(tx.keys(), id, &saved);
    store::confirm(tx, id, &shown)?;
    tx.say(Event::new(
        What::OnboardingConfirmed,
        session.subject(&customer),
    ));
    Ok(true)
}

/// Adds a paper that was looked over and stored.
pub fn hand_in(tx: &mut Change<'_>, id: OnboardingId, stored: &Stored) -> Result<()> {
    let (session, customer) = hold_to_save(tx, id)?;
    if session.papers >= MOST_PAPERS {
        return Err(Error::field("file", TOO_MANY));
    }
    begin(tx, &session, &customer)?;
    documents::add(tx, customer.id, stored)?;
    store::count_paper(tx, id)
}

/// Adds a country in which they pay tax, or puts it in the place of the one that they told (`of`).
pub fn pay_tax(
    tx: &mut Change<'_>,
    id: OnboardingId,
    of: Option<&str>,
    wanted: &Wanted,
) -> Result<()> {
    let (session, customer) = hold_to_save(tx, id)?;
    let known = residence_rows::list(tx, customer.id)?;
    let Some(of) = of else {
        if known.len() >= MOST_RESIDENCES {
            return Err(Error::field("country", TOO_MANY_COUNTRIES));
        }
        count(tx, &session, "country")?;
        begin(tx, &session, &customer)?;
        return residences::add(tx, customer.id, customer.version, wanted);
    };
    let Some(told) = known.into_iter().find(|one| one.country == of) else {
        return Err(Error::Conflict(
            "the country was taken away meanwhile".into(),
        ));
    };
    count(tx, &session, "country")?;
    begin(tx, &session, &customer)?;
    residences::change(tx, customer.id, customer.version, told.id, wanted)
}
