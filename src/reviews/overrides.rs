//! An override: an admin sets a status against the ordinary course, with a reason. On the own check of the current
//! review it decides the review; on a customer it closes a round of its own.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    access::{actor::Who, keys::store as keys},
    audit::event::{Change as Field, Subject},
    customers::{
        merging::store::absorbed,
        rules::{Kind, Kyc},
        store::{self as customers, Customer, KycState},
    },
    days,
    db::Read,
    error::Result,
    reviews::{
        four_eyes,
        policy::store::{self as policies, Versioned},
        rules::{self, Effect},
        store::{self, Round, behind},
    },
    value::{CredentialId, CustomerId, VerificationId},
    verifications::{
        hits::store as hits,
        rules::Status,
        store::{self as verifications, Verification},
    },
};

mod carry_out;

pub(super) use carry_out::carry_out;
pub use carry_out::{Outcome, apply, apply_now};

/// What is overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One check.
    Check(VerificationId),
    /// A customer's KYC.
    Customer(CustomerId),
}

/// When two must decide about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Two {
    /// Whatever is decided.
    always: bool,
    /// To validate them, since they, or somebody merged into them, were refused last.
    to_validate: bool,
}

/// The facts on which an override is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Whose.
    pub customer: Customer,
    /// The check, where one is overridden.
    pub check: Option<Verification>,
    /// The customer's latest round.
    pub round: Option<Round>,
    /// Whether a required member of the company is not validated.
    pub member_open: bool,
    /// Whether a name on a list waits for an officer.
    pub hits_open: bool,
    /// The policy that holds.
    pub policy: Versioned,
    /// Today, where the organisation is.
    pub today: NaiveDate,
    two: Two,
    /// The keys of whoever submitted the round.
    hands: Vec<CredentialId>,
    zone: Tz,
}

/// What an override would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The stored name of the status that was asked for.
    pub to: &'static str,
    /// What the check becomes; nothing where a customer is overridden.
    pub check: Option<Status>,
    /// What the KYC becomes, where it moves.
    pub kyc: Option<Kyc>,
    /// The day of the next review afterwards.
    pub next_review_on: Option<NaiveDate>,
    /// Whether it is done only once a second person agrees.
    pub second: bool,
}

/// The facts as they stand now.
pub fn case(tx: &mut Read<'_>, of: Of) -> Result<Case> {
    let (customer, check) = match of {
        Of::Check(id) => {
            let check = verifications::find(tx, id)?;
            (customers::find(tx, check.customer_id)?, Some(check))
        }
        Of::Customer(id) => (customers::find(tx, id)?, None),
    };
    complete(tx, customer, check)
}

/// The same, held until the end of the change: first the customer's row, and those of whoever its round took along, then the
/// check's.
pub(super) fn held(tx: &mut Read<'_>, of: Of) -> Result<Case> {
    let (customer, check) = match of {
        Of::Check(id) => {
            let whose = verifications::find(tx, id)?.customer_id;
            behind::hold(tx, whose)?;
            let customer = customers::lock(tx, whose)?;
            (customer, Some(verifications::lock(tx, id)?))
        }
        Of::Customer(id) => (customers::lock(tx, id)?, None),
    };
    complete(tx, customer, check)
}

fn complete(tx: &mut Read<'_>, customer: Customer, check: Option<Verification>) -> Result<Case> {
    let zone = store::time_zone(tx)?;
    let policy = policies::current(tx)?;
    let always = four_eyes::asked_for(tx, &policy.policy, &customer)?;
    let mut everybody = absorbed(tx, customer.id)?;
    everybody.push(customer.id);
    let round = store::latest(tx, customer.id)?;
    let hands = match round.as_ref().and_then(Round::hand) {
        Some(staff) => keys::made_by(tx, staff)?,
        None => Vec::new(),
    };
    let member_open = customer.kind == Kind::Legal
        && store::members(tx, customer.id)?
            .iter()
            .any(|(_, kyc)| !rules::member_complete(*kyc));
    Ok(Case {
        two: Two {
            always,
            to_validate: store::refused_last(tx, &everybody)?,
        },
        round,
        hands,
        policy,
        today: rules::today(tx.now(), zone),
        check,
        member_open,
        hits_open: hits::count_open(tx, customer.id)? > 0,
        customer,
        zone,
    })
}

impl Case {
    /// The stored name of the status that is overridden.
    pub fn status(&self) -> &'static str {
        self.check
            .as_ref()
            .map_or(self.customer.kyc.as_str(), |check| check.status.as_str())
    }

    /// What is overridden, as the log points to it.
    pub fn subject(&self) -> Subject {
        match &self.check {
            Some(check) => check.subject(&self.customer),
            None => Subject::Customer(self.customer.reference()),
        }
    }

    /// Whether the check is the latest round's own.
    pub fn current(&self) -> bool {
        let own = self.check.as_ref().and_then(|check| check.review_id);
        own.is_some() && own == self.round.as_ref().map(|round| round.id)
    }

    /// What setting this status would do, or the sentence that says why it is not lawful.
    pub fn plan(&self, to: &str, by: Who) -> Result<Plan, &'static str> {
        let (to, check, kyc) = if let Some(check) = &self.check {
            let to: Status = to.parse().map_err(|_| rules::UNLAWFUL)?;
            match rules::effect(self.current(), self.customer.kyc, check.status, to) {
                Effect::Unlawful(why) => return Err(why),
                Effect::Alone => (to.as_str(), Some(to), None),
                Effect::Moves(kyc) => (to.as_str(), Some(to), Some(kyc)),
            }
        } else {
            let to = rules::kyc_targets(self.customer.kyc)
                .find(|kyc| kyc.as_str() == to)
                .ok_or(rules::UNLAWFUL)?;
            (to.as_str(), None, Some(to))
        };
        if self.decides_own_submission(check, by) {
            return Err(rules::OWN_SUBMISSION);
        }
        if kyc == Some(Kyc::Validated) && self.member_open {
            return Err(rules::MEMBER_OPEN);
        }
        if kyc == Some(Kyc::Validated) && self.hits_open {
            return Err(rules::HITS_OPEN);
        }
        Ok(Plan {
            to,
            check,
            kyc,
            next_review_on: kyc.map_or(self.customer.next_review_on, |kyc| self.next_review(kyc)),
            second: rules::needs_second(self.two.always, self.customer.kyc, kyc.is_some())
                || (self.two.to_validate && kyc == Some(Kyc::Validated)),
        })
    }

    /// Every override that is lawful now.
    pub fn offered(&self, by: Who) -> Vec<Plan> {
        self.named()
            .into_iter()
            .filter_map(|to| self.plan(to, by).ok())
            .collect()
    }

    /// Why nothing is offered.
    pub fn why_none(&self, by: Who) -> &'static str {
        let hindered = self
            .named()
            .into_iter()
            .filter_map(|to| self.plan(to, by).err())
            .find(|why| *why != rules::UNLAWFUL);
        match (hindered, &self.check) {
            (Some(why), _) => why,
            (None, Some(_)) => "Failed and expired are final. Start a new check instead.",
            (None, None) => {
                "Only a decided KYC can be overridden: validated, review needed, refused or canceled."
            }
        }
    }

    /// The stored names of every status of what is overridden.
    fn named(&self) -> Vec<&'static str> {
        match self.check {
            Some(_) => Status::ALL.iter().map(|status| status.as_str()).collect(),
            None => Kyc::ALL.iter().map(|kyc| kyc.as_str()).collect(),
        }
    }

    /// Nobody decides what they submitted, neither a person nor a key, nor a person by a key that they made. Sending a
    /// round back decides nothing.
    fn decides_own_submission(&self, to: Option<Status>, by: Who) -> bool {
        let pending = self
            .check
            .as_ref()
            .is_some_and(|check| check.status == Status::Pending);
        let submitted = self.round.as_ref().is_some_and(|round| match by {
            Who::Staff(staff) => round.hand() == Some(staff),
            Who::Key(key) if self.hands.contains(&key) => true,
            other => other.is(&round.submitted_kind, round.submitted_id),
        });
        self.current() && pending && to != Some(Status::Expired) && submitted
    }

    fn next_review(&self, kyc: Kyc) -> Option<NaiveDate> {
        match kyc {
            Kyc::Validated => {
                let years = self.policy.policy.years(self.customer.risk);
                Some(rules::next_review_in(self.today, years))
            }
            // What must be looked at again without a day to do it on must be looked at now.
            Kyc::ReviewNeeded => Some(self.customer.next_review_on.unwrap_or(self.today)),
            _ => None,
        }
    }

    /// What the move writes on the customer's row. `decided`: whether it decides a round.
    fn state(&self, kyc: Kyc, plan: &Plan, now: DateTime<Utc>, decided: bool) -> KycState {
        let before = KycState::from(&self.customer);
        KycState {
            kyc,
            kyc_comment: None,
            last_review_at: if decided {
                Some(now)
            } else {
                before.last_review_at
            },
            next_review_on: plan.next_review_on,
            refused_at: match kyc {
                Kyc::Refused => Some(now),
                Kyc::Canceled => before.refused_at,
                _ => None,
            },
            ..before
        }
    }

    /// Until when the own check of a validated round counts: the beginning of the day of the next review.
    fn counts_until(&self, plan: &Plan) -> Option<DateTime<Utc>> {
        plan.next_review_on.map(|day| days::begins(day, self.zone))
    }

    fn kyc_fields(&self, kyc: Kyc, plan: &Plan) -> Vec<Field> {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let mut fields = vec![Field::plain(
            "kyc",
            self.customer.kyc.as_str(),
            kyc.as_str(),
        )];
        if self.customer.next_review_on != plan.next_review_on {
            fields.push(Field::plain(
                "next_review_on",
                day(self.customer.next_review_on),
                day(plan.next_review_on),
            ));
        }
        fields
    }
}
