//! Rounds of a customer's KYC: submitted, worked on, decided. Overrides decide them against the ordinary course.

pub mod kyc_file;
pub mod pages;
pub mod prerequisites;
