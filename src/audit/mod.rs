//! The audit log: what happened, said once, and linked so that nobody can quietly rewrite it.

pub mod chain;
pub mod checkpoint;
pub mod event;
pub mod export;
pub mod export_check;
pub mod list;
pub mod of_customer;
pub mod pages;
pub mod pointed;
pub mod store;
pub mod verdict;
pub mod verify;
pub mod walk;
pub mod witness;
