//! A review is asked for: a round opens, or the one that waited for the customer goes on; and the automatic review
//! looks at once whether anything is missing. A company takes its members with it, in the same transaction.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        ownership::raising,
        rules::{self as kyc, Kind, Kyc, Move, ReviewType},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Read},
    error::{Error, Result},
    reason,
    reviews::{
        approvals,
        decision::itself,
        evidence::Gathered,
        owners,
        policy::{
            rules::{Policy, Prerequisites},
            store as policies,
        },
        prerequisites::{self, wordless::Wordless},
        retry,
        rules::{self, State},
        store::{self, behind, rounds},
    },
    value::{CustomerId, ReviewId},
    verifications::{
        rules::{self as checks, Status},
        store::{self as check_rows, NewVerification},
    },
    working_time::WorkingTime,
};

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    /// The round.
    pub review: ReviewId,
    /// What is missing; nothing, and the round waits for an officer.
    pub missing: Vec<&'static str>,
}

/// Asks for a review of a customer. `version` is the customer's, where the asker saw one; `reason` is asked for where
/// a validated customer is to be looked at again before the day.
pub fn request(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: Option<i32>,
    reason: &str,
) -> Result<Requested> {
    behind::hold(tx, id)?;
    let customer = customers::lock(tx, id)?;
    if version.is_some_and(|seen| seen != customer.version) {
        return Err(Error::Conflict(
            "the customer changed since you opened the page".into(),
        ));
    }
    let gathered = Gathered::of(tx, &customer)?;
    with(tx, customer, &gathered, reason, Wordless::NOTHING)
}

/// The same by a system whose language has no words for some of the checklist.
pub(super) fn without_words(
    tx: &mut Change<'_>,
    id: CustomerId,
    wordless: Wordless,
) -> Result<Requested> {
    let customer = customers::lock(tx, id)?;
    let gathered = Gathered::of(tx, &customer)?;
    with(tx, customer, &gathered, "", wordless)
}

/// The same of a customer who is held, judged by what was gathered of them: whoever stands in it moves together.
pub(super) fn with(
    tx: &mut Change<'_>,
    mut customer: Customer,
    gathered: &Gathered,
    reason: &str,
    wordless: Wordless,
) -> Result<Requested> {
    retry::allowed(tx, &customer)?;
    approvals::nothing_waits(tx, customer.id)?;
    if gathered.more {
        return Err(Error::Refused(rules::TOO_MANY_BEHIND.into()));
    }
    let policy = policies::current(tx)?.policy;
    if customer.kyc == Kyc::Validated {
        look_again(tx, &mut customer, reason)?;
    }
    if !kyc::lawful(customer.kyc, Move::Request, Kyc::Pending) {
        return Err(Error::Refused(
            "A review of this customer is open already.".into(),
        ));
    }
    // Whose name decides is not asked for papers.
    let decides = itself::decides(tx, &customer)?.is_some();
    if policy.kyc_prerequisites == Prerequisites::Strict && !decides {
        let owed = wordless.owed(owed(tx, &customer, gathered)?);
        if !owed.is_empty() {
            return Err(Error::Refused(prerequisites::what_is_missing(&owed).into()));
        }
    }
    if customer.kind == Kind::Legal {
        members_complete(tx, gathered, wordless)?;
        let mut ids = gathered.together.clone();
        ids.sort_unstable();
        for one in ids {
            let member = customers::lock(tx, one)?;
            if kyc::lawful(member.kyc, Move::Request, Kyc::Pending) {
                retry::allowed(tx, &member)?;
                approvals::nothing_waits_about(tx, &member)?;
                submit(tx, &member, &policy)?;
            }
        }
    }
    let review = submit(tx, &customer, &policy)?;
    let missing = if decides {
        Vec::new()
    } else {
        automatic(tx, &customer, review, gathered, wordless)?
    };
    Ok(Requested { review, missing })
}

/// Something happened that must be looked at: a validated customer needs a review, whatever its day.
fn look_again(tx: &mut Change<'_>, customer: &mut Customer, reason: &str) -> Result<()> {
    let reason = reason::checked("reason", reason, "what happened")?;
    if raising::raise(tx, customer, reason)? {
        (customer.kyc, customer.review_type) = (Kyc::ReviewNeeded, Some(ReviewType::Event));
    }
    Ok(())
}

/// A company's review begins when each of its members is complete.
fn members_complete(tx: &mut Read<'_>, gathered: &Gathered, wordless: Wordless) -> Result<()> {
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let mut open: Vec<String> = gathered
        .behind(today)
        .into_iter()
        .filter(|(_, lines)| lines.as_ref().is_none_or(|lines| wordless.hinders(lines)))
        .map(|(id, _)| {
            gathered.known.get(&id).map_or_else(
                || "a member outside of your branches".to_owned(),
                |one| one.name.clone(),
            )
        })
        .collect();
    open.sort_unstable();
    open.dedup();
    if open.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(
        format!(
            "Every member must be complete first. Something is missing of: {}.",
            open.join(", ")
        )
        .into(),
    ))
}

/// Opens a round for a customer, or goes on with the one that waits.
fn submit(tx: &mut Change<'_>, customer: &Customer, policy: &Policy) -> Result<ReviewId> {
    let time = WorkingTime {
        zone: store::time_zone(tx)?,
        holidays: &policy.holidays,
    };
    let now = tx.now();
    let latest = rounds::latest(tx, customer.id)?;
    let waiting = latest
        .as_ref()
        .filter(|round| round.state == State::Waiting);
    let (review, review_type) = if let Some(round) = waiting {
        let left = match (round.paused_at, round.due_at) {
            (Some(paused), Some(due)) => time.between(paused, due),
            _ => policy.due_in(),
        };
        rounds::resume(tx, customer, round, time.after(now, left))?;
        (round.id, round.review_type)
    } else {
        let review_type = rules::review_type(
            customer.kyc,
            customer.next_review_on,
            rules::today(now, time.zone),
        );
        let round = latest.map_or(0, |round| round.round) + 1;
        let due_at = time.after(now, policy.due_in());
        let review = rounds::open(tx, customer, round, review_type, due_at)?;
        let check = check_rows::insert(
            tx,
            &NewVerification {
                customer,
                review: Some(review),
                verification_type: rules::own_type(customer.kind),
                check_type: None,
                provider: checks::MANUAL,
                status: Status::Pending,
                expires_at: None,
            },
        )?;
        tx.say(Event::new(
            What::VerificationStarted,
            Subject::Verification(check, customer.reference()),
        ));
        (review, review_type)
    };
    let state = KycState {
        kyc: Kyc::Pending,
        review_type: Some(review_type),
        kyc_comment: None,
        last_request_at: Some(now),
        ..KycState::from(customer)
    };
    customers::set_kyc(tx, customer.id, &state)?;
    tx.say(
        Event::new(
            What::ReviewRequested,
            Subject::Review(review, customer.reference()),
        )
        .changing(vec![
            Field::plain("kyc", customer.kyc.as_str(), Kyc::Pending.as_str()),
            Field::plain("type", serde_json::Value::Null, review_type.as_str()),
        ]),
    );
    Ok(review)
}

/// What the customer owes. A difference between sources is for an officer to judge, not for the customer to mend.
pub(super) fn owed(
    tx: &mut Read<'_>,
    customer: &Customer,
    gathered: &Gathered,
) -> Result<Vec<prerequisites::Line>> {
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let lines = owners::checklist(tx, gathered, customer, today)?;
    Ok(prerequisites::owed(&lines))
}

/// The automatic review: whatever is missing sends the round back to the customer, with a list of it.
fn automatic(
    tx: &mut Change<'_>,
    customer: &Customer,
    review: ReviewId,
    gathered: &Gathered,
    wordless: Wordless,
) -> Result<Vec<&'static str>> {
    let lines = wordless.owed(owed(tx, customer, gathered)?);
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let comment = prerequisites::what_is_missing(&lines);
    rounds::pause(tx, review)?;
    let now = customers::find(tx, customer.id)?;
    let state = KycState {
        kyc: Kyc::Incomplete,
        kyc_comment: Some(comment.clone()),
        ..KycState::from(&now)
    };
    customers::set_kyc(tx, customer.id, &state)?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(customer.reference()))
            .changing(vec![Field::plain(
                "kyc",
                Kyc::Pending.as_str(),
                Kyc::Incomplete.as_str(),
            )])
            .because(comment),
    );
    Ok(lines.iter().map(|line| line.words).collect())
}
