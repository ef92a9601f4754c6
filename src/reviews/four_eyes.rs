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
    reviews::{
        policy::rules::Policy,
        store::{self, suspicions},
    },
    schema::{audit_entries, branches, customers},
    value::CustomerId,
};

/// Whether two must decide.
pub fn asked_for(tx: &mut Read<'_>, policy: &Policy, customer: &Customer) -> Result<bool> {
    Ok(high(tx, customer)?
        || branch_asks(tx, policy, customer)?
        || suspicions::suspected(tx, customer.id)?)
}

fn last_decided(customer: &Customer) -> DateTime<Utc> {
    customer.last_review_at.unwrap_or(DateTime::UNIX_EPOCH)
}

/// High risk: theirs, that of anybody merged into them, or one that was lowered since.
fn high(tx: &mut Read<'_>, customer: &Customer) -> Result<bool> {
    if customer.risk == Some(Risk::High) {
        return Ok(true);
    }
    let tenant = tx.scope().organisation();
    let mut everybody = absorbed(tx, customer.id)?;
    if !everybody.is_empty() {
        let risky = customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq_any(&everybody))
            .filter(customers::risk.eq(Risk::High));
        if diesel::select(exists(risky)).get_result(tx.conn())? {
            return Ok(true);
        }
    }
    everybody.push(customer.id);
    let ids: Vec<uuid::Uuid> = everybody.iter().map(|id: &CustomerId| id.0).collect();
    let rated: Vec<Value> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq_any(ids))
        .filter(audit_entries::action.eq(What::RiskSet.action()))
        .filter(audit_entries::at.gt(last_decided(customer)))
        .select(audit_entries::changes)
        .load(tx.conn())?;
    Ok(rated
        .iter()
        .any(|changes| changes["risk"]["before"] == Risk::High.as_str()))
}

/// A branch where policy asks for two: theirs, or one in which something was said of them since. An entry of the log
/// stays in the branch where it was said.
fn branch_asks(tx: &mut Read<'_>, policy: &Policy, customer: &Customer) -> Result<bool> {
    let asking = &policy.second_approval_branches;
    if asking.is_empty() {
        return Ok(false);
    }
    if asking.contains(&store::branch_code(tx, customer.branch_id)?) {
        return Ok(true);
    }
    let tenant = tx.scope().organisation();
    let ids: Vec<uuid::Uuid> = branches::table
        .filter(branches::organisation_id.eq(tenant))
        .filter(branches::code.eq_any(asking))
        .select(branches::id)
        .load(tx.conn())?;
    let there = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::branch_id.assume_not_null().eq_any(ids))
        .filter(audit_entries::at.gt(last_decided(customer)));
    Ok(diesel::select(exists(there)).get_result(tx.conn())?)
}
