//! Papers: what a customer shows to prove what they declare.

pub mod rules;
pub mod store;
