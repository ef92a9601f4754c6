//! What an officer says of a hit, and what follows for the checks that wait for it.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store::{self as customers, Customer},
    db::Change,
    error::{Error, Result},
    reason,
    value::{CustomerId, HitId},
    verifications::{
        actions,
        hits::store::{self, State},
        providers::{Answer, watchlist},
        rules::Status,
        store as checks,
    },
};

/// Says whether an entry is the customer. Once nothing is open about them, the checks that waited have their answer:
/// failed where an entry is the customer, else verified, where they looked at a list. So have those of whoever they were
/// merged into.
pub fn resolve(tx: &mut Change<'_>, id: HitId, to: State, reason: &str) -> Result<()> {
    let (hit, customer) = store::lock(tx, id)?;
    if to == State::Open {
        return Err(Error::field("outcome", "Say whether it is the customer"));
    }
    let reason = reason::checked("reason", reason, "how you know")?;
    if hit.state != State::Open {
        return Err(Error::Refused(
            "A colleague has looked at this already.".into(),
        ));
    }
    store::settle(tx, &hit, &customer, to, reason)?;
    customers::touch(tx, customer.id)?;
    let what = if to == State::Confirmed {
        What::HitConfirmed
    } else {
        What::HitCleared
    };
    let subject = Subject::Verification(hit.verification_id, customer.reference());
    tx.say(
        Event::new(what, subject)
            .changing(vec![
                Field::plain("list", (), hit.list.as_str()),
                Field::personal("entry", (), hit.entry_id.as_str()),
                Field::plain("hit", hit.state.as_str(), to.as_str()),
            ])
            .because(reason),
    );
    answer_all(tx, customer)
}

/// Answers the checks of a customer from whom another one was parted, whose hits they wait for no longer.
pub fn parted(tx: &mut Change<'_>, id: CustomerId) -> Result<()> {
    let customer = customers::lock_merged_too(tx, id)?;
    answer_all(tx, customer)
}

/// Answers the checks of a customer, held, and of each into whom they were merged. Whoever settles a hit of theirs at the
/// same time counts this one as open still, so the row is held whether or not a check waits there; against the usual order,
/// and so without waiting.
fn answer_all(tx: &mut Change<'_>, mut customer: Customer) -> Result<()> {
    loop {
        answer(tx, &customer)?;
        let Some(into) = customer.merged_into else {
            return Ok(());
        };
        customer = customers::lock_anywhere(tx, into).map_err(|error| match error {
            Error::Conflict(_) => Error::Conflict(
                "somebody is at work on the customer into whom this one was merged".into(),
            ),
            other => other,
        })?;
    }
}

/// Answers the checks that waited, once an officer has looked at all that was found about the customer and whoever was
/// merged into them.
fn answer(tx: &mut Change<'_>, customer: &Customer) -> Result<()> {
    let waiting = checks::waiting(tx, customer.id, watchlist::NAME)?;
    if waiting.is_empty() || store::count_open(tx, customer.id)? > 0 {
        return Ok(());
    }
    let (status, reason) = if store::count(tx, customer.id, State::Confirmed)? > 0 {
        (Status::Failed, "An officer found the customer on a list.")
    } else {
        (
            Status::Verified,
            "An officer found that the entries are other people.",
        )
    };
    let said = Answer {
        status,
        reason: Some(reason.to_owned()),
        ..Answer::pending()
    };
    for check in waiting {
        if status == Status::Failed || watchlist::looked(&check) {
            // What it found reads as officers settled it, not as it stood while it waited.
            let said = Answer {
                payload: watchlist::settled(tx, customer.id, &check)?,
                ..said.clone()
            };
            actions::take(tx, customer, &check, &said)?;
        }
    }
    Ok(())
}
