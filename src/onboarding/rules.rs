//! What a session is: its states, what it may ask for, and which papers and checks each option means.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::{documents::rules::DocumentType, stored_words};

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

/// The longest address to come back to, in bytes.
pub const LONGEST_RETURN: usize = 2_000;

/// The most accounts that may be asked for.
pub const MOST_ACCOUNTS: u16 = 100;

/// What a session asks for, whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Who the customer is.
    pub identity: Identity,
    /// What stands on their bank accounts.
    pub ais: Ais,
}

/// Checks of who the customer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that the vendor names"
)]
pub struct Identity {
    /// That they are who they say.
    pub identity_check: bool,
    /// Their name against lists.
    pub aml_extensive_screening: bool,
    /// That their document is a true one.
    pub document_check: bool,
    /// Where they live.
    pub proof_of_address: bool,
    /// Their name against lists, again and again.
    pub aml_monitoring: bool,
}

impl Identity {
    /// Whether anything of it is asked for.
    pub const fn any(self) -> bool {
        self.identity_check
            || self.aml_extensive_screening
            || self.document_check
            || self.proof_of_address
            || self.aml_monitoring
    }
}

/// Account information: a bank's, so the session only records that it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Ais {
    /// Which accounts there are.
    pub accounts: bool,
    /// What is on them.
    pub balances: bool,
    /// What was paid.
    pub transactions: bool,
    /// At most so many accounts.
    pub account_limit: Option<u16>,
}

impl Ais {
    /// Whether anything of it is asked for.
    pub const fn any(self) -> bool {
        self.accounts || self.balances || self.transactions
    }
}

/// One option of who the customer is, and what follows from it.
pub struct Meaning {
    /// Its name in a form of the desk.
    pub name: &'static str,
    /// Its words on the desk.
    pub words: &'static str,
    /// Whether a session asks for it.
    pub on: fn(&Identity) -> bool,
    /// Sets it.
    pub set: fn(&mut Identity),
    /// The paper that it needs, if any.
    paper: Option<DocumentType>,
    /// The check that it starts once the customer sends off: provider, type, how.
    pub check: (&'static str, &'static str, &'static str),
}

/// What each option means: our ruling, in this one table. `manual` is a person at the desk, `watchlist` the lists that the
/// operator loads. Monitoring begins with a look at the lists; looking again is whoever asks for it again.
pub const MEANINGS: &[Meaning] = &[
    Meaning {
        name: "identity_check",
        words: "Identity check",
        on: |asked| asked.identity_check,
        set: |asked| asked.identity_check = true,
        paper: Some(DocumentType::IdentityProof),
        check: ("manual", "identity", ""),
    },
    Meaning {
        name: "document_check",
        words: "Document check",
        on: |asked| asked.document_check,
        set: |asked| asked.document_check = true,
        paper: Some(DocumentType::IdentityProof),
        check: ("manual", "document", ""),
    },
    Meaning {
        name: "proof_of_address",
        words: "Proof of address",
        on: |asked| asked.proof_of_address,
        set: |asked| asked.proof_of_address = true,
        paper: Some(DocumentType::AddressProof),
        check: ("manual", "address", ""),
    },
    Meaning {
        name: "aml_extensive_screening",
        words: "AML screening",
        on: |asked| asked.aml_extensive_screening,
        set: |asked| asked.aml_extensive_screening = true,
        paper: None,
        check: ("watchlist", "aml", "screening"),
    },
    Meaning {
        name: "aml_monitoring",
        words: "AML monitoring",
        on: |asked| asked.aml_monitoring,
        set: |asked| asked.aml_monitoring = true,
        paper: None,
        check: ("watchlist", "aml", "monitoring"),
    },
];

/// What follows from the options that are on.
pub fn meant(asked: Identity) -> impl Iterator<Item = &'static Meaning> {
    MEANINGS.iter().filter(move |one| (one.on)(&asked))
}

/// The papers that the options ask for, each once.
pub fn papers(asked: Identity) -> Vec<DocumentType> {
    let mut all = Vec::new();
    for paper in meant(asked).filter_map(|one| one.paper) {
        if !all.contains(&paper) {
            all.push(paper);
        }
    }
    all
}

/// What the identity checks need of a person's data: our field and the face's name of it.
pub const NEEDED: [(&str, &str); 3] = [
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("email", "emailAddress"),
];

/// Why this is no address to come back to.
pub fn wrong_return(address: &str) -> Option<&'static str> {
    let read = url::Url::parse(address);
    let fits = address.len() <= LONGEST_RETURN
        && address.starts_with("https://")
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
    fn papers_follow_from_options_and_each_is_asked_for_once() {
        let mut asked = Identity::default();
        assert!(!asked.any() && papers(asked).is_empty());
        asked.aml_monitoring = true;
        assert!(asked.any() && papers(asked).is_empty());
        for one in MEANINGS {
            (one.set)(&mut asked);
            assert!((one.on)(&asked), "{}", one.name);
        }
        assert_eq!(
            papers(asked),
            [DocumentType::IdentityProof, DocumentType::AddressProof]
        );
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
