//! Merged customers and remembered distinctions in the database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, prelude::*};
use uuid::Uuid;

use crate::{
    customers::{
        merging::rules::{Hanging, pair},
        rules::{Kyc, Risk},
        store::{Customer, visible},
    },
    db::{Change, Read},
    error::Result,
    schema::{customers, distinctions, hits, proposals, relations, reviews},
    value::{CustomerId, StaffId},
};

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
pub fn distinct_from(tx: &mut Read<'_>, id: CustomerId) -> Result<HashSet<CustomerId>> {
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
