//! What a customer is, and every lawful move of its KYC.

use crate::stored_words;

stored_words! {
    /// What a customer is.
    Kind {
        /// A person.
        Natural = "natural",
        /// A person who trades under their own name.
        SoleTrader = "sole_trader",
        /// A company, association or authority.
        Legal = "legal",
    }
}

stored_words! {
    /// Where a customer's KYC stands.
    Kyc {
        /// Nothing was submitted yet.
        None = "none",
        /// Data was submitted; no review was asked for.
        Draft = "draft",
        /// A review is open.
        Pending = "pending",
        /// The customer owes us something.
        Incomplete = "incomplete",
        /// Known and accepted.
        Validated = "validated",
        /// Accepted once; must be looked at again.
        ReviewNeeded = "review_needed",
        /// Not accepted.
        Refused = "refused",
        /// Refused long ago and closed.
        Canceled = "canceled",
    }
}

stored_words! {
    /// How closely a customer is watched, and how soon the next review is due.
    Risk {
        /// Five years.
        Low = "low",
        /// Three years.
        Medium = "medium",
        /// One year, and a second person at every decision.
        High = "high",
    }
}

stored_words! {
    /// What a member is to the company.
    MemberRole {
        /// May sign for it.
        LegalRepresentative = "legal_representative",
        /// Holds shares.
        Shareholder = "shareholder",
        /// The person whom it belongs to in the end.
        BeneficialOwner = "beneficial_owner",
        /// Runs it.
        Director = "director",
        /// Works for it.
        Employee = "employee",
    }
}

impl MemberRole {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LegalRepresentative => "Legal representative",
            Self::Shareholder => "Shareholder",
            Self::BeneficialOwner => "Beneficial owner",
            Self::Director => "Director",
            Self::Employee => "Employee",
        }
    }

    /// Whether it is a part of the company that they hold.
    pub const fn owns(self) -> bool {
        matches!(self, Self::Shareholder | Self::BeneficialOwner)
    }
}

stored_words! {
    /// Why a review is made.
    ReviewType {
        /// The first.
        Onboarding = "ONBOARDING",
        /// Because time passed.
        Periodic = "PERIODIC",
        /// Because something happened.
        Event = "EVENT",
    }
}

stored_words! {
    /// What makes a KYC move.
    Move {
        /// Data was submitted.
        Submit = "submit",
        /// A review was asked for.
        Request = "request",
        /// Something is missing, or an officer asks for more.
        AskForMore = "ask_for_more",
        /// Decided in favour.
        Validate = "validate",
        /// Decided against.
        Refuse = "refuse",
        /// Taken back before anybody claimed it.
        Withdraw = "withdraw",
        /// The next review comes near.
        FallDue = "fall_due",
        /// Something happened that must be looked at.
        RaiseEvent = "raise_event",
        /// A decision taken back.
        Revoke = "revoke",
        /// Refused for so long that the case is closed.
        Close = "close",
        /// New data after a refusal.
        Resubmit = "resubmit",
        /// An admin sets it, with a reason.
        Override = "override",
    }
}

use Kyc::{
    Canceled, Draft, Incomplete, None as NotStarted, Pending, Refused, ReviewNeeded, Validated,
};

/// Every lawful move: from, by, to. Nothing else is lawful.
pub const MOVES: &[(Kyc, Move, Kyc)] = &[
    (NotStarted, Move::Submit, Draft),
    (NotStarted, Move::Request, Pending),
    (Draft, Move::Request, Pending),
    (Incomplete, Move::Request, Pending),
    (Refused, Move::Request, Pending),
    (Canceled, Move::Request, Pending),
    (Pending, Move::AskForMore, Incomplete),
    (Pending, Move::Validate, Validated),
    (Pending, Move::Refuse, Refused),
    (Pending, Move::Withdraw, Draft),
    (Validated, Move::FallDue, ReviewNeeded),
    (Validated, Move::RaiseEvent, ReviewNeeded),
    (ReviewNeeded, Move::Request, Pending),
    (Validated, Move::Revoke, Refused),
    (ReviewNeeded, Move::Revoke, Refused),
    (Refused, Move::Close, Canceled),
    (Refused, Move::Resubmit, Draft),
    (Canceled, Move::Resubmit, Draft),
    // Any decided status to any other.
    (Validated, Move::Override, ReviewNeeded),
    (Validated, Move::Override, Refused),
    (Validated, Move::Override, Canceled),
    (ReviewNeeded, Move::Override, Validated),
    (ReviewNeeded, Move::Override, Refused),
    (ReviewNeeded, Move::Override, Canceled),
    (Refused, Move::Override, Validated),
    (Refused, Move::Override, ReviewNeeded),
    (Refused, Move::Override, Canceled),
    (Canceled, Move::Override, Validated),
    (Canceled, Move::Override, ReviewNeeded),
    (Canceled, Move::Override, Refused),
];

/// Whether a move leads from one status to another.
pub fn lawful(from: Kyc, by: Move, to: Kyc) -> bool {
    MOVES.contains(&(from, by, to))
}

/// Where a move may lead from here, in the order of the table.
pub fn targets(from: Kyc, by: Move) -> impl Iterator<Item = Kyc> {
    MOVES
        .iter()
        .filter(move |(a, m, _)| *a == from && *m == by)
        .map(|(_, _, to)| *to)
}

/// Years until the next review after a decision.
pub const fn years_to_next_review(risk: Risk) -> u32 {
    match risk {
        Risk::Low => 5,
        Risk::Medium => 3,
        Risk::High => 1,
    }
}
