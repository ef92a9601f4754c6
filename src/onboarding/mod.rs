//! Onboarding: a customer's own way in. A company's system, or an officer, opens a session and hands its link to the
//! customer, who confirms their data and hands in the papers that are asked for, without an account. Each step is saved as
//! it is done, so that a reload or a lost connection loses nothing. What is sent off starts the checks that the session's
//! options name, and asks for a review.
//!
//! Its life: pending → in progress (with the first thing that is saved; looking at the page saves nothing) → completed, or
//! failed where a check that it started says no at once. 72 hours after it was opened it is expired; before that it may be
//! cancelled. A link works while its session is pending or in progress, and leads nowhere afterwards.

pub mod actions;
mod asking;
pub mod expiry;
pub mod limits;
pub mod link;
pub mod pages;
pub mod reached;
pub mod rules;
mod saved;
pub mod send;
pub mod shown;
pub mod steps;
pub mod store;
pub mod words;
