//! A revocation: a manager takes a validation back. It closes a round of its own, refused, with reasons; a second person
//! agrees where policy does not leave a decision to one.

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    access::actor::Who,
    audit::event::{Change as Field, What},
    customers::{
        rules::{self as kyc, Kyc, Move},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Read},
    error::{Error, FieldError, Result},
    reason,
    reviews::{
        approvals, companies,
        decision::{Decision, Outcome},
        event_round::{self, Closing},
        four_eyes,
        policy::store::{self as policies, Versioned},
        store::{self, rounds::Decided},
    },
    value::{CustomerId, StaffId},
    verifications::rules::Status,
};

/// The facts on which a revocation is decided.
pub struct Case {
    /// Whose.
    pub customer: Customer,
    /// The policy that holds.
    pub policy: Versioned,
    /// Whether a second person must agree.
    pub second: bool,
    next_round: i32,
}

impl Case {
    /// As it stands now.
    pub fn read(tx: &mut Read<'_>, id: CustomerId) -> Result<Self> {
        let customer = customers::find(tx, id)?;
        Self::complete(tx, customer)
    }

    /// The same, held until the end of the change.
    pub fn held(tx: &mut Read<'_>, id: CustomerId) -> Result<Self> {
        let customer = customers::lock(tx, id)?;
        Self::complete(tx, customer)
    }

    fn complete(tx: &mut Read<'_>, customer: Customer) -> Result<Self> {
        let policy = policies::current(tx)?;
        Ok(Self {
            second: four_eyes::asked_for(tx, &policy.policy, &customer)?,
            next_round: store::latest(tx, customer.id)?.map_or(0, |round| round.round) + 1,
            policy,
            customer,
        })
    }

    /// Why there is nothing to revoke.
    pub fn hindrance(&self) -> Option<&'static str> {
        let lawful = kyc::lawful(self.customer.kyc, Move::Revoke, Kyc::Refused);
        (!lawful).then_some("Only a customer who was validated can be revoked.")
    }
}

/// Reasons, words for colleagues, and words for the customer, trimmed; each field that must be mended named.
fn checked(case: &Case, decision: Decision) -> Result<Decision> {
    let decision = Decision {
        decision: Kyc::Refused,
        retry: false,
        ..decision
    };
    let short = reason::seen(&decision.comment) < reason::SHORTEST;
    let mut errors = match decision.clone().checked(&case.policy.policy) {
        // The risk stays what it was.
        Ok(decision) if !short => {
            return Ok(Decision {
                risk: case.customer.risk,
                ..decision
            });
        }
        Ok(_) => Vec::new(),
        Err(Error::Invalid(errors)) => errors,
        Err(other) => return Err(other),
    };
    errors.retain(|error| !(short && error.field == "comment"));
    if short {
        errors.push(FieldError {
            field: "comment".into(),
            message: "Say in at least 10 characters, for colleagues, why you revoke".into(),
        });
    }
    Err(Error::Invalid(errors))
}

/// Revokes, or proposes to where a second person must agree. `version` is the customer's, as the page showed it. Of the
/// decision, the reasons and the words count.
pub fn revoke(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    decision: Decision,
) -> Result<Outcome> {
    let case = Case::held(tx, id)?;
    let decision = checked(&case, decision)?;
    if let Some(why) = case.hindrance() {
        return Err(Error::Refused(why.into()));
    }
    if case.customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the form".into(),
        ));
    }
    approvals::nothing_waits(tx, case.customer.id)?;
    if case.second {
        approvals::propose_revocation(tx, &case, &decision)?;
        return Ok(Outcome::Proposed);
    }
    carry_out(tx, &case, &decision, None)?;
    Ok(Outcome::Decided)
}

/// Writes it. `proposed_by`: whoever acts agrees to what this colleague proposed.
pub(super) fn carry_out(
    tx: &mut Change<'_>,
    case: &Case,
    decision: &Decision,
    proposed_by: Option<StaffId>,
) -> Result<()> {
    if let Some(why) = case.hindrance() {
        return Err(Error::Refused(why.into()));
    }
    let (now, customer) = (tx.now(), &case.customer);
    let text = decision.text(&case.policy.policy);
    let message = text
        .as_deref()
        .map(|text| (text, decision.language.as_str()));
    event_round::close(
        tx,
        Closing {
            customer,
            round: case.next_round,
            decided: Decided {
                decision: Kyc::Refused,
                risk: customer.risk,
                retry: Some(false),
                reasons: &decision.reasons,
                comment: Some(&decision.comment),
                message,
                policy_version: case.policy.version,
                proposed_by: proposed_by.map(Who::Staff),
            },
            check: Status::Failed,
            until: None,
            state: KycState {
                kyc: Kyc::Refused,
                kyc_comment: text.clone(),
                last_review_at: Some(now),
                next_review_on: None,
                refused_at: Some(now),
                ..KycState::from(customer)
            },
            what: What::KycRevoked,
            fields: vec![
                Field::plain("kyc", customer.kyc.as_str(), Kyc::Refused.as_str()),
                Field::plain("reasons", Value::Null, decision.reasons.clone()),
                Field::plain("policy_version", Value::Null, case.policy.version),
                Field::plain(
                    "next_review_on",
                    customer
                        .next_review_on
                        .map(|day: NaiveDate| day.to_string()),
                    Value::Null,
                ),
                Field::personal("message", Value::Null, text.clone()),
            ],
            reason: &decision.comment,
        },
    )?;
    companies::follow(tx, customer.id, Kyc::Refused)
}
