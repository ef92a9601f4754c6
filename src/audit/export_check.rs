//! Checking an export with no database: the chain, the signatures, and that what people read in it is what
//! was hashed.

use super::chain::{Entry, GENESIS};
use super::checkpoint::Checkpoint;
use super::export::{Cell, EntryKeys, Readable, Row, readable};
use super::verdict::{Head, Kind, Verdict};
use super::walk::{Checkpoints, Link, Shown, Walk};
use crate::seal::EntryKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ed25519_dalek::VerifyingKey;
use std::io::Read;
use uuid::Uuid;

/// A cell that does not hold what its column should; the column's name.
#[derive(Debug)]
struct BadCell(&'static str);

/// What the walk itself does not count.
#[derive(Default)]
struct Seen {
    left_out: u64,
    unopened: u64,
    named: bool,
}

/// Checks an export, row by row in constant memory. `outside` gives checkpoints that did not come with the file
/// (none: an empty iterator) once the organisation is known. Never fails: what cannot be read is a finding.
pub fn verify_export<'a>(
    file: impl Read,
    outside: impl FnOnce(Uuid) -> Checkpoints<'a>,
    key: Option<&'a VerifyingKey>,
) -> Verdict {
    let mut reader = csv::Reader::from_reader(file);
    let mut rows = reader.deserialize::<Row>().zip(2_u64..).peekable();
    let (organisation, start) = match rows.peek() {
        Some((Ok(row), _)) => (
            row.organisation_id.0.parse().unwrap_or_default(),
            start(row),
        ),
        _ => (Uuid::nil(), None),
    };
    let mut walk = Walk::new(organisation, start, outside(organisation), key);
    let mut seen = Seen::default();
    let mut any = false;
    for (row, line) in rows {
        any = true;
        let unreadable = match row {
            Ok(row) => take(&mut walk, &mut seen, organisation, &row)
                .err()
                .map(|bad| format!("column {}", bad.0)),
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = unreadable {
            walk.find(
                Kind::Unreadable,
                None,
                None,
                format!("row {line} of the file: {why}"),
            );
        }
    }
    if !any {
        walk.find(
            Kind::Unreadable,
            None,
            None,
            "the file holds no rows".to_owned(),
        );
    }
    let mut verdict = walk.finish();
    seen.say(&mut verdict);
    verdict
}

impl Seen {
    fn say(&self, verdict: &mut Verdict) {
        if self.left_out > 0 {
            let sentence =
                "what the entries say that were left out of this file (their places are proven)";
            verdict
                .unproven
                .push(format!("{sentence}: {}", self.left_out));
        }
        if self.unopened > 0 {
            verdict.unproven.push(format!(
                "sealed values whose key is not in this file: {}",
                self.unopened
            ));
        }
        if self.named {
            let sentence = "the names in actor, subject and branch, as they were at the export (the ids are proven)";
            verdict.unproven.push(sentence.to_owned());
        }
    }
}

/// What the first row follows; `None` at the chain's beginning.
fn start(row: &Row) -> Option<Head> {
    let sequence = row
        .sequence
        .0
        .parse::<i64>()
        .ok()
        .filter(|sequence| *sequence > 1 && row.kind.0 != "checkpoint")?;
    let chain_hash = hash(&row.previous_hash, "").ok()?;
    Some(Head {
        sequence: sequence - 1,
        chain_hash,
    })
}

fn take(
    walk: &mut Walk<'_>,
    seen: &mut Seen,
    organisation: Uuid,
    row: &Row,
) -> Result<(), BadCell> {
    if row.kind.0 == "checkpoint" {
        signed(walk, row);
        return Ok(());
    }
    let link = Link {
        sequence: row.sequence.0.parse().map_err(|_| BadCell("sequence"))?,
        linked_at: time(&row.linked_at, "linked_at")?,
        content_hash: hash(&row.content_hash, "content_hash")?,
        chain_hash: hash(&row.chain_hash, "chain_hash")?,
    };
    let before = hash(&row.previous_hash, "previous_hash")?;
    let due = walk.last();
    if link.sequence == due.sequence + 1 && before != due.chain_hash {
        let what = "its previous_hash is not the hash before it".to_owned();
        walk.find(Kind::Broken, Some(link.sequence), None, what);
    }
    if link.sequence == 1 && before != GENESIS {
        walk.find(
            Kind::Broken,
            Some(1),
            None,
            "the first link follows nothing".to_owned(),
        );
    }
    if row.organisation_id.0.parse() != Ok(organisation) {
        walk.find(
            Kind::Inserted,
            Some(link.sequence),
            None,
            "it is of another organisation".to_owned(),
        );
    }
    match row.kind.0.as_str() {
        "link" => {
            seen.left_out += 1;
            walk.step(&link, Shown::LeftOut);
            Ok(())
        }
        "entry" => {
            let entry = entry(row)?;
            walk.step(&link, Shown::Entry(&entry));
            shown(walk, seen, &link, &entry, row)
        }
        _ => Err(BadCell("row")),
    }
}

/// A checkpoint in the file counts where it stands: directly after the link that it signs.
fn signed(walk: &mut Walk<'_>, row: &Row) {
    match Checkpoint::from_line(&row.checkpoint.0) {
        Ok(checkpoint) if checkpoint.size < walk.last().sequence => {
            let what = format!(
                "it stands after #{}, which it does not speak of",
                walk.last().sequence
            );
            walk.find(Kind::BadCheckpoint, Some(checkpoint.size), None, what);
        }
        read => walk.signed(read),
    }
}

/// Whether people read in this row what was hashed.
fn shown(
    walk: &mut Walk<'_>,
    seen: &mut Seen,
    link: &Link,
    entry: &Entry,
    row: &Row,
) -> Result<(), BadCell> {
    let keys = EntryKeys {
        detail: key(&row.detail_entry_key, "detail_entry_key")?,
        origin: key(&row.origin_entry_key, "origin_entry_key")?,
    };
    let closed = [(&entry.detail, &keys.detail), (&entry.origin, &keys.origin)];
    seen.unopened += closed
        .into_iter()
        .map(|(sealed, key)| u64::from(sealed.is_some() && key.is_none()))
        .sum::<u64>();
    seen.named |= [&row.actor, &row.subject, &row.branch]
        .iter()
        .any(|name| !name.0.is_empty());
    let read = Readable {
        before: row.before.0.clone(),
        after: row.after.0.clone(),
        reason: row.reason.0.clone(),
        address: row.address.0.clone(),
    };
    let what = match readable(entry, &keys) {
        Ok(hashed) if hashed == read => return Ok(()),
        Ok(_) => "what its columns before, after, reason and address say is not what was hashed",
        Err(_) => "its keys do not open its sealed values",
    };
    walk.find(
        Kind::Edited,
        Some(link.sequence),
        Some(entry.id),
        what.to_owned(),
    );
    Ok(())
}

fn entry(row: &Row) -> Result<Entry, BadCell> {
    Ok(Entry {
        organisation_id: id(&row.organisation_id, "organisation_id")?,
        at: time(&row.at, "at")?,
        id: id(&row.id, "id")?,
        request_id: id(&row.request_id, "request_id")?,
        actor_kind: row.actor_kind.0.clone(),
        actor_id: maybe_id(&row.actor_id, "actor_id")?,
        action: row.action.0.clone(),
        subject_kind: row.subject_kind.0.clone(),
        subject_id: maybe_id(&row.subject_id, "subject_id")?,
        customer_id: maybe_id(&row.customer_id, "customer_id")?,
        branch_id: maybe_id(&row.branch_id, "branch_id")?,
        changes: row.changes.0.clone(),
        detail_key: maybe_id(&row.detail_key, "detail_key")?,
        detail: bytes(&row.detail, "detail")?,
        origin_key: maybe_id(&row.origin_key, "origin_key")?,
        origin: bytes(&row.origin, "origin")?,
    })
}

fn id(cell: &Cell, column: &'static str) -> Result<Uuid, BadCell> {
    cell.0.parse().map_err(|_| BadCell(column))
}

fn maybe_id(cell: &Cell, column: &'static str) -> Result<Option<Uuid>, BadCell> {
    if cell.0.is_empty() {
        Ok(None)
    } else {
        id(cell, column).map(Some)
    }
}

fn time(cell: &Cell, column: &'static str) -> Result<DateTime<Utc>, BadCell> {
    cell.0.parse().map_err(|_| BadCell(column))
}

fn hash(cell: &Cell, column: &'static str) -> Result<[u8; 32], BadCell> {
    let mut hash = [0; 32];
    hex::decode_to_slice(&cell.0, &mut hash).map_err(|_| BadCell(column))?;
    Ok(hash)
}

fn bytes(cell: &Cell, column: &'static str) -> Result<Option<Vec<u8>>, BadCell> {
    if cell.0.is_empty() {
        return Ok(None);
    }
    STANDARD
        .decode(&cell.0)
        .map(Some)
        .map_err(|_| BadCell(column))
}

fn key(cell: &Cell, column: &'static str) -> Result<Option<EntryKey>, BadCell> {
    let Some(key) = bytes(cell, column)? else {
        return Ok(None);
    };
    key.try_into()
        .map(|key| Some(EntryKey::disclosed(key)))
        .map_err(|_| BadCell(column))
}
