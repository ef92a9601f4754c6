//! A decision on a round: by whoever claimed it and did not submit it, on the data as the page showed it, with reasons.
//! A company is decided together with its members, in one transaction, each with a decision of its own.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    customers::{
        rules::{Kind, Kyc, Risk},
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    error::{Error, FieldError, Result},
    reason,
    reviews::{
        approvals,
        evidence::Gathered,
        four_eyes, owners,
        policy::{
            rules::{Language, Policy},
            store::{self as policies, Versioned},
        },
        prerequisites::{self, Line, Standing},
        rules::{self, State},
        store::{
            self, behind,
            declared::declared,
            rounds::{self, Review},
        },
    },
    value::{CustomerId, ReviewId, StaffId},
    verifications::hits::store as hits,
};

pub mod itself;
mod mark;
mod settle;
mod together;

use settle::settle;
use together::Member;

/// Said where a member reads otherwise than whoever decides saw it.
const MEMBER_CHANGED: &str = "a member changed since you opened the page";

/// What somebody decides, as it is stored with a proposal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Decision {
    /// Validated, refused, or incomplete: the customer is asked for more.
    pub decision: Kyc,
    /// Codes of the policy's reasons.
    pub reasons: Vec<String>,
    /// How closely the customer is to be watched; a validation says it.
    pub risk: Option<Risk>,
    /// Whether a refused customer may try again at once.
    pub retry: bool,
    /// For colleagues.
    pub comment: String,
    /// For the customer; where it is empty, they read what the reasons say to them.
    pub message: String,
    /// The language of what the customer reads.
    #[serde(default = "english")]
    pub language: Language,
    /// The members of a company as the page showed them ([`Case::members_shown`]), and, once proposed, as they were
    /// ([`Case::members_mark`]); empty where nobody saw them.
    #[serde(default)]
    pub members: String,
}

const fn english() -> Language {
    Language::En
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is decided.
    Decided,
    /// A second person must agree.
    Proposed,
}

impl Decision {
    /// Trimmed, and each field that must be mended named.
    pub fn checked(mut self, policy: &Policy) -> Result<Self> {
        let mut errors = Vec::new();
        let mut wrong = |field: &'static str, message: &'static str| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        for text in [&mut self.comment, &mut self.message] {
            *text = text.trim().into();
        }
        self.reasons.dedup();
        if self.decision != Kyc::Validated {
            // Nothing but a validation says how closely somebody is to be watched.
            self.risk = None;
        }
        if self.comment.chars().count() > 4_000 {
            wrong("comment", "At most 4,000 characters");
        }
        if self.message.chars().count() > 1_000 {
            wrong("message", "At most 1,000 characters");
        }
        if self
            .reasons
            .iter()
            .any(|code| policy.reason(code).is_none())
        {
            wrong("reason", "This reason is not in the policy");
        }
        match self.decision {
            Kyc::Validated => {
                if self.risk.is_none() {
                    wrong("risk", "Say how closely this customer is to be watched");
                }
                // What was ticked and written before the mind changed is said of nobody.
                self.reasons.clear();
                self.message.clear();
                self.retry = false;
            }
            Kyc::Refused => {
                if self.reasons.is_empty() {
                    wrong("reason", "Choose at least one reason");
                }
                if reason::seen(&self.comment) == 0 {
                    wrong("comment", "Say for colleagues why you refuse");
                }
            }
            Kyc::Incomplete => {
                if self.text(policy).is_none() {
                    wrong("message", "Tell the customer what to send");
                }
                self.retry = false;
            }
            _ => wrong("decision", "Choose what you decide"),
        }
        if errors.is_empty() {
            Ok(self)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    /// What the customer reads: what was written for them, else what each reason says to them in their language. A
    /// reason that stays among colleagues says nothing, and nothing of `comment` is ever in it.
    pub fn text(&self, policy: &Policy) -> Option<String> {
        let own = self.message.trim();
        if reason::seen(own) > 0 {
            return Some(own.to_owned());
        }
        let mut lines: Vec<&str> = Vec::new();
        for code in self
            .reasons
            .iter()
            .filter(|_| self.decision != Kyc::Validated)
        {
            let line = policy
                .reason(code)
                .map(|one| one.customer.of(self.language));
            lines.extend(line.filter(|line| !line.is_empty() && !lines.contains(line)));
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// A round with all that a decision on it needs, held until the end of the change.
pub struct Case {
    /// The round.
    pub review: Review,
    /// Whose.
    pub customer: Customer,
    /// The policy that holds.
    pub policy: Versioned,
    /// Papers, members, residences.
    pub gathered: Gathered,
    /// Today, where the organisation is.
    pub today: NaiveDate,
    /// How many entries of lists an officer has still to look at.
    pub open_hits: i64,
    /// What is declared.
    pub declared: serde_json::Value,
    zone: chrono_tz::Tz,
    /// Whether somebody owns a quarter or more of it, along all paths.
    owned: bool,
    /// Those who stand behind it, however deep, in whatever branch, and their versions.
    behind: Vec<(CustomerId, i32)>,
}

impl Case {
    /// As it stands now.
    pub fn read(tx: &mut Read<'_>, id: ReviewId) -> Result<Self> {
        let review = rounds::find(tx, id)?;
        let customer = customers::find(tx, review.customer_id)?;
        let behind = behind::versions(tx, customer.id)?;
        Self::complete(tx, review, customer, behind)
    }

    /// The same, held: the rows of the customer and of whoever it takes along first, then the round's. Of those who stand
    /// behind it, what was there before anybody was waited for counts as seen: what whoever held them left, nobody saw.
    pub fn held(tx: &mut Read<'_>, id: ReviewId) -> Result<Self> {
        let whose = rounds::find(tx, id)?.customer_id;
        let behind = behind::versions(tx, whose)?;
        behind::hold(tx, whose)?;
        let customer = customers::lock(tx, whose)?;
        let review = rounds::lock(tx, id)?;
        Self::complete(tx, review, customer, behind)
    }

    fn complete(
        tx: &mut Read<'_>,
        review: Review,
        customer: Customer,
        behind: Vec<(CustomerId, i32)>,
    ) -> Result<Self> {
        let zone = store::time_zone(tx)?;
        Ok(Self {
            gathered: Gathered::of(tx, &customer)?,
            policy: policies::current(tx)?,
            today: rules::today(tx.now(), zone),
            owned: owners::owned(tx, &customer)?,
            open_hits: hits::count_open(tx, customer.id)?,
            behind,
            declared: declared(tx, &customer)?,
            review,
            customer,
            zone,
        })
    }

    /// Why this member of staff may not decide it now, whatever they decide.
    pub fn hindrance(&self, me: StaffId, now: DateTime<Utc>) -> Option<&'static str> {
        if self.review.state != State::Open {
            return Some("This review is not open.");
        }
        if self.review.submitted_by(me) {
            return Some(rules::OWN_SUBMISSION);
        }
        match self.review.holder(now) {
            Some(holder) if holder == me => None,
            Some(_) => Some("A colleague is working on this review. Take it over first."),
            None => Some("Take this review first."),
        }
    }

    /// What of the checklist is open.
    pub fn open_lines(&self) -> Vec<Line> {
        let mut lines = owners::judged(&self.gathered, &self.customer, self.today, self.owned);
        lines.retain(|line| line.standing != Standing::Pass);
        lines
    }

    /// Whether a second person must agree to this decision.
    pub fn needs_second(&self, tx: &mut Read<'_>, decision: &Decision) -> Result<bool> {
        if decision.decision == Kyc::Incomplete {
            return Ok(false);
        }
        Ok(decision.risk == Some(Risk::High)
            || four_eyes::asked_for(tx, &self.policy.policy, &self.customer)?)
    }
}

/// Decides a round, or proposes to where a second person must agree. `version` is the customer's, as the page showed it.
pub fn decide(
    tx: &mut Change<'_>,
    id: ReviewId,
    version: i32,
    decision: Decision,
) -> Result<Outcome> {
    let me = tx.actor().staff().ok_or(Error::Forbidden)?;
    let case = Case::held(tx, id)?;
    let mut decision = decision.checked(&case.policy.policy)?;
    if let Some(why) = case.hindrance(me, tx.now()) {
        return Err(Error::Refused(why.into()));
    }
    if case.customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the page".into(),
        ));
    }
    if !decision.members.is_empty() && decision.members != case.members_shown() {
        return Err(Error::Conflict(MEMBER_CHANGED.into()));
    }
    // What is proposed is proposed about the members as they are now.
    decision.members = case.members_mark();
    approvals::nothing_waits(tx, case.customer.id)?;
    lawful(&case, &decision)?;
    let members = members(tx, &case, &decision, &[me])?;
    if case.needs_second(tx, &decision)? || together::needs_second(tx, &case, &members, &decision)?
    {
        approvals::propose(tx, &case, &decision)?;
        return Ok(Outcome::Proposed);
    }
    apply(tx, &case, &decision, None)?;
    Ok(Outcome::Decided)
}

/// What must hold for a decision when it is made and again when a second person agrees to it.
pub(super) fn lawful(case: &Case, decision: &Decision) -> Result<()> {
    if decision.decision != Kyc::Validated {
        return Ok(());
    }
    if case.gathered.more {
        return Err(Error::Refused(rules::TOO_MANY_BEHIND.into()));
    }
    let open = case.open_lines();
    if !open.is_empty() {
        return Err(Error::Refused(prerequisites::what_is_missing(&open).into()));
    }
    if case.open_hits > 0 {
        return Err(Error::Refused(rules::HITS_OPEN.into()));
    }
    Ok(())
}

/// Writes a decision. `proposed_by`: whoever acts agrees to what this colleague proposed.
pub(super) fn apply(
    tx: &mut Change<'_>,
    case: &Case,
    decision: &Decision,
    proposed_by: Option<StaffId>,
) -> Result<()> {
    let by: Vec<StaffId> = tx.actor().staff().into_iter().chain(proposed_by).collect();
    for member in members(tx, case, decision, &by)? {
        let own = member.decision(decision);
        settle(tx, case, &member.customer, &member.round, &own, proposed_by)?;
    }
    settle(
        tx,
        case,
        &case.customer,
        &case.review,
        decision,
        proposed_by,
    )
}

/// Those who are validated with a company.
fn members(
    tx: &mut Change<'_>,
    case: &Case,
    decision: &Decision,
    by: &[StaffId],
) -> Result<Vec<Member>> {
    if takes_members(case, decision) {
        together::gather(tx, case, by)
    } else {
        Ok(Vec::new())
    }
}

fn takes_members(case: &Case, decision: &Decision) -> bool {
    decision.decision == Kyc::Validated && case.customer.kind == Kind::Legal
}

/// Whether one of those who would be validated with a company was changed by somebody who held it until now, where the
/// decision takes them along.
pub(super) fn members_changed_meanwhile(
    tx: &mut Change<'_>,
    case: &Case,
    decision: &Decision,
) -> Result<bool> {
    Ok(takes_members(case, decision) && together::changed_meanwhile(tx, case)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_validation_says_how_closely_somebody_is_watched() {
        for (decision, risk) in [
            (Kyc::Validated, Some(Risk::High)),
            (Kyc::Refused, None),
            (Kyc::Incomplete, None),
        ] {
            let policy = Policy::default();
            let decided = Decision {
                decision,
                reasons: vec![policy.reasons[0].code.clone()],
                risk: Some(Risk::High),
                retry: false,
                comment: "The papers were seen.".to_owned(),
                message: "Send another paper.".to_owned(),
                language: Language::En,
                members: String::new(),
            };
            let checked = decided.checked(&policy).expect("nothing to mend");
            assert_eq!(checked.risk, risk, "{decision:?}");
        }
    }
}
