//! The pages of this room: handing a paper in, and the pictures of its pages. Looking at a paper beside what was
//! declared, and deciding on it, stands with the reviews, whose policy knows the reasons.

mod picture;
mod upload;

use crate::{documents::rules::MOST_BYTES, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}/documents", upload::form)
        .post_file("/customers/{id}/documents", MOST_BYTES, upload::add)
        .get_drawn("/documents/{id}/page.png", picture::page)
}
