//! Who may come in and what they may do: permissions, scope, guards, sessions, passwords.

pub mod account;
pub mod actor;
pub mod behalf;
pub mod common;
pub mod confirm;
pub mod guard;
pub mod invitation;
pub mod keys;
pub mod pages;
pub mod password;
pub mod permissions;
pub mod rules;
pub mod scope;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod store;
