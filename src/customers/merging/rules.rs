//! When one customer may be merged into another.

use crate::{
    customers::{rules::Kind, store::Customer},
    value::CustomerId,
};

/// What else is known of whoever is to be merged away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hanging {
    /// A review of theirs is not over.
    pub review: bool,
    /// A decision about them waits for a second person.
    pub proposal: bool,
    /// Somebody said that the two are not the same.
    pub distinct: bool,
    /// They stand behind a company, which would lose them out of sight.
    pub member: bool,
}

/// Why one may not be merged into the other.
pub fn hindrance(survivor: &Customer, merged: &Customer, hanging: Hanging) -> Option<&'static str> {
    if survivor.id == merged.id {
        Some("Nobody is merged into themselves.")
    } else if survivor.merged_into.is_some() || merged.merged_into.is_some() {
        Some("One of the two has been merged already. Undo that first.")
    } else if (survivor.kind == Kind::Legal) != (merged.kind == Kind::Legal) {
        Some("A person and a company are never the same.")
    } else if hanging.distinct {
        Some("A colleague said that the two are not the same. Take that back first.")
    } else if hanging.review {
        Some(
            "A review of the customer who would be merged is open. Decide it or take it back first.",
        )
    } else if hanging.member {
        Some(
            "The customer who would be merged is a member of a company. Put the other one in their place there first.",
        )
    } else if hanging.proposal {
        Some("A decision about the customer who would be merged waits for a second person.")
    } else {
        None
    }
}

/// A pair in the order in which it is kept: the same, whichever of the two was looked at.
pub fn pair(one: CustomerId, other: CustomerId) -> (CustomerId, CustomerId) {
    if one < other {
        (one, other)
    } else {
        (other, one)
    }
}
