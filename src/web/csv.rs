//! Cells of the files that people open in a spreadsheet.

use chrono::{DateTime, Utc};

pub use crate::spreadsheet::harmless;

/// A moment in UTC, to the second; nothing where there is none.
pub fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}
