//! Who goes on working on what: the end of a claim, moved by each step.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::Bool,
};

use crate::{
    db::Read,
    error::Result,
    schema::reviews,
    value::{CustomerId, StaffId},
};

/// The end of a claim is moved by no less, so that not every look at a page writes a row.
const STEP: TimeDelta = TimeDelta::minutes(1);

/// Whether somebody holds the open round of any of these customers; a claim that has ended holds nothing.
pub fn holds_any(tx: &mut Read<'_>, me: StaffId, customers: &[CustomerId]) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let held = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::assignee.eq(me.0))
        .filter(sql::<Bool>("reviews.state = 'open'"))
        .filter(reviews::customer_id.eq_any(customers.to_vec()))
        .filter(
            reviews::claim_expires_at
                .is_null()
                .or(reviews::claim_expires_at.gt(now)),
        );
    Ok(diesel::select(exists(held)).get_result(tx.conn())?)
}

/// Lets these claims end then, where they would end earlier. One that somebody else holds at this moment is left: it is
/// being taken over or decided.
pub fn keep(
    tx: &mut Read<'_>,
    me: StaffId,
    customers: &[CustomerId],
    ends: DateTime<Utc>,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let held: Vec<uuid::Uuid> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::assignee.eq(me.0))
        .filter(sql::<Bool>("reviews.state = 'open'"))
        .filter(reviews::customer_id.eq_any(customers.to_vec()))
        .filter(
            reviews::claim_expires_at
                .is_null()
                .or(reviews::claim_expires_at
                    .gt(now)
                    .and(reviews::claim_expires_at.lt(ends - STEP))),
        )
        .select(reviews::id)
        .for_update()
        .skip_locked()
        .load(tx.conn())?;
    if held.is_empty() {
        return Ok(());
    }
    diesel::update(reviews::table)
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::id.eq_any(held))
        .set(reviews::claim_expires_at.eq(ends))
        .execute(tx.conn())?;
    Ok(())
}
