//! Reading a file: what it looks like, for whoever says what its columns mean; and everything that is wrong in it.

use std::io::{Read, Write};

use crate::{
    error::{Error, Result},
    imports::{
        alike::Sound,
        rules::{
            MOST_COLUMNS, MOST_ROWS, Problem, Reading, guess,
            table::{Broken, Row, Table},
        },
    },
    jobs::results::unwritten,
};

/// How many rows are shown as a sample.
const SAMPLE: usize = 3;
/// How many rows are compared at once with who is here already.
const TOGETHER: usize = 500;

/// What a file looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its headings.
    pub headings: Vec<String>,
    /// What each of them seems to mean.
    pub guesses: Vec<Option<&'static str>>,
    /// The first rows.
    pub sample: Vec<Row>,
    /// What separates its cells, in words.
    pub separator: &'static str,
    /// How many rows it has, without the headings.
    pub rows: u64,
}

/// How many rows there are, how many of them are wrong, and how many may be somebody who is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows, without the headings.
    pub rows: u64,
    /// Rows in which something is wrong.
    pub bad: u64,
    /// Rows in which nothing is, and which may be somebody who is here already or stands in the file twice.
    pub alike: u64,
}

/// The house's error out of a table's: an operation of the store comes back as it was.
fn broken(error: Broken) -> Error {
    match error {
        Broken::Malformed(line, why) => Error::field("file", format!("In line {line}, {why}")),
        Broken::Io(error) => unwritten(error),
    }
}

/// The beginning of a file: its headings, and what follows them.
pub fn open<R: Read>(input: R) -> Result<(Vec<String>, Table<R>)> {
    let mut table = Table::open(input).map_err(broken)?;
    let first = table.next_row().map_err(broken)?;
    let headings = first.map(|row| row.cells).unwrap_or_default();
    if headings.is_empty() {
        return Err(Error::field("file", "The file is empty"));
    }
    if headings.len() > MOST_COLUMNS {
        return Err(Error::field(
            "file",
            format!("The file has more than {MOST_COLUMNS} columns: leave some out"),
        ));
    }
    let headings = headings.iter().map(|cell| cell.trim().to_owned()).collect();
    Ok((headings, table))
}

/// Looks at the beginning of a file alone: `rows` is how many of them it is known to have.
pub fn glance(input: impl Read, rows: u64) -> Result<Look> {
    let (headings, mut table) = open(input)?;
    let mut sample = Vec::new();
    while sample.len() < SAMPLE
        && let Some(row) = table.next_row().map_err(broken)?
    {
        sample.push(row);
    }
    Ok(Look {
        guesses: guess::guesses(&headings),
        headings,
        sample,
        separator: table.separator(),
        rows,
    })
}

/// Reads a file to its end, to count its rows. A file that is no table, or too long, is refused.
pub fn count(input: impl Read) -> Result<u64> {
    let (_, mut table) = open(input)?;
    let mut rows = 0;
    while table.next_row().map_err(broken)?.is_some() {
        rows += 1;
        if rows > MOST_ROWS {
            return Err(Error::field(
                "file",
                format!("The file has more than {MOST_ROWS} rows: hand it in in parts"),
            ));
        }
    }
    if rows == 0 {
        return Err(Error::field(
            "file",
            "The file has headings and no rows below them",
        ));
    }
    Ok(rows)
}

/// What tells of some sound rows which of them may be somebody who is known.
pub type Compare<'a> = dyn FnMut(&[Sound]) -> Result<Vec<Problem>> + 'a;

/// Reads every row: `compare` tells of the sound ones which may be duplicates, `each` is told that and what is wrong, in the
/// order of the file, and `watch` how many rows were read.
pub fn check(
    input: impl Read,
    reading: &Reading,
    compare: &mut Compare<'_>,
    each: &mut dyn FnMut(&Problem) -> Result<()>,
    watch: &dyn Fn(u64) -> Result<()>,
) -> Result<Counts> {
    let (_, mut table) = open(input)?;
    let mut counts = Counts::default();
    let (mut sound, mut problems) = (Vec::with_capacity(TOGETHER), Vec::new());
    loop {
        let row = table.next_row().map_err(broken)?;
        if row.is_none() || sound.len() + problems.len() >= TOGETHER {
            let alike = compare(&sound)?;
            counts.alike += u64::try_from(alike.len()).unwrap_or_default();
            problems.extend(alike);
            problems.sort_by_key(|problem: &Problem| problem.line);
            problems.iter().try_for_each(&mut *each)?;
            sound.clear();
            problems.clear();
        }
        let Some(row) = row else { return Ok(counts) };
        counts.rows += 1;
        match reading.read(&row) {
            Ok((kind, typed)) => sound.push(Sound {
                line: row.line,
                kind,
                typed,
            }),
            Err(wrong) => {
                counts.bad += 1;
                problems.extend(wrong);
            }
        }
        watch(counts.rows)?;
    }
}

/// The report: what is wrong, as a table of its own.
pub struct Report<W: Write>(csv::Writer<W>);

impl<W: Write> Report<W> {
    /// Begins it with its headings.
    pub fn new(out: W) -> Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(["line", "column", "reason"])
            .map_err(anyhow::Error::new)?;
        Ok(Self(csv))
    }

    /// Adds a line of it. A heading is text of a stranger's, for a spreadsheet no formula.
    pub fn add(&mut self, problem: &Problem) -> Result<()> {
        let (line, column) = (
            problem.line.to_string(),
            crate::spreadsheet::harmless(&problem.column),
        );
        self.0
            .write_record([&line, column.as_ref(), problem.reason.as_ref()])
            .map_err(anyhow::Error::new)?;
        Ok(())
    }

    /// Ends it, and gives back what it was written to.
    pub fn end(self) -> Result<W> {
        self.0
            .into_inner()
            .map_err(|error| unwritten(error.into_error()))
    }
}
