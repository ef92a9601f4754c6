//! When a customer was reviewed, whatever came of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{customers::store::Customer, db::Read, error::Result, schema::reviews};

/// The moments, the earliest first: the last decision, and each time that something was found missing, by the automatic review or
/// by an officer. (`last_review_at` of a customer is when they were last decided, and nothing else.) Who calls this has found the
/// customer in scope.
pub fn of(tx: &mut Read<'_>, customer: &Customer) -> Result<Vec<DateTime<Utc>>> {
    let tenant = tx.scope().organisation();
    let looked: Vec<Vec<DateTime<Utc>>> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(customer.id))
        .select(reviews::looked)
        .load(tx.conn())?;
    let mut all: Vec<DateTime<Utc>> = looked.into_iter().flatten().collect();
    all.extend(customer.last_review_at);
    all.sort_unstable();
    Ok(all)
}
