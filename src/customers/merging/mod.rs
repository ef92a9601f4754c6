//! Two rows of one person or company. People look at those who are alike and say that they are two, or a manager says
//! that they are one: the one row then points to the other, leaves the lists, and can be brought back.

pub mod actions;
pub mod rules;
pub mod store;
