//! The thread that does jobs, one at a time, in each server: with connections of its own, and in as much memory as one
//! piece of a result and one paper take.

use std::{
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    access::{
        behalf::{self, Behalf},
        scope::Scope,
    },
    audit::witness,
    casefile::archive::{self, Making},
    customers::{index, store as customers},
    db::{Connection, Db},
    documents::files::Files,
    error::{Error, Result},
    imports,
    jobs::{
        lists,
        progress::Progress,
        queue::{self, Job, Made},
        results,
        rules::{Failure, Kind},
        tidying,
    },
    reviews,
    value::CustomerId,
    verifications,
    web::list_file::{self, ListFile, Taker},
};

/// How long the worker rests when there is nothing to do.
const REST: Duration = Duration::from_secs(1);
/// How often old results are looked for.
const TIDIED: TimeDelta = TimeDelta::minutes(1);
/// How often the store is looked through for files that no row tells of.
const LOOKED_THROUGH: TimeDelta = TimeDelta::hours(1);
/// After how many rows of a list it may be said how far it is.
const STEP: i64 = 256;

/// What does jobs.
#[derive(Clone)]
pub struct Worker {
    /// Two connections: the job's, and the one that says that it is alive.
    pub db: Db,
    /// Where papers and results stand.
    pub files: Arc<Files>,
    /// Where signed checkpoints go.
    pub checkpoints: PathBuf,
    /// What checkpoints name as their origin: the public address.
    pub origin: String,
}

/// Whether something that is done this often is due; then it is taken as done now.
fn due(last: &mut Option<DateTime<Utc>>, now: DateTime<Utc>, often: TimeDelta) -> bool {
    let is = last.is_none_or(|at| now - at >= often);
    if is {
        *last = Some(now);
    }
    is
}

impl Worker {
    /// Works for as long as the program lives, in a thread of its own.
    pub fn schedule(self) -> std::io::Result<thread::JoinHandle<()>> {
        thread::Builder::new()
            .name("jobs".to_owned())
            .spawn(move || {
                let (mut tidied, mut looked_through) = (None, None);
                loop {
                    match self.step() {
                        Ok(true) => continue,
                        Ok(false) => {}
                        Err(error) => tracing::warn!(%error, "no job could be taken"),
                    }
                    self.tidy(&mut tidied, &mut looked_through);
                    thread::sleep(REST);
                }
            })
    }

    fn tidy(&self, tidied: &mut Option<DateTime<Utc>>, looked: &mut Option<DateTime<Utc>>) {
        let now = self.db.clock().now();
        if !due(tidied, now, TIDIED) {
            return;
        }
        let gone = self.db.connection().and_then(|mut conn| {
            imports::tidying::forget(&mut conn, &self.files)?;
            tidying::forget(&mut conn, &self.files)?;
            if due(looked, now, LOOKED_THROUGH) {
                imports::tidying::forget_strays(&mut conn, &self.files)?;
            }
            Ok(())
        });
        if let Err(error) = gone {
            tracing::warn!(%error, "old results of jobs stay");
        }
    }

    /// Takes one job and does it; false where there is none to take.
    pub fn step(&self) -> Result<bool> {
        let mut conn = self.db.connection()?;
        let Some(job) = queue::claim(&mut conn)? else {
            return Ok(false);
        };
        // What attempts that came to no end left behind.
        results::forget_attempts(&self.files, job.id, 1, job.attempt - 1);
        let made = panic::catch_unwind(AssertUnwindSafe(|| self.make(&mut conn, &job)))
            .unwrap_or_else(|_| Err(Error::Internal(anyhow::anyhow!("a job panicked"))));
        // Its own connection may have died with it.
        let mut conn = self.db.connection()?;
        self.end(&mut conn, &job, made)?;
        Ok(true)
    }

    /// Makes what a job is for: its result, or nothing where the job is done with it.
    fn make(&self, conn: &mut Connection, job: &Job) -> Result<Option<Made>> {
        let behalf = behalf::of(conn, job.organisation_id, job.staff_id)?;
        if job.kind == Kind::Import {
            imports::work::run(conn, &self.files, job, &behalf)?;
            return Ok(None);
        }
        self.file(conn, job, &behalf).map(Some)
    }

    fn file(&self, conn: &mut Connection, job: &Job, behalf: &Behalf) -> Result<Made> {
        match (job.kind, job.customer_id) {
            (Kind::CaseFile, Some(customer)) => self.case_file(conn, job, behalf, customer),
            (Kind::CaseFile | Kind::Import, _) => Err(Error::Internal(anyhow::anyhow!(
                "a job of this kind makes no such file"
            ))),
            (Kind::Customers, _) => self.list::<index::export::File>(conn, job, behalf),
            (Kind::Reviews, _) => self.list::<reviews::queue::export::File>(conn, job, behalf),
            (Kind::Verifications, _) => {
                self.list::<verifications::pages::export::File>(conn, job, behalf)
            }
        }
    }

    /// Makes a list, as whoever asked for it may see it now.
    fn list<F: ListFile>(&self, conn: &mut Connection, job: &Job, behalf: &Behalf) -> Result<Made> {
        let progress = Progress::new(conn.another()?, job);
        let taker = Taker {
            staff: behalf.staff,
            zone: behalf.time_zone,
            now: conn.now(),
        };
        let (pieces, size) = conn.snapshot(&behalf.actor.scope, |tx| {
            let filter =
                serde_html_form::from_str(&lists::asked(tx, job)?).map_err(anyhow::Error::new)?;
            let file = F::asked(tx, &taker, filter)?;
            progress.expect(file.total(tx)?)?;
            let key = results::key(tx, None)?;
            // Rows say how far it is; the pieces need not.
            let mut out = results::Writer::new(&self.files, key, job, &|_| Ok(()));
            list_file::write(&file, tx, &mut out, &|rows| {
                if rows % STEP == 0 {
                    progress.at(rows)
                } else {
                    Ok(())
                }
            })?;
            out.finish()
        })?;
        Ok(Made {
            pieces,
            size,
            confided: false,
            made_of: behalf.actor.scope.branches_setting(),
        })
    }

    fn case_file(
        &self,
        conn: &mut Connection,
        job: &Job,
        behalf: &Behalf,
        customer: CustomerId,
    ) -> Result<Made> {
        let progress = Progress::new(conn.another()?, job);
        let key = conn.read(&behalf.actor.scope, |tx| {
            let customer = customers::find(tx, customer)?;
            results::key(tx, Some(&customer))
        })?;
        let written = |bytes| progress.at(bytes);
        let out = results::Writer::new(&self.files, key, job, &written);
        let system = Scope::system(job.organisation_id);
        let verified =
            conn.snapshot(&system, |tx| witness::whole(tx, None, &|| progress.alive()))?;
        let making = Making {
            behalf,
            verified: verified.ok_or(archive::ChainBroken)?,
            files: &self.files,
            checkpoints: &self.checkpoints,
            origin: &self.origin,
            watch: &progress,
        };
        let out = conn.snapshot(&behalf.actor.scope, |tx| {
            archive::write(tx, &making, customer, out)
        })?;
        let (pieces, size) = out.finish()?;
        Ok(Made {
            pieces,
            size,
            confided: behalf.actor.scope.confided(),
            made_of: behalf.actor.scope.branches_setting(),
        })
    }

    /// Moves the job as its making ended; only while it is still this attempt's.
    fn end(&self, conn: &mut Connection, job: &Job, made: Result<Option<Made>>) -> Result<()> {
        let id = job.id;
        let forget = || results::forget_attempts(&self.files, id, job.attempt, job.attempt);
        let failure = match made {
            Ok(None) => {
                tracing::info!(job = %id, "a job is done");
                return Ok(());
            }
            Ok(Some(made)) => {
                // Where it is not known whether this was committed, the pieces stay: the next attempt removes them.
                if queue::finish(conn, job, &made)? {
                    tracing::info!(job = %id, size = made.size, "a job is done");
                } else {
                    forget();
                }
                return Ok(());
            }
            Err(Error::Conflict(why)) => {
                tracing::info!(job = %id, %why, "a job was left");
                forget();
                return Ok(());
            }
            // Where it was committed the job has ended, so nothing is given back, and its report stays; where it was not, the
            // next attempt removes what this one stored.
            Err(error @ Error::Unsure(_)) => {
                tracing::warn!(job = %id, %error, "a job is tried again later, if it did not end");
                return queue::give_back(conn, job);
            }
            Err(error @ (Error::Unavailable(_) | Error::Busy(_))) => {
                tracing::warn!(job = %id, %error, "a job is tried again later");
                forget();
                return queue::give_back(conn, job);
            }
            // Whoever asks for a list that cannot be whole is refused; more may match once it is made.
            Err(Error::Refused(_)) if job.kind.is_list() => Failure::TooMany,
            Err(Error::NotFound | Error::Refused(_)) => Failure::OutOfReach,
            Err(Error::Internal(error)) if error.is::<archive::ChainBroken>() => {
                Failure::ChainBroken
            }
            Err(error) => {
                tracing::error!(job = %id, error = %error, "a job failed");
                Failure::Internal
            }
        };
        forget();
        queue::fail(conn, job, failure)
    }
}
