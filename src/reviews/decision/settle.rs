//! What a decision writes.

use chrono::NaiveDate;
use serde_json::Value;

use super::{Case, Decision};
use crate::{
    access::actor::Who,
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{Kyc, Risk},
        store::{self as customers, Customer, KycState},
    },
    days,
    db::Change,
    error::Result,
    reviews::{
        companies, rules,
        store::rounds::{self, Decided, Review},
    },
    value::StaffId,
    verifications::{
        rules::Status,
        store::{self as checks},
    },
};

/// Writes one decision on one round: the round, its check, the customer's KYC, and what the log says of it.
pub(super) fn settle(
    tx: &mut Change<'_>,
    case: &Case,
    customer: &Customer,
    review: &Review,
    decision: &Decision,
    proposed_by: Option<StaffId>,
) -> Result<()> {
    let now = tx.now();
    let text = decision.text(&case.policy.policy);
    let message = text
        .as_deref()
        .map(|text| (text, decision.language.as_str()));
    let comment = Some(decision.comment.as_str()).filter(|text| !text.is_empty());
    let next_review_on = (decision.decision == Kyc::Validated)
        .then(|| rules::next_review_in(case.today, case.policy.policy.years(decision.risk)));
    if decision.decision == Kyc::Incomplete {
        rounds::ask_for_more(tx, review.id, &decision.reasons, comment, message)?;
        rounds::pause(tx, review.id)?;
    } else {
        rounds::decide(
            tx,
            customer,
            review.id,
            &Decided {
                decision: decision.decision,
                risk: decision.risk,
                retry: (decision.decision == Kyc::Refused).then_some(decision.retry),
                reasons: &decision.reasons,
                comment,
                message,
                policy_version: case.policy.version,
                proposed_by: proposed_by.map(Who::Staff),
            },
        )?;
        let status = if decision.decision == Kyc::Validated {
            Status::Verified
        } else {
            Status::Failed
        };
        answer(tx, case, customer, review, status, next_review_on)?;
    }
    let decided = decision.decision != Kyc::Incomplete;
    let state = KycState {
        kyc: decision.decision,
        kyc_comment: text.clone(),
        last_review_at: if decided {
            Some(now)
        } else {
            customer.last_review_at
        },
        next_review_on: if decided {
            next_review_on
        } else {
            customer.next_review_on
        },
        refused_at: (decision.decision == Kyc::Refused).then_some(now),
        ..KycState::from(customer)
    };
    customers::set_kyc(tx, customer.id, &state)?;
    if let Some(risk) = decision.risk {
        customers::set_risk(tx, customer.id, risk, comment)?;
    }
    let mut changes = vec![
        Field::plain("decision", Value::Null, decision.decision.as_str()),
        Field::plain("reasons", Value::Null, decision.reasons.clone()),
        Field::plain("policy_version", Value::Null, case.policy.version),
        Field::personal("message", Value::Null, text.clone()),
    ];
    if let Some(proposer) = proposed_by {
        changes.push(Field::plain(
            "proposed_by",
            Value::Null,
            proposer.to_string(),
        ));
    }
    let mut event = Event::new(
        What::ReviewDecided,
        Subject::Review(review.id, customer.reference()),
    )
    .changing(changes);
    if let Some(comment) = comment {
        event = event.because(comment);
    }
    tx.say(event);
    let mut moved = vec![Field::plain(
        "kyc",
        customer.kyc.as_str(),
        decision.decision.as_str(),
    )];
    if decision.risk.is_some() && decision.risk != customer.risk {
        moved.push(Field::plain(
            "risk",
            customer.risk.map(Risk::as_str),
            decision.risk.map(Risk::as_str),
        ));
    }
    tx.say(Event::new(What::KycMoved, Subject::Customer(customer.reference())).changing(moved));
    companies::follow(tx, customer.id, decision.decision)
}

/// The round's own check says what was decided, until the day of the next review.
fn answer(
    tx: &mut Change<'_>,
    case: &Case,
    customer: &Customer,
    review: &Review,
    status: Status,
    next_review_on: Option<NaiveDate>,
) -> Result<()> {
    let Some(check) = checks::of_review(tx, review.id)? else {
        return Ok(());
    };
    let until = next_review_on.map(|day| days::begins(day, case.zone));
    checks::set_status(tx, &check, status, until)?;
    tx.say(
        Event::new(What::VerificationAnswered, check.subject(customer)).changing(vec![
            Field::plain("status", check.status.as_str(), status.as_str()),
        ]),
    );
    Ok(())
}
