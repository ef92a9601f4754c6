//! Rounds of a customer's KYC: submitted, worked on, decided. Overrides decide them against the ordinary course, and
//! the clock moves what is due.

pub mod deadlines;
pub mod kyc_file;
pub mod overrides;
pub mod pages;
pub mod prerequisites;
pub mod rules;
pub mod store;
pub mod tidying;
