//! A list as a file: sent while it is read where it is short, made as a job where it is long.

use std::io::Write;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::{
    access::{guard::By, permissions::Export},
    audit::event::Event,
    db::{Read, page::Count},
    error::Result,
    jobs::{lists, rules::Kind},
    value::StaffId,
    web::{answer::Answer, csv},
};

/// Whom a file is for, and when it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Taker {
    /// Who.
    pub staff: StaffId,
    /// The time zone of their organisation, in which days begin.
    pub zone: chrono_tz::Tz,
    /// When.
    pub now: DateTime<Utc>,
}

/// A list that can be taken away as CSV.
pub trait ListFile: Sized + Send + 'static {
    /// The query of its address.
    type Filter: DeserializeOwned;
    /// Which list.
    const KIND: Kind;
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// What a query asks for, as this reader may see it.
    fn asked(tx: &mut Read<'_>, taker: &Taker, filter: Self::Filter) -> Result<Self>;
    /// The query that asks for the same again.
    fn query(&self) -> String;
    /// What the audit log says of it.
    fn event(&self) -> Event;
    /// How many rows there are, as the list says it.
    fn count(&self, tx: &mut Read<'_>) -> Result<Count>;
    /// How many rows there are, exactly; as long as that takes.
    fn total(&self, tx: &mut Read<'_>) -> Result<i64>;
    /// Each row in the order of the list, one at a time and in constant memory.
    fn rows(&self, tx: &mut Read<'_>, row: &mut dyn FnMut(&[&str]) -> Result<()>) -> Result<()>;
}

/// Writes a whole file; `each` is told how many rows were written.
pub fn write<F: ListFile>(
    file: &F,
    tx: &mut Read<'_>,
    out: &mut dyn Write,
    each: &dyn Fn(i64) -> Result<()>,
) -> Result<()> {
    let mut csv = csv::writer(out);
    csv.write_record(F::COLUMNS).map_err(anyhow::Error::new)?;
    let mut written = 0;
    file.rows(tx, &mut |cells| {
        csv.write_record(cells).map_err(anyhow::Error::new)?;
        written += 1;
        each(written)
    })?;
    Ok(csv.flush().map_err(anyhow::Error::new)?)
}

/// Answers with the file, or leads to the job that makes it. What was taken is written down before its first byte
/// leaves.
pub fn answer<F: ListFile>(mut by: By<Export>, filter: F::Filter) -> Result<Answer> {
    let taker = Taker {
        staff: by.staff.staff,
        zone: by.time_zone,
        now: by.now(),
    };
    let (file, long, same) = by.read(|tx| {
        let file = F::asked(tx, &taker, filter)?;
        let long = file.count(tx)?.is_long();
        let same = if long {
            lists::same(tx, taker.staff, F::KIND, &file.query())?
        } else {
            None
        };
        Ok((file, long, same))
    })?;
    if long {
        let job = match same {
            Some(job) => job,
            None => by.change(|tx| lists::ask(tx, F::KIND, &file.query(), file.event()))?,
        };
        return Ok(Answer::see(format!("/jobs/{job}")));
    }
    by.change(|tx| {
        tx.say(file.event());
        Ok(())
    })?;
    let day = taker.now.with_timezone(&taker.zone).date_naive();
    let (mut conn, actor, _) = by.into_parts();
    Ok(Answer::file(
        &format!("{}-{day}.csv", F::KIND),
        F::KIND.media(),
        move |sink| conn.read(&actor.scope, |tx| write(&file, tx, sink, &|_| Ok(()))),
    ))
}
