//! What an organisation's own systems keep beside a customer: an object of theirs, of which nothing is asked here.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Map, Value};

use crate::{
    audit::event::{Change as Changed, Event, Subject, What},
    customers::store::{self, Customer},
    db::{Change, Read},
    error::{Error, Result},
    schema::customers,
    value::CustomerId,
};

/// The most that is kept of one customer, in bytes of JSON as the database keeps it.
pub const MOST_BYTES: usize = 16 * 1024;

/// How long a value becomes where it is kept: the database writes a number out in all its digits, so that `1e308` takes 309.
fn kept_length(value: &Value) -> usize {
    value.to_string().len() + written_out(value)
}

/// How many more digits its numbers have there than as they are sent.
fn written_out(value: &Value) -> usize {
    match value {
        Value::Number(number) if number.is_f64() => {
            let short = number.to_string().len();
            // Written without an exponent, as the database does.
            let long = number.as_f64().map_or(0, |one| one.to_string().len());
            long.saturating_sub(short)
        }
        Value::Array(items) => items.iter().map(written_out).sum(),
        Value::Object(fields) => fields.values().map(written_out).sum(),
        _ => 0,
    }
}

/// That of these customers, where there is any. Who calls this has found the customers in scope.
pub fn of(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Value>> {
    let tenant = tx.scope().organisation();
    let rows: Vec<(CustomerId, Value)> = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(ids.to_vec()))
        .filter(customers::metadata.is_not_null())
        .select((customers::id, customers::metadata.assume_not_null()))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Puts another in its place, or none, and says whether anything is different. The customer is held by whoever calls this.
pub fn set(
    tx: &mut Change<'_>,
    customer: &Customer,
    metadata: Option<Map<String, Value>>,
) -> Result<bool> {
    let after = metadata.map(Value::Object);
    let long = |value: &Value| kept_length(value) > MOST_BYTES;
    if after.as_ref().is_some_and(long) {
        return Err(Error::field("metadata", "At most 16 KB"));
    }
    let before = of(tx, &[customer.id])?.remove(&customer.id);
    if before == after {
        return Ok(false);
    }
    let tenant = tx.scope().organisation();
    diesel::update(
        customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq(customer.id)),
    )
    .set(customers::metadata.eq(&after))
    .execute(tx.conn())?;
    store::touch(tx, customer.id)?;
    tx.say(
        Event::new(
            What::CustomerEdited,
            Subject::Customer(customer.reference()),
        )
        .changing(vec![Changed::personal("metadata", before, after)]),
    );
    Ok(true)
}
