//! Every address, in one place.

use crate::{
    access, audit, casefile, customers, documents, faces, imports, jobs, onboarding, organisations,
    reports, reviews, staff, verifications, web::router::Router, webhooks,
};

/// All routes of the desk, room by room.
pub fn all() -> Router {
    let rooms = [
        access::pages::routes,
        reports::pages::routes,
        // Its addresses lie below those of the customers, of which a customer's own would take them.
        imports::pages::routes,
        customers::pages::routes,
        documents::pages::routes,
        verifications::pages::routes,
        reviews::pages::routes,
        onboarding::pages::routes,
        audit::pages::routes,
        jobs::pages::routes,
        casefile::pages::routes,
        staff::pages::routes,
        organisations::pages::routes,
        access::keys::pages::routes,
        webhooks::pages::routes,
        faces::truust::routes,
        faces::trustist::routes,
        faces::kontorion::routes,
        faces::treezor::routes,
        // Of all that the faces have.
        faces::openapi::routes,
    ];
    rooms
        .into_iter()
        .fold(Router::default(), |router, room| room(router))
}
