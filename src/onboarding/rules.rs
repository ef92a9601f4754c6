//! What a session is: its states, how long it lasts, and where it may lead; what it may ask for, and what each option means.

use chrono::TimeDelta;

use crate::stored_words;

mod meanings;
mod options;

pub use meanings::{MEANINGS, Meaning, NEEDED, meant, needed, of_persons, papers};
pub use options::{Ais, Identity, Options};

stored_words! {
    /// Where a session stands. The words are the face's own.
    State {
        /// Opened; the customer has saved nothing.
        Pending = "pending",
        /// The customer has saved something.
        InProgress = "in_progress",
        /// Sent off.
        Completed = "completed",
        /// Sent off, and a check that it started said no at once.
        Failed = "failed",
        /// Its time was over before it was sent off.
        Expired = "expired",
        /// Taken back by whoever opened it.
        Cancelled = "cancelled",
    }
}

use State::{Cancelled, Completed, Expired, Failed, InProgress, Pending};

/// Every lawful move: from, to. Nothing else is lawful; the database holds it too.
pub const MOVES: &[(State, State)] = &[
    (Pending, InProgress),
    (Pending, Expired),
    (Pending, Cancelled),
    (InProgress, Completed),
    (InProgress, Failed),
    (InProgress, Expired),
    (InProgress, Cancelled),
];

/// Whether a move leads from one state to another.
pub fn lawful(from: State, to: State) -> bool {
    MOVES.contains(&(from, to))
}

impl State {
    /// Whether its link still works.
    pub const fn is_open(self) -> bool {
        matches!(self, Pending | InProgress)
    }

    /// The words on the desk.
    pub const fn words(self) -> &'static str {
        match self {
            Pending => "Waiting for the customer",
            InProgress => "In progress",
            Completed => "Completed",
            Failed => "Failed",
            Expired => "Expired",
            Cancelled => "Cancelled",
        }
    }

    /// Colour and icon on the desk.
    pub const fn look(self) -> (&'static str, &'static str) {
        match self {
            Pending => ("tone-mute", "s-waiting"),
            InProgress => ("tone-info", "s-review"),
            Completed => ("tone-ok", "s-approved"),
            Failed => ("tone-bad", "s-refused"),
            Expired => ("tone-warn", "s-expired"),
            Cancelled => ("tone-mute", "s-canceled"),
        }
    }
}

/// How long a link works.
pub const LASTS: TimeDelta = TimeDelta::hours(72);

/// How many papers one link takes: whoever holds it fills nobody's disk.
pub const MOST_PAPERS: i32 = 20;

/// How often data may be changed by one link: each time the customer's version rises, and whoever decides about them looks
/// anew. Ten times what a person needs who makes mistakes.
pub const MOST_SAVES: i32 = 30;

/// In how many countries a customer pays tax who tells so by a link. Our ruling: more than that is for the house to ask.
pub const MOST_RESIDENCES: usize = 5;

/// The longest address to come back to, in bytes.
pub const LONGEST_RETURN: usize = 2_000;

/// The most accounts that may be asked for.
pub const MOST_ACCOUNTS: u16 = 100;

/// Why this is no address to come back to.
pub fn wrong_return(address: &str) -> Option<&'static str> {
    let read = url::Url::parse(address);
    let fits = address.len() <= LONGEST_RETURN
        && address.starts_with("https://")
        // Which browsers read as a name of the path's first piece.
        && !address.starts_with("https:///")
        && address.bytes().all(|byte| byte.is_ascii_graphic())
        && read.is_ok_and(|url| {
            url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
        });
    (!fits).then_some("an absolute https address of at most 2,000 characters")
}

/// Where an address leads, as the customer is told.
pub fn host(address: &str) -> String {
    let read = url::Url::parse(address).ok();
    let host = read.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        for from in State::ALL.iter().filter(|state| !state.is_open()) {
            assert!(State::ALL.iter().all(|to| !lawful(*from, *to)), "{from}");
        }
        assert!(!lawful(Pending, Completed) && !lawful(InProgress, Pending));
    }

    #[test]
    fn the_way_back_is_absolute_and_https() {
        for good in ["https://shop.example", "https://shop.example:8443/a?b=c#d"] {
            assert_eq!(wrong_return(good), None, "{good}");
        }
        for wrong in [
            "",
            "shop.example",
            "/done",
            "//shop.example/done",
            "http://shop.example/done",
            "https://",
            "https:///done",
            "https://a b.example/",
            "https://me@shop.example/",
            "https://me:pass@shop.example/",
            "javascript:alert(1)",
            "https://shop.example/\u{0}",
        ] {
            assert!(wrong_return(wrong).is_some(), "{wrong}");
        }
        assert_eq!(host("https://shop.example:8443/a?b=c"), "shop.example");
    }
}
