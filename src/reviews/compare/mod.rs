//! What was declared, laid beside what stands on the papers and what registers say: one row a field, differences first.
//! An officer either lets a difference stand or corrects what was declared, with a reason. Until then it is open, and
//! the checklist says so.

pub mod actions;
pub mod marks;
pub mod pages;
pub mod rules;
pub mod store;
