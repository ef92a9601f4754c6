//! A job, as whoever may look at it sees it.

use crate::{
    access::permissions::Role,
    audit::event::{Change as Field, Event, Subject, What},
    customers::store::{self as customers, Customer},
    db::Read,
    error::{Error, Result},
    jobs::queue::{self, Job},
    value::{JobId, StaffId},
};

/// Who looks at a job.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// Who.
    pub staff: StaffId,
    /// As what.
    pub role: Role,
}

/// A job and whom it is about.
pub struct Seen {
    /// The job.
    pub job: Job,
    /// Whom it is about, where it is about one.
    pub customer: Option<Customer>,
}

impl Seen {
    pub(super) fn event(&self, what: What) -> Event {
        let subject = match &self.customer {
            Some(customer) => Subject::Customer(customer.reference()),
            None => Subject::List("jobs"),
        };
        Event::new(what, subject).changing(vec![Field::plain("file", (), self.job.kind.as_str())])
    }

    /// What the file is called.
    pub fn file_name(&self) -> String {
        let kind = self.job.kind;
        let day = self.job.created_at.format("%Y-%m-%d");
        let ending = kind.extension();
        match &self.customer {
            Some(customer) => format!("{kind}-{}-{day}.{ending}", customer.short_id),
            None => format!("{kind}-{day}.{ending}"),
        }
    }
}

/// A job, for whoever asked for it and for admins; anybody else finds nothing, and so does who may no longer see what
/// it is about.
pub fn see(tx: &mut Read<'_>, viewer: Viewer, id: JobId) -> Result<Seen> {
    let job = queue::find(tx, id)?;
    if job.staff_id != viewer.staff && viewer.role != Role::Admin {
        return Err(Error::NotFound);
    }
    let customer = job
        .customer_id
        .map(|id| customers::find(tx, id))
        .transpose()?;
    Ok(Seen { job, customer })
}
