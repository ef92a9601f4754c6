//! Numbers about the work: the overview, each number a link to its rows.

pub mod charts;
pub mod pages;
pub mod period;
pub mod store;
