//! The pages of this room.

mod decision;
mod facts;
mod overrides;
mod request;

use crate::{
    reviews::{
        kyc_file,
        queue::{
            export,
            pages::{self as queue, saved, work},
        },
    },
    web::router::Router,
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}", kyc_file::pages::show)
        .post("/customers/{id}/notes", kyc_file::pages::write_note)
        .post("/customers/{id}/reviews", request::post)
        .get("/reviews/{id}/decision", decision::form)
        .post("/reviews/{id}/decision", decision::post)
        .get("/reviews", queue::index)
        .get("/reviews.csv", export::export)
        .post("/reviews/next", work::next)
        .post("/reviews/assign", work::assign_all)
        .post("/reviews/{id}/claim", work::claim)
        .post("/reviews/{id}/release", work::release)
        .post("/reviews/{id}/assign", work::assign)
        .post("/reviews/{id}/withdraw", work::take_back)
        .post("/views", saved::save)
        .post("/views/{id}/delete", saved::remove)
        .get("/customers/{id}/override", overrides::customer_form)
        .post("/customers/{id}/override", overrides::customer_post)
        .get("/verifications/{id}/override", overrides::check_form)
        .post("/verifications/{id}/override", overrides::check_post)
}
