//! What an officer says of a paper, and what follows where somebody was accepted with it.

use crate::{
    customers::ownership::raising,
    db::Change,
    documents::{
        actions,
        rules::DocumentStatus,
        store::{self as papers, Document},
    },
    error::Result,
    reviews::{expired_papers::needs, rules, store},
    value::DocumentId,
};

/// Said of whoever is looked at again.
const GONE: &str = "A paper that is asked for was refused or taken back, and there is no other.";

/// Accepts, refuses or takes back a paper, as [`actions::check`] does. A validated customer of whom something that is asked
/// for is no longer there needs a review, as where a paper runs out; what nobody has looked at yet still serves, as on the
/// checklist.
pub fn check(
    tx: &mut Change<'_>,
    id: DocumentId,
    version: i32,
    to: DocumentStatus,
    reason: Option<&str>,
) -> Result<()> {
    actions::check(tx, id, version, to, reason)?;
    if to == DocumentStatus::Validated {
        return Ok(());
    }
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let (paper, customer) = papers::find(tx, id)?;
    let in_time = |one: &Document| one.expires_on.is_none_or(|day| day >= today);
    if !in_time(&paper) {
        // It served nothing any more, which the clock has said.
        return Ok(());
    }
    let all = papers::of(tx, &[customer.id])?;
    let serves = |one: &Document| {
        let status = one.status;
        let stands = status == DocumentStatus::Pending || status == DocumentStatus::Validated;
        stands && in_time(one)
    };
    let gap = needs(customer.kind, paper.document_type).any(|types| {
        let mut others = all.iter().filter(|one| types.contains(&one.document_type));
        !others.any(serves)
    });
    if gap {
        raising::raise(tx, &customer, GONE)?;
    }
    Ok(())
}
