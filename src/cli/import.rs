//! `vouch import`: customers from a file, as on the page of imports.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;

use crate::config::Config;
use crate::customers::rules::Kind;
use crate::db::Connection;
use crate::imports::{
    actions,
    alike::{self, Seen},
    reading::{self, Counts, Look},
    rules::{LARGEST_FILE, Place, Plan, Problem, Reading, guess},
    work, writing,
};
use crate::value::OrganisationId;

use super::people::{console, organisation, plainly, reach};

/// Why nothing was read: the file, or what was said of it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

/// What is to be imported, and how it is read.
#[derive(Clone, Debug, clap::Args)]
pub struct Import {
    /// The CSV file: UTF-8, with headings in its first row
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The organisation, by name or id
    #[arg(long)]
    pub organisation: Option<String>,
    /// The branch of the rows that name none, by its code
    #[arg(long)]
    pub branch: Option<String>,
    /// The kind of the rows that name none: natural, `sole_trader` or legal
    #[arg(long)]
    pub kind: Option<Kind>,
    /// What a column means, where its heading does not say it: HEADING=FIELD, or HEADING= to leave it out
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub map: Vec<String>,
    /// Say what is wrong in the file, and import nothing
    #[arg(long)]
    pub check: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// How many rows there are, and how many are wrong.
    pub counts: Counts,
    /// Whether they are customers now.
    pub imported: bool,
}

pub(super) fn run(config: Config, wanted: &Import) -> anyhow::Result<ExitCode> {
    // A file that cannot be read is said before a database is reached.
    look(&wanted.file)?;
    let mut reached = reach(config)?;
    let of = organisation(&mut reached, wanted.organisation.as_deref())?;
    let bar = io::stderr().is_terminal().then(|| ProgressBar::new(0));
    let file = wanted.file.display().to_string();
    let mut say = |problem: &Problem| {
        let Problem {
            line,
            column,
            reason,
        } = problem;
        let column = if column.is_empty() { "the row" } else { column };
        let sentence = format!("{file}:{line}: {column}: {reason}");
        match &bar {
            Some(bar) => bar.suspend(|| eprintln!("{sentence}")),
            None => eprintln!("{sentence}"),
        }
    };
    let watch = |done: u64, total: u64| {
        if let Some(bar) = &bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    };
    let done = import(&mut reached.conn, of, wanted, &mut say, &watch)?;
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    let Counts { rows, bad, alike } = done.counts;
    let known = match alike {
        0 => String::new(),
        1 => "; 1 of them may be a duplicate".to_owned(),
        _ => format!("; {alike} of them may be duplicates"),
    };
    if bad > 0 {
        bail!("something is wrong in {bad} of {rows} rows: nothing was imported");
    }
    if done.imported {
        println!("{rows} customers were imported{known}");
    } else {
        println!("all {rows} rows can be imported{known}; nothing was changed");
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a file, and imports it where nothing is wrong and more than a check was asked for. `say` is told everything
/// that is wrong, `watch` how much of how much is done.
pub fn import(
    conn: &mut Connection,
    organisation: OrganisationId,
    wanted: &Import,
    say: &mut dyn FnMut(&Problem),
    watch: &dyn Fn(u64, u64),
) -> anyhow::Result<Done> {
    let look = look(&wanted.file)?;
    let actor = console(conn, organisation);
    let (now, rows) = (conn.now(), look.rows);
    let (branches, zone) = conn
        .read(&actor.scope, |tx| {
            Ok((actions::places(tx)?, actions::time_zone(tx)?))
        })
        .map_err(plainly)?;
    let plan = plan(wanted, &look, &branches)?;
    let reading = Reading {
        plan,
        headings: look.headings,
        branches,
        today: now.with_timezone(&zone).date_naive(),
    };
    let total = if wanted.check { rows } else { rows * 2 };
    let mut seen = Seen::default();
    let counts = reading::check(
        File::open(&wanted.file)?,
        &reading,
        &mut |rows| conn.read(&actor.scope, |tx| alike::said(tx, rows, &mut seen)),
        &mut |problem| {
            say(problem);
            Ok(())
        },
        &|done| {
            watch(done, total);
            Ok(())
        },
    )
    .map_err(plainly)?;
    if wanted.check || counts.bad > 0 {
        return Ok(Done {
            counts,
            imported: false,
        });
    }
    let file = File::open(&wanted.file)?;
    let name = wanted.file.file_name().unwrap_or_default();
    conn.change_at_length(&actor, |tx| {
        let in_so_far = |done| {
            watch(rows + done, total);
            Ok(())
        };
        let imported = writing::write(tx, file, &reading, &in_so_far)?;
        tx.say(work::imported(&name.to_string_lossy(), imported));
        writing::link(tx)
    })
    .map_err(plainly)?;
    Ok(Done {
        counts,
        imported: true,
    })
}

/// What the file looks like; it is read to its end, to know that it is a table.
fn look(path: &Path) -> anyhow::Result<Look> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Unreadable(format!("cannot read {}: {error}", path.display()))
    };
    let open = || File::open(path).map_err(|error| unreadable(&error));
    let size = open()?
        .metadata()
        .map_err(|error| unreadable(&error))?
        .len();
    if size > LARGEST_FILE as u64 {
        let most = LARGEST_FILE / 1024 / 1024;
        return Err(unreadable(&format!("it is larger than {most} MB")).into());
    }
    let said = |error| unreadable(&plainly(error));
    let rows = reading::count(open()?).map_err(said)?;
    let look = reading::glance(open()?, rows).map_err(said)?;
    Ok(look)
}

/// What the columns mean: what their headings say, and what was said of them.
fn plan(wanted: &Import, look: &Look, branches: &[Place]) -> anyhow::Result<Plan> {
    let mut columns: Vec<Option<String>> = look
        .guesses
        .iter()
        .map(|guess| guess.map(str::to_owned))
        .collect();
    let mut named = HashSet::new();
    for map in &wanted.map {
        let (heading, field) = map
            .rsplit_once('=')
            .ok_or_else(|| Unreadable(format!("--map {map}: write COLUMN=FIELD")))?;
        let mut found = look
            .headings
            .iter()
            .enumerate()
            .filter(|(_, known)| *known == heading);
        let (Some((at, _)), None) = (found.next(), found.next()) else {
            let known = look.headings.join(", ");
            let said =
                format!("--map {map}: there is not one column of this heading among {known}");
            return Err(Unreadable(said).into());
        };
        if !field.is_empty() && guess::target(field).is_none() {
            let known: Vec<&str> = guess::targets().map(|(name, _)| name).collect();
            let said = format!("--map {map}: a field is one of {}", known.join(", "));
            return Err(Unreadable(said).into());
        }
        // What was only guessed gives way.
        if let Some(other) = columns.iter().position(|one| one.as_deref() == Some(field))
            && !named.contains(&other)
        {
            columns[other] = None;
        }
        columns[at] = (!field.is_empty()).then(|| field.to_owned());
        named.insert(at);
    }
    let branch = match (&wanted.branch, branches) {
        (Some(code), _) => Some(
            branches
                .iter()
                .find(|branch| branch.code == *code)
                .map(|branch| branch.id)
                .with_context(|| Unreadable(format!("no branch has the code {code}")))?,
        ),
        (None, [only]) => Some(only.id),
        (None, _) => None,
    };
    let plan = Plan {
        columns,
        kind: wanted.kind,
        branch,
    };
    match plan.problem() {
        None => Ok(plan),
        Some((at, why)) => Err(Unreadable(format!("column {}: {why}", look.headings[at])).into()),
    }
}
