//! Finding the customer who is to be a member: by their id, their short id, or words of their name.

use diesel::{
    prelude::*,
    sql_types::{Array, Integer, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    customers::{
        relations::visible_ones,
        store::{Customer, visible},
    },
    db::Read,
    error::Result,
    schema::customers,
    value::CustomerId,
};

diesel::define_sql_function! {
    /// Ids of the customers in scope that contain every word, at most so many.
    fn customers_matching(words: Array<Text>, n: Integer) -> Array<SqlUuid>;
}

/// No more are offered.
pub const OFFERED: usize = 8;

/// The customers of the scope whom a text may mean, at most [`OFFERED`]; one alone where it is their id.
pub fn meant(tx: &mut Read<'_>, text: &str) -> Result<Vec<Customer>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let scope = visible(tx.scope());
    let by_short_id: Option<Customer> = customers::table
        .filter(scope)
        .filter(customers::short_id.eq(text.to_owned()))
        .select(Customer::as_select())
        .first(tx.conn())
        .optional()?;
    if let Some(one) = by_short_id {
        return Ok(vec![one]);
    }
    let ids = match Uuid::try_parse(text) {
        Ok(id) => vec![CustomerId(id)],
        Err(_) => matching(tx, text)?,
    };
    let mut found: Vec<Customer> = visible_ones(tx, ids)?.into_values().collect();
    found.retain(|one| one.merged_into.is_none());
    found.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    found.truncate(OFFERED);
    Ok(found)
}

fn matching(tx: &mut Read<'_>, text: &str) -> Result<Vec<CustomerId>> {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let most = i32::try_from(OFFERED).unwrap_or(i32::MAX);
    let ids: Vec<Uuid> = diesel::select(customers_matching(words, most)).get_result(tx.conn())?;
    Ok(ids.into_iter().map(CustomerId).collect())
}
