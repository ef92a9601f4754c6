//! The pages of this room: the customer's own, and the desk's.

mod desk;
mod door;
mod drawn;
mod steps;
mod undone;

use crate::{documents::rules::MOST_BYTES, web::router::Router};

pub use door::works;
pub use undone::{Visited, problem, unrouted};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}/sessions", desk::show)
        .post("/customers/{id}/sessions", desk::post)
        .get("/onboard/{token}", steps::show)
        .for_guests()
        .post("/onboard/{token}/details", steps::details)
        .for_guests()
        .post("/onboard/{token}/tax", steps::tax)
        .for_guests()
        .post_file("/onboard/{token}/papers", MOST_BYTES, steps::papers)
        .for_guests()
        .post("/onboard/{token}/send", steps::send)
        .for_guests()
}
