//! The facts of a case file, as `casefile.json` has them and as its page prints them. Times are UTC; days are days; texts
//! are as people wrote them. A field without a value is null.

mod comparison;
mod document;
mod review;

use std::cell::Cell;

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    customers::notes::Note,
    reviews::kyc_file::shown::{self, Names},
    verifications::store::Verification,
};

pub use comparison::{AcceptedFact, ComparedFact, ReadFact};
pub use document::DocumentFact;
pub use review::{ReasonFact, ReviewFact};

/// A check by a provider.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the check")]
pub struct CheckFact {
    pub id: Uuid,
    pub r#type: String,
    pub check_type: Option<String>,
    pub provider: String,
    pub provider_reference: Option<String>,
    pub status: &'static str,
    pub reason: Option<String>,
    /// What the provider answered.
    pub result: Option<Value>,
    pub started_by: String,
    pub created_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub review: Option<Uuid>,
}

impl CheckFact {
    /// A check.
    pub fn of(check: Verification, names: &Names) -> Self {
        Self {
            id: check.id.0,
            status: check.status.as_str(),
            started_by: shown::actor(&check.started_by_kind, check.started_by_id, names),
            r#type: check.verification_type,
            check_type: check.check_type,
            provider: check.provider,
            provider_reference: check.provider_reference,
            reason: check.reason,
            result: check.result_payload,
            created_at: check.created_at,
            verified_at: check.verified_at,
            expires_at: check.expires_at,
            review: check.review_id.map(|review| review.0),
        }
    }
}

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

/// A country in which the customer pays tax.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the tax residence")]
pub struct TaxFact {
    pub country: String,
    pub tax_payer_id: Option<String>,
    pub liability_waiver: bool,
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
