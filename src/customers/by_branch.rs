//! Customers as machines ask for them: one by its short id or its UUID, many by the code of their branch, newest first,
//! each with that code where somebody named the branch.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    customers::{
        short_id,
        store::{Customer, listed, lock_merged_too},
    },
    db::{Change, Read, keyset::below, page::Page},
    error::{Error, Result},
    schema::{branches, customers, unnamed_branches},
    value::{BranchId, CustomerId},
};

/// A customer and its branch's code, where the branch was named.
pub type Row = (Customer, Option<String>);

/// Where a page ends: the last customer's creation and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    at: DateTime<Utc>,
    id: CustomerId,
}

impl Place {
    /// The place of a customer.
    pub const fn of(customer: &Customer) -> Self {
        Self {
            at: customer.created_at,
            id: customer.id,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at.timestamp_micros(), self.id)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once(' ').ok_or(())?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros);
        Ok(Self {
            at: at.ok_or(())?,
            id: id.parse().map_err(|_| ())?,
        })
    }
}

/// Notes that nobody named the branch of a customer that was just made.
pub fn leave_unnamed(tx: &mut Change<'_>, customer: CustomerId, branch: BranchId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::insert_into(unnamed_branches::table)
        .values((
            unnamed_branches::organisation_id.eq(tenant),
            unnamed_branches::customer_id.eq(customer),
            unnamed_branches::branch_id.eq(branch),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The customer with this short id or UUID, in scope.
pub fn find(tx: &mut Read<'_>, asked: &str) -> Result<Row> {
    let rows = customers::table.filter(listed(tx.scope()));
    let rows = rows.select(Customer::as_select()).into_boxed();
    let customer: Customer = match asked.parse::<CustomerId>() {
        Ok(id) => rows.filter(customers::id.eq(id)).first(tx.conn()),
        Err(_) if short_id::is_one(asked) => {
            rows.filter(customers::short_id.eq(asked)).first(tx.conn())
        }
        // Not asked of the database, which takes no NUL in a text.
        Err(_) => return Err(Error::NotFound),
    }?;
    let mut rows = named(tx, vec![customer])?;
    rows.pop().ok_or(Error::NotFound)
}

/// The same, locked until the end of the change: as it stands once whoever else is at work on it is done.
pub fn hold(tx: &mut Read<'_>, asked: &str) -> Result<Customer> {
    let (found, _) = find(tx, asked)?;
    let held = lock_merged_too(tx, found.id)?;
    if held.merged_into.is_some() {
        // Meanwhile; no list shows it any more.
        return Err(Error::NotFound);
    }
    Ok(held)
}

/// A page of those in a branch, or of all in scope, newest first.
pub fn page(
    tx: &mut Read<'_>,
    code: Option<&str>,
    after: Option<Place>,
    size: usize,
) -> Result<Page<Row>> {
    let tenant = tx.scope().organisation();
    let mut rows = customers::table.filter(listed(tx.scope())).into_boxed();
    if let Some(code) = code {
        let branch: Option<BranchId> = branches::table
            .filter(branches::organisation_id.eq(tenant.0))
            .filter(branches::code.eq(code))
            .select(branches::id)
            .first(tx.conn())
            .optional()?;
        let Some(branch) = branch else {
            return Ok(Page::cut(Vec::new(), size));
        };
        let unnamed = unnamed_branches::table
            .filter(unnamed_branches::organisation_id.eq(customers::organisation_id))
            .filter(unnamed_branches::customer_id.eq(customers::id))
            .filter(unnamed_branches::branch_id.eq(customers::branch_id));
        rows = rows
            .filter(customers::branch_id.eq(branch))
            .filter(diesel::dsl::not(diesel::dsl::exists(unnamed)));
    }
    if let Some(place) = after {
        let after = (
            place.at.into_sql::<Timestamptz>(),
            place.id.0.into_sql::<SqlUuid>(),
        );
        rows = rows.filter(below((customers::created_at, customers::id), after));
    }
    let found: Vec<Customer> = rows
        .order((customers::created_at.desc(), customers::id.desc()))
        .limit(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
        .select(Customer::as_select())
        .load(tx.conn())?;
    let page = Page::cut(found, size);
    Ok(Page {
        rows: named(tx, page.rows)?,
        more: page.more,
    })
}

fn named(tx: &mut Read<'_>, found: Vec<Customer>) -> Result<Vec<Row>> {
    let tenant = tx.scope().organisation();
    let ids: Vec<CustomerId> = found.iter().map(|customer| customer.id).collect();
    let places: Vec<BranchId> = found.iter().map(|customer| customer.branch_id).collect();
    let codes: Vec<(BranchId, String)> = branches::table
        .filter(branches::organisation_id.eq(tenant.0))
        .filter(branches::id.eq_any(places))
        .select((branches::id, branches::code))
        .load(tx.conn())?;
    let unnamed: Vec<(CustomerId, Uuid)> = unnamed_branches::table
        .filter(unnamed_branches::organisation_id.eq(tenant.0))
        .filter(unnamed_branches::customer_id.eq_any(ids))
        .select((unnamed_branches::customer_id, unnamed_branches::branch_id))
        .load(tx.conn())?;
    let row = |customer: Customer| {
        let named = !unnamed.contains(&(customer.id, customer.branch_id.0));
        let code = codes
            .iter()
            .find(|(id, _)| named && *id == customer.branch_id);
        let code = code.map(|(_, code)| code.clone());
        (customer, code)
    };
    Ok(found.into_iter().map(row).collect())
}
