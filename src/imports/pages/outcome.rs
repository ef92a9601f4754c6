//! What came of an import, on the page of its job.

use crate::{
    db::Read,
    documents::files::Files,
    error::Result,
    imports::rules::{Mode, Wanted},
    jobs::{
        lists,
        queue::Job,
        results,
        rules::{Kind, State},
    },
    value::UploadId,
};

/// How much of the report stands on the page.
const SHOWN: usize = 50;

/// What the page of an import's job says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that the page asks"
)]
pub struct Told {
    /// Of which file.
    pub upload: UploadId,
    /// Whether it was to be imported, and not only checked.
    pub importing: bool,
    /// Whether the job is done.
    pub done: bool,
    /// Whether a server works on it.
    pub running: bool,
    /// Whether nothing will happen to it any more.
    pub over: bool,
    /// How many rows there are.
    pub rows: i64,
    /// In how many of them something is wrong.
    pub bad: i64,
    /// How many of the others may be somebody who is here already.
    pub alike: i64,
    /// The first things to be said: line, column, reason.
    pub problems: Vec<(String, String, String)>,
    /// Whether there are more.
    pub more: bool,
}

impl Told {
    /// The rows became customers.
    pub const fn imported(&self) -> bool {
        self.done && self.importing && self.bad == 0
    }

    /// They can become customers.
    pub const fn sound(&self) -> bool {
        self.done && !self.importing && self.bad == 0
    }

    /// Words, tone and shape of where it stands; nothing where the job's own say it.
    pub fn status(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let (good, bad) = (State::Done, State::Failed);
        let said = |words, like: State| Some((words, like.tone(), like.icon()));
        match (self.done, self.importing, self.bad) {
            (true, true, 0) => said("Imported", good),
            (true, false, 0) => said("Nothing is wrong", good),
            (true, true, _) => said("Nothing was imported", bad),
            (true, false, _) => said("Something is wrong", bad),
            (false, true, _) if self.running => said("Being imported", State::Running),
            (false, false, _) if self.running => said("Being checked", State::Running),
            _ => None,
        }
    }
}

/// What the page of a job says of an import; nothing where it is none.
pub fn told(tx: &mut Read<'_>, files: &Files, job: &Job) -> Result<Option<Told>> {
    if job.kind != Kind::Import {
        return Ok(None);
    }
    let wanted: Wanted =
        serde_json::from_str(&lists::asked(tx, job)?).map_err(anyhow::Error::new)?;
    let bad = job.rows_bad.unwrap_or_default();
    let mut told = Told {
        upload: wanted.upload,
        importing: wanted.mode == Mode::Import,
        done: job.state == State::Done,
        running: job.state == State::Running,
        over: job.state.over(),
        rows: job.rows_read.unwrap_or_default(),
        bad,
        alike: job.rows_alike.unwrap_or_default(),
        problems: Vec::new(),
        more: false,
    };
    if bad > 0 || told.alike > 0 {
        let report = results::beginning(files, &results::key(tx, None)?, job)?;
        let mut lines = csv::Reader::from_reader(&report[..]);
        // A line that the end of the first piece cuts off is none.
        for line in lines.records().map_while(std::result::Result::ok) {
            if told.problems.len() == SHOWN {
                told.more = true;
                break;
            }
            let cell = |at| line.get(at).unwrap_or_default().to_owned();
            told.problems.push((cell(0), cell(1), cell(2)));
        }
    }
    Ok(Some(told))
}
