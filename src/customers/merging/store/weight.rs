//! What hangs on a customer that a merge must not lose out of sight.

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};

use super::{absorbed, distinct_from};
use crate::{
    customers::{
        merging::rules::Hanging,
        rules::{Kyc, Risk},
    },
    db::Read,
    error::Result,
    schema::{customers, hits, proposals, relations, reviews},
    value::CustomerId,
};

/// What hinders that a customer is merged into another.
pub fn hanging(
    tx: &mut Read<'_>,
    merged: CustomerId,
    survivor: CustomerId,
) -> Result<Option<Hanging>> {
    if distinct_from(tx, merged)?.contains(&survivor) {
        return Ok(Some(Hanging::Distinct));
    }
    let tenant = tx.scope().organisation();
    let rounds = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(merged))
        .filter(reviews::state.eq_any(["draft", "open", "waiting"]));
    if diesel::select(exists(rounds)).get_result(tx.conn())? {
        return Ok(Some(Hanging::Review));
    }
    let behind = relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq(merged));
    if diesel::select(exists(behind)).get_result(tx.conn())? {
        return Ok(Some(Hanging::Member));
    }
    let waiting = proposals::table
        .filter(proposals::organisation_id.eq(tenant))
        .filter(proposals::customer_id.eq(merged))
        .filter(proposals::state.eq("open"));
    let proposed: bool = diesel::select(exists(waiting)).get_result(tx.conn())?;
    Ok(proposed.then_some(Hanging::Proposal))
}

/// The refusals that stand about whoever was merged into a customer: whose, and since when.
pub fn refusals(
    tx: &mut Read<'_>,
    survivor: CustomerId,
) -> Result<Vec<(CustomerId, Option<DateTime<Utc>>)>> {
    let all = absorbed(tx, survivor)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(all))
        .filter(customers::kyc.eq(Kyc::Refused))
        .select((customers::id, customers::refused_at))
        .load(tx.conn())?)
}

/// Whether something hangs on a customer, or on whoever was merged into them, that nobody weighed who accepted another: a
/// refusal, a review that is needed, high risk, an entry of a list that is or may be them.
pub fn weighs(tx: &mut Read<'_>, id: CustomerId) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let mut all = absorbed(tx, id)?;
    all.push(id);
    let heavy = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(all.clone()))
        .filter(
            customers::kyc
                .eq_any([Kyc::Refused, Kyc::Canceled, Kyc::ReviewNeeded])
                .nullable()
                .or(customers::risk.eq(Risk::High)),
        );
    if diesel::select(exists(heavy)).get_result(tx.conn())? {
        return Ok(true);
    }
    let listed = hits::table
        .filter(hits::organisation_id.eq(tenant))
        .filter(hits::customer_id.eq_any(all))
        .filter(hits::state.ne("cleared"));
    Ok(diesel::select(exists(listed)).get_result(tx.conn())?)
}
