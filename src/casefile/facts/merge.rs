//! That two rows are one customer: which one leads to which, who said so, when and why.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    casefile::store::Said,
    customers::store::Customer,
    reviews::kyc_file::shown::{self, Names},
};

/// A merge, seen from the row that was merged away.
#[derive(Clone, Debug, Serialize)]
pub struct MergeFact {
    /// The row that it was merged into; null where that one lies outside of the reader's branches.
    pub into: Option<Uuid>,
    /// Its short id.
    pub into_short_id: Option<String>,
    /// Its name.
    pub into_name: Option<String>,
    /// When; null where the log does not say.
    pub at: Option<DateTime<Utc>>,
    /// Who said that they are one.
    pub by: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
}

impl MergeFact {
    /// A merge into a row, where the reader may see that one, and the entry of the log that says it.
    pub fn of(into: Option<&Customer>, said: Option<Said>, names: &Names) -> Self {
        Self {
            into: into.map(|one| one.id.0),
            into_short_id: into.map(|one| one.short_id.clone()),
            into_name: into.map(|one| one.name.clone()),
            at: said.as_ref().map(|said| said.at),
            by: said
                .as_ref()
                .map(|said| shown::actor(&said.kind, said.by, names)),
            reason: said.and_then(|said| said.reason),
        }
    }
}
