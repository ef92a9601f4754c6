//! People who work on the desk: their roles, branches and how they sign in.

pub mod pages;
