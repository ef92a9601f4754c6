//! What somebody who checks a chain is told: what was found, what was proven, and what could not be.

use super::chain::Hash;
use super::checkpoint::Checkpoint;
use std::fmt;
use uuid::Uuid;

/// Findings beyond this many are counted, not kept: the first is what matters.
const KEPT: usize = 20;

/// The end of a chain: its last place and the hash there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last link's place; the first link's is 1.
    pub sequence: i64,
    /// The last link's hash.
    pub chain_hash: Hash,
}

/// What somebody did to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An entry says something else than it did when it was linked.
    Edited,
    /// An entry or its link is gone.
    Removed,
    /// Two entries or links stand in each other's place, or out of order.
    Swapped,
    /// An entry's time is far from the time at which it was linked, or is not the one it was linked with.
    BackDated,
    /// An entry that was never linked, or twice the same.
    Inserted,
    /// A link does not follow from the one before it.
    Broken,
    /// The end of the chain is gone.
    CutTail,
    /// The chain is whole, but not the one that was signed.
    Rewritten,
    /// Nothing is left of a chain that was signed.
    Wiped,
    /// The stored head is not the last link.
    WrongHead,
    /// A checkpoint that cannot be read, or whose signature is wrong.
    BadCheckpoint,
    /// A line of an export that cannot be read.
    Unreadable,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Edited => "edited",
            Self::Removed => "removed",
            Self::Swapped => "swapped",
            Self::BackDated => "back-dated",
            Self::Inserted => "inserted",
            Self::Broken => "broken chain",
            Self::CutTail => "cut tail",
            Self::Rewritten => "rewritten",
            Self::Wiped => "wiped",
            Self::WrongHead => "wrong head",
            Self::BadCheckpoint => "bad checkpoint",
            Self::Unreadable => "unreadable",
        })
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was done.
    pub kind: Kind,
    /// At which place of the chain, where it has one.
    pub sequence: Option<i64>,
    /// To which entry, where one is known.
    pub entry: Option<Uuid>,
    /// In a sentence without personal data.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(sequence) = self.sequence {
            write!(f, " #{sequence}")?;
        }
        if let Some(entry) = self.entry {
            write!(f, " ({entry})")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The outcome of checking one chain.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verdict {
    /// Whose chain.
    pub organisation: Uuid,
    /// Links that were checked, those of left-out entries included.
    pub entries: u64,
    /// Where the chain ended.
    pub head: Option<Head>,
    /// The last checkpoint that the chain agrees with.
    pub checkpoint: Option<Checkpoint>,
    /// What is wrong, the first thing first; at most twenty are kept.
    pub findings: Vec<Finding>,
    /// How much is wrong in all.
    pub found: u64,
    /// What this check could not prove, each a sentence.
    pub unproven: Vec<String>,
}

impl Verdict {
    /// Nothing is wrong.
    pub fn intact(&self) -> bool {
        self.found == 0
    }

    /// The first thing that is wrong.
    pub fn first(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// Takes down something wrong.
    pub fn find(&mut self, kind: Kind, sequence: Option<i64>, entry: Option<Uuid>, what: String) {
        self.found += 1;
        if self.findings.len() < KEPT {
            self.findings.push(Finding {
                kind,
                sequence,
                entry,
                what,
            });
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.head.map_or(0, |head| head.sequence);
        let (organisation, entries) = (self.organisation, self.entries);
        if self.intact() {
            write!(
                f,
                "{organisation}: intact, {entries} entries, verified to #{end}"
            )?;
            if let Some(checkpoint) = &self.checkpoint {
                write!(
                    f,
                    ", checkpoint #{} of {}",
                    checkpoint.size,
                    checkpoint.at.format("%F %T UTC")
                )?;
            }
        } else {
            write!(
                f,
                "{organisation}: BROKEN, {} findings in {entries} entries",
                self.found
            )?;
            for finding in &self.findings {
                write!(f, "\n  {finding}")?;
            }
        }
        for unproven in &self.unproven {
            write!(f, "\n  not proven: {unproven}")?;
        }
        Ok(())
    }
}
