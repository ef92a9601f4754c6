//! Treezor's face: users, their papers, tax residences and reviews, by bearer tokens that a key's credentials are exchanged for.
//! Fields are in camel case. The organisation's policy says in which of the vendor's two life cycles it is answered.

use crate::{
    access::keys::{guard::grants, rules::Face},
    web::router::Router,
};

pub(in crate::faces) mod auth;
mod documents;
pub mod errors;
mod hooks;
mod kyc;
mod list;
mod number;
pub mod oauth;
mod tag;
mod tax_residences;
mod users;
mod wire;

pub use kyc::told;

/// Where tokens are given out.
pub const TOKEN: &str = "/oauth/token";

// Each scope opens what the one before it does, and more. A token has the scopes that were asked for it.
grants! { Treezor:
    /// Exchange credentials for a token.
    Exchange "read_only" "read_write" "admin";
    /// Read users, and what hangs on them.
    ReadUsers "read_only" "read_write" "admin";
    /// Write them, and ask for reviews.
    WriteUsers "read_write" "admin";
    /// Say where they are told of reviews.
    ManageHooks "admin";
}

/// Its addresses.
pub fn routes(router: Router) -> Router {
    const FACE: Face = Face::Treezor;
    const USERS: &str = "/v1/users";
    const USER: &str = "/v1/users/{id}";
    const KYC: &str = "/v1/users/{id}/kyc";
    const REVIEW: &str = "/v1/users/{id}/Kycreview";
    // The same with the slash that some callers write.
    const SLASHED: &str = "/v1/users/{id}/Kycreview/";
    const ASK: &str = "Ask for a review of a user and those behind it";
    const STANDS: &str = "Read where a user's KYC stands";
    const TAXES: &str = "/v1/taxResidences";
    const TAX: &str = "/v1/taxResidences/{id}";
    const DOCUMENTS: &str = "/v1/documents";
    const DOCUMENT: &str = "/v1/documents/{id}";
    const HOOKS: &str = "/settings/hooks";
    router
        .face(FACE, "POST", TOKEN, "Get a token", oauth::exchange)
        .face(FACE, "POST", USERS, "Add a user", users::create)
        .face(FACE, "GET", USERS, "List users", users::list)
        .face(FACE, "GET", USER, "Read a user", users::read)
        .face(FACE, "PUT", USER, "Change a user", users::update)
        .face(FACE, "PUT", REVIEW, ASK, kyc::request)
        .face(FACE, "PUT", SLASHED, ASK, kyc::request)
        .face(FACE, "GET", KYC, STANDS, kyc::read)
        // As the vendor's example has it.
        .face(FACE, "PUT", KYC, STANDS, kyc::read)
        .face(
            FACE,
            "POST",
            TAXES,
            "Add a tax residence",
            tax_residences::create,
        )
        .face(
            FACE,
            "GET",
            TAXES,
            "List tax residences",
            tax_residences::list,
        )
        .face(
            FACE,
            "GET",
            TAX,
            "Read a tax residence",
            tax_residences::read,
        )
        .face(
            FACE,
            "PUT",
            TAX,
            "Change a tax residence",
            tax_residences::update,
        )
        .face(
            FACE,
            "DELETE",
            TAX,
            "Remove a tax residence",
            tax_residences::delete,
        )
        .face_file(
            FACE,
            ("POST", DOCUMENTS),
            "Hand in a paper",
            documents::MOST,
            documents::create,
        )
        .face(FACE, "GET", DOCUMENTS, "List papers", documents::list)
        .face(
            FACE,
            "GET",
            DOCUMENT,
            "Read what is known of a paper",
            documents::read,
        )
        .face(FACE, "POST", HOOKS, "Add a hook", hooks::create)
}
