//! Who works on a round: claimed for a while, given back, assigned, or the most urgent one taken.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, Result},
    reviews::{
        policy::store as policies,
        rules::{self, State},
        store::{
            proposals,
            rounds::{self, Review},
        },
    },
    staff::store as people,
    value::{ReviewId, StaffId},
};

/// Who claims; only people do.
fn whoever(tx: &Change<'_>) -> Result<StaffId> {
    tx.actor().staff().ok_or(Error::Forbidden)
}

fn open(tx: &mut Change<'_>, id: ReviewId) -> Result<Review> {
    let review = rounds::lock(tx, id)?;
    if review.state != State::Open {
        return Err(Error::Refused("This review is not open.".into()));
    }
    if proposals::open_of(tx, review.customer_id)?.is_some() {
        return Err(Error::Refused(
            "A second person is asked about this review. It stays with its proposer until they answer."
                .into(),
        ));
    }
    Ok(review)
}

/// Takes a round, to work on it. One that somebody else holds is taken over only when that is said.
pub fn claim(tx: &mut Change<'_>, id: ReviewId, take_over: bool) -> Result<()> {
    let me = whoever(tx)?;
    let review = open(tx, id)?;
    if review.submitted_by(me) {
        return Err(Error::Refused(rules::OWN_SUBMISSION.into()));
    }
    match review.holder(tx.now()) {
        Some(holder) if holder != me && !take_over => Err(Error::Conflict(
            "a colleague is working on this review".into(),
        )),
        _ => hold(tx, &review, Some(me), What::ReviewClaimed),
    }
}

/// Gives a round back.
pub fn release(tx: &mut Change<'_>, id: ReviewId) -> Result<()> {
    let me = whoever(tx)?;
    let review = open(tx, id)?;
    if review.holder(tx.now()) != Some(me) {
        return Err(Error::Refused("You do not hold this review.".into()));
    }
    hold(tx, &review, None, What::ReviewReleased)
}

/// Gives a round to a colleague who may see it and did not submit it; to nobody, for nothing.
pub fn assign(tx: &mut Change<'_>, id: ReviewId, to: Option<StaffId>) -> Result<()> {
    let review = open(tx, id)?;
    if let Some(to) = to {
        let wrong = |message| Err(Error::field("staff", message));
        if review.submitted_by(to) {
            return wrong("Whoever submitted a review does not decide it");
        }
        if !people::works_at(tx, to, review.branch_id)? {
            return wrong("This colleague does not decide reviews of this branch");
        }
    }
    hold(tx, &review, to, What::ReviewAssigned)
}

/// Takes the most urgent open round of my branches that nobody holds; nothing where there is none.
pub fn next(tx: &mut Change<'_>) -> Result<Option<Review>> {
    let me = whoever(tx)?;
    let Some(review) = rounds::next(tx, me)? else {
        return Ok(None);
    };
    hold(tx, &review, Some(me), What::ReviewClaimed)?;
    Ok(Some(review))
}

/// The same; that nothing is left is not found, so that a change which did nothing is not kept.
pub fn next_or_nothing(tx: &mut Change<'_>) -> Result<Review> {
    next(tx)?.ok_or(Error::NotFound)
}

/// Whoever works on a round keeps it: each step they take begins the time of their claim anew.
pub fn keep(tx: &mut Change<'_>, review: &Review) -> Result<()> {
    let (me, ends) = (whoever(tx)?, claim_ends(tx)?);
    rounds::hold(tx, review.id, Some((me, ends)))
}

fn claim_ends(tx: &mut Change<'_>) -> Result<DateTime<Utc>> {
    Ok(tx.now() + policies::current(tx)?.policy.claim())
}

fn hold(tx: &mut Change<'_>, review: &Review, by: Option<StaffId>, what: What) -> Result<()> {
    if what == What::ReviewAssigned {
        // Whoever was given work may begin it tomorrow: its time of a claim begins with their first step.
        rounds::give(tx, review.id, by)?;
    } else {
        let ends = claim_ends(tx)?;
        rounds::hold(tx, review.id, by.map(|staff| (staff, ends)))?;
    }
    let customer = customers::find(tx, review.customer_id)?;
    let name = |staff: Option<StaffId>| staff.map_or(Value::Null, |id| id.to_string().into());
    tx.say(
        Event::new(what, Subject::Review(review.id, customer.reference())).changing(vec![
            Field::plain("assignee", name(review.assignee), name(by)),
        ]),
    );
    Ok(())
}
