//! What the form of the columns sent.

use std::sync::Arc;

use super::{Found, Kept};
use crate::{
    documents::files::Files,
    error::{FieldError, Result},
    imports::rules::Plan,
    web::input::{Form, FromInput, Input},
};

/// What the form sent, and the file it is about.
pub(super) struct Sent {
    pairs: Vec<(String, String)>,
    pub(super) files: Arc<Files>,
}

impl FromInput for Sent {
    fn from_input(input: &Input) -> Result<Self> {
        let Form(pairs) = Form::from_input(input)?;
        let Kept(files) = Kept::from_input(input)?;
        Ok(Self { pairs, files })
    }
}

impl Sent {
    pub(super) fn field(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// What was chosen, and what is wrong with it.
    pub(super) fn plan(&self, found: &Found) -> (Plan, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut wrong = |field: String, message: String| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        let columns = (0..found.look.headings.len())
            .map(|at| self.field(&format!("c{at}")))
            .map(|chosen| (!chosen.is_empty()).then(|| chosen.to_owned()))
            .collect();
        let kind = self.field("kind");
        let branch = self.field("branch");
        let plan = Plan {
            columns,
            kind: kind.parse().ok(),
            branch: branch
                .parse()
                .ok()
                .filter(|id| found.branches.iter().any(|known| known.id == *id)),
        };
        if let Some((at, message)) = plan.problem() {
            wrong(format!("c{at}"), message);
        }
        if plan.kind.is_none() && !kind.is_empty() {
            wrong("kind".to_owned(), "Choose a kind of the list".to_owned());
        }
        if plan.branch.is_none() && !branch.is_empty() {
            wrong(
                "branch".to_owned(),
                "Choose a branch of the list".to_owned(),
            );
        }
        (plan, errors)
    }
}
