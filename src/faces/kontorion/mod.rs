//! Kontorion's face: checks by bearer keys. Fields are in snake case; every key of an object is always present.

use crate::{
    access::keys::{guard::grants, rules::Face},
    web::router::Router,
};

pub mod errors;
mod parameters;
mod query;
mod verifications;
mod wire;

pub use verifications::told;

// A scope opens what it says and nothing else: `admin` neither reads nor creates, `write` does not read. Whoever needs two
// gives the key both. The kinds `live` and `test` open the same: what is real is said by the organisation, which is live or
// a sandbox as a whole, and a key belongs to one organisation.
grants! { Kontorion:
    /// List checks, and read one.
    ReadVerifications "read";
    /// Start a check, or ask for a review.
    CreateVerification "write";
    /// Set a check's status against the ordinary course.
    OverrideStatus "admin";
}

/// Where its addresses begin.
pub const PREFIX: &str = "/v1/verifications";

/// Its addresses.
pub fn routes(router: Router) -> Router {
    const FACE: Face = Face::Kontorion;
    const ONE: &str = "/v1/verifications/{id}";
    const STATUS: &str = "/v1/verifications/{id}/status";
    const START: &str = "Start a verification, or ask for a review";
    const SET: &str = "Set a verification's status";
    router
        .face(
            FACE,
            "GET",
            PREFIX,
            "List verifications",
            verifications::list,
        )
        .face_asking(FACE, "POST", PREFIX, START, verifications::create)
        .face(FACE, "GET", ONE, "Read a verification", verifications::read)
        .face(FACE, "PATCH", STATUS, SET, verifications::override_status)
        .face(FACE, "PUT", STATUS, SET, verifications::override_status)
}
