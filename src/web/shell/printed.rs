//! The head of a page on paper.

use crate::web::filters::count_of;

/// The head of a printed page: who printed what, when, and how to prove it. All texts are ready to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintHead {
    /// What is printed: "KYC file 8F3K2M9Q1XZT, version 27".
    pub subject: String,
    /// The tenant's name.
    pub organisation: String,
    /// "Rita Andrade, 19 Nov 2026, 10:04 (Europe/London)".
    pub by: String,
    /// The audit entry of this opening.
    pub entry: Option<PrintedEntry>,
}

/// An audit entry on paper: with both, anybody who has the log can find it and see that nothing before it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedEntry {
    /// Its place in the chain: "#48,213".
    pub number: String,
    /// The chain's hash there, in groups of eight hexadecimal digits.
    pub hash: String,
}

impl PrintedEntry {
    /// The entry at this place of the chain, with the hash there.
    pub fn new(number: i64, hash: &[u8]) -> Self {
        let groups: Vec<String> = hash.chunks(4).map(hex::encode).collect();
        Self {
            number: format!("#{}", count_of(number)),
            hash: groups.join(" "),
        }
    }
}
