//! Rounds of a customer's KYC: submitted, worked on, decided. Overrides decide them against the ordinary course, and
//! the clock moves what is due.

pub mod approvals;
pub mod as_check;
pub mod claims;
mod companies;
pub mod compare;
pub mod deadlines;
pub mod decision;
pub mod declaration;
mod event_round;
pub mod evidence;
mod expired_papers;
pub mod four_eyes;
pub mod kyc_file;
pub mod overrides;
pub mod owners;
pub mod ownership;
pub mod pages;
pub mod papers;
pub mod policy;
pub mod prerequisites;
pub mod queue;
pub mod rating;
pub mod request;
pub mod retry;
pub mod revocation;
pub mod rules;
pub mod store;
pub mod submission;
pub mod suspicions;
pub mod tidying;
pub mod whole;
pub mod withdraw;
