//! How many others may be the same as a customer: told unasked to whoever looks at them or decides about them.

use crate::{
    customers::{duplicates, merging::store::distinct_from, store::Customer},
    db::Read,
    error::Result,
};

/// So many in scope may be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HowMany {
    n: usize,
    more: bool,
}

impl HowMany {
    /// By what is declared, and by the numbers of papers; without those of whom somebody said that they are others. Of whoever
    /// was merged into another, nobody.
    pub fn of(tx: &mut Read<'_>, customer: &Customer) -> Result<Self> {
        if customer.merged_into.is_some() {
            return Ok(Self::default());
        }
        let others = distinct_from(tx, customer.id)?;
        let found = duplicates::of_customer(tx, customer, &others)?;
        Ok(Self {
            n: found.ones.len(),
            more: found.more,
        })
    }

    /// Whether there is one at all.
    pub const fn any(self) -> bool {
        self.n > 0
    }

    /// For people: "2 possible duplicates".
    pub fn words(self) -> String {
        match (self.n, self.more) {
            (0, _) => "No possible duplicates".to_owned(),
            (1, false) => "1 possible duplicate".to_owned(),
            (n, false) => format!("{n} possible duplicates"),
            (n, true) => format!("More than {n} possible duplicates"),
        }
    }
}
