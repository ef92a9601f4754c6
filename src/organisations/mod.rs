//! Tenants, their branches and their policy.

pub mod pages;
