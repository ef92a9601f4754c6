//! Which faults an operation may answer with, besides what it does: the same for every face, since the edge, the guards and
//! the doors answer them, each in the face's own shape.

use crate::{
    access::keys::rules::Face,
    web::router::{Route, Sender},
};

/// A status, when it is answered, and of which operations.
type Fault = (u16, &'static str, fn(&Route) -> bool);

const FAULTS: &[Fault] = &[
    (
        400,
        "What was sent cannot be read, or a field must be mended.",
        always,
    ),
    (401, "Who asks is not known.", always),
    (403, "The key may not do this.", always),
    (404, "There is no such thing.", |route| {
        route.path.contains('{') || NAMING.contains(&route.path)
    }),
    (409, "Something stands against it now.", |route| {
        route.method != "GET"
    }),
    (413, "The body is too large.", |route| route.method != "GET"),
    (415, "The body is not `application/json`.", |route| {
        route.method != "GET"
    }),
    (
        422,
        "The `Idempotency-Key` was sent with another request.",
        // A review is named by its accessTag.
        |route| route.method == "POST" || route.path.ends_with("/Kycreview"),
    ),
    (
        422,
        "A field or parameter must be mended, or the `Idempotency-Key` was sent with another request.",
        |route| route.sender == Sender::Face(Face::Truust),
    ),
    (429, "The key asks too often.", always),
    (500, "A fault of ours. Nothing was done.", always),
    (
        503,
        "Something is away. Nothing was done, unless the message says that this is not known.",
        always,
    ),
];

/// Operations whose body names something that must be there, and that answer 404 where it is not.
const NAMING: &[&str] = &["/v1/onboard/sessions", "/v1/taxResidences", "/v1/documents"];

const fn always(_: &Route) -> bool {
    true
}

/// Those of an operation.
pub fn of(route: &Route) -> impl Iterator<Item = (u16, &'static str)> {
    let own = FAULTS.iter().filter(|(_, _, answers)| answers(route));
    own.map(|(status, why, _)| (*status, *why))
}
