//! Demonstration data: an organisation with two years of history, plausible for eight countries, the same for the same
//! seed. Only the command line fills it, as the role that owns the schema.
//!
//! Everything happens in one transaction, so that a fill that is stopped leaves nothing, and the organisation's `demo`
//! flag means that it is whole. One thread makes up customers, the other hands them to the database. What is sealed is
//! sealed with real randomness: two fills of one seed are equal in everything but ciphertext, hashes over it and keys.

mod aside;
mod asides;
mod calendar;
mod chance;
mod checks;
mod figures;
mod fill;
mod house;
mod lands;
mod ledger;
mod members;
mod people;
mod plan;
mod read_off;
mod rows;
mod size;
mod staging;
mod story;

pub use fill::{Filled, Step, fill, fill_once};
pub use house::{PASSWORD, PEOPLE};
