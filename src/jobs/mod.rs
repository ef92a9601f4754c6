//! Jobs: work that takes longer than a page may take, such as a case file.
//!
//! Somebody asks for it and gets a page that shows how far it is. A worker thread of any server takes it, says at short
//! intervals that it is still alive, and writes the result as sealed pieces. A server that dies stops saying so, and
//! another one begins the job anew; what the first one left behind is removed. Only the attempt that holds the lease
//! moves the job to done, so its effect happens once. Results are kept for a week.

pub mod actions;
pub mod lists;
pub mod pages;
pub mod progress;
pub mod queue;
pub mod results;
pub mod rules;
pub mod seen;
pub mod tidying;
pub mod worker;
