//! The KYC page: everything that is known about one customer, what is still open, and what can be done about it. It
//! stands in this room because a review is made here, over all that the rooms below know.

pub mod done;
pub mod kinds;
mod menu;
pub mod next;
pub mod pages;
pub mod reading;
pub mod shown;
pub mod timeline;
