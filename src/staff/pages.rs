//! `/settings/staff`: who works here, in which role and branches.

mod edit;
mod form;
mod list;

use crate::web::router::Router;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/settings/staff", list::show)
        .post("/settings/staff", edit::add)
        .get("/settings/staff/new", edit::new)
        .get("/settings/staff/{id}", edit::show)
        .post("/settings/staff/{id}", edit::change)
        .post("/settings/staff/{id}/disable", edit::disable)
        .post("/settings/staff/{id}/reset", edit::reset)
}
