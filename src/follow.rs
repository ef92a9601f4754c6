//! What follows from everything that happens, wherever it is done: the doors call it before they commit, so that nobody
//! has to remember it.

use uuid::Uuid;

use crate::{
    access::actor::{Actor, Who},
    audit::event::{Event, Subject, What},
    db::{Change, Read},
    error::Result,
    faces,
    onboarding::actions as sessions,
    reviews::claims,
    value::CustomerId,
    verifications::hits::actions as hits,
    webhooks::push,
};

/// What follows and is itself said, before any of it is written down: what a room does to those in a room above it. A check may
/// have waited for hits of somebody who is another customer again; and the links of whoever was merged away lead nowhere.
pub fn lead_on(tx: &mut Change<'_>) -> Result<()> {
    for id in about(tx, What::Unmerged) {
        hits::parted(tx, id)?;
    }
    for id in about(tx, What::Merged) {
        sessions::merged(tx, id)?;
    }
    Ok(())
}

/// About which customers this was said.
fn about(tx: &Change<'_>, what: What) -> Vec<CustomerId> {
    let customer = |event: &Event| match event.subject {
        Subject::Customer(customer) if event.what == what => Some(customer.id),
        _ => None,
    };
    tx.said().iter().filter_map(customer).collect()
}

/// In the transaction of what happened. Whoever works on a review keeps it by working; and whoever is to be told by webhook
/// will be, in the words of their face, exactly when this is committed.
pub fn follow(
    tx: &mut Read<'_>,
    actor: &Actor,
    events: &[Event],
    new_id: &dyn Fn() -> Uuid,
) -> Result<()> {
    if let Who::Staff(me) = actor.who {
        claims::keep(tx, me, events)?;
    }
    for due in push::due(tx, events)? {
        if let Some(data) = faces::told(tx, due.kind, due.about, &due.branches)? {
            push::push(tx, new_id, &due, &data)?;
        }
    }
    Ok(())
}
