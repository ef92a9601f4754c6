//! The audit log as a file that proves itself: CSV for people, with what a verifier needs beside it.
//!
//! Rows stand in the order of the chain and are of three kinds. An `entry` row shows an entry, everything its
//! hash covers, and the keys of its own sealed values. A `link` row stands for an entry that a filter or the
//! reader's scope left out: its hashes alone, so that the chain stays provable. A `checkpoint` row is a signed
//! statement of the chain up to the row before it. [`super::export_check`] reads all this without a database.
//!
//! Every cell that a spreadsheet might take for a formula has an apostrophe in front, and so has one that
//! already began with an apostrophe: taking one away always gives back what was there.

use super::chain::{Entry, Hash};
use super::checkpoint::Checkpoint;
use super::verdict::Head;
use super::walk::Link;
use crate::seal::{EntryKey, SealError, Sealed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::io::Write;
use uuid::Uuid;

/// One cell, guarded in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell(pub String);

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) {
            serializer.serialize_str(&format!("'{}", self.0))
        } else {
            serializer.serialize_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(
            text.strip_prefix('\'').map(str::to_owned).unwrap_or(text),
        ))
    }
}

/// One row, as the file's columns. Readable columns first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Row {
    #[serde(rename = "row")]
    pub kind: Cell,
    pub sequence: Cell,
    pub at: Cell,
    pub actor: Cell,
    pub action: Cell,
    pub subject: Cell,
    pub branch: Cell,
    pub before: Cell,
    pub after: Cell,
    pub reason: Cell,
    pub address: Cell,
    pub actor_kind: Cell,
    pub actor_id: Cell,
    pub subject_kind: Cell,
    pub subject_id: Cell,
    pub customer_id: Cell,
    pub branch_id: Cell,
    pub organisation_id: Cell,
    pub id: Cell,
    pub request_id: Cell,
    pub changes: Cell,
    pub detail_key: Cell,
    pub detail: Cell,
    pub detail_entry_key: Cell,
    pub origin_key: Cell,
    pub origin: Cell,
    pub origin_entry_key: Cell,
    pub linked_at: Cell,
    pub previous_hash: Cell,
    pub content_hash: Cell,
    pub chain_hash: Cell,
    pub checkpoint: Cell,
}

/// Names for people, as they are today. They are not hashed; the ids beside them are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// The actor's.
    pub actor: &'a str,
    /// The subject's.
    pub subject: &'a str,
    /// The branch's.
    pub branch: &'a str,
}

/// The keys of one entry's sealed values; absent where they were destroyed or the reader may not read them.
#[derive(Debug, Clone, Default)]
pub struct EntryKeys {
    /// Opens the personal values and the reason.
    pub detail: Option<EntryKey>,
    /// Opens where the actor was.
    pub origin: Option<EntryKey>,
}

/// What people read of an entry: made of what is hashed, and of nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readable {
    /// `field: value`, one after the other, as they were.
    pub before: String,
    /// As they became.
    pub after: String,
    /// Why.
    pub reason: String,
    /// Where the actor was.
    pub address: String,
}

/// Opens an entry with the keys there are. Fails if a key does not open what it should.
pub fn readable(entry: &Entry, keys: &EntryKeys) -> Result<Readable, SealError> {
    let detail = open(
        entry,
        Sealed::Detail,
        entry.detail.as_deref(),
        keys.detail.as_ref(),
    )?;
    let origin = open(
        entry,
        Sealed::Origin,
        entry.origin.as_deref(),
        keys.origin.as_ref(),
    )?;
    let mut readable = Readable::default();
    let changes = serde_json::from_str::<Map<String, Value>>(&entry.changes).unwrap_or_default();
    let personal = detail.get("fields").and_then(Value::as_object);
    for (field, change) in changes.iter().chain(personal.into_iter().flatten()) {
        append(&mut readable.before, field, &change["before"]);
        append(&mut readable.after, field, &change["after"]);
    }
    readable.reason = detail.get("reason").map(plain).unwrap_or_default();
    readable.address = origin.get("address").map(plain).unwrap_or_default();
    Ok(readable)
}

fn open(
    entry: &Entry,
    which: Sealed,
    sealed: Option<&[u8]>,
    key: Option<&EntryKey>,
) -> Result<Map<String, Value>, SealError> {
    let (Some(sealed), Some(key)) = (sealed, key) else {
        return Ok(Map::new());
    };
    serde_json::from_str(&key.open(entry.id, which, sealed)?).map_err(|_| SealError::Unopenable)
}

fn append(text: &mut String, field: &str, value: &Value) {
    if value.is_null() {
        return;
    }
    if !text.is_empty() {
        text.push_str("; ");
    }
    text.push_str(field);
    text.push_str(": ");
    text.push_str(&plain(value));
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Writes an export, row by row, in the order of the chain.
pub struct ExportWriter<W: Write> {
    csv: csv::Writer<W>,
    organisation: Uuid,
    before: Hash,
}

impl<W: Write> ExportWriter<W> {
    /// Begins an export of what comes after `start`; from the chain's beginning that is sequence 0 and
    /// [`super::chain::GENESIS`].
    pub fn new(write: W, organisation: Uuid, start: Head) -> Self {
        Self {
            // Quotes cells that hold a `;` too: what might be a comment is quoted wherever it stands. No reader of ours has
            // comments.
            csv: csv::WriterBuilder::new()
                .comment(Some(b';'))
                .from_writer(write),
            organisation,
            before: start.chain_hash,
        }
    }

    /// Writes an entry. Fails if a key does not open the entry's values or the file cannot be written.
    pub fn entry(
        &mut self,
        link: &Link,
        entry: &Entry,
        keys: &EntryKeys,
        names: Names<'_>,
    ) -> csv::Result<()> {
        let readable = readable(entry, keys)
            .map_err(|error| csv::Error::from(std::io::Error::other(error)))?;
        let row = Row {
            kind: Cell("entry".to_owned()),
            at: time(entry.at),
            actor: text(names.actor),
            action: text(&entry.action),
            subject: text(names.subject),
            branch: text(names.branch),
            before: Cell(readable.before),
            after: Cell(readable.after),
            reason: Cell(readable.reason),
            address: Cell(readable.address),
            actor_kind: text(&entry.actor_kind),
            actor_id: id(entry.actor_id),
            subject_kind: text(&entry.subject_kind),
            subject_id: id(entry.subject_id),
            customer_id: id(entry.customer_id),
            branch_id: id(entry.branch_id),
            id: id(Some(entry.id)),
            request_id: id(Some(entry.request_id)),
            changes: text(&entry.changes),
            detail_key: id(entry.detail_key),
            detail: bytes(entry.detail.as_deref()),
            detail_entry_key: key(keys.detail.as_ref().filter(|_| entry.detail.is_some())),
            origin_key: id(entry.origin_key),
            origin: bytes(entry.origin.as_deref()),
            origin_entry_key: key(keys.origin.as_ref().filter(|_| entry.origin.is_some())),
            ..self.linked(link)
        };
        self.csv.serialize(row)
    }

    /// Writes the link of an entry that is left out.
    pub fn link(&mut self, link: &Link) -> csv::Result<()> {
        let row = Row {
            kind: Cell("link".to_owned()),
            ..self.linked(link)
        };
        self.csv.serialize(row)
    }

    /// Writes a checkpoint, directly after the link that it signs.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) -> csv::Result<()> {
        self.csv.serialize(Row {
            kind: Cell("checkpoint".to_owned()),
            sequence: Cell(checkpoint.size.to_string()),
            at: time(checkpoint.at),
            organisation_id: id(Some(checkpoint.organisation)),
            checkpoint: Cell(checkpoint.to_line()),
            ..Row::default()
        })
    }

    /// Hands on what is still held back, so that a stream keeps flowing.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.csv.flush()
    }

    /// Ends the export and gives the writer back.
    pub fn finish(self) -> std::io::Result<W> {
        self.csv
            .into_inner()
            .map_err(|error| std::io::Error::other(error.to_string()))
    }

    fn linked(&mut self, link: &Link) -> Row {
        let before = std::mem::replace(&mut self.before, link.chain_hash);
        Row {
            sequence: Cell(link.sequence.to_string()),
            organisation_id: id(Some(self.organisation)),
            linked_at: time(link.linked_at),
            previous_hash: Cell(hex::encode(before)),
            content_hash: Cell(hex::encode(link.content_hash)),
            chain_hash: Cell(hex::encode(link.chain_hash)),
            ..Row::default()
        }
    }
}

fn text(text: &str) -> Cell {
    Cell(text.to_owned())
}

fn id(id: Option<Uuid>) -> Cell {
    Cell(id.map(|id| id.to_string()).unwrap_or_default())
}

fn time(at: DateTime<Utc>) -> Cell {
    Cell(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// An absent value is an empty cell; an empty one (which nothing sealed is) would read as absent and not match.
fn bytes(bytes: Option<&[u8]>) -> Cell {
    Cell(
        bytes
            .map(|bytes| STANDARD.encode(bytes))
            .unwrap_or_default(),
    )
}

fn key(key: Option<&EntryKey>) -> Cell {
    Cell(
        key.map(|key| STANDARD.encode(key.disclose()))
            .unwrap_or_default(),
    )
}
