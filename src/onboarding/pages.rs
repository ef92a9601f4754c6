//! The pages of this room: the customer's own, and the desk's.

mod desk;
mod door;
mod drawn;
mod steps;

use crate::{documents::rules::MOST_BYTES, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}/sessions", desk::show)
        .post("/customers/{id}/sessions", desk::post)
        .get("/onboard/{token}", steps::show)
        .post("/onboard/{token}/details", steps::details)
        .post("/onboard/{token}/tax", steps::tax)
        .post_guest_file("/onboard/{token}/papers", MOST_BYTES, steps::papers)
        .post("/onboard/{token}/send", steps::send)
}
