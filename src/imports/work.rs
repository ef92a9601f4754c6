//! The job of an import: it reads the file twice, once to find everything that is wrong, and, where nothing is and an
//! import was asked for, once more to import it. The customers, their entries and the end of the job are one transaction:
//! a server that dies leaves nothing, and another one begins anew; a cancel that comes in time leaves nothing either.

use crate::{
    access::{
        behalf::Behalf,
        permissions::{ImportCustomers, Permission as _},
    },
    audit::{
        event::{Change as Field, Event, Subject, What},
        store::organisation_key,
    },
    db::Connection,
    documents::files::Files,
    error::{Error, Result},
    imports::{
        actions,
        alike::{self, Seen},
        reading::{self, Counts, Report},
        rules::{Mode, Reading, Wanted},
        store::{self, Upload},
        uploads, writing,
    },
    jobs::{
        lists,
        progress::Progress,
        queue::{self, Job, Made, Rows},
        results,
    },
    seal::DataKey,
};

/// After how many rows it may be said how far it is.
const STEP: u64 = 256;

/// Everything that an import works with.
struct Task {
    wanted: Wanted,
    upload: Upload,
    name: String,
    reading: Reading,
    key: DataKey,
}

impl Task {
    fn of(conn: &mut Connection, files: &Files, job: &Job, behalf: &Behalf) -> Result<Self> {
        let today = conn.now().with_timezone(&behalf.time_zone).date_naive();
        conn.read(&behalf.actor.scope, |tx| {
            let wanted: Wanted =
                serde_json::from_str(&lists::asked(tx, job)?).map_err(anyhow::Error::new)?;
            let upload = store::find(tx, behalf.staff, wanted.upload)?;
            let key = organisation_key(tx)?;
            let file = uploads::Reader::new(files, &key, upload.id, upload.pieces);
            let (headings, _) = reading::open(file)?;
            let reading = Reading {
                plan: wanted.plan.clone(),
                headings,
                branches: actions::places(tx)?,
                today,
            };
            Ok(Self {
                name: actions::name(tx, &upload)?,
                wanted,
                upload,
                reading,
                key,
            })
        })
    }

    fn file<'a>(&'a self, files: &'a Files) -> uploads::Reader<'a> {
        uploads::Reader::new(files, &self.key, self.upload.id, self.upload.pieces)
    }

    /// Whether the rows become customers, after a check that counted so many.
    fn imports(&self, counts: Counts) -> bool {
        self.wanted.mode == Mode::Import && counts.bad == 0
    }
}

/// Does the job, to its end; `Conflict` where it is no longer this worker's.
pub fn run(conn: &mut Connection, files: &Files, job: &Job, behalf: &Behalf) -> Result<()> {
    if !ImportCustomers::ROLES.contains(&behalf.role) {
        return Err(Error::NotFound);
    }
    let task = Task::of(conn, files, job, behalf)?;
    let progress = Progress::new(conn.another()?, job);
    let rounds = if task.wanted.mode == Mode::Import {
        2
    } else {
        1
    };
    progress.expect(task.upload.rows * rounds)?;
    let (counts, made) = check(conn, &task, files, job, behalf, &progress)?;
    let rows = Rows {
        read: signed(counts.rows),
        bad: signed(counts.bad),
        alike: signed(counts.alike),
    };
    let lost = || Error::Conflict("it is no longer this server’s".into());
    if !task.imports(counts) {
        return if queue::finish_check(conn, job, &made, rows)? {
            Ok(())
        } else {
            Err(lost())
        };
    }
    conn.change_at_length(&behalf.actor, |tx| {
        let watch = |imported: u64| progress.at(rows.read + signed(imported));
        writing::write(tx, task.file(files), &task.reading, &watch)?;
        tx.say(imported(&task.name, counts.rows));
        progress.alive()?;
        if !store::imported(tx, task.upload.id)? || !queue::finish_import(tx, job, &made, rows)? {
            return Err(lost());
        }
        writing::link(tx)
    })?;
    tracing::info!(job = %job.id, customers = counts.rows, "customers were imported");
    // What was handed in is of no further use; where it cannot be removed now, it goes with its row.
    if let Err(error) = uploads::forget(files, task.upload.id) {
        tracing::warn!(job = %job.id, %error, "an imported file stays for a week");
    }
    Ok(())
}

/// Reads the whole file, and writes the report.
fn check(
    conn: &mut Connection,
    task: &Task,
    files: &Files,
    job: &Job,
    behalf: &Behalf,
    progress: &Progress<'_>,
) -> Result<(Counts, Made)> {
    let each = |_| Ok(());
    let out = results::Writer::new(files, task.key.clone(), job, &each);
    let mut report = Report::new(out)?;
    let mut seen = Seen::default();
    let counts = reading::check(
        task.file(files),
        &task.reading,
        &mut |rows| conn.read(&behalf.actor.scope, |tx| alike::said(tx, rows, &mut seen)),
        &mut |problem| report.add(problem),
        &|rows| {
            if rows % STEP == 0 {
                progress.at(signed(rows))
            } else {
                Ok(())
            }
        },
    )?;
    let (pieces, size) = report.end()?.finish()?;
    let made = Made {
        pieces,
        size,
        confided: false,
        made_of: behalf.actor.scope.branches_setting(),
    };
    Ok((counts, made))
}

/// What the log says of the import as a whole.
pub fn imported(name: &str, rows: u64) -> Event {
    Event::new(What::CustomersImported, Subject::List("customers")).changing(vec![
        Field::personal("file", (), name),
        Field::plain("rows", (), rows),
    ])
}

fn signed(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
