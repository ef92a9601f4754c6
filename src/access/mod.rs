//! Who may come in and what they may do: permissions, scope, guards, sessions, passwords.

pub mod actor;
pub mod guard;
pub mod pages;
pub mod password;
pub mod permissions;
pub mod rules;
pub mod scope;
pub mod session;
pub mod sign_in;
pub mod store;
