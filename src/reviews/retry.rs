//! A refusal stands for a company's own systems until it is closed, unless whoever decided let the customer try again: a
//! machine may not resubmit meanwhile, nor may the customer by a link; an officer may.

use crate::{
    access::actor::Who,
    customers::{merging::store::refusals, rules::Kyc, store::Customer},
    db::Change,
    error::{Error, Result},
    reviews::{policy::store as policies, store::rounds},
};

/// Said while a refusal stands.
pub const REFUSED: &str =
    "This customer was refused and may not try again yet. An officer can request a review.";

/// Refuses what a machine or the customer asks while a refusal stands: the customer's own, or that of anybody merged into them.
pub fn allowed(tx: &mut Change<'_>, customer: &Customer) -> Result<()> {
    if !matches!(tx.actor().who, Who::Key(_) | Who::Customer(_)) {
        return Ok(());
    }
    let stands = policies::current(tx)?.policy.closed_after();
    let mut refusals = refusals(tx, customer.id)?;
    if customer.kyc == Kyc::Refused {
        refusals.push((customer.id, customer.refused_at));
    }
    for (whose, refused_at) in refusals {
        let over = refused_at.is_some_and(|at| tx.now() - at >= stands);
        let retry = rounds::latest(tx, whose)?.and_then(|round| round.retry);
        if !over && retry != Some(true) {
            return Err(Error::Refused(REFUSED.into()));
        }
    }
    Ok(())
}
