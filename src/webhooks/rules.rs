//! What may be told to whom, when it is tried again, and when it is given up.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::{
    access::keys::rules::Face,
    audit::event::{Event, What},
};

mod words;

pub use words::{Because, State, Trouble};

/// One kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// In whose language.
    pub face: Face,
    /// Its name there.
    pub name: &'static str,
    /// When it is sent, in words.
    pub words: &'static str,
}

/// Every kind of message that an endpoint may ask for.
pub const CATALOGUE: &[Kind] = &[
    Kind {
        face: Face::Trustist,
        name: "onboard.session.completed",
        words: "An onboarding session was completed",
    },
    Kind {
        face: Face::Trustist,
        name: "onboard.session.failed",
        words: "An onboarding session came to nothing",
    },
    Kind {
        face: Face::Kontorion,
        name: "verification.created",
        words: "A verification was started",
    },
    Kind {
        face: Face::Kontorion,
        name: "verification.verified",
        words: "A verification became verified",
    },
    Kind {
        face: Face::Kontorion,
        name: "verification.failed",
        words: "A verification failed",
    },
    Kind {
        face: Face::Kontorion,
        name: "verification.expired",
        words: "A verification expired",
    },
    Kind {
        face: Face::Treezor,
        name: "user.kycrequest",
        words: "A review was requested (older life cycle)",
    },
    Kind {
        face: Face::Treezor,
        name: "user.kycreview",
        words: "A review was decided (older life cycle)",
    },
    Kind {
        face: Face::Treezor,
        name: "kycreview.request",
        words: "A review was requested",
    },
    Kind {
        face: Face::Treezor,
        name: "kycreview.result",
        words: "A review was decided",
    },
];

/// What Treezor's page calls the end of a review: the user was validated or refused.
const RESULTS: [&str; 2] = ["validated", "refused"];

/// The message that somebody sends to try an endpoint. No endpoint asks for it.
pub const TEST: &str = "webhook.test";

/// The names that endpoints of a face may ask for, in the order of the catalogue.
pub fn names(face: Face) -> impl Iterator<Item = &'static str> {
    CATALOGUE
        .iter()
        .filter(move |kind| kind.face == face)
        .map(|kind| kind.name)
}

/// What of the catalogue an event is. A check that is made with its answer was created and became what it is.
pub fn said(event: &Event) -> impl Iterator<Item = Kind> {
    let created = event.what == What::VerificationStarted;
    let became = match event.what {
        What::VerificationStarted
        | What::VerificationAnswered
        | What::VerificationOverridden
        | What::VerificationExpired => now(event, "status"),
        _ => None,
    };
    let ended = match event.what {
        What::OnboardingCompleted => Some("onboard.session.completed"),
        What::OnboardingFailed => Some("onboard.session.failed"),
        _ => None,
    };
    let requested = event.what == What::ReviewRequested;
    let decided = match event.what {
        What::KycMoved | What::KycOverridden | What::KycRevoked => {
            now(event, "kyc").is_some_and(|kyc| RESULTS.contains(&kyc.as_str()))
        }
        _ => false,
    };
    CATALOGUE
        .iter()
        .copied()
        .filter(move |kind| match kind.name.split_once('.') {
            Some(("onboard", _)) => ended == Some(kind.name),
            Some(("verification", word)) => {
                (created && word == "created") || became.as_deref() == Some(word)
            }
            Some(("user", "kycrequest") | ("kycreview", "request")) => requested,
            Some(("user", "kycreview") | ("kycreview", "result")) => decided,
            _ => false,
        })
}

/// The word that an event says a field has now.
fn now(event: &Event, field: &str) -> Option<String> {
    let change = event.changes.iter().find(|change| change.field == field)?;
    match &change.after {
        Value::String(word) => Some(word.clone()),
        _ => None,
    }
}

/// How long after the attempt before it each attempt is made. There is no jitter: what falls together was pushed together,
/// and an endpoint that fails has one attempt at a time.
pub const SCHEDULE: [TimeDelta; 10] = [
    TimeDelta::zero(),
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// Treezor's own: each minute, thirty times after the first.
const EACH: TimeDelta = TimeDelta::minutes(1);
const TIMES: i16 = 30;

/// When a message is tried again after so many attempts that failed, the last of them at `now`; nothing where it is given up.
pub fn next(face: Face, tries: i16, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if face == Face::Treezor {
        return (0..=TIMES).contains(&tries).then(|| now + EACH);
    }
    let pause = SCHEDULE.get(usize::try_from(tries).ok()?)?;
    Some(now + *pause)
}

/// How often a message is tried and over how long, in words.
pub const fn schedule_words(face: Face) -> &'static str {
    match face {
        Face::Treezor => "31 times, a minute apart",
        _ => "ten times over three days",
    }
}

/// Whether a message has room for the signature of an old secret beside that of the new one.
pub const fn both_sign(face: Face) -> bool {
    !matches!(face, Face::Treezor)
}

/// An endpoint at which nothing has arrived for so long is told nothing any more; but see [`DAYS_TRIED`].
pub const PATIENCE: TimeDelta = TimeDelta::days(5);

/// On so many days of that time it was tried, or else a message is given up after it: where little is sent, one attempt may
/// be at its beginning and the next at its end, and nobody knows what was between.
pub const DAYS_TRIED: i64 = 3;

/// How long an endpoint's old secret signs beside the new one.
pub const BOTH_SIGN: TimeDelta = TimeDelta::hours(24);

/// How long a message stays in the log after its end.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// How many endpoints an organisation may have: each event is written once for each.
pub const MOST_ENDPOINTS: i64 = 50;

/// The longest name of an endpoint, in characters.
pub const LONGEST_NAME: usize = 100;

/// The longest address, in bytes.
pub const LONGEST_URL: usize = 2_000;

/// How much of an answer is kept, in bytes.
pub const SHOWN: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::event::{Change, Subject};

    fn names_of(what: What, after: Option<&str>) -> Vec<&'static str> {
        names_after(what, "status", after)
    }

    fn names_after(what: What, field: &'static str, after: Option<&str>) -> Vec<&'static str> {
        let event = Event::new(what, Subject::Organisation);
        let event = match after {
            Some(after) => event.changing(vec![Change::plain(field, "pending", after)]),
            None => event,
        };
        said(&event).map(|kind| kind.name).collect()
    }

    #[test]
    fn what_happened_to_a_check_is_said_once_for_each_thing_that_it_became() {
        let of = names_of;
        assert_eq!(
            of(What::VerificationStarted, None),
            ["verification.created"]
        );
        assert_eq!(
            of(What::VerificationStarted, Some("pending")),
            ["verification.created"]
        );
        assert_eq!(
            of(What::VerificationStarted, Some("failed")),
            ["verification.created", "verification.failed"]
        );
        assert_eq!(
            of(What::VerificationAnswered, Some("verified")),
            ["verification.verified"]
        );
        assert_eq!(
            of(What::VerificationExpired, Some("expired")),
            ["verification.expired"]
        );
        assert!(of(What::VerificationAnswered, Some("pending")).is_empty());
        assert!(of(What::DocumentChecked, Some("verified")).is_empty());
        let ended = [What::OnboardingCompleted, What::OnboardingFailed];
        let names = ended.map(|what| of(what, Some("failed")));
        assert_eq!(
            names,
            [["onboard.session.completed"], ["onboard.session.failed"]]
        );
        assert!(of(What::OnboardingExpired, Some("expired")).is_empty());
    }

    #[test]
    fn a_review_is_said_in_both_life_cycles_when_it_is_requested_and_when_it_is_decided() {
        let of = |what, after| names_after(what, "kyc", after);
        assert_eq!(
            of(What::ReviewRequested, Some("pending")),
            ["user.kycrequest", "kycreview.request"]
        );
        for what in [What::KycMoved, What::KycOverridden, What::KycRevoked] {
            for after in ["validated", "refused"] {
                assert_eq!(
                    of(what, Some(after)),
                    ["user.kycreview", "kycreview.result"]
                );
            }
            assert!(of(what, Some("incomplete")).is_empty());
        }
        assert!(of(What::ReviewDecided, Some("validated")).is_empty());
    }

    #[test]
    fn treezor_s_are_tried_again_each_minute_thirty_times() {
        let begin = DateTime::UNIX_EPOCH;
        let after = |tries| next(Face::Treezor, tries, begin);
        for tries in 1..=30 {
            assert_eq!(after(tries), Some(begin + TimeDelta::minutes(1)));
        }
        assert_eq!((after(31), after(-1)), (None, None));
    }

    #[test]
    fn ten_attempts_over_three_days_and_then_none() {
        let begin = DateTime::UNIX_EPOCH;
        let mut at = begin;
        let mut made = 1;
        while let Some(next) = next(Face::Kontorion, made, at) {
            (at, made) = (next, made + 1);
        }
        assert_eq!(made, 10);
        assert_eq!(
            at - begin,
            TimeDelta::seconds(5) + TimeDelta::minutes(35) + TimeDelta::hours(75)
        );
        assert!(at - begin < PATIENCE);
        assert_eq!(next(Face::Kontorion, -1, begin), None);
    }

    #[test]
    fn names_are_told_apart_by_their_face() {
        assert_eq!(names(Face::Kontorion).count(), 4);
        assert_eq!(names(Face::Trustist).count(), 2);
        assert_eq!(names(Face::Treezor).count(), 4);
        assert_eq!(names(Face::Truust).count(), 0);
    }
}
