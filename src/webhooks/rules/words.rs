//! Where messages and endpoints stand, in stored words.

use crate::stored_words;

stored_words! {
    /// Where a message is.
    State {
        /// To be sent, or to be sent again.
        Pending = "pending",
        /// Answered with 2xx.
        Delivered = "delivered",
        /// Given up after the last attempt of the schedule.
        Failed = "failed",
        /// Its endpoint was disabled before it arrived, or the customer it is about was erased.
        Dropped = "dropped",
    }
}

impl State {
    /// Word, colour and icon on the page.
    pub const fn standing(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pending => ("Waiting", "tone-info", "s-review"),
            Self::Delivered => ("Delivered", "tone-ok", "s-approved"),
            Self::Failed => ("Failed", "tone-bad", "s-refused"),
            Self::Dropped => ("Dropped", "tone-mute", "s-canceled"),
        }
    }
}

stored_words! {
    /// Why an endpoint is told nothing.
    Because {
        /// Somebody said so.
        Staff = "staff",
        /// It answered 410.
        Gone = "gone",
        /// It failed for days.
        Failing = "failing",
    }
}

stored_words! {
    /// Why an attempt got no answer.
    Trouble {
        /// The address may not be called.
        Refused = "refused",
        /// No name, no connection, or it broke.
        Unreachable = "unreachable",
        /// Not in time.
        TimedOut = "timed_out",
        /// The answer was longer than anybody reads.
        TooLong = "too_long",
    }
}

impl Trouble {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Refused => "The address may not be called",
            Self::Unreachable => "Not to be reached",
            Self::TimedOut => "No answer in 15 seconds",
            Self::TooLong => "The answer was too long",
        }
    }
}
