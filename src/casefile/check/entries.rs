//! The customer's entries against the chain, and the chain against the signed checkpoint.

use std::io::{self, BufRead, ErrorKind, Read};

use ed25519_dalek::VerifyingKey;
use uuid::Uuid;

use crate::{
    audit::{
        checkpoint::Checkpoint,
        verdict::Kind,
        walk::{Checkpoints, Link, Shown, Walk},
    },
    casefile::{
        entries::{Line, Mismatch},
        manifest::Manifest,
        proof::Links,
        rules::{CHAIN, CHECKPOINT, ENTRIES, MANIFEST},
    },
};

use super::{Archive, Outcome, Source};

/// More than any checkpoint has.
const LONGEST_CHECKPOINT: u64 = 16 * 1024;
/// More than any entry has.
const LONGEST_LINE: u64 = 8 * 1024 * 1024;

/// Walks along the chain with the entries beside it.
pub(super) fn chain<'k, S: Source + ?Sized>(
    archive: &Archive<'_, S>,
    manifest: &Manifest,
    signed_by: Option<VerifyingKey>,
    outside: impl FnOnce(Uuid) -> Option<Checkpoints<'k>>,
    outcome: &mut Outcome,
) -> io::Result<()> {
    // What is missing as a file was said already.
    let (Some(chain), Some(lines)) = (archive.open(CHAIN)?, archive.open(ENTRIES)?) else {
        return Ok(());
    };
    let Some(mut proof) = read(Links::open(chain), outcome)?.flatten() else {
        return Ok(());
    };
    let Some(checkpoint) = archive
        .whole(CHECKPOINT, LONGEST_CHECKPOINT)?
        .and_then(|line| Checkpoint::from_line(str::from_utf8(&line).ok()?).ok())
    else {
        outcome.find(format!("{CHECKPOINT} cannot be read"));
        return Ok(());
    };
    if proof.organisation != manifest.organisation {
        outcome.find(format!(
            "{CHAIN} is of another organisation than {MANIFEST}"
        ));
    }
    let organisation = manifest.organisation;
    // Those of later entries say nothing about this file.
    let end = checkpoint.size;
    let known: Checkpoints<'k> = match outside(organisation) {
        Some(known) => Box::new(
            known.filter(move |read| read.as_ref().map_or(true, |known| known.size <= end)),
        ),
        None => Box::new(std::iter::empty()),
    };
    // Where nobody signed the manifest, the checkpoint's own key is all there is.
    let mut walk = Walk::new(organisation, Some(proof.start), known, signed_by.as_ref());
    let mut lines = Lines {
        file: lines,
        count: 0,
        last: 0,
    };
    let mut next = lines.next(outcome)?;
    while let Some(link) = read(proof.read(), outcome)?.flatten() {
        while let Some(line) = next.take_if(|line| line.sequence < link.sequence) {
            misplaced(&mut walk, &line);
            next = lines.next(outcome)?;
        }
        match next.take_if(|line| line.sequence == link.sequence) {
            Some(line) => {
                step(&mut walk, &link, &line, manifest);
                next = lines.next(outcome)?;
            }
            None => walk.step(&link, Shown::LeftOut),
        }
    }
    while let Some(line) = next.take() {
        misplaced(&mut walk, &line);
        next = lines.next(outcome)?;
    }
    let walked = walk.last().sequence;
    walk.signed(Ok(checkpoint));
    if lines.count != manifest.entries {
        outcome.find(format!(
            "{ENTRIES} has {} entries and should have {}",
            lines.count, manifest.entries
        ));
    }
    outcome.chain = Some(walk.finish());
    let others = walked - proof.start.sequence - i64::try_from(lines.count).unwrap_or(i64::MAX);
    if others > 0 {
        outcome.unproven(format!(
            "what the other {others} entries of the log say (their places are proven)"
        ));
    }
    outcome.unproven("that no other entry is about this customer: the manifest’s signer says so");
    Ok(())
}

/// An entry that the chain has no place for.
fn misplaced(walk: &mut Walk<'_>, line: &Line) {
    let what = "the chain has no place for it, or it is out of order".to_owned();
    walk.find(
        Kind::Inserted,
        Some(line.sequence),
        Some(line.hashed.id),
        what,
    );
}

fn step(walk: &mut Walk<'_>, link: &Link, shown: &Line, manifest: &Manifest) {
    let entry = shown.entry();
    walk.step(link, Shown::Entry(&entry));
    let mut edited = |what: &str| {
        walk.find(
            Kind::Edited,
            Some(link.sequence),
            Some(entry.id),
            what.to_owned(),
        );
    };
    if entry.customer_id != Some(manifest.customer) {
        edited("it is about another customer");
    }
    if entry.organisation_id != manifest.organisation {
        edited("it is of another organisation");
    }
    if shown.linked_at != link.linked_at {
        edited("it says another time of linking than the chain");
    }
    match shown.matches() {
        Ok(()) => {}
        Err(Mismatch::Key) => edited("its key does not open its sealed values"),
        Err(Mismatch::Values) => edited("the values that it shows are not those that were sealed"),
    }
}

/// A result of reading the file: what is wrong with the file's own contents is a finding, not an error.
fn read<T>(result: io::Result<T>, outcome: &mut Outcome) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::UnexpectedEof | ErrorKind::InvalidData
            ) =>
        {
            outcome.find(format!("{CHAIN} cannot be read to its end"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Entries as they come.
struct Lines<R> {
    file: R,
    count: u64,
    last: i64,
}

impl<R: BufRead> Lines<R> {
    /// The next entry that can be read.
    fn next(&mut self, outcome: &mut Outcome) -> io::Result<Option<Line>> {
        loop {
            let mut line = Vec::new();
            self.file
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return Ok(None);
            }
            self.count += 1;
            match serde_json::from_slice::<Line>(&line) {
                Ok(line) if line.sequence > self.last => {
                    self.last = line.sequence;
                    return Ok(Some(line));
                }
                Ok(line) => outcome.find(format!(
                    "{ENTRIES}, line {}: entry #{} ({}) is out of order",
                    self.count, line.sequence, line.hashed.id
                )),
                Err(error) => outcome.find(format!(
                    "{ENTRIES}, line {} cannot be read: {error}",
                    self.count
                )),
            }
        }
    }
}
