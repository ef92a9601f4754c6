//! A suspicion of money laundering or the like, handed to the managers. The person concerned must not learn of it, and
//! every reader more is a leak more: whoever is neither manager nor admin sees nothing of it afterwards, not even
//! whoever raised it. While one is open, no decision on the customer holds without a second person.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, Result},
    reason,
    reviews::{
        rules::State as Round,
        store::{
            rounds,
            suspicions::{self, State},
        },
    },
    value::{ReviewId, SuspicionId},
};

/// Hands what somebody saw while working on a round to the managers. The customer's version stays: it would tell.
pub fn raise(tx: &mut Change<'_>, id: ReviewId, seen: &str) -> Result<()> {
    let review = rounds::find(tx, id)?;
    let customer = customers::find(tx, review.customer_id)?;
    let seen = reason::story("reason", seen, "what you saw")?.to_owned();
    if !matches!(review.state, Round::Open | Round::Waiting) {
        return Err(Error::Refused("This review is not open.".into()));
    }
    suspicions::add(tx, &customer, id, &seen)?;
    tx.say(
        Event::new(
            What::SuspicionRaised,
            Subject::Review(id, customer.reference()),
        )
        .because(seen),
    );
    Ok(())
}

/// Says what came of one.
pub fn close(tx: &mut Change<'_>, id: SuspicionId, to: State, why: &str) -> Result<()> {
    let suspicion = suspicions::lock(tx, id)?;
    let customer = customers::find(tx, suspicion.customer_id)?;
    let why = reason::story("reason", why, "what you saw")?.to_owned();
    if to == State::Open {
        return Err(Error::field("outcome", "Choose what came of it"));
    }
    if suspicion.state != State::Open {
        return Err(Error::Refused(
            "A colleague has closed this already.".into(),
        ));
    }
    suspicions::close(tx, id, to)?;
    tx.say(
        Event::new(
            What::SuspicionClosed,
            Subject::Review(suspicion.review_id, customer.reference()),
        )
        .changing(vec![Field::plain(
            "suspicion",
            suspicion.state.as_str(),
            to.as_str(),
        )])
        .because(why),
    );
    Ok(())
}
