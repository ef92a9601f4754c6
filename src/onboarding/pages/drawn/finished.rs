//! The page that closes everything.

use askama::Template;

use crate::onboarding::{rules, send::Next, words::Words};

#[derive(Template)]
#[template(path = "onboarding/finished.html")]
pub(in crate::onboarding::pages) struct Finished {
    pub words: &'static Words,
    pub house: String,
    pub missing: Vec<&'static str>,
    /// What becomes of it.
    pub next: Next,
    /// Where they came from.
    pub back: Option<String>,
}

impl Finished {
    fn say(&self, text: &str) -> String {
        text.replace("{house}", &self.house)
    }

    /// What happens next: as it truly does.
    fn follows(&self) -> String {
        self.say(self.words.follows(self.next))
    }

    fn title(&self) -> &'static str {
        if self.missing.is_empty() {
            self.words.finished
        } else {
            self.words.finished_missing
        }
    }

    fn back_to(&self, address: &str) -> String {
        self.words.back.replace("{host}", &rules::host(address))
    }
}
