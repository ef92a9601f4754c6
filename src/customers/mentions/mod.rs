//! Colleagues whom a note calls by name, with an @ before it: each finds it until they have said that they saw it.

pub mod rules;
pub mod store;
