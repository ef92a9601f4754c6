//! The pages of this room.

mod changed;
mod conflict;
mod form;

use crate::{customers::index, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers", index::pages::index)
        .get("/customers.csv", index::export::export)
        .post("/customers/search", index::pages::search)
        .get("/customers/new", form::blank)
        .post("/customers/new", form::add)
        .get("/customers/{id}/edit", form::edit)
        .post("/customers/{id}/edit", form::save)
}
