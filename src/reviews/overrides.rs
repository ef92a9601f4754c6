//! An override: an admin sets a status against the ordinary course, with a reason. On the own check of the current
//! review it decides the review; on a customer it closes a round of its own.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{Kind, Kyc, ReviewType},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Read},
    error::{Error, Result},
    reviews::{
        rules::{self, Effect},
        store::{self, Round},
    },
    value::{CustomerId, StaffId, VerificationId},
    verifications::{
        rules as checks,
        rules::Status,
        store::{self as verifications, NewVerification, Verification},
    },
};

/// What is overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One check.
    Check(VerificationId),
    /// A customer's KYC.
    Customer(CustomerId),
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
    /// Today, where the organisation is.
    pub today: NaiveDate,
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

/// The same, held until the end of the change: the customer's row first, then the check's.
fn held(tx: &mut Read<'_>, of: Of) -> Result<Case> {
    let (customer, check) = match of {
        Of::Check(id) => {
            let whose = verifications::find(tx, id)?.customer_id;
            let customer = customers::lock(tx, whose)?;
            (customer, Some(verifications::lock(tx, id)?))
        }
        Of::Customer(id) => (customers::lock(tx, id)?, None),
    };
    complete(tx, customer, check)
}

fn complete(tx: &mut Read<'_>, customer: Customer, check: Option<Verification>) -> Result<Case> {
    let zone = store::time_zone(tx)?;
    let member_open = customer.kind == Kind::Legal
        && store::members(tx, customer.id)?
            .iter()
            .any(|(_, kyc)| !rules::member_complete(*kyc));
    Ok(Case {
        round: store::latest(tx, customer.id)?,
        today: tx.now().with_timezone(&zone).date_naive(),
        customer,
        check,
        member_open,
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

    /// Whether the check is the latest round's own.
    pub fn current(&self) -> bool {
        let own = self.check.as_ref().and_then(|check| check.review_id);
        own.is_some() && own == self.round.as_ref().map(|round| round.id)
    }

    /// What setting this status would do, or the sentence that says why it is not lawful.
    pub fn plan(&self, to: &str, by: Option<StaffId>) -> Result<Plan, &'static str> {
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
        if rules::needs_second(self.customer.risk, self.customer.kyc, kyc.is_some()) {
            return Err(rules::SECOND);
        }
        if self.decides_own_submission(check, by) {
            return Err(rules::OWN_SUBMISSION);
        }
        if kyc == Some(Kyc::Validated) && self.member_open {
            return Err(rules::MEMBER_OPEN);
        }
        Ok(Plan {
            to,
            check,
            kyc,
            next_review_on: kyc.map_or(self.customer.next_review_on, |kyc| self.next_review(kyc)),
        })
    }

    /// Every override that is lawful now.
    pub fn offered(&self, by: Option<StaffId>) -> Vec<Plan> {
        self.named()
            .into_iter()
            .filter_map(|to| self.plan(to, by).ok())
            .collect()
    }

    /// Why nothing is offered.
    pub fn why_none(&self, by: Option<StaffId>) -> &'static str {
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

    /// Nobody decides what they submitted. Sending a round back decides nothing.
    fn decides_own_submission(&self, to: Option<Status>, by: Option<StaffId>) -> bool {
        let pending = self
            .check
            .as_ref()
            .is_some_and(|check| check.status == Status::Pending);
        let submitter = self.round.as_ref().and_then(store::submitter);
        self.current()
            && pending
            && to != Some(Status::Expired)
            && submitter.is_some()
            && submitter == by
    }

    fn next_review(&self, kyc: Kyc) -> Option<NaiveDate> {
        match kyc {
            Kyc::Validated => Some(rules::next_review(self.today, self.customer.risk)),
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
        let day = plan.next_review_on?.and_time(NaiveTime::MIN);
        self.zone
            .from_local_datetime(&day)
            .earliest()
            .map_or_else(|| Some(day.and_utc()), |at| Some(at.to_utc()))
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

/// Does it: the moves and what is said about them, in one transaction. `version` is the customer's, as the admin saw it.
pub fn apply(tx: &mut Change<'_>, of: Of, version: i32, to: &str, reason: &str) -> Result<()> {
    let case = held(tx, of)?;
    if case.customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the form".into(),
        ));
    }
    let plan = case
        .plan(to, tx.actor().staff())
        .map_err(|why| Error::Refused(why.into()))?;
    match (&case.check, plan.check) {
        (Some(check), Some(status)) => override_check(tx, &case, check, status, &plan, reason),
        _ => override_kyc(tx, &case, &plan, reason),
    }
}

fn override_check(
    tx: &mut Change<'_>,
    case: &Case,
    check: &Verification,
    status: Status,
    plan: &Plan,
    reason: &str,
) -> Result<()> {
    let until = plan.kyc.and_then(|_| case.counts_until(plan));
    verifications::set_status(tx, check, status, until)?;
    tx.say(
        Event::new(What::VerificationOverridden, check.subject(&case.customer))
            .changing(vec![Field::plain(
                "status",
                check.status.as_str(),
                status.as_str(),
            )])
            .because(reason),
    );
    let (Some(kyc), Some(round)) = (plan.kyc, &case.round) else {
        return customers::touch(tx, case.customer.id);
    };
    store::decide(tx, round.id, kyc, reason)?;
    let decided = matches!(kyc, Kyc::Validated | Kyc::Refused);
    customers::set_kyc(
        tx,
        case.customer.id,
        &case.state(kyc, plan, tx.now(), decided),
    )?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(case.customer.reference()))
            .changing(case.kyc_fields(kyc, plan))
            .because(reason),
    );
    Ok(())
}

fn override_kyc(tx: &mut Change<'_>, case: &Case, plan: &Plan, reason: &str) -> Result<()> {
    let Some(kyc) = plan.kyc else {
        return Err(Error::Refused(rules::UNLAWFUL.into()));
    };
    let round = case.round.as_ref().map_or(0, |round| round.round) + 1;
    let review = store::close_event(tx, &case.customer, round, kyc, reason)?;
    let status = rules::own_check(kyc, case.today, plan.next_review_on);
    let own_type = rules::own_type(case.customer.kind);
    let check = verifications::insert(
        tx,
        &NewVerification {
            customer: &case.customer,
            review: Some(review),
            verification_type: own_type,
            check_type: None,
            provider: checks::MANUAL,
            status,
            expires_at: case
                .counts_until(plan)
                .filter(|_| status == Status::Verified),
        },
    )?;
    let state = KycState {
        review_type: Some(ReviewType::Event),
        last_request_at: Some(tx.now()),
        ..case.state(kyc, plan, tx.now(), true)
    };
    customers::set_kyc(tx, case.customer.id, &state)?;
    tx.say(
        Event::new(
            What::KycOverridden,
            Subject::Customer(case.customer.reference()),
        )
        .changing(case.kyc_fields(kyc, plan))
        .because(reason),
    );
    // The round's own check is a subject of its own, so its page tells who made it and why.
    let own = Subject::Verification(check, case.customer.reference());
    tx.say(
        Event::new(What::VerificationStarted, own)
            .changing(vec![
                Field::plain("status", Value::Null, status.as_str()),
                Field::plain("verification_type", Value::Null, own_type),
                Field::plain("provider", Value::Null, checks::MANUAL),
            ])
            .because(reason),
    );
    Ok(())
}
