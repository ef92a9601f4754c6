//! The facts of a case file, as `casefile.json` has them and as its page prints them. Times are UTC; days are days; texts
//! are as people wrote them. A field without a value is null.

use std::cell::Cell;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    casefile::rules::Reader,
    customers::notes::Note,
    db::Read,
    documents::store::Document,
    error::Result,
    reviews::{
        kyc_file::shown::{self, Names},
        policy::store as policies,
        store::rounds::Review,
    },
    verifications::store::Verification,
};

/// A round of reviews.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the round")]
pub struct ReviewFact {
    pub id: Uuid,
    pub round: i32,
    pub r#type: &'static str,
    pub state: &'static str,
    pub submitted_by: String,
    pub submitted_at: DateTime<Utc>,
    pub decision: Option<&'static str>,
    pub risk: Option<&'static str>,
    /// A refused customer may try again at once.
    pub retry: Option<bool>,
    pub reasons: Vec<ReasonFact>,
    /// For colleagues.
    pub comment: Option<String>,
    /// For the customer.
    pub message: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// The second person.
    pub countersigned_by: Option<String>,
    pub countersigned_at: Option<DateTime<Utc>>,
    /// The version of the policy that it was decided under.
    pub policy_version: Option<i32>,
    /// What was declared when it was submitted.
    pub declared_then: Value,
}

/// A reason of a decision.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonFact {
    /// Its code.
    pub code: String,
    /// What the policy of then said by it; nothing where it no longer knows the code.
    pub text: Option<String>,
}

impl ReviewFact {
    /// A round as a reader sees it.
    pub fn of(tx: &mut Read<'_>, review: Review, reader: Reader, names: &Names) -> Result<Self> {
        let policy = review
            .policy_version
            .filter(|_| !review.reason_codes.is_empty())
            .map(|version| policies::at(tx, version))
            .transpose()?;
        let reasons = review
            .reason_codes
            .iter()
            .map(|code| ReasonFact {
                code: code.clone(),
                text: policy
                    .as_ref()
                    .and_then(|policy| Some(policy.reason(code)?.text.clone())),
            })
            .collect();
        let named = |id: Option<Uuid>| id.map(|id| shown::actor("staff", Some(id), names));
        Ok(Self {
            id: review.id.0,
            round: review.round,
            r#type: review.review_type.as_str(),
            state: review.state.as_str(),
            submitted_by: shown::actor(&review.submitted_kind, review.submitted_id, names),
            submitted_at: review.submitted_at,
            decision: review.decision.map(|decision| decision.as_str()),
            risk: review.risk.map(|risk| risk.as_str()),
            retry: review.retry,
            reasons,
            comment: reader.comment(review.comment.as_deref()).map(str::to_owned),
            decided_by: named(review.decided_by),
            decided_at: review.decided_at,
            countersigned_by: named(review.countersigned_by.map(|staff| staff.0)),
            countersigned_at: review.countersigned_at,
            policy_version: review.policy_version,
            message: review.message,
            declared_then: review.snapshot,
        })
    }
}

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

/// A paper.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the paper")]
pub struct DocumentFact {
    pub id: Uuid,
    pub r#type: &'static str,
    /// What its owner called it.
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub status: &'static str,
    pub reason: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub handed_in_by: String,
    pub handed_in_at: DateTime<Utc>,
    /// Where it stands in this archive.
    pub file: Option<String>,
    /// Why it does not.
    pub missing: Option<&'static str>,
    #[serde(skip)]
    pub words: (&'static str, &'static str),
}

impl DocumentFact {
    /// A paper, and where it stands in the archive or why it does not.
    pub fn of(document: &Document, file: Result<String, &'static str>, names: &Names) -> Self {
        let (file, missing) = match file {
            Ok(file) => (Some(file), None),
            Err(why) => (None, Some(why)),
        };
        Self {
            id: document.id.0,
            r#type: document.document_type.as_str(),
            name: document.name.clone(),
            media_type: document.media_type.clone(),
            size: document.size,
            sha256: hex::encode(&document.sha256),
            status: document.status.as_str(),
            reason: document.reason.clone(),
            expires_on: document.expires_on,
            handed_in_by: shown::actor(&document.uploaded_kind, document.uploaded_id, names),
            handed_in_at: document.created_at,
            file,
            missing,
            words: (document.document_type.words(), document.status.words()),
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
