//! Trustist's errors: `{"error": code, "message": sentence}`. The page names the codes; the shape is our ruling.

use serde::Serialize;

use crate::{error::Error, web::answer::Answer};

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    message: &'a str,
}

/// The face's answer to an error. No message repeats what was sent.
pub fn answer(error: &Error, status: u16) -> Answer {
    let fields = match error {
        Error::Invalid(fields) => fields
            .iter()
            .map(|field| format!("{}: {}", field.field, field.message))
            .collect::<Vec<_>>()
            .join("; "),
        _ => String::new(),
    };
    let (status, code, message): (u16, &str, &str) = match error {
        Error::Unauthenticated | Error::CodeNeeded => (
            401,
            "invalid_api_key",
            "The credentials are missing or invalid.",
        ),
        Error::Forbidden | Error::CodeMissing => {
            (403, "insufficient_permissions", "The key may not do this.")
        }
        Error::NotFound if status == 405 => (
            405,
            "method_not_allowed",
            "This address does not take that method.",
        ),
        Error::NotFound => (404, "customer_not_found", "There is no such customer."),
        Error::Invalid(_) => (400, "invalid_request", &fields),
        Error::BadRequest(why) => (400, "invalid_request", why),
        Error::Conflict(why) | Error::Refused(why) => (409, "conflict", why),
        Error::KeyReused => (
            422,
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another request.",
        ),
        Error::TooLarge => (413, "request_too_large", "The body is too large."),
        Error::WrongMedia => (
            415,
            "unsupported_media_type",
            "Send application/json without a Content-Encoding.",
        ),
        Error::TooMany(_) => (
            429,
            "rate_limited",
            "Too many requests. Wait and try again.",
        ),
        Error::Unavailable(_) | Error::Busy(_) => (
            503,
            "unavailable",
            "Try again in a moment. Nothing was done.",
        ),
        Error::Internal(_) => (
            500,
            "internal_error",
            "Something went wrong here. Nothing was done.",
        ),
    };
    let answer = Answer::json(
        status,
        &Body {
            error: code,
            message,
        },
    );
    if status == 401 {
        answer.with("www-authenticate", "HMAC-SHA256, Hawk")
    } else {
        answer
    }
}
