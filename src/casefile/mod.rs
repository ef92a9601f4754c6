//! The case file: everything about one customer in one archive, for an examiner who has neither this server nor its
//! database. It can be read by people (`index.html`), by machines (`casefile.json`), and checked by `vouch casefile
//! verify`: each file's hash stands in a signed manifest, and the customer's audit entries are proven by the chain of
//! hashes up to a signed checkpoint, without showing anybody else's.
//!
//! [`archive`] makes it, [`check`] doubts it.

pub mod archive;
pub mod check;
pub mod entries;
pub mod facts;
pub mod held;
pub mod manifest;
pub mod pages;
pub mod proof;
pub mod rules;
pub mod source;
pub mod store;
pub mod told;
pub mod zip;
