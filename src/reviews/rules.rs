//! What a round of a KYC is, and what its check's move does to the customer.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

use crate::{
    customers::rules::{self as kyc, Kind, Kyc, Move, ReviewType},
    stored_words,
    verifications::rules::{self as checks, Status},
};

stored_words! {
    /// Where a round stands.
    State {
        /// Being filled in.
        Draft = "draft",
        /// Submitted; for an officer to decide.
        Open = "open",
        /// The customer owes something.
        Waiting = "waiting",
        /// Over, with a decision.
        Decided = "decided",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

/// Every lawful move of a round: from, to. Asked for more and resumed, decided, taken back. Nothing else is lawful; the
/// database holds it too.
pub const ROUNDS: &[(State, State)] = &[
    (State::Open, State::Waiting),
    (State::Waiting, State::Open),
    (State::Open, State::Decided),
    (State::Open, State::Withdrawn),
    (State::Waiting, State::Withdrawn),
];

/// What the override of a check does to the customer's KYC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the check is of an earlier round or of no round, or the KYC stands there already.
    Alone,
    /// The KYC moves with it.
    Moves(Kyc),
    /// Neither may move, for this reason.
    Unlawful(&'static str),
}

/// What follows from an override of a check. `current`: it is the own check of the customer's latest round.
pub fn effect(current: bool, kyc: Kyc, from: Status, to: Status) -> Effect {
    if !checks::lawful(from, checks::Move::Override, to) {
        return Effect::Unlawful(UNLAWFUL);
    }
    if !current {
        return Effect::Alone;
    }
    match (from, to, kyc) {
        (Status::Pending, Status::Verified, Kyc::Pending) => Effect::Moves(Kyc::Validated),
        (Status::Pending, Status::Failed, Kyc::Pending) => Effect::Moves(Kyc::Refused),
        (Status::Pending, Status::Expired, Kyc::Pending) => Effect::Moves(Kyc::Draft),
        // A round that waits for the customer is decided by nobody until a review is asked for again.
        (Status::Pending, _, _) => Effect::Unlawful(
            "This round waits for the customer. It can be decided once a review is requested again.",
        ),
        (Status::Verified, Status::Expired, Kyc::Validated) => Effect::Moves(Kyc::ReviewNeeded),
        (Status::Verified, Status::Failed, Kyc::Validated | Kyc::ReviewNeeded) => {
            Effect::Moves(Kyc::Refused)
        }
        _ => Effect::Alone,
    }
}

/// The day it is at this moment in a zone.
pub fn today(now: DateTime<Utc>, zone: chrono_tz::Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// Why a round that opens now is made: what was accepted once is looked at again because its day is near, or because
/// something happened.
pub fn review_type(kyc: Kyc, next_review_on: Option<NaiveDate>, today: NaiveDate) -> ReviewType {
    match (kyc, next_review_on) {
        (Kyc::ReviewNeeded, Some(day)) if falls_due(today, day) => ReviewType::Periodic,
        (Kyc::ReviewNeeded, _) => ReviewType::Event,
        _ => ReviewType::Onboarding,
    }
}

/// Said of a target that the table does not list.
pub const UNLAWFUL: &str = "This status cannot become that one.";
/// Said where the admin would decide what they submitted.
pub const OWN_SUBMISSION: &str =
    "You requested this review, so somebody else must decide it. Nothing was changed.";
/// Said where a company would be validated before its members are.
pub const MEMBER_OPEN: &str =
    "A company cannot be validated while a required member is not. Nothing was changed.";

/// So many relations to those who stand behind a company are read at once, for a page or for a decision, level by level. The
/// desk takes 200 members of one company; who stands behind those members is bound by nothing else.
pub const MOST_BEHIND: usize = 300;
/// Said where there are more: nobody decides what was not read.
pub const TOO_MANY_BEHIND: &str = "More than 300 members stand behind this company, those of its members counted. So many cannot be reviewed together. Have the companies among its members validated first: nobody looks behind those again.";

/// Said where somebody would be validated whose name is like one on a list, before an officer has looked.
pub const HITS_OPEN: &str = "A name on a watchlist is like theirs, and nobody has said yet whether it is them (see Hits). Nothing was changed.";

/// Said of a company that was validated with a member who no longer is.
pub const MEMBER_GONE: &str = "A member of the company is no longer validated.";

/// Whether an override needs a second person: where two decide about the customer anyway, and out of a refusal.
pub fn needs_second(two_asked: bool, from: Kyc, moves_kyc: bool) -> bool {
    two_asked || (moves_kyc && from == Kyc::Refused)
}

/// Whether a member in this status lets its company be validated.
pub const fn member_complete(kyc: Kyc) -> bool {
    matches!(kyc, Kyc::Validated | Kyc::ReviewNeeded)
}

/// Whether a company that was validated with a member in this status must be looked at again. It stays accepted while a
/// member is reviewed; once the answer is no, or the review ended without one, it may not.
pub const fn member_gone(kyc: Kyc) -> bool {
    match kyc {
        Kyc::None | Kyc::Draft | Kyc::Refused | Kyc::Canceled => true,
        Kyc::Pending | Kyc::Incomplete | Kyc::Validated | Kyc::ReviewNeeded => false,
    }
}

/// The day of the next review, so many years after today.
pub fn next_review_in(today: NaiveDate, years: u32) -> NaiveDate {
    today
        .checked_add_months(Months::new(12 * years))
        .unwrap_or(NaiveDate::MAX)
}

/// Whether a validated customer must be looked at again: three calendar months before the day.
pub fn falls_due(today: NaiveDate, next_review_on: NaiveDate) -> bool {
    next_review_on
        .checked_sub_months(Months::new(NOTICE_MONTHS))
        .is_none_or(|from| today >= from)
}

/// How many months before the next review it falls due.
pub const NOTICE_MONTHS: u32 = 3;

/// How long a refusal stands before the case is closed, by the policy that is delivered.
pub const CLOSED_AFTER: TimeDelta = TimeDelta::days(90);

/// The status of the check that a round owns, once an override closed it with this KYC.
pub fn own_check(kyc: Kyc, today: NaiveDate, next_review_on: Option<NaiveDate>) -> Status {
    match kyc {
        Kyc::Validated => Status::Verified,
        Kyc::ReviewNeeded if next_review_on.is_some_and(|day| day > today) => Status::Verified,
        Kyc::ReviewNeeded => Status::Expired,
        Kyc::Refused | Kyc::Canceled => Status::Failed,
        Kyc::None | Kyc::Draft | Kyc::Pending | Kyc::Incomplete => Status::Pending,
    }
}

/// The type of the check that a customer's rounds own.
pub const fn own_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Natural | Kind::SoleTrader => checks::KYC,
        Kind::Legal => checks::KYB,
    }
}

/// Where an admin may set a customer's KYC from here.
pub fn kyc_targets(from: Kyc) -> impl Iterator<Item = Kyc> {
    kyc::targets(from, Move::Override)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_check_of_an_earlier_round_moves_alone() {
        for kyc in Kyc::ALL {
            for (from, _, to) in checks::MOVES
                .iter()
                .filter(|(_, by, _)| *by == checks::Move::Override)
            {
                assert_eq!(effect(false, *kyc, *from, *to), Effect::Alone);
            }
        }
    }

    #[test]
    fn the_current_reviews_check_decides_the_review() {
        use Status::{Expired, Failed, Pending, Verified};
        let of = |kyc, from, to| effect(true, kyc, from, to);
        assert_eq!(
            of(Kyc::Pending, Pending, Verified),
            Effect::Moves(Kyc::Validated)
        );
        assert_eq!(
            of(Kyc::Pending, Pending, Failed),
            Effect::Moves(Kyc::Refused)
        );
        assert_eq!(
            of(Kyc::Pending, Pending, Expired),
            Effect::Moves(Kyc::Draft)
        );
        assert_eq!(
            of(Kyc::Validated, Verified, Expired),
            Effect::Moves(Kyc::ReviewNeeded)
        );
        assert_eq!(
            of(Kyc::Validated, Verified, Failed),
            Effect::Moves(Kyc::Refused)
        );
        assert_eq!(
            of(Kyc::ReviewNeeded, Verified, Failed),
            Effect::Moves(Kyc::Refused)
        );
        assert_eq!(of(Kyc::ReviewNeeded, Verified, Expired), Effect::Alone);
        assert!(matches!(
            of(Kyc::Incomplete, Pending, Verified),
            Effect::Unlawful(_)
        ));
        assert!(matches!(
            of(Kyc::Validated, Failed, Verified),
            Effect::Unlawful(_)
        ));
    }

    #[test]
    fn three_calendar_months_of_notice_also_at_the_end_of_february() {
        assert!(!falls_due(day("2027-02-27"), day("2027-05-31")));
        assert!(falls_due(day("2027-02-28"), day("2027-05-31")));
        assert!(falls_due(day("2027-08-22"), day("2027-11-22")));
        assert!(!falls_due(day("2027-08-21"), day("2027-11-22")));
    }

    #[test]
    fn a_year_from_a_leap_day_is_the_last_of_february() {
        let from = day("2024-02-29");
        assert_eq!(next_review_in(from, 5), day("2029-02-28"));
        assert_eq!(next_review_in(from, 4), day("2028-02-29"));
    }

    #[test]
    fn a_round_is_periodic_when_its_day_is_near_and_an_event_before() {
        let today = day("2026-11-22");
        let of = |kyc, next| review_type(kyc, next, today);
        let (near, far) = (Some(day("2027-01-01")), Some(day("2029-01-01")));
        assert_eq!(of(Kyc::ReviewNeeded, near), ReviewType::Periodic);
        assert_eq!(of(Kyc::ReviewNeeded, far), ReviewType::Event);
        assert_eq!(of(Kyc::ReviewNeeded, None), ReviewType::Event);
        assert_eq!(of(Kyc::Draft, None), ReviewType::Onboarding);
        assert_eq!(of(Kyc::Refused, None), ReviewType::Onboarding);
    }

    #[test]
    fn a_second_person_is_asked_for_high_risk_and_out_of_a_refusal() {
        assert!(needs_second(true, Kyc::Validated, false));
        assert!(needs_second(false, Kyc::Refused, true));
        assert!(!needs_second(false, Kyc::Refused, false));
        assert!(!needs_second(false, Kyc::Validated, true));
    }

    #[test]
    fn a_closed_rounds_check_says_what_the_faces_say() {
        let today = day("2026-11-22");
        assert_eq!(own_check(Kyc::Validated, today, None), Status::Verified);
        assert_eq!(
            own_check(Kyc::ReviewNeeded, today, Some(day("2026-12-01"))),
            Status::Verified
        );
        assert_eq!(
            own_check(Kyc::ReviewNeeded, today, Some(today)),
            Status::Expired
        );
        assert_eq!(own_check(Kyc::Canceled, today, None), Status::Failed);
    }
}
