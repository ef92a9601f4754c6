//! What a job is, where it may stand, and every lawful move.

use chrono::TimeDelta;

use crate::stored_words;

stored_words! {
    /// What is made.
    Kind {
        /// Everything about one customer in one archive that proves itself.
        CaseFile = "casefile",
        /// The list of customers.
        Customers = "customers",
        /// The queue of reviews.
        Reviews = "reviews",
        /// The list of checks.
        Verifications = "verifications",
        /// What is wrong in a file of customers; where nothing is, the customers themselves.
        Import = "import",
    }
}

impl Kind {
    /// What it is on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CaseFile => "Case file",
            Self::Customers => "List of customers",
            Self::Reviews => "List of reviews",
            Self::Verifications => "List of checks",
            Self::Import => "Import of customers",
        }
    }

    /// The media type of its result.
    pub const fn media(self) -> &'static str {
        match self {
            Self::CaseFile => "application/zip",
            Self::Customers | Self::Reviews | Self::Verifications | Self::Import => {
                "text/csv; charset=utf-8"
            }
        }
    }

    /// Whether it is a list, made of what its asker searched for.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Customers | Self::Reviews | Self::Verifications)
    }

    /// What the name of its file ends in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CaseFile => "zip",
            Self::Customers | Self::Reviews | Self::Verifications | Self::Import => "csv",
        }
    }
}

stored_words! {
    /// Where a job stands.
    State {
        /// No server has begun it, or one gave it back.
        Queued = "queued",
        /// A server works on it.
        Running = "running",
        /// Its result can be fetched.
        Done = "done",
        /// It could not be done.
        Failed = "failed",
        /// Nobody wants it any more.
        Canceled = "canceled",
    }
}

impl State {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Queued => "Waiting to begin",
            Self::Running => "Being made",
            Self::Done => "Ready",
            Self::Failed => "Failed",
            Self::Canceled => "Canceled",
        }
    }

    /// The CSS class that colours it.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Queued | Self::Canceled => "tone-mute",
            Self::Running => "tone-info",
            Self::Done => "tone-ok",
            Self::Failed => "tone-bad",
        }
    }

    /// Its shape.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Queued => "clock",
            Self::Running => "s-review",
            Self::Done => "s-approved",
            Self::Failed => "s-refused",
            Self::Canceled => "s-canceled",
        }
    }

    /// Whether nothing will happen to it any more.
    pub const fn over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Canceled)
    }
}

stored_words! {
    /// What makes a job move.
    Move {
        /// A server takes it.
        Begin = "begin",
        /// Another server takes it, since the first one is silent.
        TakeOver = "take_over",
        /// Something outside was away: it is tried again later.
        GiveBack = "give_back",
        /// Its result stands.
        Finish = "finish",
        /// It cannot be done.
        Fail = "fail",
        /// It was begun too often, and waits in vain or is held by a server that is silent.
        GiveUp = "give_up",
        /// Whoever asked for it wants it no more.
        Cancel = "cancel",
    }
}

use State::{Canceled, Done, Failed, Queued, Running};

/// Every lawful move: from, by, to. Nothing else is lawful.
pub const MOVES: &[(State, Move, State)] = &[
    (Queued, Move::Begin, Running),
    (Running, Move::TakeOver, Running),
    (Running, Move::GiveBack, Queued),
    (Running, Move::Finish, Done),
    (Running, Move::Fail, Failed),
    (Queued, Move::GiveUp, Failed),
    (Running, Move::GiveUp, Failed),
    (Queued, Move::Cancel, Canceled),
    (Running, Move::Cancel, Canceled),
];

/// Whether a move leads from one state to another.
pub fn lawful(from: State, by: Move, to: State) -> bool {
    MOVES.contains(&(from, by, to))
}

/// Where a move leads from, in the order of the table.
pub fn sources(by: Move) -> impl Iterator<Item = State> {
    MOVES
        .iter()
        .filter(move |(_, known, _)| *known == by)
        .map(|(from, _, _)| *from)
}

stored_words! {
    /// Why a job failed.
    Failure {
        /// What was asked for is no longer to be seen by whoever asked.
        OutOfReach = "out_of_reach",
        /// By now its search means more customers than a list can be made of, so it would not be whole.
        TooMany = "too_many",
        /// The audit log does not hold together, so nothing can be proven by it.
        ChainBroken = "chain_broken",
        /// It was begun several times and never came to an end.
        GaveUp = "gave_up",
        /// Our own fault.
        Internal = "internal",
    }
}

impl Failure {
    /// Said on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutOfReach => "You may no longer see what you asked for.",
            Self::TooMany => {
                "More customers match the search now than a list is made of. Narrow your search and ask again."
            }
            Self::ChainBroken => {
                "The audit log does not hold together, so a file could prove nothing. An admin must look at it first."
            }
            Self::GaveUp => "It was begun several times and never came to an end. Ask again later.",
            Self::Internal => "Something went wrong here. Tell an admin the number of this job.",
        }
    }
}

/// How long a server is believed to be alive after it last said so. The longest silence of one that is: some seconds.
pub const LEASE: TimeDelta = TimeDelta::minutes(1);
/// A job that was begun so often fails.
pub const MOST_ATTEMPTS: i32 = 4;
/// How long a result is kept.
pub const KEPT: TimeDelta = TimeDelta::days(7);
/// How many jobs of one member may wait or run at once.
pub const MOST_OPEN: i64 = 5;

/// How long a job waits that was given back: longer each time.
pub fn pause(attempt: i32) -> TimeDelta {
    TimeDelta::seconds(10) * attempt.clamp(1, 6)
}

/// How much is done, in percent; nothing while the whole is unknown.
pub fn percent(done: i64, total: i64) -> Option<i64> {
    (total > 0).then(|| (done.clamp(0, total).saturating_mul(100)) / total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_moves_no_more_and_what_is_not_can_be_canceled() {
        for state in State::ALL {
            let moves = MOVES.iter().filter(|(from, _, _)| from == state).count();
            assert_eq!(moves == 0, state.over(), "{state}");
            assert_eq!(lawful(*state, Move::Cancel, Canceled), !state.over());
        }
    }

    #[test]
    fn percents_end_at_a_hundred() {
        assert_eq!(percent(3, 0), None);
        assert_eq!(percent(1, 3), Some(33));
        assert_eq!(percent(7, 3), Some(100));
    }
}
