//! What an override does: at once, or once a second person agrees.

use serde_json::Value;

use super::{Case, Of, Plan, case, held};
use crate::{
    access::actor::Who,
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{Kind, Kyc, ReviewType},
        store::{self as customers, KycState},
    },
    db::Change,
    error::{Error, Result},
    reviews::{
        approvals, companies,
        event_round::{self, Closing},
        rules::{self, State},
        store::rounds::{self, Decided},
        withdraw,
    },
    verifications::{
        rules::Status,
        store::{self as verifications, Verification},
    },
};

/// What came of an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Applied,
    /// It waits for a second person; a machine is answered 409, "awaiting second approval".
    Proposed,
}

/// Does it, or proposes it where a second person must agree. `version` is the customer's, as the admin saw it.
pub fn apply(tx: &mut Change<'_>, of: Of, version: i32, to: &str, reason: &str) -> Result<Outcome> {
    let case = held(tx, of)?;
    if case.customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the form".into(),
        ));
    }
    settle(tx, &case, to, reason)
}

/// The same for who saw no version, a machine: the status that stood there when it asked must still stand there, so that
/// of two who ask at once one wins.
pub fn apply_now(tx: &mut Change<'_>, of: Of, to: &str, reason: &str) -> Result<Outcome> {
    let seen = case(tx, of)?.status();
    let case = held(tx, of)?;
    if case.status() != seen {
        return Err(Error::Conflict("the status changed meanwhile".into()));
    }
    settle(tx, &case, to, reason)
}

fn settle(tx: &mut Change<'_>, case: &Case, to: &str, reason: &str) -> Result<Outcome> {
    approvals::nothing_waits(tx, case.customer.id)?;
    let plan = case
        .plan(to, tx.actor().who)
        .map_err(|why| Error::Refused(why.into()))?;
    if plan.second {
        approvals::propose_override(tx, case, &plan, reason)?;
        return Ok(Outcome::Proposed);
    }
    carry_out(tx, case, &plan, reason, None)?;
    Ok(Outcome::Applied)
}

/// The moves and what is said about them. `proposed_by`: whoever acts agrees to what this colleague or key proposed.
pub(in crate::reviews) fn carry_out(
    tx: &mut Change<'_>,
    case: &Case,
    plan: &Plan,
    reason: &str,
    proposed_by: Option<Who>,
) -> Result<()> {
    match (&case.check, plan.check, plan.kyc) {
        (Some(check), Some(status), _) => {
            override_check(tx, case, check, status, plan, reason, proposed_by)
        }
        (None, None, Some(kyc)) => override_kyc(tx, case, kyc, plan, reason, proposed_by),
        _ => Err(Error::Refused(rules::UNLAWFUL.into())),
    }
}

/// What an override writes on a round: no codes and no words for the customer, only the reason, for colleagues.
fn decided<'a>(case: &Case, kyc: Kyc, reason: &'a str, proposed_by: Option<Who>) -> Decided<'a> {
    Decided {
        decision: kyc,
        risk: case.customer.risk,
        retry: None,
        reasons: &[],
        comment: Some(reason),
        message: None,
        policy_version: case.policy.version,
        proposed_by,
    }
}

fn override_check(
    tx: &mut Change<'_>,
    case: &Case,
    check: &Verification,
    status: Status,
    plan: &Plan,
    reason: &str,
    proposed_by: Option<Who>,
) -> Result<()> {
    let until = plan.kyc.and_then(|_| case.counts_until(plan));
    verifications::set_status(tx, check, status, until)?;
    let mut fields = vec![Field::plain(
        "status",
        check.status.as_str(),
        status.as_str(),
    )];
    if let Some(proposer) = proposed_by {
        fields.push(Field::plain(
            "proposed_by",
            Value::Null,
            proposer.id().map(|id| id.to_string()),
        ));
    }
    tx.say(
        Event::new(What::VerificationOverridden, check.subject(&case.customer))
            .changing(fields)
            .because(reason),
    );
    let (Some(kyc), Some(round)) = (plan.kyc, &case.round) else {
        return customers::touch(tx, case.customer.id);
    };
    if round.state == State::Decided {
        return after_its_decision(tx, case, kyc, plan, reason, proposed_by);
    }
    rounds::decide(
        tx,
        &case.customer,
        round.id,
        &decided(case, kyc, reason, proposed_by),
    )?;
    let closes = matches!(kyc, Kyc::Validated | Kyc::Refused);
    customers::set_kyc(
        tx,
        case.customer.id,
        &case.state(kyc, plan, tx.now(), closes),
    )?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(case.customer.reference()))
            .changing(case.kyc_fields(kyc, plan))
            .because(reason),
    );
    if kyc == Kyc::Draft && case.customer.kind == Kind::Legal {
        // A company's round takes those of its members back with it, as it took them along.
        withdraw::members(tx, &case.customer, round.submitted_at)?;
    }
    companies::follow(tx, case.customer.id, kyc)
}

/// The check of a round that was decided says otherwise now. What was decided stays as it was: a refusal is a decision of its own,
/// on a round of its own; that somebody must be looked at again is none.
fn after_its_decision(
    tx: &mut Change<'_>,
    case: &Case,
    kyc: Kyc,
    plan: &Plan,
    reason: &str,
    proposed_by: Option<Who>,
) -> Result<()> {
    if kyc == Kyc::Refused {
        close(tx, case, kyc, plan, reason, proposed_by, What::KycMoved)?;
    } else {
        let state = KycState {
            review_type: Some(ReviewType::Event),
            ..case.state(kyc, plan, tx.now(), false)
        };
        customers::set_kyc(tx, case.customer.id, &state)?;
        tx.say(
            Event::new(What::KycMoved, Subject::Customer(case.customer.reference()))
                .changing(case.kyc_fields(kyc, plan))
                .because(reason),
        );
    }
    companies::follow(tx, case.customer.id, kyc)
}

fn override_kyc(
    tx: &mut Change<'_>,
    case: &Case,
    kyc: Kyc,
    plan: &Plan,
    reason: &str,
    proposed_by: Option<Who>,
) -> Result<()> {
    let what = What::KycOverridden;
    close(tx, case, kyc, plan, reason, proposed_by, what)?;
    companies::follow(tx, case.customer.id, kyc)
}

/// Closes a round of its own with what is decided here.
fn close(
    tx: &mut Change<'_>,
    case: &Case,
    kyc: Kyc,
    plan: &Plan,
    reason: &str,
    proposed_by: Option<Who>,
    what: What,
) -> Result<()> {
    let check = rules::own_check(kyc, case.today, plan.next_review_on);
    event_round::close(
        tx,
        Closing {
            customer: &case.customer,
            round: case.round.as_ref().map_or(0, |round| round.round) + 1,
            decided: decided(case, kyc, reason, proposed_by),
            check,
            until: case
                .counts_until(plan)
                .filter(|_| check == Status::Verified),
            state: case.state(kyc, plan, tx.now(), true),
            what,
            fields: case.kyc_fields(kyc, plan),
            reason,
        },
    )
}
