//! Imports: customers who come in a file, many at once. Somebody hands the file in, says what its columns mean, and has it
//! checked or imported; a job reads it. One row that is wrong keeps all of them out, so that nobody has to find out which
//! half is here: the report says what is wrong, line by line. What is imported is imported in one transaction, each
//! customer with an entry in the audit log, as if somebody had typed them in.

pub mod actions;
pub mod alike;
pub mod pages;
pub mod reading;
pub mod rules;
pub mod store;
pub mod tidying;
pub mod uploads;
pub mod work;
pub mod writing;
