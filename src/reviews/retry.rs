//! A refusal stands for a company's own systems until it is closed, unless whoever decided let the customer try again: a
//! machine may not resubmit meanwhile, an officer may.

use crate::{
    access::actor::Who,
    customers::{rules::Kyc, store::Customer},
    db::Change,
    error::{Error, Result},
    reviews::{policy::store as policies, store::rounds},
};

/// Said while a refusal stands.
pub const REFUSED: &str =
    "This customer was refused and may not try again yet. An officer can request a review.";

/// Refuses what a machine asks while a refusal stands.
pub fn allowed(tx: &mut Change<'_>, customer: &Customer) -> Result<()> {
    if !matches!(tx.actor().who, Who::Key(_)) || customer.kyc != Kyc::Refused {
        return Ok(());
    }
    let stands = policies::current(tx)?.policy.closed_after();
    let over = customer
        .refused_at
        .is_some_and(|at| tx.now() - at >= stands);
    let retry = rounds::latest(tx, customer.id)?.and_then(|round| round.retry);
    if over || retry == Some(true) {
        Ok(())
    } else {
        Err(Error::Refused(REFUSED.into()))
    }
}
