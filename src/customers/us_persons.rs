//! Who counts as a person of the United States, whose tax law asks for a statement of them wherever they live.

use crate::customers::{rules::Kind, typed::Typed};

/// The United States.
pub const UNITED_STATES: &str = "US";

/// Whether what is declared of a person points to the United States: nationality, country of birth or address.
pub fn indicated(typed: &Typed, kind: Kind) -> bool {
    kind != Kind::Legal
        && [&typed.nationality, &typed.birth_country, &typed.country]
            .iter()
            .any(|country| *country == UNITED_STATES)
}
