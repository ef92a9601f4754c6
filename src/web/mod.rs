//! What every page and face stands on: answers, the layout, forms, headers, static files.

pub mod assets;
