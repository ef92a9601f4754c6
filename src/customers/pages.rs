//! The pages of this room.

mod changed;
mod conflict;
mod form;
mod mentions;

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
}
