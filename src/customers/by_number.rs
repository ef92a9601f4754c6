//! Customers as machines ask for them by number: one, or a page of a list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    customers::{
        rules::Kyc,
        store::{Customer, listed, lock_merged_too},
    },
    db::Read,
    error::{Error, Result},
    schema::customers,
    value::CustomerId,
};

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// When each was added.
    #[default]
    Created,
    /// When each changed last.
    Updated,
    /// Its number.
    Number,
}

/// From and until when, both within.
pub type Between = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many rows come before it.
    pub skip: i64,
    /// How many rows it has at most.
    pub take: i64,
    /// By what it is sorted.
    pub sort: Sort,
    /// The smallest first.
    pub ascending: bool,
    /// Added then.
    pub created: Between,
    /// Changed then.
    pub updated: Between,
    /// Of this number, or of the customer with it.
    pub number: Option<i64>,
    /// In one of these statuses; in any, where there is none.
    pub kyc: Vec<Kyc>,
}

/// The customer with this number, in scope.
pub fn find(tx: &mut Read<'_>, number: i64) -> Result<Customer> {
    Ok(customers::table
        .filter(listed(tx.scope()))
        .filter(customers::number.eq(number))
        .select(Customer::as_select())
        .first(tx.conn())?)
}

/// The same, locked until the end of the change.
pub fn hold(tx: &mut Read<'_>, number: i64) -> Result<Customer> {
    let found = find(tx, number)?;
    let held = lock_merged_too(tx, found.id)?;
    if held.merged_into.is_some() {
        // Meanwhile; no list shows it any more.
        return Err(Error::NotFound);
    }
    Ok(held)
}

/// One of the organisation, in whatever branch: for a message about something that happened.
pub fn of_tenant(tx: &mut Read<'_>, id: CustomerId) -> Result<Customer> {
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq(id))
        .select(Customer::as_select())
        .first(tx.conn())?)
}

/// The numbers of these, of the organisation.
pub fn numbers(tx: &mut Read<'_>, ids: Vec<CustomerId>) -> Result<HashMap<CustomerId, i64>> {
    let tenant = tx.scope().organisation();
    let rows: Vec<(CustomerId, i64)> = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::number))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// The levels of these, of the organisation.
pub fn levels(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<Vec<(CustomerId, i16)>> {
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(ids.to_vec()))
        .select((customers::id, customers::kyc_level))
        .load(tx.conn())?)
}

/// A page of those in scope.
pub fn page(tx: &mut Read<'_>, asked: &Asked) -> Result<Vec<Customer>> {
    let mut rows = customers::table.filter(listed(tx.scope())).into_boxed();
    if let Some(from) = asked.created.0 {
        rows = rows.filter(customers::created_at.ge(from));
    }
    if let Some(until) = asked.created.1 {
        rows = rows.filter(customers::created_at.le(until));
    }
    if let Some(from) = asked.updated.0 {
        rows = rows.filter(customers::updated_at.ge(from));
    }
    if let Some(until) = asked.updated.1 {
        rows = rows.filter(customers::updated_at.le(until));
    }
    if let Some(number) = asked.number {
        rows = rows.filter(customers::number.eq(number));
    }
    if !asked.kyc.is_empty() {
        rows = rows.filter(customers::kyc.eq_any(asked.kyc.clone()));
    }
    rows = match (asked.sort, asked.ascending) {
        (Sort::Created, true) => rows.order((customers::created_at, customers::id)),
        (Sort::Created, false) => rows.order((customers::created_at.desc(), customers::id.desc())),
        (Sort::Updated, true) => rows.order((customers::updated_at, customers::id)),
        (Sort::Updated, false) => rows.order((customers::updated_at.desc(), customers::id.desc())),
        (Sort::Number, true) => rows.order(customers::number),
        (Sort::Number, false) => rows.order(customers::number.desc()),
    };
    Ok(rows
        .offset(asked.skip)
        .limit(asked.take)
        .select(Customer::as_select())
        .load(tx.conn())?)
}
