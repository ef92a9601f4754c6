//! Jobs in the database. Pages see them through the tenant of their scope; the worker sees those of all tenants, takes
//! the tenant from the row, and holds what it works on by a lease.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::scope::Scope,
    db::{Change, Connection, Read},
    error::{Error, Result},
    jobs::rules::{Failure, KEPT, Kind, LEASE, MOST_ATTEMPTS, Move, State, pause, sources},
    schema::jobs,
    value::{CustomerId, JobId, OrganisationId, StaffId},
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
}

/// Adds one about a customer, asked for by whoever acts.
pub fn add(tx: &mut Change<'_>, kind: Kind, customer: CustomerId) -> Result<JobId> {
    let (id, tenant, now) = (JobId(tx.new_id()), tx.scope().organisation(), tx.now());
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::organisation_id.eq(tenant),
            jobs::staff_id.eq(staff),
            jobs::kind.eq(kind),
            jobs::customer_id.eq(customer),
            jobs::not_before.eq(now),
            jobs::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
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

/// For the worker, who knows no tenant.
fn books<T>(conn: &mut Connection, work: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Result<T> {
    conn.bookkeep(&Scope::system(OrganisationId::INSTALLATION), work)
}

/// Takes the job that waits longest: one that nobody works on, or whose server is silent. What was begun too often
/// fails instead.
pub fn claim(conn: &mut Connection) -> Result<Option<Job>> {
    books(conn, |tx| {
        loop {
            let now = tx.now();
            let waits = jobs::state
                .eq(State::Queued)
                .and(jobs::not_before.le(now))
                .or(jobs::state
                    .eq(State::Running)
                    .and(jobs::lease_ends_at.assume_not_null().le(now)));
            let found: Option<Job> = jobs::table
                .filter(jobs::state.eq_any([State::Queued, State::Running]))
                .filter(waits)
                .order((jobs::not_before, jobs::id))
                .select(Job::as_select())
                .for_update()
                .skip_locked()
                .first(tx.conn())
                .optional()?;
            let Some(job) = found else {
                return Ok(None);
            };
            if job.attempt < MOST_ATTEMPTS {
                return begin(tx, &job).map(Some);
            }
            // Held by this transaction, so nobody else moves it meanwhile.
            diesel::update(jobs::table.find(job.id))
                .set((
                    jobs::state.eq(State::Failed),
                    jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
                    jobs::failure.eq(Failure::GaveUp),
                    jobs::ended_at.eq(now),
                ))
                .execute(tx.conn())?;
        }
    })
}

fn begin(tx: &mut Read<'_>, job: &Job) -> Result<Job> {
    let now = tx.now();
    Ok(diesel::update(jobs::table.find(job.id))
        .set((
            jobs::state.eq(State::Running),
            jobs::attempt.eq(jobs::attempt + 1),
            jobs::lease_ends_at.eq(now + LEASE),
            jobs::done.eq(0),
            jobs::total.eq(0),
        ))
        .returning(Job::as_returning())
        .get_result(tx.conn())?)
}

/// The job of this attempt, while it is this worker's: running, and begun no more often.
macro_rules! held {
    ($job:expr) => {
        jobs::table
            .filter(jobs::id.eq($job.id))
            .filter(jobs::attempt.eq($job.attempt))
            .filter(jobs::state.eq(State::Running))
    };
}

/// Says that the worker is alive and how far it came; false where the job is no longer its own.
pub fn beat(conn: &mut Connection, job: &Job, done: i64, total: i64) -> Result<bool> {
    books(conn, |tx| {
        let now = tx.now();
        let moved = diesel::update(held!(job))
            .set((
                jobs::done.eq(done),
                jobs::total.eq(total),
                jobs::lease_ends_at.eq(now + LEASE),
            ))
            .execute(tx.conn())?;
        Ok(moved == 1)
    })
}

/// Moves a job to done; false where it is no longer this worker's, whose result then counts for nothing.
pub fn finish(conn: &mut Connection, job: &Job, pieces: i32, size: i64) -> Result<bool> {
    books(conn, |tx| {
        let now = tx.now();
        let moved = diesel::update(held!(job))
            .set((
                jobs::state.eq(State::Done),
                jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
                jobs::done.eq(jobs::total),
                jobs::pieces.eq(pieces),
                jobs::size.eq(size),
                jobs::ended_at.eq(now),
            ))
            .execute(tx.conn())?;
        Ok(moved == 1)
    })
}

/// Gives a job back, to be tried again later.
pub fn give_back(conn: &mut Connection, job: &Job) -> Result<()> {
    books(conn, |tx| {
        let now = tx.now();
        diesel::update(held!(job))
            .set((
                jobs::state.eq(State::Queued),
                jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
                jobs::not_before.eq(now + pause(job.attempt)),
            ))
            .execute(tx.conn())?;
        Ok(())
    })
}

/// Says that a job cannot be done.
pub fn fail(conn: &mut Connection, job: &Job, why: Failure) -> Result<()> {
    books(conn, |tx| {
        let now = tx.now();
        diesel::update(held!(job))
            .set((
                jobs::state.eq(State::Failed),
                jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
                jobs::failure.eq(why),
                jobs::ended_at.eq(now),
            ))
            .execute(tx.conn())?;
        Ok(())
    })
}

/// Jobs that were over long enough ago, at most a hundred.
pub fn outlived(conn: &mut Connection) -> Result<Vec<JobId>> {
    books(conn, |tx| {
        let until = tx.now() - KEPT;
        Ok(jobs::table
            .filter(jobs::ended_at.is_not_null())
            .filter(jobs::ended_at.assume_not_null().le(until))
            .order(jobs::ended_at)
            .limit(100)
            .select(jobs::id)
            .load(tx.conn())?)
    })
}

/// Removes one; false where another server did.
pub fn remove(conn: &mut Connection, id: JobId) -> Result<bool> {
    books(conn, |tx| {
        Ok(diesel::delete(jobs::table.find(id)).execute(tx.conn())? == 1)
    })
}
