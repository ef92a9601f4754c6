//! The pages of this room.

mod documents;
mod facts;
mod overrides;
mod paper_links;

use crate::{reviews::kyc_file, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}", kyc_file::pages::show)
        .post("/customers/{id}/notes", kyc_file::pages::write_note)
        .get("/customers/{id}/override", overrides::customer_form)
        .post("/customers/{id}/override", overrides::customer_post)
        .get("/documents/{id}", documents::show)
        .post("/documents/{id}/check", documents::check)
        .get("/verifications/{id}/override", overrides::check_form)
        .post("/verifications/{id}/override", overrides::check_post)
}
