//! Tenants, their branches and their policy.

pub mod actions;
pub mod pages;
pub mod rules;
pub mod store;
