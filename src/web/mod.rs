//! What every page and face stands on: answers, the layout, forms, headers, static files.

pub mod answer;
pub mod assets;
pub mod body;
pub mod csv;
pub mod described;
pub mod edge;
pub mod error_page;
pub mod exposition;
pub mod filters;
pub mod form_errors;
pub mod hashers;
pub mod headers;
pub mod input;
pub mod list_file;
pub mod metrics;
pub mod multipart;
pub mod operators;
pub mod preferences;
pub mod problem;
pub mod ready;
pub mod reply;
pub mod router;
pub mod same_origin;
pub mod sessions;
pub mod shell;
pub mod words;

#[cfg(test)]
mod gallery;

pub use crate::countries;
