//! Checks: one by one provider, with its status and who moved it last.

pub mod actions;
pub mod compared;
pub mod history;
pub mod hits;
pub mod list;
pub mod pages;
pub mod providers;
pub mod rules;
pub mod store;
