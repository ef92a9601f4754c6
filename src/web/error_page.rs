//! What a person reads when something cannot be done: one page for every status, and the same in place for htmx.
//! The words come from [`super::problem`]; here is how they look and the way on from them.

use askama::Template;

use crate::{
    error::Result,
    web::{
        answer::Answer,
        shell::{Place, Shell},
    },
};

/// What went wrong and what to do next.
#[derive(Template)]
#[template(path = "errors/error.html")]
pub struct ErrorPage {
    /// The layout: with the sidebar for a person who is signed in.
    pub shell: Shell,
    /// HTTP status.
    pub status: u16,
    /// In a few words.
    pub title: String,
    /// Why, and what to do next.
    pub explanation: String,
    /// The number under which the log has it.
    pub request_id: String,
    /// Seconds to wait, where waiting helps.
    pub retry_after: Option<u64>,
}

/// The same in place, for the region `#problem` of a page that htmx was refining.
#[derive(Template)]
#[template(path = "errors/problem.html")]
struct Problem<'a> {
    title: &'a str,
    explanation: &'a str,
    request_id: &'a str,
    retry_after: Option<u64>,
}

impl ErrorPage {
    /// For htmx: the message alone.
    pub fn fragment(&self) -> Result<Answer> {
        let body = self.problem().render().map_err(anyhow::Error::new)?;
        Ok(Answer::new(self.status, "text/html; charset=utf-8", body))
    }

    fn problem(&self) -> Problem<'_> {
        let Self {
            title,
            explanation,
            request_id,
            retry_after,
            ..
        } = self;
        Problem {
            title,
            explanation,
            request_id,
            retry_after: *retry_after,
        }
    }

    /// A missing page offers the search to those who may search.
    fn searches(&self) -> bool {
        self.status == 404 && self.shell.sees(Place::Customers)
    }

    /// Where to go from here: address and words.
    fn way_on(&self) -> (&'static str, &'static str) {
        match (&self.shell.staff, self.status) {
            (None, _) | (_, 401) => ("/login", "Go to sign-in"),
            _ if self.shell.sees(Place::Customers) => ("/customers", "Go to the customers"),
            _ => ("/", "Go to the overview"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn busy(retry_after: Option<u64>) -> ErrorPage {
        ErrorPage {
            shell: Shell::public("Busy"),
            status: 503,
            title: "Vouch is busy".to_owned(),
            explanation: "Nothing was <changed>.".to_owned(),
            request_id: "01J9ZB4T".to_owned(),
            retry_after,
        }
    }

    #[test]
    fn the_page_says_what_happened_and_the_way_on() {
        let page = busy(None).render().expect("a page");
        assert!(
            page.contains("<title>Vouch is busy · Vouch</title>"),
            "{page}"
        );
        assert!(
            page.contains("01J9ZB4T") && page.contains(r#"<a href="/login">Go to sign-in</a>"#)
        );
        assert!(!page.contains("<changed>") && !page.contains("Try again in"));
    }

    #[test]
    fn the_message_in_place_says_the_wait_and_is_no_page() {
        let message = busy(Some(5)).problem().render().expect("a message");
        assert!(
            message.contains("Try again in 5 s.")
                && !message.contains("<html")
                && !message.contains("<h1")
        );
        assert!(
            busy(Some(1))
                .render()
                .expect("a page")
                .contains("Try again in <strong>1 second</strong>")
        );
    }
}
