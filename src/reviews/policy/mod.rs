//! What an organisation has decided about its reviews: deadlines, who must agree, reasons and their words. Versioned:
//! a change makes a new version, and each decision names the version under which it was made.

pub mod changes;
mod reasons;
pub mod rules;
pub mod store;
pub mod typed;
