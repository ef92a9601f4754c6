//! Where a check stands, and every lawful move of it.

use crate::stored_words;

stored_words! {
    /// Where a check stands.
    Status {
        /// Asked for; no answer yet.
        Pending = "pending",
        /// The provider, or who stands in for it, says yes.
        Verified = "verified",
        /// It says no. Final.
        Failed = "failed",
        /// Its answer no longer counts, or none came. Final.
        Expired = "expired",
    }
}

stored_words! {
    /// What makes a check move.
    Move {
        /// The answer of its provider, or of the review that owns it.
        Answer = "answer",
        /// Time passed.
        RunOut = "run_out",
        /// An admin sets it, with a reason.
        Override = "override",
    }
}

use Status::{Expired, Failed, Pending, Verified};

/// Every lawful move: from, by, to. Nothing else is lawful: failed and expired are final, a new check is a new row.
pub const MOVES: &[(Status, Move, Status)] = &[
    (Pending, Move::Answer, Verified),
    (Pending, Move::Answer, Failed),
    (Pending, Move::Answer, Expired),
    (Verified, Move::RunOut, Expired),
    (Pending, Move::Override, Verified),
    (Pending, Move::Override, Failed),
    (Pending, Move::Override, Expired),
    (Verified, Move::Override, Expired),
    (Verified, Move::Override, Failed),
];

/// Whether a move leads from one status to another.
pub fn lawful(from: Status, by: Move, to: Status) -> bool {
    MOVES.contains(&(from, by, to))
}

/// Where a move may lead from here, in the order of the table.
pub fn targets(from: Status, by: Move) -> impl Iterator<Item = Status> {
    MOVES
        .iter()
        .filter(move |(a, m, _)| *a == from && *m == by)
        .map(|(_, _, to)| *to)
}

/// Whether an admin may move a check on from here.
pub fn may_be_overridden(from: Status) -> bool {
    targets(from, Move::Override).next().is_some()
}

/// The provider that is a person at the desk.
pub const MANUAL: &str = "manual";
/// The type of the check that a person's review owns.
pub const KYC: &str = "kyc";
/// The type of the check that a company's review owns.
pub const KYB: &str = "kyb";

/// Whether a check of this provider and type is a review by another name. In any case of letters: what reads like a review
/// must not be an ordinary check, which whoever may override could set to verified by themselves.
pub fn is_review(provider: &str, verification_type: &str) -> bool {
    let of = verification_type.to_lowercase();
    provider.to_lowercase() == MANUAL && (of == KYC || of == KYB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_and_expired_are_final() {
        for last in [Failed, Expired] {
            assert!(MOVES.iter().all(|(from, _, _)| *from != last));
        }
    }

    #[test]
    fn a_verified_check_never_goes_back_to_pending() {
        let by_admin: Vec<_> = targets(Verified, Move::Override).collect();
        assert_eq!(by_admin, [Expired, Failed]);
        assert!(!lawful(Verified, Move::RunOut, Failed));
    }

    #[test]
    fn only_the_desks_own_kyc_and_kyb_are_reviews() {
        assert!(is_review("manual", "kyc") && is_review("manual", "kyb"));
        assert!(is_review("Manual", "KYC") && is_review("MANUAL", "Kyb"));
        assert!(!is_review("manual", "identity") && !is_review("acme", "kyc"));
    }
}
