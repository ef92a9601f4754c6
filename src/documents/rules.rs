//! What a paper is, and where it stands.

use crate::stored_words;

stored_words! {
    /// What a paper proves.
    DocumentType {
        /// Who somebody is: a passport, an identity card.
        IdentityProof = "IDENTITY_PROOF",
        /// That a trader is registered.
        RegistrationProof = "REGISTRATION_PROOF",
        /// How a company is set up.
        ArticlesOfAssociation = "ARTICLES_OF_ASSOCIATION",
        /// Who holds a company's shares.
        ShareholderDeclaration = "SHAREHOLDER_DECLARATION",
        /// Where somebody lives.
        AddressProof = "ADDRESS_PROOF",
        /// Where and under which number tax is paid.
        TaxVerification = "TAX_VERIFICATION",
        /// Who the person is that runs a company.
        BusinessAdministratorId = "BUSINESS_ADMINISTRATOR_ID",
        /// That a company is registered.
        CompanyRegistrationProof = "COMPANY_REGISTRATION_PROOF",
        /// That a bank account is theirs.
        BankVerification = "BANK_VERIFICATION",
    }
}

impl DocumentType {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::IdentityProof => "Identity document",
            Self::RegistrationProof => "Registration proof",
            Self::ArticlesOfAssociation => "Articles of association",
            Self::ShareholderDeclaration => "Shareholder declaration",
            Self::AddressProof => "Proof of address",
            Self::TaxVerification => "Tax certificate",
            Self::BusinessAdministratorId => "Administrator's identity document",
            Self::CompanyRegistrationProof => "Company registration proof",
            Self::BankVerification => "Bank account proof",
        }
    }
}

stored_words! {
    /// Where a paper stands.
    DocumentStatus {
        /// Nobody has looked at it yet.
        Pending = "pending",
        /// Accepted.
        Validated = "validated",
        /// Not accepted.
        Refused = "refused",
        /// Taken back, or replaced by another.
        Canceled = "canceled",
    }
}

/// Whether the name of a file may be read outside the house: its owner gave it, themselves or by a company's system. What an
/// officer calls a file is for colleagues.
pub fn named_outside(uploaded_kind: &str) -> bool {
    matches!(uploaded_kind, "customer" | "key")
}

impl DocumentStatus {
    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pending => "To be checked",
            Self::Validated => "Accepted",
            Self::Refused => "Refused",
            Self::Canceled => "Canceled",
        }
    }

    /// The CSS class that colours it.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Pending => "tone-info",
            Self::Validated => "tone-ok",
            Self::Refused => "tone-bad",
            Self::Canceled => "tone-mute",
        }
    }

    /// Its shape.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Pending => "clock",
            Self::Validated => "s-approved",
            Self::Refused => "s-refused",
            Self::Canceled => "s-canceled",
        }
    }
}

stored_words! {
    /// What makes a paper move.
    Move {
        /// Somebody looked at it and it serves.
        Accept = "accept",
        /// Somebody looked at it and it does not.
        Refuse = "refuse",
        /// It was handed in by mistake, or another took its place.
        Cancel = "cancel",
    }
}

/// Every lawful move: from, by, to. Nothing else is lawful; a new look at a paper is a new paper.
pub const MOVES: &[(DocumentStatus, Move, DocumentStatus)] = &[
    (
        DocumentStatus::Pending,
        Move::Accept,
        DocumentStatus::Validated,
    ),
    (
        DocumentStatus::Pending,
        Move::Refuse,
        DocumentStatus::Refused,
    ),
    (
        DocumentStatus::Pending,
        Move::Cancel,
        DocumentStatus::Canceled,
    ),
];

/// Whether a move leads from one status to another.
pub fn lawful(from: DocumentStatus, by: Move, to: DocumentStatus) -> bool {
    MOVES.contains(&(from, by, to))
}

/// The move that leads to a status, where there is one from here.
pub fn towards(from: DocumentStatus, to: DocumentStatus) -> Option<Move> {
    MOVES
        .iter()
        .find(|(a, _, b)| *a == from && *b == to)
        .map(|(_, by, _)| *by)
}

/// A paper has at most this many bytes: 10 MB, by the larger way of counting.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// A picture of this many pixels or more is refused before it is unpacked.
pub const TOO_MANY_PIXELS: u64 = 50_000_000;

/// A paper has at most this many pages.
pub const MOST_PAGES: u32 = 200;

/// A number of bytes for people: "284 KB".
pub fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!(size_words(999), "999 bytes");
        assert_eq!(size_words(284_120), "284 KB");
        assert_eq!(size_words(4_250_000), "4.2 MB");
    }
}
