//! Who works on a round: claimed for a while, given back, assigned, or the most urgent one taken.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::{Change, Read},
    error::{Error, Result},
    reviews::{
        policy::store as policies,
        rules::{self, State},
        store::{
            holding, proposals,
            rounds::{self, Review},
        },
    },
    staff::store as people,
    value::{CustomerId, ReviewId, StaffId},
};

mod next;

pub use next::{next, next_or_nothing};

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
    if let Some(to) = to {
        people::hold(tx, to)?;
    }
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

/// A review of a list that cannot be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindered {
    /// Whose it is, by the short id of the customer.
    pub short_id: String,
    /// Why not.
    pub why: Cow<'static, str>,
    /// Whether nobody could be given it now, whoever was chosen.
    pub anybody: bool,
}

/// Gives several to one colleague, and names those that cannot be given: of a list with such, nothing may be kept.
pub fn assign_all(
    tx: &mut Change<'_>,
    ids: &[ReviewId],
    to: Option<StaffId>,
) -> Result<Vec<Hindered>> {
    let mut hindered = Vec::new();
    for id in ids {
        let (why, anybody) = match assign(tx, *id, to) {
            Ok(()) => continue,
            Err(Error::Refused(why)) => (why, true),
            Err(Error::Invalid(errors)) => {
                let first = errors.into_iter().next();
                (first.map(|error| error.message).unwrap_or_default(), false)
            }
            Err(other) => return Err(other),
        };
        let whose = rounds::find(tx, *id)?.customer_id;
        hindered.push(Hindered {
            short_id: customers::find(tx, whose)?.short_id,
            why,
            anybody,
        });
    }
    Ok(hindered)
}

/// Whoever works on a round keeps it: each step they take begins the time of their claim anew, and for whoever was given
/// the round their first step begins it.
pub fn keep(tx: &mut Read<'_>, me: StaffId, events: &[Event]) -> Result<()> {
    let given = |event: &Event| event.what == What::ReviewAssigned;
    let mut worked_on: Vec<CustomerId> = events
        .iter()
        .filter(|event| !given(event))
        .filter_map(|event| event.subject.customer())
        .map(|customer| customer.id)
        .collect();
    worked_on.sort_unstable();
    worked_on.dedup();
    if worked_on.is_empty() || !holding::holds_any(tx, me, &worked_on)? {
        return Ok(());
    }
    let ends = tx.now() + policies::current(tx)?.policy.claim();
    holding::keep(tx, me, &worked_on, ends)
}

fn claim_ends(tx: &mut Change<'_>) -> Result<DateTime<Utc>> {
    Ok(tx.now() + policies::current(tx)?.policy.claim())
}

fn hold(tx: &mut Change<'_>, review: &Review, by: Option<StaffId>, what: What) -> Result<()> {
    if what == What::ReviewAssigned {
        // Whoever was given work may begin it tomorrow: the time of a claim begins with their first step (`keep`).
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
