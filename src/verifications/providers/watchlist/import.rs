//! Loading a list: a CSV file in the layout of `OpenSanctions`, `targets.simple.csv`, read row by row and copied into the tables in
//! one transaction. A list that was loaded before gives way to the new one whole; until then the old one is asked.

use std::{
    cell::RefCell,
    io::{Read, Write},
};

use diesel::{ExecuteCopyFromDsl as _, prelude::*};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::rules;
use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, Result},
    schema::{watchlist_entries as entries, watchlist_names as names, watchlists},
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Entries.
    pub entries: u64,
    /// Their names, aliases counted.
    pub names: u64,
    /// Entries that were there before, the same.
    pub unchanged: u64,
}

/// Columns that a list must have, by their names in its first line.
const NEEDED: [&str; 3] = ["id", "schema", "name"];
/// Columns that say when the list was made, and nothing about whom it names.
const PASSING: [&str; 3] = ["first_seen", "last_seen", "last_change"];
/// An entry has at most this many names.
const MOST_NAMES: usize = 500;

/// Time for the whole of it, in this transaction alone.
const PATIENCE: &str = "SELECT set_config('statement_timeout', '300s', true), set_config('idle_in_transaction_session_timeout', '300s', true), set_config('gin_pending_list_limit', '65536', true)";

/// What waits to be put into the index is put there now, and the planner learns what there is: the next search finds
/// both done.
const SETTLE: &str = "SELECT gin_clean_pending_list('watchlist_names_keys')";

/// Loads a list under a name, over a connection of the role that owns the schema.
pub fn load(tx: &mut Change<'_>, list: &str, file: impl Read) -> Result<Loaded> {
    let formed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if !(1..=63).contains(&list.len())
        || !list.chars().all(formed)
        || list.starts_with(['.', '_', '-'])
    {
        return Err(Error::field(
            "list",
            "small letters, digits, points, hyphens and underscores; at most 63",
        ));
    }
    diesel::sql_query(PATIENCE).execute(tx.conn())?;
    let before: std::collections::HashSet<(String, Vec<u8>)> = entries::table
        .filter(entries::list.eq(list))
        .select((entries::id, entries::hash))
        .load::<(String, Vec<u8>)>(tx.conn())?
        .into_iter()
        .collect();
    diesel::delete(names::table.filter(names::list.eq(list))).execute(tx.conn())?;
    diesel::delete(entries::table.filter(entries::list.eq(list))).execute(tx.conn())?;
    // COPY may ask its writer again by its type, though it never does: so both stand in cells.
    let reading = RefCell::new(Reading::begin(list, file)?);
    let spoiled = RefCell::new(None);
    // Names are fewer bytes than entries, so they wait in memory while the entries are copied: 40 MB for a million.
    let copied = diesel::copy_from(entries::table)
        .from_raw_data(
            (
                entries::list,
                entries::id,
                entries::schema,
                entries::name,
                entries::birth_dates,
                entries::countries,
                entries::details,
                entries::hash,
            ),
            |sink: &mut dyn Write| -> QueryResult<()> {
                reading.borrow_mut().copy(sink, &before).map_err(|error| {
                    spoiled.replace(Some(error));
                    diesel::result::Error::RollbackTransaction
                })
            },
        )
        .execute(tx.conn());
    match (copied, spoiled.into_inner()) {
        (_, Some(error)) => return Err(error),
        (copied, None) => copied?,
    };
    let Reading { told, loaded, .. } = reading.into_inner();
    diesel::copy_from(names::table)
        .from_raw_data(
            (names::list, names::entry_id, names::name, names::keys),
            |sink: &mut dyn Write| -> QueryResult<()> {
                told.chunks(1 << 16)
                    .try_for_each(|piece| sink.write_all(piece))
                    .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
            },
        )
        .execute(tx.conn())?;
    diesel::sql_query(SETTLE).execute(tx.conn())?;
    diesel::sql_query("ANALYZE watchlist_names, watchlist_entries").execute(tx.conn())?;
    let now = tx.now();
    let count = i64::try_from(loaded.entries).unwrap_or(i64::MAX);
    diesel::insert_into(watchlists::table)
        .values((
            watchlists::name.eq(list),
            watchlists::entries.eq(count),
            watchlists::loaded_at.eq(now),
        ))
        .on_conflict(watchlists::name)
        .do_update()
        .set((watchlists::entries.eq(count), watchlists::loaded_at.eq(now)))
        .execute(tx.conn())?;
    tx.say(
        Event::new(What::WatchlistLoaded, Subject::Organisation).changing(vec![
            Field::plain("list", Value::Null, list),
            Field::plain("entries", before.len(), loaded.entries),
        ]),
    );
    Ok(loaded)
}

struct Reading<R> {
    list: String,
    rows: csv::Reader<R>,
    columns: Vec<String>,
    /// The names, as they will be copied.
    told: Vec<u8>,
    loaded: Loaded,
}

impl<R: Read> Reading<R> {
    fn begin(list: &str, file: R) -> Result<Self> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        let head = rows.headers().map_err(|error| unreadable(&error))?;
        let columns: Vec<String> = head
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase())
            .collect();
        if let Some(lacks) = NEEDED
            .iter()
            .find(|name| !columns.iter().any(|one| one == *name))
        {
            return Err(Error::BadRequest(
                format!("the first line names no column `{lacks}`: this is no targets.simple.csv")
                    .into(),
            ));
        }
        Ok(Self {
            list: list.to_owned(),
            rows,
            columns,
            told: Vec::new(),
            loaded: Loaded {
                entries: 0,
                names: 0,
                unchanged: 0,
            },
        })
    }

    fn copy(
        &mut self,
        sink: &mut dyn Write,
        before: &std::collections::HashSet<(String, Vec<u8>)>,
    ) -> Result<()> {
        let mut row = csv::StringRecord::new();
        let mut seen = std::collections::HashSet::new();
        while self
            .rows
            .read_record(&mut row)
            .map_err(|error| unreadable(&error))?
        {
            let field = |name: &str| {
                let at = self.columns.iter().position(|column| column == name);
                at.and_then(|at| row.get(at)).unwrap_or_default().trim()
            };
            let (id, name) = (field("id"), field("name"));
            if id.is_empty() || name.is_empty() || row.iter().any(|text| text.contains('\0')) {
                let line = row.position().map_or(0, csv::Position::line);
                return Err(Error::BadRequest(
                    format!("line {line}: an entry has an id and a name, and no NUL character")
                        .into(),
                ));
            }
            if !seen.insert(id.to_owned()) {
                let line = row.position().map_or(0, csv::Position::line);
                return Err(Error::BadRequest(
                    format!("line {line}: {id} stands here a second time").into(),
                ));
            }
            let hash = self.hash(&row);
            let several = |text: &str| -> Vec<String> {
                let parts = text
                    .split(';')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                parts.map(str::to_owned).collect()
            };
            let mut details = Map::new();
            for (column, text) in self.columns.iter().zip(row.iter()) {
                let kept =
                    !["id", "schema", "name", "birth_date", "countries"].contains(&column.as_str());
                if kept && !text.trim().is_empty() {
                    details.insert(column.clone(), text.into());
                }
            }
            let line = [
                escaped(&self.list),
                escaped(id),
                escaped(field("schema")),
                escaped(name),
                escaped(&array(&several(field("birth_date")))),
                escaped(&array(&several(field("countries")))),
                escaped(&Value::Object(details).to_string()),
                format!("\\\\x{}", hex::encode(&hash)),
            ]
            .join("\t");
            writeln!(sink, "{line}").map_err(anyhow::Error::new)?;
            let mut names = vec![name.to_owned()];
            names.extend(several(field("aliases")));
            let mut known: Vec<Vec<String>> = Vec::new();
            for name in names.into_iter().take(MOST_NAMES) {
                let words = rules::words(&name);
                if words.is_empty() || known.contains(&words) {
                    continue;
                }
                let line = [
                    escaped(&self.list),
                    escaped(id),
                    words.join(" "),
                    escaped(&array(&rules::keys(&words))),
                ]
                .join("\t");
                writeln!(self.told, "{line}").map_err(anyhow::Error::new)?;
                self.loaded.names += 1;
                known.push(words);
            }
            self.loaded.entries += 1;
            self.loaded.unchanged += u64::from(before.contains(&(id.to_owned(), hash)));
        }
        Ok(())
    }

    /// What an entry means: all its columns by their names, but for when the list was made.
    fn hash(&self, row: &csv::StringRecord) -> Vec<u8> {
        let mut all: Vec<(&str, &str)> = self
            .columns
            .iter()
            .map(String::as_str)
            .zip(row.iter())
            .filter(|(column, _)| !PASSING.contains(column))
            .collect();
        all.sort_unstable();
        let mut hash = Sha256::new();
        for (column, text) in all {
            for part in [column, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().to_vec()
    }
}

fn unreadable(error: &csv::Error) -> Error {
    Error::BadRequest(format!("the file is no CSV in UTF-8: {error}").into())
}

/// As COPY reads a text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out
}

/// As PostgreSQL reads an array of texts.
fn array(items: &[String]) -> String {
    let quoted: Vec<String> = items
        .iter()
        .map(|item| format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    format!("{{{}}}", quoted.join(","))
}
