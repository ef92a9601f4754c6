//! What follows from everything that happens, wherever it is done: the doors call it before they commit, so that nobody
//! has to remember it.

use crate::{
    access::actor::{Actor, Who},
    audit::event::Event,
    db::Read,
    error::Result,
    reviews::claims,
};

/// In the transaction of what happened. Whoever works on a review keeps it by working.
pub fn follow(tx: &mut Read<'_>, actor: &Actor, events: &[Event]) -> Result<()> {
    if let Who::Staff(me) = actor.who {
        claims::keep(tx, me, events)?;
    }
    Ok(())
}
