//! Whom a company belongs to: shares of its shareholders, through other companies to the people at the end, and what
//! is stated about beneficial owners. A member is added, changed and removed here; who decides about the company is
//! told by the rooms above.

pub mod actions;
pub mod belonging;
pub mod named;
pub mod picking;
pub mod raising;
pub mod reckoned;
pub mod rules;
pub mod store;
pub mod typed;
