//! Papers: what a customer shows to prove what they declare.
//!
//! A paper is handed in as a picture or a PDF, looked at once in a process of its own that may do nothing else, sealed
//! under the customer's key, and stored. It is only ever shown as a picture that the server draws, with the viewer's
//! name across it; the bytes that were handed in leave again in a case file alone. An officer accepts or refuses it.

pub mod actions;
pub mod by_number;
pub mod drawing;
pub mod fields;
pub mod files;
pub mod media;
pub mod mrz;
pub mod pages;
pub mod renderer;
pub mod rules;
pub mod store;
pub mod unseen;

use std::{path::PathBuf, sync::Arc};

use crate::config::{Config, ConfigError};

/// Where papers are kept and how they are drawn, for all requests.
#[derive(Clone, Debug)]
pub struct Papers {
    /// The sealed bytes.
    pub files: Arc<files::Files>,
    /// Who looks at what was handed in.
    pub renderer: Arc<renderer::Renderer>,
}

impl Papers {
    /// As the settings say. `program`: this program's own file, of which the renderer starts children.
    pub fn open(config: &Config, program: PathBuf) -> Result<Self, ConfigError> {
        Ok(Self {
            files: Arc::new(files::Files::open(config)?),
            renderer: Arc::new(renderer::Renderer::new(program)),
        })
    }
}
