//! The pages of this room.

mod approvals;
mod assign;
mod decision;
mod documents;
mod facts;
mod managing;
mod overrides;
mod paper_links;
mod policy;
mod read_off;
mod reason_groups;
mod relations;
mod request;
mod suspicions;
mod waiting;

use crate::{
    reviews::{
        compare, kyc_file,
        queue::{
            export,
            pages::{self as queue, bulk, saved, work},
        },
    },
    web::router::Router,
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/customers/{id}", kyc_file::pages::show)
        .post("/customers/{id}/notes", kyc_file::pages::write_note)
        .get("/customers/{id}/fields", compare::pages::form)
        .post("/customers/{id}/fields", compare::pages::answer)
        .get("/documents/{id}/fields", read_off::form)
        .post("/documents/{id}/fields", read_off::save)
        .post("/customers/{id}/reviews", request::post)
        .post("/customers/{id}/draft", request::draft)
        .get("/reviews/{id}/decision", decision::form)
        .post("/reviews/{id}/decision", decision::post)
        .get("/reviews", queue::index)
        .get("/reviews.csv", export::export)
        .post("/reviews/next", work::next)
        .post("/reviews/assign", bulk::assign_all)
        .post("/reviews/{id}/claim", work::claim)
        .post("/reviews/{id}/release", work::release)
        .get("/reviews/{id}/assign", assign::form)
        .post("/reviews/{id}/assign", work::assign)
        .post("/reviews/{id}/withdraw", work::take_back)
        .post("/views", saved::save)
        .post("/views/default", saved::prefer)
        .post("/views/{id}/delete", saved::remove)
        .get("/customers/{id}/relations", relations::show)
        .post("/customers/{id}/relations", relations::post)
        .get("/customers/{id}/override", overrides::customer_form)
        .post("/customers/{id}/override", overrides::customer_post)
        .get("/documents/{id}", documents::show)
        .post("/documents/{id}/check", documents::check)
        .get("/verifications/{id}/override", overrides::check_form)
        .post("/verifications/{id}/override", overrides::check_post)
        .get("/customers/{id}/revoke", managing::revoke_form)
        .post("/customers/{id}/revoke", managing::revoke)
        .get("/customers/{id}/risk", managing::risk_form)
        .post("/customers/{id}/risk", managing::set_risk)
        .get("/policy", policy::versions::show)
        .get("/settings/policy", policy::show)
        .post("/settings/policy", policy::save)
        .get("/reviews/{id}/escalate", suspicions::escalate_form)
        .post("/reviews/{id}/escalate", suspicions::escalate)
        .get("/suspicions", suspicions::list)
        .post("/suspicions/{id}/close", suspicions::close)
        .get("/approvals", approvals::show)
        .post("/approvals/{id}/approve", approvals::approve)
        .post("/approvals/{id}/reject", approvals::reject)
}
