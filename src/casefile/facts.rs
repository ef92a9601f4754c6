//! The facts of a case file, as `casefile.json` has them and as its page prints them. Times are UTC; days are days; texts
//! are as people wrote them. A field without a value is null.

mod check;
mod comparison;
mod document;
mod hit;
mod merge;
mod policy;
mod review;
mod stated;

use std::cell::Cell;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::{
    customers::notes::Note,
    reviews::kyc_file::shown::{self, Names},
};

pub use check::CheckFact;
pub use comparison::{AcceptedFact, ComparedFact, ReadFact};
pub use document::DocumentFact;
pub use hit::HitFact;
pub use merge::MergeFact;
pub use policy::{PolicyFact, Whole as WholePolicy};
pub use review::{ReasonFact, ReviewFact};
pub use stated::{NoOwnerFact, TaxFact};

/// A note of colleagues.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the note")]
pub struct NoteFact {
    pub written_by: String,
    pub written_at: DateTime<Utc>,
    pub body: String,
}

impl NoteFact {
    /// A note.
    pub fn of(note: Note, names: &Names) -> Self {
        Self {
            written_by: shown::actor("staff", Some(note.written_by.0), names),
            written_at: note.created_at,
            body: note.body,
        }
    }
}

/// Somebody who stands behind a company, or a company that the customer stands behind.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the relation")]
pub struct MemberFact {
    pub role: &'static str,
    pub share: Option<String>,
    pub source: String,
    /// Null where they lie outside of the branches of whoever this was made for.
    pub customer: Option<Uuid>,
    pub name: Option<String>,
    pub kyc: Option<&'static str>,
    #[serde(skip)]
    pub words: &'static str,
}

/// A line of the checklist.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the line")]
pub struct ChecklistFact {
    pub group: &'static str,
    pub requirement: &'static str,
    pub met: bool,
    pub detail: String,
}

/// Rows that are written while they are read.
pub struct Rows<I>(Cell<Option<I>>);

impl<I: Iterator> Rows<I> {
    /// From rows that nobody has taken yet.
    pub const fn new(rows: I) -> Self {
        Self(Cell::new(Some(rows)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Rows<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}
