//! The desk's form as it was typed, and a session in its list.

use crate::onboarding::{
    actions::Asked,
    rules::{self, MEANINGS, Options, State},
    store::Session,
};

/// A form of names and values.
pub(super) type Sent = Vec<(String, String)>;

/// What was typed.
#[derive(Default)]
pub(super) struct Typed {
    pub chosen: Vec<String>,
    pub return_url: String,
}

impl Typed {
    pub fn of(sent: &Sent) -> Self {
        let named = |wanted: &'static str| {
            let found = sent.iter().filter(move |(name, _)| name == wanted);
            found.map(|(_, value)| value.trim().to_owned())
        };
        Self {
            chosen: named("option").collect(),
            return_url: named("return_url").next().unwrap_or_default(),
        }
    }

    pub fn asked(&self) -> Asked {
        let mut options = Options::default();
        for one in MEANINGS {
            if self.chosen.iter().any(|chosen| chosen == one.name) {
                (one.set)(&mut options.identity);
            }
        }
        Asked {
            options,
            org_id: None,
            return_url: Some(self.return_url.clone()).filter(|address| !address.is_empty()),
        }
    }
}

/// One session in the list.
pub(super) struct Row {
    pub session: Session,
    pub state: State,
    pub by: &'static str,
}

impl Row {
    pub fn asks(&self) -> String {
        let options = self.session.options();
        let mut words: Vec<&str> = rules::meant(options.identity)
            .map(|one| one.words)
            .collect();
        if options.ais.any() {
            words.push("Bank information");
        }
        if words.is_empty() {
            "Data alone".to_owned()
        } else {
            words.join(", ")
        }
    }

    pub fn look(&self) -> (&'static str, &'static str) {
        self.state.look()
    }
}
