//! Second approval: a decision that policy does not leave to one person becomes a proposal, frozen with the data it was
//! made on; somebody else with the right agrees to it or sends it back. Data that changed meanwhile returns it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, Result},
    reviews::{
        decision::{self, Case, Decision},
        rules,
        store::{
            proposals::{self, New, Proposal, State},
            rounds,
        },
    },
    value::{ProposalId, StaffId},
};

/// Freezes a decision until a second person agrees. The round stays with its proposer, who hears of what comes of it.
pub fn propose(tx: &mut Change<'_>, case: &Case, decision: &Decision) -> Result<ProposalId> {
    if proposals::open_of(tx, case.customer.id)?.is_some() {
        return Err(Error::Conflict("a second person is asked already".into()));
    }
    customers::touch(tx, case.customer.id)?;
    let expires_at = tx.now() + case.policy.policy.proposal_stands();
    let id = proposals::add(
        tx,
        &New {
            customer: &case.customer,
            review: case.review.id,
            body: &serde_json::to_value(decision).map_err(anyhow::Error::new)?,
            // As it is once this change is made: nothing else may happen to the customer in between.
            customer_version: case.customer.version + 1,
            policy_version: case.policy.version,
            expires_at,
        },
    )?;
    // Nobody else may take the round while it waits for an answer.
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    rounds::hold(tx, case.review.id, Some((me, expires_at)))?;
    let subject = Subject::Review(case.review.id, case.customer.reference());
    let mut event = Event::new(What::ApprovalAsked, subject).changing(vec![
        Field::plain("decision", Value::Null, decision.decision.as_str()),
        Field::plain("reasons", Value::Null, decision.reasons.clone()),
    ]);
    if !decision.comment.is_empty() {
        event = event.because(decision.comment.as_str());
    }
    tx.say(event);
    Ok(id)
}

/// Why this member of staff may not answer it now.
pub fn hindrance(proposal: &Proposal, me: StaffId, now: DateTime<Utc>) -> Option<&'static str> {
    if proposal.state != State::Open {
        Some("This proposal has been answered.")
    } else if proposal.expires_at <= now {
        Some("This proposal has lapsed.")
    } else if proposal.proposed_by == me {
        Some("You proposed this, so somebody else must agree.")
    } else {
        None
    }
}

/// A proposal with its round, held until the end of the change: customer, round, proposal, in this order.
fn held(tx: &mut Change<'_>, id: ProposalId) -> Result<(Proposal, Case)> {
    let found = proposals::find(tx, id)?;
    let case = Case::held(tx, found.review_id.ok_or(Error::NotFound)?)?;
    Ok((proposals::lock(tx, id)?, case))
}

fn checked(tx: &Change<'_>, proposal: &Proposal) -> Result<StaffId> {
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    match hindrance(proposal, me, tx.now()) {
        Some(why) => Err(Error::Refused(why.into())),
        None => Ok(me),
    }
}

/// What came of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The decision holds.
    Approved,
    /// The customer's data changed since it was proposed: it went back to its proposer.
    Returned,
}

/// Agrees: the decision is made, by both.
pub fn approve(tx: &mut Change<'_>, id: ProposalId) -> Result<Answer> {
    let (proposal, case) = held(tx, id)?;
    let me = checked(tx, &proposal)?;
    if case.customer.version != proposal.customer_version {
        give_back(
            tx,
            &proposal,
            &case,
            State::Returned,
            "The data changed meanwhile.",
        )?;
        return Ok(Answer::Returned);
    }
    if case.review.submitted_by(me) {
        return Err(Error::Refused(rules::OWN_SUBMISSION.into()));
    }
    let decision: Decision =
        serde_json::from_value(proposal.body.clone()).map_err(anyhow::Error::new)?;
    decision::lawful(&case, &decision)?;
    proposals::settle(tx, id, State::Approved, None)?;
    decision::apply(tx, &case, &decision, Some(proposal.proposed_by))?;
    Ok(Answer::Approved)
}

/// Sends it back with points: the round is the proposer's again.
pub fn send_back(tx: &mut Change<'_>, id: ProposalId, points: &str) -> Result<()> {
    let points = points.trim();
    if points.chars().count() < rules::REASON {
        return Err(Error::field(
            "points",
            "Say in at least 10 characters what must change",
        ));
    }
    let (proposal, case) = held(tx, id)?;
    checked(tx, &proposal)?;
    give_back(tx, &proposal, &case, State::SentBack, points)
}

/// Nobody answered in time.
pub fn lapse(tx: &mut Change<'_>, id: ProposalId) -> Result<()> {
    let (proposal, case) = held(tx, id)?;
    if proposal.state != State::Open || proposal.expires_at > tx.now() {
        return Err(Error::Conflict("answered meanwhile".into()));
    }
    give_back(
        tx,
        &proposal,
        &case,
        State::Lapsed,
        "Nobody answered in time.",
    )
}

fn give_back(
    tx: &mut Change<'_>,
    proposal: &Proposal,
    case: &Case,
    state: State,
    points: &str,
) -> Result<()> {
    proposals::settle(tx, proposal.id, state, Some(points))?;
    let ends = tx.now() + case.policy.policy.claim();
    rounds::hold(tx, case.review.id, Some((proposal.proposed_by, ends)))?;
    customers::touch(tx, case.customer.id)?;
    tx.say(
        Event::new(
            What::ApprovalRefused,
            Subject::Review(case.review.id, case.customer.reference()),
        )
        .changing(vec![Field::plain("proposal", "open", state.as_str())])
        .because(points),
    );
    Ok(())
}
