//! What workers do with the queue: they see the jobs of all tenants, and hold the one they work on by its lease.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{Job, Made, Rows};
use crate::{
    access::scope::Scope,
    db::{Connection, Read},
    error::Result,
    jobs::rules::{Failure, KEPT, LEASE, MOST_ATTEMPTS, State, pause},
    schema::jobs,
    value::{JobId, OrganisationId},
};

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
pub fn finish(conn: &mut Connection, job: &Job, made: &Made) -> Result<bool> {
    books(conn, |tx| {
        let now = tx.now();
        let moved = diesel::update(held!(job))
            .set((
                jobs::state.eq(State::Done),
                jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
                jobs::done.eq(jobs::total),
                jobs::pieces.eq(made.pieces),
                jobs::size.eq(made.size),
                jobs::confided.eq(made.confided),
                jobs::made_of.eq(&made.made_of),
                jobs::ended_at.eq(now),
            ))
            .execute(tx.conn())?;
        Ok(moved == 1)
    })
}

/// Moves an import to done within the transaction that imports, so that both happen or neither does; false where the job
/// is no longer this worker's.
pub fn finish_import(tx: &mut Read<'_>, job: &Job, made: &Made, rows: Rows) -> Result<bool> {
    let now = tx.now();
    let moved = diesel::update(held!(job))
        .set((
            jobs::state.eq(State::Done),
            jobs::lease_ends_at.eq(None::<DateTime<Utc>>),
            jobs::done.eq(jobs::total),
            jobs::pieces.eq(made.pieces),
            jobs::size.eq(made.size),
            jobs::made_of.eq(&made.made_of),
            jobs::rows_read.eq(rows.read),
            jobs::rows_bad.eq(rows.bad),
            jobs::rows_alike.eq(rows.alike),
            jobs::ended_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(moved == 1)
}

/// The same for a check of a file, which changes nothing but the job.
pub fn finish_check(conn: &mut Connection, job: &Job, made: &Made, rows: Rows) -> Result<bool> {
    books(conn, |tx| finish_import(tx, job, made, rows))
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
