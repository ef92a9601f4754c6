//! Views that people keep of the queue.

use serde::Deserialize;

use super::work::queue_behind;
use crate::{
    access::{
        guard::By,
        permissions::{PreferViews, ReadCustomers},
    },
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

/// What a role is to see first.
#[derive(Deserialize)]
pub struct Preferred {
    #[serde(default)]
    role: String,
    /// The view; empty for what is built in.
    #[serde(default)]
    view: String,
}

/// Says what a role sees first.
pub fn prefer(
    mut by: By<PreferViews>,
    Form(form): Form<Preferred>,
    input: Input,
) -> Result<Answer> {
    let role = form.role.parse();
    let role = role.map_err(|_| Error::field("role", "Choose a role"))?;
    let view = match form.view.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| {
            Error::field("view", "Choose one of the views that all colleagues see")
        })?),
    };
    by.change(|tx| views::prefer(tx, role, view))?;
    let fallback = || Answer::see("/reviews?tab=open&done=preferred");
    Ok(queue_behind(&input, "preferred").unwrap_or_else(fallback))
}

/// Removes one of one's own.
pub fn remove(mut by: By<ReadCustomers>, Id(id): Id<ViewId>, input: Input) -> Result<Answer> {
    by.change(|tx| views::remove(tx, id))?;
    Ok(queue_behind(&input, "removed").unwrap_or_else(|| Answer::see("/reviews?done=removed")))
}
