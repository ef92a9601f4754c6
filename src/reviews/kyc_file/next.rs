//! The one next lawful action on a customer, for whoever looks at the page.

use chrono::{DateTime, Utc};

use crate::{
    customers::rules::{self as kyc, Kyc, Move},
    reviews::{
        rules::State,
        store::{proposals::Proposal, rounds::Review},
    },
    value::{ReviewId, StaffId},
};

/// What can be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask for a review: the words of the button.
    Request(&'static str),
    /// Ask for one before its day, and say why.
    Raise,
    /// Take the open round.
    Take(ReviewId),
    /// Decide the round that I hold.
    Decide(ReviewId),
    /// A colleague holds it until then; without an end, where it was given to them and they have not begun.
    Held(ReviewId, StaffId, Option<DateTime<Utc>>),
    /// I submitted it: a colleague decides.
    Own,
    /// A second person must agree.
    Second,
    /// Nothing that this role may do.
    Nothing,
}

/// What whoever looks may do.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// Who.
    pub staff: StaffId,
    /// Whether they may ask for reviews and decide them.
    pub works: bool,
}

/// The next action, by where the KYC, its latest round and a proposal about it stand.
pub fn next(
    status: Kyc,
    round: Option<&Review>,
    proposal: Option<&Proposal>,
    viewer: Viewer,
    now: DateTime<Utc>,
) -> Next {
    if proposal.is_some() {
        return Next::Second;
    }
    if !viewer.works {
        return Next::Nothing;
    }
    if let Some(round) = round.filter(|round| round.state == State::Open && status == Kyc::Pending)
    {
        return match round.holder(now) {
            _ if round.submitted_by(viewer.staff) => Next::Own,
            Some(holder) if holder == viewer.staff => Next::Decide(round.id),
            Some(holder) => Next::Held(round.id, holder, round.claim_expires_at),
            None => Next::Take(round.id),
        };
    }
    match status {
        Kyc::Validated => Next::Raise,
        _ if !kyc::lawful(status, Move::Request, Kyc::Pending) => Next::Nothing,
        Kyc::Incomplete => Next::Request("Request the review again"),
        Kyc::ReviewNeeded => Next::Request("Request the next review"),
        _ => Next::Request("Request a review"),
    }
}
