//! The page of an error, and its fragment.

use askama::Template;

use crate::{
    error::Result,
    web::{answer::Answer, shell::Shell},
};

/// What went wrong and what to do next.
#[derive(Template)]
#[template(path = "errors/error.html", blocks = ["problem"])]
pub struct ErrorPage {
    /// The layout.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// In a few words.
    pub title: String,
    /// What to do next.
    pub explanation: String,
    /// The number to tell us.
    pub request_id: String,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
}

impl ErrorPage {
    /// For htmx: the explanation alone.
    pub fn fragment(&self) -> Result<Answer> {
        Ok(Answer::new(
            self.status,
            "text/html; charset=utf-8",
            self.as_problem().render().map_err(anyhow::Error::new)?,
        ))
    }
}
