//! What people do with imports: hand a file in, say what its columns mean, and have it checked or imported.

use crate::{
    audit::{
        event::{Change as Field, Event, Subject, What},
        store::organisation_key,
    },
    db::{Change, Read},
    documents::files::Files,
    error::{Error, Result},
    imports::{
        reading,
        rules::{LARGEST_FILE, Place, Wanted},
        store::{self, Upload},
        uploads,
    },
    jobs::{
        actions::has_room,
        lists::sealed,
        queue::{self, Job, Wanted as Task},
        rules::Kind,
    },
    organisations::store as organisations,
    seal::DataKey,
    value::{JobId, StaffId, UploadId},
};

/// The name of a file is at most so long; what is longer is cut.
const LONGEST_NAME: usize = 200;

/// What the sealed name of a file is bound to.
fn bound_to(upload: UploadId) -> String {
    format!("upload {upload}")
}

/// A file that was looked at and stored, and stands in no row yet.
pub struct Stored {
    id: UploadId,
    name: String,
    size: i64,
    pieces: i32,
    rows: u64,
}

impl Stored {
    /// Which.
    pub const fn id(&self) -> UploadId {
        self.id
    }
}

/// Looks at a file and stores it. Refuses what is no table, what is too long, and what is not UTF-8, and says where.
pub fn take(
    files: &Files,
    key: &DataKey,
    id: UploadId,
    name: &str,
    bytes: &[u8],
) -> Result<Stored> {
    if bytes.is_empty() {
        return Err(Error::field("file", "Choose a file"));
    }
    if bytes.len() > LARGEST_FILE {
        return Err(Error::TooLarge);
    }
    let rows = reading::count(bytes)?;
    Ok(Stored {
        id,
        name: name.chars().take(LONGEST_NAME).collect(),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        pieces: uploads::put(files, key, id, bytes)?,
        rows,
    })
}

/// Writes down that a file was handed in.
pub fn hand_in(tx: &mut Change<'_>, stored: &Stored) -> Result<()> {
    let staff_id = tx.actor().staff().ok_or(Error::Forbidden)?;
    let name = organisation_key(tx)?.seal_text(&bound_to(stored.id), &stored.name)?;
    let upload = Upload {
        id: stored.id,
        staff_id,
        name,
        size: stored.size,
        pieces: stored.pieces,
        rows: i64::try_from(stored.rows).unwrap_or(i64::MAX),
        job_id: None,
        imported_at: None,
        created_at: tx.now(),
    };
    store::add(tx, &upload)?;
    tx.say(
        Event::new(What::CustomersHandedIn, Subject::List("customers")).changing(vec![
            Field::personal("file", (), stored.name.as_str()),
            Field::plain("rows", (), stored.rows),
        ]),
    );
    Ok(())
}

/// What a file is called.
pub fn name(tx: &mut Read<'_>, upload: &Upload) -> Result<String> {
    Ok(organisation_key(tx)?.open_text(&bound_to(upload.id), &upload.name)?)
}

/// The branches that rows may name.
pub fn places(tx: &mut Read<'_>) -> Result<Vec<Place>> {
    Ok(organisations::branches(tx)?
        .into_iter()
        .map(|branch| Place {
            id: branch.id,
            code: branch.code,
            name: branch.name,
        })
        .collect())
}

/// The organisation's time zone, in which days begin.
pub fn time_zone(tx: &mut Read<'_>) -> Result<chrono_tz::Tz> {
    let zone = store::time_zone(tx)?;
    Ok(zone.parse().unwrap_or(chrono_tz::UTC))
}

/// The job that works on a file now.
pub fn at_work(tx: &mut Read<'_>, staff: StaffId, upload: &Upload) -> Result<Option<Job>> {
    Ok(queue::open_of(tx, staff)?
        .into_iter()
        .find(|job| Some(job.id) == upload.job_id))
}

/// Asks that a file be checked or imported. `Conflict` where a job works on it already.
pub fn ask(tx: &mut Change<'_>, wanted: &Wanted) -> Result<JobId> {
    let staff = tx.actor().staff().ok_or(Error::Forbidden)?;
    let upload = store::lock(tx, staff, wanted.upload)?;
    if upload.imported_at.is_some() {
        return Err(Error::Refused("This file was imported already.".into()));
    }
    if at_work(tx, staff, &upload)?.is_some() {
        return Err(Error::Conflict("This file is being read already.".into()));
    }
    has_room(tx, staff)?;
    let id = JobId(tx.new_id());
    let asked = serde_json::to_string(wanted).map_err(anyhow::Error::new)?;
    let asked = sealed(tx, id, &asked)?;
    queue::add(tx, id, staff, Kind::Import, Task::List(asked))?;
    store::worked_on(tx, upload.id, id)?;
    let name = name(tx, &upload)?;
    tx.say(
        Event::new(What::ImportAsked, Subject::List("customers")).changing(vec![
            Field::personal("file", (), name),
            Field::plain("rows", (), upload.rows),
            Field::plain("mode", (), wanted.mode.as_str()),
        ]),
    );
    Ok(id)
}
