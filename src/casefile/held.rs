//! What hangs on one row of a customer.

use serde_json::Value;

use crate::{casefile::facts::DocumentFact, customers::store::Customer, seal::DataKey};

/// A row of a customer with what of it is read before anything is written.
pub struct Held {
    /// The row.
    pub customer: Customer,
    /// Its key.
    pub key: DataKey,
    /// Its papers, and where they stand in the archive.
    pub documents: Vec<DocumentFact>,
    /// What it declares now, as rounds freeze it, with its members named for the reader.
    pub now: Value,
}
