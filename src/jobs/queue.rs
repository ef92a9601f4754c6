//! Jobs in the database. Pages see them through the tenant of their scope; the worker sees those of all tenants, takes
//! the tenant from the row, and holds what it works on by a lease.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    db::{Change, Read},
    error::Result,
    jobs::rules::{Failure, Kind, Move, State, sources},
    schema::jobs,
    value::{CustomerId, JobId, OrganisationId, StaffId},
};

mod held;

pub use held::{
    beat, claim, fail, finish, finish_check, finish_import, give_back, outlived, remove,
};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Job {
    pub id: JobId,
    pub organisation_id: OrganisationId,
    pub staff_id: StaffId,
    pub kind: Kind,
    pub customer_id: Option<CustomerId>,
    pub state: State,
    pub done: i64,
    pub total: i64,
    pub attempt: i32,
    pub pieces: Option<i32>,
    pub size: Option<i64>,
    pub failure: Option<Failure>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub confided: bool,
    pub asked: Option<String>,
    pub made_of: Option<String>,
    pub rows_read: Option<i64>,
    pub rows_bad: Option<i64>,
    pub rows_alike: Option<i64>,
}

/// What a job is about.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// One customer.
    About(CustomerId),
    /// A list, or an import: its query, or how to read the file, sealed.
    List(String),
}

/// What an import found in its file.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// How many rows there are.
    pub read: i64,
    /// In how many of them something is wrong.
    pub bad: i64,
    /// How many of the others may be somebody who is known.
    pub alike: i64,
}

/// A result.
#[derive(Clone, Debug)]
pub struct Made {
    /// How many sealed pieces.
    pub pieces: i32,
    /// How many bytes they are when opened.
    pub size: i64,
    /// Whether it holds what only managers and admins read.
    pub confided: bool,
    /// Of which branches it was made, as `Scope::branches_setting` writes them.
    pub made_of: String,
}

/// Adds one.
pub fn add(
    tx: &mut Change<'_>,
    id: JobId,
    staff: StaffId,
    kind: Kind,
    wanted: Wanted,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (customer, asked) = match wanted {
        Wanted::About(customer) => (Some(customer), None),
        Wanted::List(asked) => (None, Some(asked)),
    };
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::organisation_id.eq(tenant),
            jobs::staff_id.eq(staff),
            jobs::kind.eq(kind),
            jobs::customer_id.eq(customer),
            jobs::asked.eq(asked),
            jobs::not_before.eq(now),
            jobs::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One of the scope's organisation.
pub fn find(tx: &mut Read<'_>, id: JobId) -> Result<Job> {
    let tenant = tx.scope().organisation();
    Ok(jobs::table
        .filter(jobs::organisation_id.eq(tenant))
        .filter(jobs::id.eq(id))
        .select(Job::as_select())
        .first(tx.conn())?)
}

/// Those of a member that are not over, oldest first.
pub fn open_of(tx: &mut Read<'_>, staff: StaffId) -> Result<Vec<Job>> {
    let tenant = tx.scope().organisation();
    Ok(jobs::table
        .filter(jobs::organisation_id.eq(tenant))
        .filter(jobs::staff_id.eq(staff))
        .filter(jobs::ended_at.is_null())
        .order(jobs::created_at)
        .select(Job::as_select())
        .load(tx.conn())?)
}

/// Moves one to canceled; false where it cannot be any more.
pub fn cancel(tx: &mut Change<'_>, id: JobId) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let moved = diesel::update(
        jobs::table
            .filter(jobs::organisation_id.eq(tenant))
            .filter(jobs::id.eq(id))
            .filter(jobs::state.eq_any(sources(Move::Cancel))),
    )
    .set((
        jobs::state.eq(State::Canceled),
        jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
        jobs::ended_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(moved == 1)
}
