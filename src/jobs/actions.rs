//! What people do with jobs: ask for one, look at it, cancel it, take its file away.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::{Change, Read},
    error::{Error, Result},
    jobs::{
        queue::{self, Wanted},
        rules::{Kind, MOST_OPEN, State},
        seen::{Seen, Viewer, see},
    },
    value::{CustomerId, JobId, StaffId},
};

/// The same thing that this member asked for already and that is not made yet.
pub fn same_of(
    tx: &mut Read<'_>,
    staff: StaffId,
    kind: Kind,
    customer: CustomerId,
) -> Result<Option<JobId>> {
    customers::find(tx, customer)?;
    let open = queue::open_of(tx, staff)?;
    Ok(open
        .iter()
        .find(|job| job.kind == kind && job.customer_id == Some(customer))
        .map(|job| job.id))
}

/// Nobody has the server make more files at once than it may.
pub fn has_room(tx: &mut Read<'_>, staff: StaffId) -> Result<()> {
    let open = queue::open_of(tx, staff)?.len();
    if i64::try_from(open).unwrap_or(i64::MAX) >= MOST_OPEN {
        return Err(Error::Refused(
            "Several files are being made for you already. Ask again when one of them is done."
                .into(),
        ));
    }
    Ok(())
}

/// Asks for a file about a customer.
pub fn ask(tx: &mut Change<'_>, kind: Kind, customer: CustomerId) -> Result<JobId> {
    let customer = customers::find(tx, customer)?;
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    has_room(tx, staff)?;
    let id = JobId(tx.new_id());
    queue::add(tx, id, staff, kind, Wanted::About(customer.id))?;
    tx.say(
        Event::new(What::JobAsked, Subject::Customer(customer.reference()))
            .changing(vec![Field::plain("file", (), kind.as_str())]),
    );
    Ok(id)
}

/// Cancels a job that is not over.
pub fn cancel(tx: &mut Change<'_>, viewer: Viewer, id: JobId) -> Result<()> {
    let seen = see(tx, viewer, id)?;
    if !queue::cancel(tx, id)? {
        return Err(Error::Refused(
            "It is over already, so there is nothing to cancel.".into(),
        ));
    }
    tx.say(seen.event(What::JobCanceled));
    Ok(())
}

/// Takes the file of a job away; the caller sends it.
pub fn fetch(tx: &mut Change<'_>, viewer: Viewer, id: JobId) -> Result<Seen> {
    let seen = see(tx, viewer, id)?;
    if seen.job.state != State::Done {
        return Err(Error::Refused("The file is not there yet.".into()));
    }
    let scope = tx.scope();
    let narrowed = seen
        .job
        .made_of
        .as_deref()
        .is_some_and(|made_of| !scope.spans(made_of));
    if narrowed || (seen.job.confided && !scope.confided()) {
        return Err(Error::NotFound);
    }
    tx.say(seen.event(What::JobFetched));
    Ok(seen)
}
