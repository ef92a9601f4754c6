//! Hits: entries of watchlists whose names are like a customer's. A name is not a person, so an officer says of each
//! whether it is the customer; while one is open, nobody validates them.

pub mod actions;
pub mod store;
