//! What hangs on one row of a customer: the one that a case file is about, and each that was merged into it.

use serde_json::Value;

use crate::{
    casefile::facts::{DocumentFact, MergeFact},
    customers::store::Customer,
};

/// A row of a customer with what of it is read before anything is written.
pub struct Held {
    /// The row.
    pub customer: Customer,
    /// Its papers, and where they stand in the archive.
    pub documents: Vec<DocumentFact>,
    /// What it declares now, as rounds freeze it, with its members named for the reader.
    pub now: Value,
}

/// A row that was merged into the one that a case file is about, or into one that was.
pub struct Absorbed {
    /// What hangs on it.
    pub held: Held,
    /// The name of its branch.
    pub branch: String,
    /// Into which row, when, and why.
    pub merge: MergeFact,
}

/// What was merged where.
pub struct Merged {
    /// Into which row the customer was merged, where they were.
    pub into: Option<MergeFact>,
    /// Which rows were merged into the customer, of those that the reader may see.
    pub here: Vec<Absorbed>,
    /// How many more lie outside of the reader's branches.
    pub elsewhere: usize,
}
