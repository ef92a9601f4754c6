//! Walking along a chain, link by link, in constant memory: the rules by which tampering is found and named.
//!
//! It knows no database and no file: [`super::verify`] feeds it from the tables, [`super::export`] from a file.

use super::chain::{self, Entry, GENESIS, Hash};
use super::checkpoint::{Checkpoint, CheckpointError};
use super::verdict::{Finding, Head, Kind, Verdict};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::VerifyingKey;
use std::iter::Peekable;
use uuid::Uuid;

/// How far an entry's own time may lie from the time it was linked at. An entry is stamped when its transaction
/// begins and linked when it commits, perhaps by another machine's clock; the longest jobs take minutes.
pub const TOLERANCE: TimeDelta = TimeDelta::hours(1);

/// One link as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its place, from 1.
    pub sequence: i64,
    /// When it was made.
    pub linked_at: DateTime<Utc>,
    /// The hash of its entry.
    pub content_hash: Hash,
    /// The hash of itself.
    pub chain_hash: Hash,
}

/// What is known of a link's entry.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// The entry itself.
    Entry(&'a Entry),
    /// It should be there and is not; its id.
    Gone(Uuid),
    /// Left out of an export on purpose.
    LeftOut,
}

/// Checkpoints as they come from a file.
pub type Checkpoints<'a> = Box<dyn Iterator<Item = Result<Checkpoint, CheckpointError>> + 'a>;

/// Something wrong that a later link may show to be a swap.
struct Suspect {
    finding: usize,
    before: Hash,
    link: Link,
    entry: Option<Hash>,
}

impl Suspect {
    /// Whether a later link holds what belongs into the suspect's place.
    fn swapped_with(&self, later: &Link) -> bool {
        let (place, time) = (self.link.sequence, self.link.linked_at);
        self.entry == Some(later.content_hash)
            || chain::chain_hash(&self.before, place, later.linked_at, &later.content_hash)
                == later.chain_hash
            || chain::chain_hash(&self.before, place, time, &later.content_hash)
                == self.link.chain_hash
    }
}

/// A walk along one chain.
pub struct Walk<'a> {
    verdict: Verdict,
    checkpoints: Peekable<Checkpoints<'a>>,
    key: Option<&'a VerifyingKey>,
    first: Option<i64>,
    last: Head,
    suspect: Option<Suspect>,
}

impl<'a> Walk<'a> {
    /// Starts after `start` (`None`: at the chain's very beginning), with the checkpoints in the order they were made.
    pub fn new(
        organisation: Uuid,
        start: Option<Head>,
        checkpoints: Checkpoints<'a>,
        key: Option<&'a VerifyingKey>,
    ) -> Self {
        let last = start.unwrap_or(Head {
            sequence: 0,
            chain_hash: GENESIS,
        });
        let verdict = Verdict {
            organisation,
            ..Verdict::default()
        };
        Self {
            verdict,
            checkpoints: checkpoints.peekable(),
            key,
            first: None,
            last,
            suspect: None,
        }
    }

    /// Takes the next link.
    pub fn step(&mut self, link: &Link, shown: Shown<'_>) {
        self.settle(link);
        self.verdict.entries += 1;
        self.first.get_or_insert(link.sequence);
        let entry = match shown {
            Shown::Entry(entry) => Some(entry.id),
            Shown::Gone(id) => Some(id),
            Shown::LeftOut => None,
        };
        self.place(link, entry);
        match shown {
            Shown::Entry(entry) => self.content(link, entry),
            Shown::Gone(id) => {
                self.verdict.find(
                    Kind::Removed,
                    Some(link.sequence),
                    Some(id),
                    "its entry is gone".to_owned(),
                );
            }
            Shown::LeftOut => {}
        }
        if link.sequence > self.last.sequence {
            self.last = Head {
                sequence: link.sequence,
                chain_hash: link.chain_hash,
            };
        }
        self.check_signed();
    }

    /// Something wrong that the source itself found.
    pub fn find(&mut self, kind: Kind, sequence: Option<i64>, entry: Option<Uuid>, what: String) {
        self.verdict.find(kind, sequence, entry, what);
    }

    /// The end of the chain so far.
    pub fn last(&self) -> Head {
        self.last
    }

    /// Holds a checkpoint that stands where the walk now is against the chain; one of later entries says that
    /// they are gone. One of earlier entries says nothing: they came before the walk began, or are gone and
    /// already named.
    pub fn signed(&mut self, read: Result<Checkpoint, CheckpointError>) {
        let Some(checkpoint) = self.admit(read) else {
            return;
        };
        let (size, end, at) = (
            checkpoint.size,
            self.last.sequence,
            checkpoint.at.format("%F %T UTC"),
        );
        if size > end && end == 0 {
            let what = format!("nothing is left of {size} entries that were signed at {at}");
            self.verdict.find(Kind::Wiped, Some(1), None, what);
        } else if size > end {
            let what = format!("#{} to #{size} were signed at {at} and are gone", end + 1);
            self.verdict.find(Kind::CutTail, Some(end + 1), None, what);
        } else if size == end && checkpoint.hash.0 == self.last.chain_hash {
            self.verdict.checkpoint = Some(checkpoint);
        } else if size == end {
            let from = self
                .verdict
                .checkpoint
                .as_ref()
                .map_or(1, |good| good.size + 1);
            let what = format!("#{from} to #{size} are not what was signed at {at}");
            self.verdict.find(Kind::Rewritten, Some(from), None, what);
        }
    }

    /// Ends the walk; what the checkpoints say of entries that did not come is found here.
    pub fn finish(mut self) -> Verdict {
        while let Some(read) = self.checkpoints.next() {
            self.signed(read);
        }
        self.say_unproven();
        self.verdict.head = self.first.map(|_| self.last);
        self.verdict
    }

    /// The link's place and its following from the link before.
    fn place(&mut self, link: &Link, entry: Option<Uuid>) {
        let (here, due) = (link.sequence, self.last.sequence + 1);
        if here > due {
            let last = here - 1;
            let what = if due == last {
                "it is gone".to_owned()
            } else {
                format!("#{due} to #{last} are gone")
            };
            self.verdict.find(Kind::Removed, Some(due), None, what);
        } else if here == self.last.sequence {
            self.verdict.find(
                Kind::Inserted,
                Some(here),
                entry,
                "there are two of it".to_owned(),
            );
        } else if here < due {
            self.late(here, entry);
        } else if chain::chain_hash(
            &self.last.chain_hash,
            here,
            link.linked_at,
            &link.content_hash,
        ) != link.chain_hash
        {
            let what = format!("it does not follow from #{}", here - 1);
            self.suspect(link, Kind::Broken, entry, what, None);
        }
    }

    /// A link that comes too late: where it was missed, it was not gone but moved.
    fn late(&mut self, here: i64, entry: Option<Uuid>) {
        let what = format!("it comes after #{}", self.last.sequence);
        let missed = |it: &&mut Finding| {
            it.kind == Kind::Removed && it.sequence == Some(here) && it.entry.is_none()
        };
        if let Some(finding) = self.verdict.findings.iter_mut().find(missed) {
            *finding = Finding {
                kind: Kind::Swapped,
                sequence: Some(here),
                entry,
                what,
            };
        } else {
            self.verdict.find(Kind::Swapped, Some(here), entry, what);
        }
    }

    /// The entry against the hash in its link, and its time against the link's.
    fn content(&mut self, link: &Link, entry: &Entry) {
        let hash = chain::content_hash(entry);
        let apart = (entry.at - link.linked_at).abs() > TOLERANCE;
        let times = || {
            format!(
                "it says {}, it was linked at {}",
                entry.at.format("%F %T"),
                link.linked_at.format("%F %T")
            )
        };
        if hash != link.content_hash {
            let (kind, what) = if apart {
                (Kind::BackDated, times())
            } else {
                (Kind::Edited, "it is not what was linked".to_owned())
            };
            self.suspect(link, kind, Some(entry.id), what, Some(hash));
        } else if apart {
            self.verdict.find(
                Kind::BackDated,
                Some(link.sequence),
                Some(entry.id),
                times(),
            );
        }
    }

    fn suspect(
        &mut self,
        link: &Link,
        kind: Kind,
        entry: Option<Uuid>,
        what: String,
        hash: Option<Hash>,
    ) {
        let finding = self.verdict.findings.len();
        self.verdict.find(kind, Some(link.sequence), entry, what);
        if self.suspect.is_none() {
            let before = self.last.chain_hash;
            self.suspect = Some(Suspect {
                finding,
                before,
                link: *link,
                entry: hash,
            });
        }
    }

    /// Looks whether this link shows the first thing wrong to be a swap.
    fn settle(&mut self, link: &Link) {
        let Some(suspect) = self.suspect.take_if(|suspect| suspect.swapped_with(link)) else {
            return;
        };
        if let Some(finding) = self.verdict.findings.get_mut(suspect.finding) {
            finding.kind = Kind::Swapped;
            finding.what = format!(
                "#{} and #{} stand in each other's place",
                suspect.link.sequence, link.sequence
            );
        }
    }

    /// A checkpoint that can be read, is of this chain and whose signature holds.
    fn admit(&mut self, read: Result<Checkpoint, CheckpointError>) -> Option<Checkpoint> {
        let checked = read.and_then(|checkpoint| checkpoint.verify(self.key).map(|()| checkpoint));
        match checked {
            Ok(checkpoint) if checkpoint.organisation == self.verdict.organisation => {
                Some(checkpoint)
            }
            Ok(_) => {
                self.verdict.find(
                    Kind::BadCheckpoint,
                    None,
                    None,
                    "it is of another organisation".to_owned(),
                );
                None
            }
            Err(error) => {
                self.verdict
                    .find(Kind::BadCheckpoint, None, None, error.to_string());
                None
            }
        }
    }

    /// The checkpoints that are due at the place now reached, and those that cannot be read before them.
    fn check_signed(&mut self) {
        let here = self.last.sequence;
        while let Some(read) = self
            .checkpoints
            .next_if(|read| read.as_ref().map_or(true, |it| it.size <= here))
        {
            self.signed(read);
        }
    }

    fn say_unproven(&mut self) {
        let (end, unproven) = (self.last.sequence, &mut self.verdict.unproven);
        if let Some(first) = self.first.filter(|first| *first > 1) {
            unproven.push(format!("what came before #{first}, which is not here"));
        }
        match &self.verdict.checkpoint {
            None if self.verdict.found == 0 => unproven.push(
                "that no tail was cut, no suffix written anew and nothing wiped (no checkpoint was given)".to_owned(),
            ),
            Some(good) if good.size < end => {
                unproven.push(format!("#{} to #{end}, which came after the last checkpoint", good.size + 1));
            }
            _ => {}
        }
        if self.key.is_none() && self.verdict.checkpoint.is_some() {
            unproven.push("who signed the checkpoints (no public key was given)".to_owned());
        }
    }
}
