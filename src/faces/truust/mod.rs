//! Truust's face: customers, the KYC of each as one verification, and its papers, by bearer keys. Fields are in snake case;
//! an object travels bare, a list in `data`.
//!
//! A verification is the KYC of a customer, one for each: its uuid and its number are the customer's own, and it stays the
//! same over all rounds (our ruling). The vendor names no webhooks, and none are sent.

use crate::{
    access::keys::{guard::grants, rules::Face},
    documents::rules::MOST_BYTES,
    error::Error,
    reviews::prerequisites::wordless::Wordless,
    web::router::{JSON_LIMIT, Router},
};

mod customers;
mod documents;
pub mod errors;
mod paging;
mod verifications;
mod wire;

grants! { Truust:
    /// Read customers, verifications and documents.
    ReadKyc "read";
    /// Add and change them, and ask for reviews.
    WriteKyc "write";
}

/// Where its addresses begin.
pub const PREFIX: &str = "/2.0";

/// What the vendor's page has no word for. Our ruling: its callers are asked for what its language can say, and a review begins
/// with that; the rest the desk reads off the papers before it accepts anybody. Of somebody who acts for a company the page
/// has a name, an address for mail, a phone and `BUSINESS_ADMINISTRATOR_ID`, and nothing more is asked.
const WORDLESS: Wordless = Wordless {
    own: &[
        "Place of birth",
        "Nationality",
        "Tax residence",
        "Legal form",
        "Registration number",
        "Owners of 25 % or more",
    ],
    member: &[
        "Date of birth",
        "Place of birth",
        "Nationality",
        "Address",
        "Proof of address",
        "Tax residence",
        "Legal form",
        "Registration number",
    ],
};

/// A body that holds a paper: four signs for three bytes, and what stands around them.
const PAPER_LIMIT: usize = MOST_BYTES / 3 * 4 + JSON_LIMIT;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    const FACE: Face = Face::Truust;
    const CUSTOMERS: &str = "/2.0/customers";
    const CUSTOMER: &str = "/2.0/customers/{uuid}";
    const VERIFY: &str = "/2.0/customers/{uuid}/verify";
    const OF_CUSTOMER: &str = "/2.0/customers/{uuid}/verification";
    const VERIFICATIONS: &str = "/2.0/verifications";
    const VERIFICATION: &str = "/2.0/verifications/{uuid}";
    const REQUEST: &str = "/2.0/verifications/{uuid}/request";
    const DOCUMENTS: &str = "/2.0/verifications/{uuid}/documents";
    const DOCUMENT: &str = "/2.0/verifications/{uuid}/documents/{document_uuid}";
    let get = |router: Router| {
        router
            .face(FACE, "GET", CUSTOMERS, "List customers", customers::list)
            .face(FACE, "GET", CUSTOMER, "Read a customer", customers::read)
            .face(
                FACE,
                "GET",
                OF_CUSTOMER,
                "Read a customer’s verification",
                verifications::read,
            )
            .face(
                FACE,
                "GET",
                VERIFICATIONS,
                "List verifications",
                verifications::list,
            )
            .face(
                FACE,
                "GET",
                VERIFICATION,
                "Read a verification",
                verifications::read,
            )
            .face(
                FACE,
                "GET",
                DOCUMENTS,
                "List a verification’s documents",
                documents::list,
            )
            .face(FACE, "GET", DOCUMENT, "Read a document", documents::read)
    };
    get(router)
        .face(
            FACE,
            "POST",
            CUSTOMERS,
            "Add a customer, or change the one who has this e-mail or phone",
            customers::upsert,
        )
        .face(
            FACE,
            "PUT",
            CUSTOMER,
            "Change a customer",
            customers::update,
        )
        .face(
            FACE,
            "POST",
            VERIFY,
            "Create KYC for a customer",
            verifications::verify,
        )
        .face(
            FACE,
            "PUT",
            VERIFICATION,
            "Change a verification",
            verifications::update,
        )
        .face(
            FACE,
            "POST",
            REQUEST,
            "Send a verification to review",
            verifications::request,
        )
        .face_file(
            FACE,
            ("POST", DOCUMENTS),
            "Add a document",
            PAPER_LIMIT,
            documents::add,
        )
        .face_file(
            FACE,
            ("PUT", DOCUMENT),
            "Replace a document that nobody has checked yet",
            PAPER_LIMIT,
            documents::replace,
        )
}

/// What may not be done as the KYC stands is a fault of `status` here.
fn on_status(error: Error) -> Error {
    match error {
        Error::Refused(why) => Error::field("status", why),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::WORDLESS;
    use crate::reviews::prerequisites::PREREQUISITES;

    #[test]
    fn each_line_without_a_word_is_one_of_the_checklist() {
        for words in WORDLESS.own.iter().chain(WORDLESS.member) {
            let found = PREREQUISITES.iter().any(|line| line.words == *words);
            assert!(found, "{words}");
        }
    }
}
