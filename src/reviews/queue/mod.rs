//! The queue: reviews that wait for somebody, the most urgent first. What is mine, what is open, what waits for the
//! customer or for a second person, and what was decided.
//!
//! The address is the state: [`filter::Filter`] is its query string, and every link of the page is another filter's
//! address.

pub mod export;
pub mod filter;
pub mod pages;
pub mod store;
pub mod views;

mod links;
mod shown;
