//! The pages of this room.

mod decision;
mod facts;
mod overrides;
mod request;

use crate::{reviews::kyc_file, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}", kyc_file::pages::show)
        .post("/customers/{id}/notes", kyc_file::pages::write_note)
        .post("/customers/{id}/reviews", request::post)
        .get("/reviews/{id}/decision", decision::form)
        .post("/reviews/{id}/decision", decision::post)
        .get("/customers/{id}/override", overrides::customer_form)
        .post("/customers/{id}/override", overrides::customer_post)
        .get("/verifications/{id}/override", overrides::check_form)
        .post("/verifications/{id}/override", overrides::check_post)
}
