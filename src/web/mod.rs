//! What every page and face stands on: answers, the layout, forms, headers, static files.

pub mod assets;
pub mod countries;
pub mod filters;
pub mod preferences;
pub mod shell;
pub mod words;
