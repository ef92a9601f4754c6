//! The page that closes everything.

use askama::Template;

use crate::onboarding::{rules, words::Words};

#[derive(Template)]
#[template(path = "onboarding/finished.html")]
pub(in crate::onboarding::pages) struct Finished {
    pub words: &'static Words,
    pub house: String,
    pub missing: Vec<&'static str>,
    /// Where they came from.
    pub back: Option<String>,
}

impl Finished {
    fn say(&self, text: &str) -> String {
        text.replace("{house}", &self.house)
    }

    fn back_to(&self, address: &str) -> String {
        self.words.back.replace("{host}", &rules::host(address))
    }
}
