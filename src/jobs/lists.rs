//! Lists as jobs: which one was asked for stands sealed in the job.

use crate::{
    audit::{event::Event, store::organisation_key},
    db::{Change, Read},
    error::{Error, Result},
    jobs::{
        actions::has_room,
        queue::{self, Job, Wanted},
        rules::Kind,
    },
    value::{JobId, StaffId},
};

/// The same list that this member asked for already and that is not made yet.
pub fn same(tx: &mut Read<'_>, staff: StaffId, kind: Kind, query: &str) -> Result<Option<JobId>> {
    for job in queue::open_of(tx, staff)? {
        if job.kind == kind && asked(tx, &job)? == query {
            return Ok(Some(job.id));
        }
    }
    Ok(None)
}

/// The query of the list that a job makes.
pub fn asked(tx: &mut Read<'_>, job: &Job) -> Result<String> {
    let sealed = job.asked.as_deref().unwrap_or_default();
    Ok(organisation_key(tx)?.open_text(&bound_to(job.id), sealed)?)
}

/// What the sealed query of a list is bound to.
fn bound_to(job: JobId) -> String {
    format!("job {job}")
}

/// What a job was asked for, sealed as its row keeps it.
pub fn sealed(tx: &mut Read<'_>, job: JobId, asked: &str) -> Result<String> {
    Ok(organisation_key(tx)?.seal_text(&bound_to(job), asked)?)
}

/// Asks for a list as a file; `event` is what the log says of taking it.
pub fn ask(tx: &mut Change<'_>, kind: Kind, query: &str, event: Event) -> Result<JobId> {
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    has_room(tx, staff)?;
    let id = JobId(tx.new_id());
    let asked = sealed(tx, id, query)?;
    queue::add(tx, id, staff, kind, Wanted::List(asked))?;
    tx.say(event);
    Ok(id)
}
