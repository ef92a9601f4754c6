//! What travels: Kontorion's verification, what a caller sends about one, and what is answered where something is wrong.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    value::OrganisationId,
    verifications::{providers::watchlist, rules::Status, store::Verification as Check},
};

/// A verification: one check by one provider. All sixteen keys are always present; what is not known is null. Moments are
/// RFC 3339 in UTC, to the microsecond.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the vendor's own names")]
pub struct Verification {
    /// Its id.
    id: Uuid,
    /// The organisation that the key belongs to.
    organization_id: Uuid,
    /// Whose check it is.
    customer_id: Uuid,
    /// What is checked: `kyc`, `kyb`, `identity`, … Free text.
    verification_type: String,
    /// How. Free text.
    check_type: Option<String>,
    /// By whom; `manual` is the desk itself. Free text.
    provider: String,
    /// What the provider calls this check.
    provider_reference: Option<String>,
    /// Where it stands.
    status: Status,
    /// Why: what the customer was told, or what is missing; of a check by a provider elsewhere, what that said.
    reason: Option<String>,
    /// All that the provider answered; nothing of what a watchlist did.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    result_payload: Option<Value>,
    /// Who acted last: a member of staff or a key; null where it was the clock.
    actor_id: Option<Uuid>,
    /// When it became verified.
    #[schemars(extend("format" = "date-time"))]
    verified_at: Option<String>,
    /// Until when that counts.
    #[schemars(extend("format" = "date-time"))]
    expires_at: Option<String>,
    /// When the provider was heard of last.
    #[schemars(extend("format" = "date-time"))]
    last_checked_at: Option<String>,
    /// When it was started.
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    /// When it changed last.
    #[schemars(extend("format" = "date-time"))]
    updated_at: String,
}

impl Verification {
    /// Its id.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// A check, with the reason that may be told.
    pub fn of(organisation: OrganisationId, check: Check, reason: Option<String>) -> Self {
        let told = check.provider != watchlist::NAME;
        Self {
            id: check.id.0,
            organization_id: organisation.0,
            customer_id: check.customer_id.0,
            verification_type: check.verification_type,
            check_type: check.check_type,
            provider: check.provider,
            provider_reference: check.provider_reference,
            status: check.status,
            reason,
            // The page says "object or null". Which entries of a list are like a customer, and how many, is for officers:
            // whoever tells the customer may be tipping them off. (Its reason is held back where reasons are read.)
            result_payload: check
                .result_payload
                .filter(|payload| told && payload.is_object()),
            actor_id: match check.actor_kind {
                Some(_) => check.actor_id,
                None => check.started_by_id,
            },
            verified_at: check.verified_at.map(moment),
            expires_at: check.expires_at.map(moment),
            last_checked_at: check.last_checked_at.map(moment),
            created_at: moment(check.created_at),
            updated_at: moment(check.updated_at),
        }
    }
}

/// To the microsecond, as it is stored, so that a moment that was answered finds its row again.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// One verification, wrapped.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct One {
    /// It.
    pub data: Verification,
}

/// A page of verifications, newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Many {
    /// They.
    pub data: Vec<Verification>,
    /// How to go on.
    pub pagination: Pagination,
}

/// How to go on from a page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pagination {
    /// What to send as `cursor` for the next page, with the same filters; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// What a caller sends to start a verification. Unknown fields are ignored.
// What is missing and what is null are one fault, said of each field by its name: so reading requires none.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["customer_id", "provider", "verification_type"]))]
pub struct Create {
    /// The customer's id.
    #[schemars(with = "Uuid")]
    pub customer_id: Option<String>,
    /// Who checks; `manual` is the desk itself.
    #[schemars(with = "String", length(max = 255), regex(pattern = r"\S"))]
    pub provider: Option<String>,
    /// What is checked. With the provider `manual`, `kyc` (a person) and `kyb` (a company)
    /// ask for a review.
    #[schemars(with = "String", length(max = 255), regex(pattern = r"\S"))]
    pub verification_type: Option<String>,
    /// How. A review has none.
    #[schemars(length(max = 255), regex(pattern = r"\S"))]
    pub check_type: Option<String>,
    /// Ours: the number that `vouch_checks` is to judge (`iban`, `lei`, `vat`, `tax_id`, `company_number`); where it is left
    /// out, the declared one, which an account and an LEI do not have.
    #[schemars(length(max = 64))]
    pub number: Option<String>,
}

/// What a caller sends to set a status.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("required" = ["status"]))]
pub struct SetStatus {
    /// The status that is to stand there.
    #[schemars(with = "Status")]
    pub status: Option<String>,
    /// Why, for colleagues and the audit log. It is never answered.
    #[schemars(length(max = 1_000))]
    pub reason: Option<String>,
}

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem {
    /// Always `about:blank`: `title` is the status in words, and `code` says more.
    pub r#type: &'static str,
    /// The HTTP status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time. Never repeats what was sent.
    pub detail: String,
    /// This occurrence.
    pub instance: String,
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// The request, as our logs name it.
    pub request_id: Uuid,
    /// What is wrong with each field; with the code `VALIDATION` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field or parameter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// Its name.
    pub field: String,
    /// What kind of fault.
    pub code: FieldCode,
    /// In a sentence.
    pub message: String,
}

/// Kinds of problems. The vendor's page names none; the last four are ours for what HTTP itself refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProblemCode {
    /// What was sent cannot be read, or a field must be mended.
    Validation,
    /// The key is missing or opens nothing.
    Unauthorized,
    /// The key's scopes do not include this.
    Forbidden,
    /// No such thing, or no such address.
    NotFound,
    /// The status cannot become that one now.
    InvalidStateTransition,
    /// Too many requests.
    RateLimited,
    /// Our fault.
    InternalError,
    /// Something is away; nothing was done, unless the detail says that this is not known.
    Unavailable,
    /// The address does not take that method.
    MethodNotAllowed,
    /// The body is too large.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The Idempotency-Key stands for another request.
    IdempotencyKeyReused,
}

/// Kinds of faults of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// It is missing.
    Required,
    /// It is longer than it may be.
    TooLong,
    /// The field has no such operator.
    UnsupportedOperator,
    /// It is none of what it may be.
    Invalid,
}
