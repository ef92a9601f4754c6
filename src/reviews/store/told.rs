//! Why a check stands as it does, in words that leave the house: what the customer was told, or what they owe. What
//! colleagues write for one another, and what anybody suspects, is never among it.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::{
    customers::{rules::Kyc, store::Customer},
    db::Read,
    error::Result,
    reviews::rules::State,
    schema::{customers, reviews},
    value::{CustomerId, ReviewId, VerificationId},
    verifications::{providers::watchlist, store::Verification},
};

/// The reasons of these checks, for whom there is one. Who calls this has found the checks in scope.
pub fn reasons(
    tx: &mut Read<'_>,
    checks: &[Verification],
) -> Result<HashMap<VerificationId, String>> {
    let rounds: Vec<ReviewId> = checks.iter().filter_map(|check| check.review_id).collect();
    let of_rounds = if rounds.is_empty() {
        HashMap::new()
    } else {
        of_rounds(tx, rounds)?
    };
    let reason = |check: &Verification| {
        match check.review_id {
            Some(round) => of_rounds
                .get(&round)
                .cloned()
                // Where a round ends without a decision ("withdrawn"), its check says so itself.
                .or_else(|| check.reason.clone()),
            // Whom a list may mean is for officers: whoever tells the customer may be tipping them off.
            None if check.provider == watchlist::NAME => None,
            // What the provider says of it.
            None => check.reason.clone(),
        }
    };
    Ok(checks
        .iter()
        .filter_map(|check| Some((check.id, reason(check)?)))
        .collect())
}

/// The same of a customer's KYC as it stands: what they owe, or what they were told when it was refused.
pub fn of_customer(customer: &Customer) -> Option<&str> {
    match customer.kyc {
        Kyc::Incomplete | Kyc::Refused | Kyc::Canceled => customer.kyc_comment.as_deref(),
        Kyc::None | Kyc::Draft | Kyc::Pending | Kyc::Validated | Kyc::ReviewNeeded => None,
    }
}

/// The same for customers: what each was told in its latest round. Whoever begins anew is told nothing yet, whatever an earlier
/// round ended with. Who calls this has found the customers in scope.
pub fn of_customers(
    tx: &mut Read<'_>,
    customers: &[Customer],
) -> Result<HashMap<CustomerId, String>> {
    let tenant = tx.scope().organisation();
    let begun = customers
        .iter()
        .filter(|one| !matches!(one.kyc, Kyc::None | Kyc::Draft));
    let begun: Vec<CustomerId> = begun.map(|one| one.id).collect();
    let latest: Vec<(CustomerId, ReviewId)> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq_any(begun))
        .order((reviews::customer_id, reviews::round.desc()))
        .distinct_on(reviews::customer_id)
        .select((reviews::customer_id, reviews::id))
        .load(tx.conn())?;
    let rounds = latest.iter().map(|(_, round)| *round).collect();
    let mut told = of_rounds(tx, rounds)?;
    Ok(latest
        .into_iter()
        .filter_map(|(customer, round)| Some((customer, told.remove(&round)?)))
        .collect())
}

/// A round, where it stands, what was told of it; where its customer stands, and what they owe.
type Row = (ReviewId, State, Option<String>, Kyc, Option<String>);

/// What the customer was told of each round: when it was decided, or, while it waits for them, what they owe.
fn of_rounds(tx: &mut Read<'_>, rounds: Vec<ReviewId>) -> Result<HashMap<ReviewId, String>> {
    let tenant = tx.scope().organisation();
    let whose = customers::organisation_id
        .eq(reviews::organisation_id)
        .and(customers::id.eq(reviews::customer_id));
    let rows: Vec<Row> = reviews::table
        .inner_join(customers::table.on(whose))
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::id.eq_any(rounds))
        .select((
            reviews::id,
            reviews::state,
            reviews::message,
            customers::kyc,
            customers::kyc_comment,
        ))
        .load(tx.conn())?;
    let told = |state, message, kyc, owed| match (state, kyc) {
        (State::Decided, _) => message,
        (State::Waiting, Kyc::Incomplete) => owed,
        _ => None,
    };
    Ok(rows
        .into_iter()
        .filter_map(|(id, state, message, kyc, owed)| Some((id, told(state, message, kyc, owed)?)))
        .collect())
}
