//! The pages of this room.

use crate::{customers::index, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers", index::pages::index)
        .get("/customers.csv", index::export::export)
        .post("/customers/search", index::pages::search)
}
