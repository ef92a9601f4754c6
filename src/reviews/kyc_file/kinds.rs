//! The kinds of things that happen to a customer, by which the timeline is read.

use crate::{audit::event::What, stored_words};

stored_words! {
    /// What is shown of the timeline.
    Kind {
        /// Everything.
        All = "all",
        /// Where the KYC went, and by whose word.
        Decisions = "decisions",
        /// What was declared, and who stands behind it.
        Data = "data",
        /// Papers.
        Documents = "documents",
        /// Checks.
        Checks = "checks",
        /// Notes among colleagues.
        Notes = "notes",
        /// Who looked.
        Access = "access",
    }
}

impl Kind {
    /// The words on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Decisions => "Decisions",
            Self::Data => "Data",
            Self::Documents => "Documents",
            Self::Checks => "Checks",
            Self::Notes => "Notes",
            Self::Access => "Access",
        }
    }

    /// Of what kind something is, by its stored name: looking first, then what it is about.
    pub fn of(what: What) -> Self {
        let (about, did) = what.action().split_once('.').unwrap_or_default();
        match (about, did) {
            (_, "viewed") => Self::Access,
            ("document", _) => Self::Documents,
            ("verification" | "hit", _) => Self::Checks,
            ("note", _) => Self::Notes,
            ("review" | "approval", _)
            | ("customer", "moved" | "overridden" | "revoked" | "rated") => Self::Decisions,
            _ => Self::Data,
        }
    }

    /// The stored names of all that is of this kind; nothing where everything is.
    pub fn actions(self) -> Option<Vec<&'static str>> {
        (self != Self::All).then(|| {
            What::ALL
                .iter()
                .filter(|what| Self::of(**what) == self)
                .map(|what| what.action())
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_of_the_kind_that_people_look_for_it_in() {
        for (what, kind) in [
            (What::CustomerViewed, Kind::Access),
            (What::DocumentViewed, Kind::Access),
            (What::DocumentRead, Kind::Documents),
            (What::DocumentExpired, Kind::Documents),
            (What::VerificationExpired, Kind::Checks),
            (What::HitFound, Kind::Checks),
            (What::HitCleared, Kind::Checks),
            (What::NoteWritten, Kind::Notes),
            (What::KycMoved, Kind::Decisions),
            (What::ReviewClaimed, Kind::Decisions),
            (What::ApprovalAsked, Kind::Decisions),
            (What::CustomerEdited, Kind::Data),
            (What::FieldCorrected, Kind::Data),
        ] {
            assert_eq!(Kind::of(what), kind, "{}", what.action());
        }
    }

    #[test]
    fn every_kind_but_all_has_something_of_its_own() {
        assert_eq!(Kind::All.actions(), None);
        let all: usize = Kind::ALL
            .iter()
            .filter_map(|kind| kind.actions())
            .map(|actions| {
                assert!(!actions.is_empty());
                actions.len()
            })
            .sum();
        assert_eq!(all, What::ALL.len());
    }
}
