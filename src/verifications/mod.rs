//! Checks: one by one provider, with its status and who moved it last.

pub mod pages;
