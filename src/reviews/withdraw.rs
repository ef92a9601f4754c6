//! A review is taken back before anybody works on it. Its own check ends with it; a company takes back the rounds of
//! whoever stands behind it that were asked for in the same request.

use chrono::{DateTime, Utc};

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{self as kyc, Kind, Kyc, Move},
        store::{self as customers, Customer, KycState},
    },
    db::Change,
    error::{Error, Result},
    reviews::{
        approvals, companies,
        rules::State,
        store::{
            behind,
            rounds::{self, Review},
        },
    },
    value::{CustomerId, ReviewId},
    verifications::{rules::Status, store as checks},
};

/// Why the check of a round that was taken back ended.
const WITHDRAWN: &str = "withdrawn";

/// Takes a review back; whose it was.
pub fn withdraw(tx: &mut Change<'_>, id: ReviewId) -> Result<CustomerId> {
    let whose = rounds::find(tx, id)?.customer_id;
    behind::hold(tx, whose)?;
    let customer = customers::lock(tx, whose)?;
    let review = rounds::lock(tx, id)?;
    approvals::nothing_waits(tx, customer.id)?;
    take_back(tx, &customer, &review)?;
    if customer.kind == Kind::Legal {
        members(tx, &customer, review.submitted_at)?;
    }
    Ok(customer.id)
}

/// Takes back the rounds that were asked for together with a company's, in the same moment, of whoever stands behind it
/// however deep: those that began then, and those that went on then. Their customers are held already, with the company's.
pub(super) fn members(
    tx: &mut Change<'_>,
    company: &Customer,
    submitted_at: DateTime<Utc>,
) -> Result<()> {
    let mut together = Vec::new();
    for id in behind::along(tx, company.id)? {
        let member = match customers::lock(tx, id) {
            // Nobody who may not see a member asked for its review.
            Err(Error::NotFound) => continue,
            found => found?,
        };
        let went_on =
            member.last_request_at.is_some() && member.last_request_at == company.last_request_at;
        let latest = rounds::latest(tx, member.id)?.filter(|round| {
            round.state == State::Open && (went_on || round.submitted_at == submitted_at)
        });
        together.extend(latest.map(|round| (round.id, member)));
    }
    together.sort_unstable_by_key(|(round, _)| *round);
    for (round, member) in together {
        let round = rounds::lock(tx, round)?;
        // As of one who is taken back alone.
        approvals::nothing_waits_about(tx, &member)?;
        take_back(tx, &member, &round)?;
    }
    Ok(())
}

fn take_back(tx: &mut Change<'_>, customer: &Customer, review: &Review) -> Result<()> {
    if review.state != State::Open || !kyc::lawful(customer.kyc, Move::Withdraw, Kyc::Draft) {
        return Err(Error::Refused("This review is not open.".into()));
    }
    if review.holder(tx.now()).is_some() {
        return Err(Error::Refused(
            "Somebody works on this review, so it can no longer be taken back.".into(),
        ));
    }
    rounds::withdraw(tx, review.id)?;
    let state = KycState {
        kyc: Kyc::Draft,
        ..KycState::from(customer)
    };
    customers::set_kyc(tx, customer.id, &state)?;
    tx.say(
        Event::new(
            What::ReviewWithdrawn,
            Subject::Review(review.id, customer.reference()),
        )
        .changing(vec![Field::plain(
            "state",
            review.state.as_str(),
            State::Withdrawn.as_str(),
        )]),
    );
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(customer.reference())).changing(vec![
            Field::plain("kyc", customer.kyc.as_str(), Kyc::Draft.as_str()),
        ]),
    );
    let own = checks::of_review(tx, review.id)?.filter(|check| check.status == Status::Pending);
    if let Some(check) = own {
        checks::set_status(tx, &check, Status::Expired, None)?;
        checks::set_reason(tx, check.id, WITHDRAWN)?;
        tx.say(
            Event::new(What::VerificationExpired, check.subject(customer)).changing(vec![
                Field::plain("status", check.status.as_str(), Status::Expired.as_str()),
                Field::plain("reason", check.reason.clone(), WITHDRAWN),
            ]),
        );
    }
    companies::follow(tx, customer.id, Kyc::Draft)
}
