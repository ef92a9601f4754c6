//! Files that were handed in, in the database. Like the jobs they are seen by their tenant, which the scope names, and
//! by the worker, who sees those of all.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::{
    access::scope::Scope,
    db::{Change, Connection, Read},
    error::Result,
    schema::{jobs, organisations, uploads},
    value::{JobId, OrganisationId, StaffId, UploadId},
};

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = uploads)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Upload {
    pub id: UploadId,
    pub staff_id: StaffId,
    pub name: String,
    pub size: i64,
    pub pieces: i32,
    pub rows: i64,
    pub job_id: Option<JobId>,
    pub imported_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// How long a file is kept that nobody imports.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// Adds one.
pub fn add(tx: &mut Change<'_>, upload: &Upload) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::insert_into(uploads::table)
        .values((
            uploads::id.eq(upload.id),
            uploads::organisation_id.eq(tenant),
            uploads::staff_id.eq(upload.staff_id),
            uploads::name.eq(&upload.name),
            uploads::size.eq(upload.size),
            uploads::pieces.eq(upload.pieces),
            uploads::rows.eq(upload.rows),
            uploads::created_at.eq(upload.created_at),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// One that a member handed in; anybody else finds nothing.
pub fn find(tx: &mut Read<'_>, staff: StaffId, id: UploadId) -> Result<Upload> {
    let tenant = tx.scope().organisation();
    Ok(uploads::table
        .filter(uploads::organisation_id.eq(tenant))
        .filter(uploads::staff_id.eq(staff))
        .filter(uploads::id.eq(id))
        .select(Upload::as_select())
        .first(tx.conn())?)
}

/// The same, held until the end of the transaction: two that ask for its import at once take turns.
pub fn lock(tx: &mut Change<'_>, staff: StaffId, id: UploadId) -> Result<Upload> {
    let tenant = tx.scope().organisation();
    Ok(uploads::table
        .filter(uploads::organisation_id.eq(tenant))
        .filter(uploads::staff_id.eq(staff))
        .filter(uploads::id.eq(id))
        .select(Upload::as_select())
        .for_update()
        .first(tx.conn())?)
}

/// Remembers which job works on it.
pub fn worked_on(tx: &mut Change<'_>, id: UploadId, job: JobId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        uploads::table
            .filter(uploads::organisation_id.eq(tenant))
            .filter(uploads::id.eq(id)),
    )
    .set(uploads::job_id.eq(job))
    .execute(tx.conn())?;
    Ok(())
}

/// Says that its rows became customers; false where they had before.
pub fn imported(tx: &mut Change<'_>, id: UploadId) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let moved = diesel::update(
        uploads::table
            .filter(uploads::organisation_id.eq(tenant))
            .filter(uploads::id.eq(id))
            .filter(uploads::imported_at.is_null()),
    )
    .set(uploads::imported_at.eq(now))
    .execute(tx.conn())?;
    Ok(moved == 1)
}

/// The time zone of the scope's organisation, as its row names it.
pub fn time_zone(tx: &mut Read<'_>) -> Result<String> {
    let tenant = tx.scope().organisation();
    Ok(organisations::table
        .find(tenant)
        .select(organisations::time_zone)
        .first(tx.conn())?)
}

fn books<T>(conn: &mut Connection, work: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Result<T> {
    conn.bookkeep(&Scope::system(OrganisationId::INSTALLATION), work)
}

/// Files that were handed in long enough ago and that no job works on, at most a hundred.
pub fn outlived(conn: &mut Connection) -> Result<Vec<UploadId>> {
    books(conn, |tx| {
        let until = tx.now() - KEPT;
        let at_work = jobs::table
            .filter(jobs::ended_at.is_null())
            .filter(jobs::id.nullable().eq(uploads::job_id));
        Ok(uploads::table
            .filter(uploads::created_at.le(until))
            .filter(diesel::dsl::not(diesel::dsl::exists(at_work)))
            .order(uploads::created_at)
            .limit(100)
            .select(uploads::id)
            .load(tx.conn())?)
    })
}

/// Those among these that no row tells of, though they are older than a file is kept. A younger one may be waiting for its
/// row.
pub fn strays(conn: &mut Connection, mut among: Vec<UploadId>) -> Result<Vec<UploadId>> {
    let until = conn.now() - KEPT;
    among.retain(|id| made_at(*id).is_some_and(|at| at <= until));
    if among.is_empty() {
        return Ok(among);
    }
    let told: HashSet<UploadId> = books(conn, |tx| {
        Ok(uploads::table
            .filter(uploads::id.eq_any(&among))
            .select(uploads::id)
            .load::<UploadId>(tx.conn())?
            .into_iter()
            .collect())
    })?;
    among.retain(|id| !told.contains(id));
    Ok(among)
}

/// When an id was made, which it says itself.
fn made_at(id: UploadId) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.0.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}

/// Removes one.
pub fn remove(conn: &mut Connection, id: UploadId) -> Result<()> {
    books(conn, |tx| {
        diesel::delete(uploads::table.find(id)).execute(tx.conn())?;
        Ok(())
    })
}
