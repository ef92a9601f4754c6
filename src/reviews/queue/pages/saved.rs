//! Views that people keep of the queue.

use serde::Deserialize;

use super::work::queue_behind;
use crate::{
    access::{guard::By, permissions::ReadCustomers},
    error::{Error, Result},
    reviews::queue::{store::views::Scope, views},
    value::ViewId,
    web::{
        answer::Answer,
        input::{Form, Id, Input},
    },
};

/// The form of a view.
#[derive(Deserialize)]
pub struct NewView {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    #[serde(default)]
    scope: String,
}

/// Keeps the list under a name.
pub fn save(mut by: By<ReadCustomers>, Form(form): Form<NewView>) -> Result<Answer> {
    let scope = match form.scope.as_str() {
        "" => Scope::Mine,
        typed => typed
            .parse()
            .map_err(|_| Error::field("scope", "Choose for whom the view is"))?,
    };
    let address = by.change(|tx| views::save(tx, &form.name, &form.query, scope))?;
    let joint = if address.contains('?') { '&' } else { '?' };
    Ok(Answer::see(format!("{address}{joint}done=saved")))
}

/// Removes one of one's own.
pub fn remove(mut by: By<ReadCustomers>, Id(id): Id<ViewId>, input: Input) -> Result<Answer> {
    by.change(|tx| views::remove(tx, id))?;
    Ok(queue_behind(&input, "removed").unwrap_or_else(|| Answer::see("/reviews?done=removed")))
}
