//! What stands on a paper, read off by whoever looks at it: typed from the page, or copied from its machine-readable
//! zone. It is laid beside what was declared.

pub mod actions;
pub mod rules;
pub mod spelling;
pub mod store;
