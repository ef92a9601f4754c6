//! The pages of this room.

mod branch;
mod changed;
mod conflict;
mod duplicates;
mod form;
mod mentions;
mod tax_residences;

use crate::{customers::index, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers", index::pages::index)
        .get("/customers.csv", index::export::export)
        .post("/customers/search", index::pages::search)
        .get("/customers/new", form::blank)
        .post("/customers/new", form::add)
        .get("/mentions", mentions::show)
        .post("/mentions/read", mentions::mark_read)
        .get("/customers/{id}/edit", form::edit)
        .post("/customers/{id}/edit", form::save)
        .get("/customers/{id}/tax-residences", tax_residences::show)
        .post("/customers/{id}/tax-residences", tax_residences::post)
        .get("/customers/{id}/duplicates", duplicates::show)
        .post("/customers/{id}/duplicates", duplicates::post)
        .get("/customers/{id}/branch", branch::form)
        .post("/customers/{id}/branch", branch::post)
}
