//! A round, its decision and the reasons.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    casefile::rules::Reader,
    customers::rules::{Kyc, Risk},
    db::Read,
    error::Result,
    reviews::{
        kyc_file::shown::{self, Names},
        policy::store as policies,
        rules::State,
        store::{declared, rounds::Review},
    },
};

/// A round of reviews.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the round")]
pub struct ReviewFact {
    pub id: Uuid,
    pub round: i32,
    pub r#type: &'static str,
    pub state: &'static str,
    /// Whether it was decided, so that `declared_then` is of that moment.
    #[serde(skip)]
    pub is_decided: bool,
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
    /// The file that holds what that version said.
    pub policy_file: Option<String>,
    /// What was declared when it was decided; of a round that was not, when it was submitted last. Members stand in it by
    /// name, those outside of the reader's branches by a mark.
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
        let colleague = |id: Option<Uuid>| id.map(|id| shown::actor("staff", Some(id), names));
        // Whoever decided may be a key; whoever agreed is always a colleague.
        let kind = review.decided_kind.as_deref().unwrap_or("staff");
        let decided_by = review.decided_by;
        let mut declared_then = review.snapshot;
        declared::name_members(tx, review.customer_id, [&mut declared_then])?;
        Ok(Self {
            id: review.id.0,
            round: review.round,
            r#type: review.review_type.as_str(),
            state: review.state.as_str(),
            is_decided: review.state == State::Decided,
            submitted_by: shown::actor(&review.submitted_kind, review.submitted_id, names),
            submitted_at: review.submitted_at,
            decision: review.decision.map(Kyc::as_str),
            risk: review.risk.map(Risk::as_str),
            retry: review.retry,
            reasons,
            comment: reader.comment(review.comment.as_deref()).map(str::to_owned),
            decided_by: decided_by.map(|id| shown::actor(kind, Some(id), names)),
            decided_at: review.decided_at,
            countersigned_by: colleague(review.countersigned_by.map(|staff| staff.0)),
            countersigned_at: review.countersigned_at,
            policy_version: review.policy_version,
            policy_file: review.policy_version.map(super::policy::file_of),
            message: review.message,
            declared_then,
        })
    }
}
