//! A company and those who stand behind it are decided together: each required member, and those of a member that is a
//! company itself, however deep.

use super::{Case, Decision, MEMBER_CHANGED};
use crate::{
    customers::{
        rules::{Kyc, Risk},
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    error::{Error, Result},
    reviews::{
        approvals,
        evidence::Gathered,
        four_eyes, owners,
        prerequisites::Standing,
        rules::{self, State},
        store::{
            behind,
            rounds::{self, Review},
        },
    },
    value::StaffId,
    verifications::hits::store as hits,
};

/// A member who is decided with the company.
pub(super) struct Member {
    /// Who.
    pub customer: Customer,
    /// Their open round.
    pub round: Review,
}

impl Member {
    /// What is decided about them: as about the company, at their own risk where they were rated.
    pub fn decision(&self, companys: &Decision) -> Decision {
        Decision {
            risk: self.customer.risk.or(companys.risk),
            ..companys.clone()
        }
    }
}

/// Who is validated with the company, held in the order of their ids, since two companies may share members; then their
/// rounds, so that nobody takes one of them meanwhile. `by`: those who decide. One that cannot be validated hinders the
/// company, and so does one that changed since the case was read.
pub(super) fn gather(tx: &mut Change<'_>, case: &Case, by: &[StaffId]) -> Result<Vec<Member>> {
    let refused = |why: String| Err(Error::Refused(why.into()));
    let mut members = Vec::new();
    for Member { customer, round } in held(tx, case)? {
        let id = customer.id;
        approvals::nothing_waits_about(tx, &customer)?;
        if hits::count_open(tx, id)? > 0 {
            return Err(Error::Refused(rules::HITS_OPEN.into()));
        }
        let gathered = Gathered::of(tx, &customer)?;
        let lines = owners::checklist(tx, &gathered, &customer, case.today)?;
        if lines.iter().any(|line| line.standing != Standing::Pass) {
            return refused(format!("Something is missing of {}.", customer.name));
        }
        if by.iter().any(|staff| round.submitted_by(*staff)) {
            return Err(Error::Refused(rules::OWN_SUBMISSION.into()));
        }
        if round
            .holder(tx.now())
            .is_some_and(|holder| !by.contains(&holder))
        {
            return refused(format!(
                "A colleague is working on the review of {}.",
                customer.name
            ));
        }
        members.push(Member { customer, round });
    }
    Ok(members)
}

/// Whoever is not accepted yet, each with their open round, all locked: customers first, in the order of their ids, then
/// rounds, in the order of theirs.
fn held(tx: &mut Change<'_>, case: &Case) -> Result<Vec<Member>> {
    let mut found = Vec::new();
    for customer in locked(tx, case)? {
        let round = rounds::latest(tx, customer.id)?;
        let (Some(round), Kyc::Pending) = (round, customer.kyc) else {
            return Err(Error::Refused(rules::MEMBER_OPEN.into()));
        };
        found.push((round.id, customer));
    }
    found.sort_unstable_by_key(|(round, _)| *round);
    let mut members = Vec::new();
    for (round, customer) in found {
        let round = rounds::lock(tx, round).map_err(elsewhere)?;
        if round.state != State::Open {
            return Err(Error::Refused(rules::MEMBER_OPEN.into()));
        }
        members.push(Member { customer, round });
    }
    Ok(members)
}

/// Whoever was not accepted when the case was read and is not by now, each locked. One that reads otherwise was changed by
/// somebody who held it first: what they left was seen by nobody who decides here. Whoever was accepted meanwhile, with
/// another company say, was decided by those who saw them.
fn locked(tx: &mut Change<'_>, case: &Case) -> Result<Vec<Customer>> {
    let seen = case.versions_behind();
    let mut found = Vec::new();
    for id in behind::incomplete(tx, case.customer.id)? {
        let customer = customers::lock(tx, id).map_err(elsewhere)?;
        if rules::member_complete(customer.kyc) {
            continue;
        }
        if seen.get(&id) != Some(&customer.version) {
            return Err(Error::Conflict(MEMBER_CHANGED.into()));
        }
        found.push(customer);
    }
    Ok(found)
}

fn elsewhere(error: Error) -> Error {
    match error {
        Error::NotFound => Error::Refused(rules::MEMBER_OPEN.into()),
        other => other,
    }
}

/// Whether one of those who would be validated with the company was changed by somebody who held it until now; all are
/// held from here on.
pub(super) fn changed_meanwhile(tx: &mut Change<'_>, case: &Case) -> Result<bool> {
    match locked(tx, case) {
        Ok(_) => Ok(false),
        Err(Error::Conflict(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether a second person must agree because of one of them: what asks for two about a member alone asks for two here.
pub(super) fn needs_second(
    tx: &mut Read<'_>,
    case: &Case,
    members: &[Member],
    decision: &Decision,
) -> Result<bool> {
    for member in members {
        if member.decision(decision).risk == Some(Risk::High)
            || four_eyes::asked_for(tx, &case.policy.policy, &member.customer)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
