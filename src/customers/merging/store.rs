//! Merged customers and remembered distinctions in the database.

use std::collections::BTreeSet;

use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    customers::{
        merging::rules::pair,
        relations::visible_ones,
        store::{Customer, visible},
    },
    db::{Change, Read},
    error::Result,
    schema::{customers, distinctions},
    value::{CustomerId, StaffId},
};

mod weight;

pub use weight::{hanging, refusals, weighs};

/// Those in scope who were merged into a customer.
pub fn merged_into(tx: &mut Read<'_>, survivor: CustomerId) -> Result<Vec<Customer>> {
    let visible = visible(tx.scope());
    Ok(customers::table
        .filter(visible)
        .filter(customers::merged_into.is_not_null())
        .filter(customers::merged_into.assume_not_null().eq(survivor))
        .order((customers::name, customers::id))
        .limit(100)
        .select(Customer::as_select())
        .load(tx.conn())?)
}

/// Those whom somebody said to be others than this one.
pub fn distinct_from(tx: &mut Read<'_>, id: CustomerId) -> Result<BTreeSet<CustomerId>> {
    let tenant = tx.scope().organisation();
    let pairs: Vec<(CustomerId, CustomerId)> = distinctions::table
        .filter(distinctions::organisation_id.eq(tenant))
        .filter(
            distinctions::one_id
                .eq(id)
                .or(distinctions::other_id.eq(id)),
        )
        .select((distinctions::one_id, distinctions::other_id))
        .load(tx.conn())?;
    Ok(pairs
        .into_iter()
        .map(|(one, other)| if one == id { other } else { one })
        .collect())
}

/// Those of them in scope, as far as they stand in lists, by name.
pub fn not_the_same(tx: &mut Read<'_>, known: BTreeSet<CustomerId>) -> Result<Vec<Customer>> {
    let mut found: Vec<Customer> = visible_ones(tx, known.into_iter().collect())?
        .into_values()
        .filter(|one| one.merged_into.is_none())
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(found)
}

/// Remembers that two are two. Says whether that is new.
pub fn distinguish(
    tx: &mut Change<'_>,
    one: CustomerId,
    other: CustomerId,
    by: StaffId,
) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (one, other) = pair(one, other);
    let added = diesel::insert_into(distinctions::table)
        .values((
            distinctions::organisation_id.eq(tenant),
            distinctions::one_id.eq(one),
            distinctions::other_id.eq(other),
            distinctions::said_by.eq(by),
            distinctions::said_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added > 0)
}

/// Forgets it again. Says whether it was known.
pub fn forget(tx: &mut Change<'_>, one: CustomerId, other: CustomerId) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let (one, other) = pair(one, other);
    let known = distinctions::table.find((tenant.0, one.0, other.0));
    Ok(diesel::delete(known).execute(tx.conn())? > 0)
}

#[derive(QueryableByName)]
struct Absorbed {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
}

/// Everybody who was merged into this customer, and into those, in whatever branch.
pub fn absorbed(tx: &mut Read<'_>, id: CustomerId) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    let found: Vec<Absorbed> = diesel::sql_query(
        "WITH RECURSIVE here AS (
             SELECT id FROM customers WHERE organisation_id = $1 AND merged_into = $2
             UNION
             SELECT c.id FROM customers c JOIN here ON c.merged_into = here.id WHERE c.organisation_id = $1)
         SELECT id FROM here",
    )
    .bind::<diesel::sql_types::Uuid, _>(tenant.0)
    .bind::<diesel::sql_types::Uuid, _>(id.0)
    .load(tx.conn())?;
    Ok(found.into_iter().map(|one| CustomerId(one.id)).collect())
}

/// Writes into whom a customer is merged; nobody, where it is undone. Raises the version.
pub fn set_merged(tx: &mut Change<'_>, id: CustomerId, survivor: Option<CustomerId>) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let survivor: Option<Uuid> = survivor.map(|id| id.0);
    diesel::update(customers::table.find((tenant.0, id.0)))
        .set((
            customers::merged_into.eq(survivor),
            customers::updated_at.eq(now),
            customers::version.eq(customers::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}
