//! The list of customers: what people filter by, the query behind it, the page, the file.
//!
//! The address is the state: [`filter::Filter`] is its query string, and every link of the page is another filter's
//! address. What was searched stands in it sealed.

pub mod export;
pub mod filter;
pub mod pages;
pub mod store;

mod links;
