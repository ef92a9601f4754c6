//! A second person is asked: what was decided is frozen, with the version of the data that it was decided on.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store::{self as customers, Customer},
    db::Change,
    error::{Error, Result},
    reviews::{
        decision::{self, Decision},
        overrides::{self, Plan},
        policy::store::Versioned,
        revocation,
        store::{
            proposals::{self, Kind, New},
            rounds,
        },
    },
    value::{ProposalId, ReviewId, VerificationId},
};

/// An override, as it is stored with its proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overriding {
    /// The stored name of the status that stood there.
    pub from: String,
    /// The stored name of the status that is to stand there.
    pub to: String,
    /// Why.
    pub reason: String,
}

/// What is asked.
struct Asked<'a> {
    customer: &'a Customer,
    policy: &'a Versioned,
    kind: Kind,
    review: Option<ReviewId>,
    check: Option<VerificationId>,
    body: Value,
    subject: Subject,
    fields: Vec<Field>,
    reason: &'a str,
}

fn ask(tx: &mut Change<'_>, asked: Asked<'_>) -> Result<ProposalId> {
    let Asked {
        customer, policy, ..
    } = asked;
    super::nothing_waits(tx, customer.id)?;
    customers::touch(tx, customer.id)?;
    let expires_at = tx.now() + policy.policy.proposal_stands();
    let id = proposals::add(
        tx,
        &New {
            customer,
            kind: asked.kind,
            review: asked.review,
            check: asked.check,
            body: &asked.body,
            // As it is once this change is made: nothing else may happen to the customer in between.
            customer_version: customer.version + 1,
            policy_version: policy.version,
            expires_at,
        },
    )?;
    if let Some(review) = asked.review {
        // Nobody else may take the round while it waits for an answer.
        let me = tx.actor().staff().ok_or(Error::Forbidden)?;
        rounds::hold(tx, review, Some((me, expires_at)))?;
    }
    let mut event = Event::new(What::ApprovalAsked, asked.subject).changing(asked.fields);
    if !asked.reason.is_empty() {
        event = event.because(asked.reason);
    }
    tx.say(event);
    Ok(id)
}

/// Freezes a decision until a second person agrees. The round stays with its proposer, who hears of what comes of it.
pub fn propose(
    tx: &mut Change<'_>,
    case: &decision::Case,
    decision: &Decision,
) -> Result<ProposalId> {
    ask(
        tx,
        Asked {
            customer: &case.customer,
            policy: &case.policy,
            kind: Kind::Decision,
            review: Some(case.review.id),
            check: None,
            body: serde_json::to_value(decision).map_err(anyhow::Error::new)?,
            subject: Subject::Review(case.review.id, case.customer.reference()),
            fields: decided(decision.decision.as_str(), decision),
            reason: &decision.comment,
        },
    )
}

/// Freezes an override until a second person agrees.
pub(in crate::reviews) fn propose_override(
    tx: &mut Change<'_>,
    case: &overrides::Case,
    plan: &Plan,
    reason: &str,
) -> Result<ProposalId> {
    let body = Overriding {
        from: case.status().to_owned(),
        to: plan.to.to_owned(),
        reason: reason.to_owned(),
    };
    ask(
        tx,
        Asked {
            customer: &case.customer,
            policy: &case.policy,
            kind: Kind::Override,
            review: None,
            check: case.check.as_ref().map(|check| check.id),
            body: serde_json::to_value(body).map_err(anyhow::Error::new)?,
            subject: case.subject(),
            fields: vec![Field::plain("override", case.status(), plan.to)],
            reason,
        },
    )
}

/// Freezes a revocation until a second person agrees.
pub(in crate::reviews) fn propose_revocation(
    tx: &mut Change<'_>,
    case: &revocation::Case,
    decision: &Decision,
) -> Result<ProposalId> {
    ask(
        tx,
        Asked {
            customer: &case.customer,
            policy: &case.policy,
            kind: Kind::Revocation,
            review: None,
            check: None,
            body: serde_json::to_value(decision).map_err(anyhow::Error::new)?,
            subject: Subject::Customer(case.customer.reference()),
            fields: decided("revoked", decision),
            reason: &decision.comment,
        },
    )
}

fn decided(what: &'static str, decision: &Decision) -> Vec<Field> {
    vec![
        Field::plain("decision", Value::Null, what),
        Field::plain("reasons", Value::Null, decision.reasons.clone()),
    ]
}
