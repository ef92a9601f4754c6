//! The log on the page: who did what to whom, before and after, and whether the chain stands.

mod export;
mod index;
mod query;

use crate::web::router::Router;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/audit", index::index)
        .get("/audit.csv", export::export)
}
