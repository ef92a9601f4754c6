//! Asking for a review, from the KYC page.

use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::RequestReview},
    error::{Error, Result},
    reviews::{request, submission},
    value::CustomerId,
    web::{
        answer::Answer,
        input::{Form, Id},
    },
};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

impl Asked {
    fn version(&self) -> Result<Option<i32>> {
        match self.version.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some).map_err(|_| {
                Error::BadRequest("`version` is the number that the page carries".into())
            }),
        }
    }
}

/// Begins a draft, and leads back to the page.
pub(super) fn draft(
    mut by: By<RequestReview>,
    Id(id): Id<CustomerId>,
    Form(asked): Form<Asked>,
) -> Result<Answer> {
    let version = asked.version()?;
    by.change(|tx| submission::submit(tx, id, version))?;
    Ok(Answer::see(format!("/customers/{id}?done=draft")))
}

/// Asks for a review, and leads back to the page, which says what came of it.
pub(super) fn post(
    mut by: By<RequestReview>,
    Id(id): Id<CustomerId>,
    Form(asked): Form<Asked>,
) -> Result<Answer> {
    let version = asked.version()?;
    let requested = by.change(|tx| request::request(tx, id, version, &asked.reason))?;
    let done = if requested.missing.is_empty() {
        "requested"
    } else {
        "incomplete"
    };
    Ok(Answer::see(format!("/customers/{id}?done={done}")))
}
