//! People who work on the desk: their roles, branches and how they sign in.

pub mod actions;
mod freeing;
pub mod pages;
pub mod rules;
pub mod store;
