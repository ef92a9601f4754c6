//! When one customer may be merged into another.

use crate::{
    customers::{rules::Kind, store::Customer},
    value::CustomerId,
};

/// What hangs on whoever is to be merged away, so that they are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hanging {
    /// Somebody said that the two are not the same.
    Distinct,
    /// A review of theirs is not over.
    Review,
    /// They stand behind a company, which would lose them out of sight.
    Member,
    /// A decision about them waits for a second person.
    Proposal,
}

/// Why one may not be merged into the other.
pub fn hindrance(
    survivor: &Customer,
    merged: &Customer,
    hanging: Option<Hanging>,
) -> Option<&'static str> {
    if survivor.id == merged.id {
        return Some("Nobody is merged into themselves.");
    }
    if survivor.merged_into.is_some() || merged.merged_into.is_some() {
        return Some("One of the two has been merged already. Undo that first.");
    }
    if (survivor.kind == Kind::Legal) != (merged.kind == Kind::Legal) {
        return Some("A person and a company are never the same.");
    }
    hanging.map(|what| match what {
        Hanging::Distinct => {
            "A colleague said that the two are not the same. Take that back first."
        }
        Hanging::Review => {
            "A review of the customer who would be merged is open. Decide it or take it back first."
        }
        Hanging::Member => {
            "The customer who would be merged is a member of a company. Put the other one in their place there first."
        }
        Hanging::Proposal => {
            "A decision about the customer who would be merged waits for a second person."
        }
    })
}

/// A pair in the order in which it is kept: the same, whichever of the two was looked at.
pub fn pair(one: CustomerId, other: CustomerId) -> (CustomerId, CustomerId) {
    if one < other {
        (one, other)
    } else {
        (other, one)
    }
}
