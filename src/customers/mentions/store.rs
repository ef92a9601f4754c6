//! Mentions in the database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rules::{Colleague, Mention};
use crate::{
    access::scope::Branches,
    db::{Change, Read},
    error::Result,
    schema::{customers, mentions, notes, staff, staff_branches},
    value::{BranchId, CustomerId, NoteId, StaffId},
};

/// Everybody who works here, and whether they may see customers of a branch.
pub fn colleagues(tx: &mut Read<'_>, branch: BranchId) -> Result<Vec<Colleague>> {
    let tenant = tx.scope().organisation();
    let here: HashSet<StaffId> = staff_branches::table
        .filter(staff_branches::organisation_id.eq(tenant))
        .filter(staff_branches::branch_id.eq(branch))
        .select(staff_branches::staff_id)
        .load::<StaffId>(tx.conn())?
        .into_iter()
        .collect();
    let all: Vec<(StaffId, String, bool)> = staff::table
        .filter(staff::organisation_id.eq(tenant))
        .filter(staff::disabled_at.is_null())
        .order((staff::name, staff::id))
        .select((staff::id, staff::name, staff::all_branches))
        .limit(10_000)
        .load(tx.conn())?;
    Ok(all
        .into_iter()
        .map(|(id, name, everywhere)| Colleague {
            sees: everywhere || here.contains(&id),
            id,
            name,
        })
        .collect())
}

/// Remembers whom a note calls.
pub fn insert(
    tx: &mut Change<'_>,
    customer: CustomerId,
    note: NoteId,
    called: &[Mention],
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let rows: Vec<_> = called
        .iter()
        .map(|one| {
            (
                mentions::organisation_id.eq(tenant),
                mentions::note_id.eq(note),
                mentions::place.eq(number(one.place)),
                mentions::length.eq(number(one.length)),
                mentions::customer_id.eq(customer),
                mentions::staff_id.eq(one.whom),
                mentions::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(mentions::table)
        .values(rows)
        .execute(tx.conn())?;
    Ok(())
}

/// Which characters of these notes are names: note, place, length.
pub fn in_notes(tx: &mut Read<'_>, notes: &[NoteId]) -> Result<Vec<(NoteId, i32, i32)>> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.scope().organisation();
    Ok(mentions::table
        .filter(mentions::organisation_id.eq(tenant))
        .filter(mentions::note_id.eq_any(notes.to_vec()))
        .select((mentions::note_id, mentions::place, mentions::length))
        .load(tx.conn())?)
}

/// A note that calls somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calling {
    /// The customer it is about.
    pub customer: CustomerId,
    /// Their name.
    pub name: String,
    /// Who wrote it.
    pub by: StaffId,
    /// When.
    pub at: DateTime<Utc>,
    /// Not seen yet.
    pub unread: bool,
}

/// No page shows more than this.
const MOST: i64 = 200;

/// The notes that call somebody about customers in scope: those they have not seen first, each newest first.
pub fn of(tx: &mut Read<'_>, me: StaffId) -> Result<Vec<Calling>> {
    type Row = (
        NoteId,
        CustomerId,
        String,
        StaffId,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let tenant = tx.scope().organisation();
    let note = notes::organisation_id
        .eq(mentions::organisation_id)
        .and(notes::id.eq(mentions::note_id));
    let mut rows = mentions::table
        .inner_join(notes::table.on(note))
        .inner_join(customers::table.on(whose()))
        .filter(mentions::organisation_id.eq(tenant))
        .filter(mentions::staff_id.eq(me))
        .order((mentions::read_at.is_not_null(), mentions::created_at.desc()))
        .limit(MOST)
        .select((
            mentions::note_id,
            mentions::customer_id,
            customers::name,
            notes::written_by,
            mentions::created_at,
            mentions::read_at,
        ))
        .into_boxed();
    // What is elsewhere takes no place on the page.
    if let Branches::Only(list) = tx.scope().branches() {
        rows = rows.filter(customers::branch_id.eq_any(list.clone()));
    }
    let rows: Vec<Row> = rows.load(tx.conn())?;
    let mut seen = HashSet::new();
    Ok(rows
        .into_iter()
        .filter(|row| seen.insert(row.0))
        .map(|(_, customer, name, by, at, read)| Calling {
            customer,
            name,
            by,
            at,
            unread: read.is_none(),
        })
        .collect())
}

/// Whom a mention's note is about.
#[diesel::dsl::auto_type(no_type_alias)]
fn whose() -> _ {
    customers::organisation_id
        .eq(mentions::organisation_id)
        .and(customers::id.eq(mentions::customer_id))
}

/// No more notes are counted or marked at once.
const MOST_UNSEEN: i64 = 10_000;

/// The notes that call somebody who has not seen them, about customers in scope.
fn unseen(tx: &mut Read<'_>, me: StaffId) -> Result<Vec<NoteId>> {
    let mut notes = mentions::table
        .inner_join(customers::table.on(whose()))
        .filter(mentions::organisation_id.eq(tx.scope().organisation()))
        .filter(mentions::staff_id.eq(me))
        .filter(mentions::read_at.is_null())
        .limit(MOST_UNSEEN)
        .select(mentions::note_id)
        .distinct()
        .into_boxed();
    if let Branches::Only(list) = tx.scope().branches() {
        notes = notes.filter(customers::branch_id.eq_any(list.clone()));
    }
    Ok(notes.load(tx.conn())?)
}

/// How many notes call somebody who has not seen them, about customers in scope.
pub fn unread(tx: &mut Read<'_>, me: StaffId) -> Result<usize> {
    Ok(unseen(tx, me)?.len())
}

/// They have seen all of them; how many they had not. What calls them about customers elsewhere they have not seen.
pub fn mark_read(tx: &mut Change<'_>, me: StaffId) -> Result<usize> {
    let notes = unseen(tx, me)?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    Ok(diesel::update(
        mentions::table
            .filter(mentions::organisation_id.eq(tenant))
            .filter(mentions::staff_id.eq(me))
            .filter(mentions::note_id.eq_any(notes))
            .filter(mentions::read_at.is_null()),
    )
    .set(mentions::read_at.eq(now))
    .execute(tx.conn())?)
}
