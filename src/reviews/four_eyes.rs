//! Whether two people must decide about a customer, whatever is decided: by their risk, by their branch, by a suspicion.
//! What was so since they were last decided still counts, so that nobody lowers a risk, moves a customer or merges them
//! away first and then decides alone.

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};
use serde_json::Value;

use crate::{
    audit::event::What,
    customers::{merging::store::absorbed, rules::Risk, store::Customer},
    db::Read,
    error::Result,
    reviews::{policy::rules::Policy, store::suspicions},
    schema::{audit_entries, branches, customers},
    value::CustomerId,
};

/// Whether two must decide.
pub fn asked_for(tx: &mut Read<'_>, policy: &Policy, customer: &Customer) -> Result<bool> {
    let since = customer.last_review_at.unwrap_or(DateTime::UNIX_EPOCH);
    let everybody = together(tx, customer, since)?;
    Ok(high(tx, &everybody, since)?
        || branch_asks(tx, policy, &everybody, since)?
        || suspicions::suspected(tx, &everybody, since)?)
}

/// The customer, everybody who is merged into them, and everybody who was since they were last decided.
fn together(
    tx: &mut Read<'_>,
    customer: &Customer,
    since: DateTime<Utc>,
) -> Result<Vec<CustomerId>> {
    let mut all = absorbed(tx, customer.id)?;
    all.push(customer.id);
    for parted in parted_since(tx, &all, since)? {
        all.extend(absorbed(tx, parted)?);
        all.push(parted);
    }
    Ok(all)
}

/// Whoever was merged into one of these and is no longer: the log names them by their short ids.
fn parted_since(
    tx: &mut Read<'_>,
    all: &[CustomerId],
    since: DateTime<Utc>,
) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    let said: Vec<Value> = said_of(tx, all, since)
        .filter(audit_entries::action.eq(What::Unmerged.action()))
        .select(audit_entries::changes)
        .load(tx.conn())?;
    let short_ids: Vec<&str> = said
        .iter()
        .filter_map(|changes| changes["merged_here"]["before"].as_str())
        .collect();
    if short_ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::short_id.eq_any(short_ids))
        .select(customers::id)
        .load(tx.conn())?)
}

/// What the log says of customers since a moment.
fn said_of<'a>(
    tx: &Read<'_>,
    all: &[CustomerId],
    since: DateTime<Utc>,
) -> audit_entries::BoxedQuery<'a, diesel::pg::Pg> {
    let ids: Vec<uuid::Uuid> = all.iter().map(|id| id.0).collect();
    audit_entries::table
        .filter(audit_entries::organisation_id.eq(tx.scope().organisation().0))
        .filter(audit_entries::customer_id.assume_not_null().eq_any(ids))
        .filter(audit_entries::at.gt(since))
        .into_boxed()
}

/// High risk: that of anybody among them, or one that was lowered since.
fn high(tx: &mut Read<'_>, all: &[CustomerId], since: DateTime<Utc>) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let risky = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(all.to_vec()))
        .filter(customers::risk.eq(Risk::High));
    if diesel::select(exists(risky)).get_result(tx.conn())? {
        return Ok(true);
    }
    let rated: Vec<Value> = said_of(tx, all, since)
        .filter(audit_entries::action.eq(What::RiskSet.action()))
        .select(audit_entries::changes)
        .load(tx.conn())?;
    Ok(rated
        .iter()
        .any(|changes| changes["risk"]["before"] == Risk::High.as_str()))
}

/// A branch where policy asks for two: that of anybody among them, or one in which something was said of them since. An
/// entry of the log stays in the branch where it was said.
fn branch_asks(
    tx: &mut Read<'_>,
    policy: &Policy,
    all: &[CustomerId],
    since: DateTime<Utc>,
) -> Result<bool> {
    if policy.second_approval_branches.is_empty() {
        return Ok(false);
    }
    let tenant = tx.scope().organisation();
    let asking: Vec<uuid::Uuid> = branches::table
        .filter(branches::organisation_id.eq(tenant))
        .filter(branches::code.eq_any(&policy.second_approval_branches))
        .select(branches::id)
        .load(tx.conn())?;
    let here = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(all.to_vec()))
        .filter(customers::branch_id.eq_any(asking.clone()));
    if diesel::select(exists(here)).get_result(tx.conn())? {
        return Ok(true);
    }
    let there = said_of(tx, all, since)
        .filter(audit_entries::branch_id.assume_not_null().eq_any(asking))
        .select(audit_entries::id)
        .limit(1)
        .load::<uuid::Uuid>(tx.conn())?;
    Ok(!there.is_empty())
}
