//! Second approval: what policy does not leave to one person becomes a proposal, frozen with the data it was made on;
//! somebody else with the right agrees to it or sends it back. Data that changed meanwhile returns it.

use chrono::{DateTime, Utc};

use crate::{
    access::actor::Who,
    audit::event::{Change as Field, Event, What},
    customers::store::{self as customers, Customer},
    db::Change,
    error::{Error, Result},
    reason,
    reviews::{
        decision::{self, Decision},
        overrides,
        policy::store as policies,
        revocation, rules,
        store::{
            proposals::{self, Proposal, State},
            rounds,
        },
    },
    staff::store as people,
    value::{CustomerId, ProposalId, StaffId},
};

mod asking;
mod matter;

pub use asking::{Overriding, propose};
pub(in crate::reviews) use asking::{propose_override, propose_revocation};
use matter::Matter;

/// Said to whoever proposed it.
const OWN: &str = "You proposed this, or a key that you made did, so somebody else must agree.";

/// Why this member of staff may not answer it now.
pub fn hindrance(proposal: &Proposal, me: StaffId, now: DateTime<Utc>) -> Option<&'static str> {
    if proposal.state != State::Open {
        Some("This proposal has been answered.")
    } else if proposal.expires_at <= now {
        Some("This proposal has lapsed.")
    } else if proposal.is_of(me) {
        Some(OWN)
    } else {
        None
    }
}

/// How what is said of an open proposal begins.
const ASKED: &str = "A second person is asked about";

/// Whether a refusal is for an open proposal, told without a name to a machine.
pub(in crate::reviews) fn says_one_is_asked(sentence: &str) -> bool {
    sentence.starts_with(ASKED)
}

/// While a second person is asked about a customer, nobody decides around them or asks for a review: not the proposer, not
/// an admin.
pub(in crate::reviews) fn nothing_waits(tx: &mut Change<'_>, customer: CustomerId) -> Result<()> {
    match proposals::open_of(tx, customer)? {
        Some(_) => Err(Error::Refused(
            "A second person is asked about this customer. Nothing else is decided until they answer."
                .into(),
        )),
        None => Ok(()),
    }
}

/// The same for somebody who would go along with their company, so that whoever works on the company knows about whom. A
/// machine is told no name.
pub(in crate::reviews) fn nothing_waits_about(
    tx: &mut Change<'_>,
    member: &Customer,
) -> Result<()> {
    match proposals::open_of(tx, member.id)? {
        Some(_) => {
            let whom = match tx.actor().who {
                Who::Staff(_) => member.name.as_str(),
                _ => "a member of the company",
            };
            Err(Error::Refused(
                format!("{ASKED} {whom}. Nothing is decided around them.").into(),
            ))
        }
        None => Ok(()),
    }
}

/// A proposal with what it is about, held until the end of the change: customer, round or check, proposal, in this order.
fn held(tx: &mut Change<'_>, id: ProposalId) -> Result<(Proposal, Matter)> {
    let found = proposals::find(tx, id)?;
    let matter = Matter::held(tx, &found)?;
    Ok((proposals::lock(tx, id)?, matter))
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

/// Agrees: it is done, by both.
pub fn approve(tx: &mut Change<'_>, id: ProposalId) -> Result<Answer> {
    let (proposal, matter) = held(tx, id)?;
    let me = checked(tx, &proposal)?;
    if matter.customer().version != proposal.customer_version
        || members_changed(tx, &proposal, &matter)?
    {
        let why = "The data changed meanwhile.";
        give_back(tx, &proposal, &matter, State::Returned, why)?;
        return Ok(Answer::Returned);
    }
    if reason_gone(tx, &proposal)? {
        let why = "A reason that was given is no longer in the policy.";
        give_back(tx, &proposal, &matter, State::Returned, why)?;
        return Ok(Answer::Returned);
    }
    let by = proposal.colleague();
    let body = proposal.body.clone();
    match &matter {
        Matter::Decision(case) => {
            if case.review.submitted_by(me) {
                return Err(Error::Refused(rules::OWN_SUBMISSION.into()));
            }
            let decision: Decision = serde_json::from_value(body).map_err(anyhow::Error::new)?;
            decision::lawful(case, &decision)?;
            proposals::settle(tx, id, State::Approved, None)?;
            decision::apply(tx, case, &decision, by)?;
        }
        Matter::Override(case) => {
            let asked: Overriding = serde_json::from_value(body).map_err(anyhow::Error::new)?;
            let plan = case
                .plan(&asked.to, Who::Staff(me))
                .map_err(|why| Error::Refused(why.into()))?;
            proposals::settle(tx, id, State::Approved, None)?;
            let by = proposal.proposer();
            overrides::carry_out(tx, case, &plan, &asked.reason, Some(by))?;
        }
        Matter::Revocation(case) => {
            let decision: Decision = serde_json::from_value(body).map_err(anyhow::Error::new)?;
            proposals::settle(tx, id, State::Approved, None)?;
            revocation::carry_out(tx, case, &decision, by)?;
        }
    }
    Ok(Answer::Approved)
}

/// Whether somebody behind the company reads otherwise than when it was proposed, or will once whoever is at work on them is
/// done: that is waited for.
fn members_changed(tx: &mut Change<'_>, proposal: &Proposal, matter: &Matter) -> Result<bool> {
    let Matter::Decision(case) = matter else {
        return Ok(false);
    };
    let Ok(decision) = serde_json::from_value::<Decision>(proposal.body.clone()) else {
        return Ok(false);
    };
    let seen = decision.members.as_str();
    if !seen.is_empty() && seen != case.members_mark() {
        return Ok(true);
    }
    decision::members_changed_meanwhile(tx, case, &decision)
}

/// Whether the policy has changed since and no longer knows a reason that was given.
fn reason_gone(tx: &mut Change<'_>, proposal: &Proposal) -> Result<bool> {
    let Ok(decision) = serde_json::from_value::<Decision>(proposal.body.clone()) else {
        return Ok(false);
    };
    let policy = policies::current(tx)?.policy;
    Ok(decision
        .reasons
        .iter()
        .any(|code| policy.reason(code).is_none()))
}

/// Sends it back with points: a round is the proposer's again, or goes to the queue where they no longer work there.
pub fn send_back(tx: &mut Change<'_>, id: ProposalId, points: &str) -> Result<()> {
    let points = reason::story("points", points, "what must change")?;
    let (proposal, matter) = held(tx, id)?;
    checked(tx, &proposal)?;
    give_back(tx, &proposal, &matter, State::SentBack, points)
}

/// Nobody answered in time.
pub fn lapse(tx: &mut Change<'_>, id: ProposalId) -> Result<()> {
    let (proposal, matter) = held(tx, id)?;
    if proposal.state != State::Open || proposal.expires_at > tx.now() {
        return Err(Error::Conflict("answered meanwhile".into()));
    }
    let why = "Nobody answered in time.";
    give_back(tx, &proposal, &matter, State::Lapsed, why)
}

fn give_back(
    tx: &mut Change<'_>,
    proposal: &Proposal,
    matter: &Matter,
    state: State,
    points: &str,
) -> Result<()> {
    proposals::settle(tx, proposal.id, state, Some(points))?;
    if let Matter::Decision(case) = matter
        && case.review.state == rules::State::Open
    {
        let ends = tx.now() + case.policy.policy.claim();
        let theirs = match proposal.colleague() {
            Some(proposer) if people::works_at(tx, proposer, case.review.branch_id)? => {
                Some((proposer, ends))
            }
            _ => None,
        };
        rounds::hold(tx, case.review.id, theirs)?;
    }
    customers::touch(tx, matter.customer().id)?;
    tx.say(
        Event::new(What::ApprovalRefused, matter.subject())
            .changing(vec![Field::plain("proposal", "open", state.as_str())])
            .because(points),
    );
    Ok(())
}
