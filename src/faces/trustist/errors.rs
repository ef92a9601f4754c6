//! Trustist's errors: `{"error": code, "message": sentence}`. The page names the codes; the shape is our ruling.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{error::Error, faces::UNSURE, web::answer::Answer};

/// What went wrong.
#[derive(Serialize, JsonSchema)]
pub struct Problem {
    /// What kind of problem it is.
    error: Code,
    /// In a sentence. Never repeats what was sent.
    message: Cow<'static, str>,
    /// With `missing_person_data`: the customer's fields that are empty.
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "missingFields")]
    missing_fields: Vec<&'static str>,
}

/// Kinds of problems. The vendor's page names the first four.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProblemCode")]
enum Code {
    /// What was sent cannot be read, or a field must be mended.
    InvalidRequest,
    /// The credentials are missing or open nothing.
    InvalidApiKey,
    /// The key may not do this.
    InsufficientPermissions,
    /// No such customer, or no such address.
    CustomerNotFound,
    /// An identity check needs more of the customer's data. The vendor's own code.
    MissingPersonData,
    /// No such onboarding session: our ruling, after the vendor's code for customers.
    OnboardSessionNotFound,
    /// The address does not take that method.
    MethodNotAllowed,
    /// Something stands against it now.
    Conflict,
    /// The Idempotency-Key stands for another request.
    IdempotencyKeyReused,
    /// The body is too large.
    RequestTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Too many requests.
    RateLimited,
    /// Something is away; nothing was done, unless the message says that this is not known.
    Unavailable,
    /// Our fault.
    InternalError,
}

/// The face's answer to an error.
pub fn answer(error: &Error, status: u16) -> Answer {
    let (status, code) = kind(error, status);
    let answer = Answer::json(
        status,
        &Problem {
            error: code,
            message: message(error, code),
            missing_fields: Vec::new(),
        },
    );
    if status == 401 {
        answer.with("www-authenticate", "HMAC-SHA256, Hawk")
    } else {
        answer
    }
}

/// What the identity checks need and the customer's data has not, by the face's names.
pub fn missing_person_data(fields: Vec<&'static str>) -> Answer {
    Answer::json(
        400,
        &Problem {
            error: Code::MissingPersonData,
            message: format!(
                "The identity checks need more of the customer: {}.",
                fields.join(", ")
            )
            .into(),
            missing_fields: fields,
        },
    )
}

/// There is no such session, or it is somebody else's.
pub fn no_session() -> Answer {
    Answer::json(
        404,
        &Problem {
            error: Code::OnboardSessionNotFound,
            message: "There is no such onboarding session.".into(),
            missing_fields: Vec::new(),
        },
    )
}

const fn kind(error: &Error, status: u16) -> (u16, Code) {
    match error {
        Error::BadRequest(_) | Error::Invalid(_) => (400, Code::InvalidRequest),
        Error::Unauthenticated | Error::CodeNeeded => (401, Code::InvalidApiKey),
        Error::Forbidden | Error::CodeMissing => (403, Code::InsufficientPermissions),
        Error::NotFound if status == 405 => (405, Code::MethodNotAllowed),
        Error::NotFound => (404, Code::CustomerNotFound),
        Error::Conflict(_) | Error::Refused(_) => (409, Code::Conflict),
        Error::KeyReused => (422, Code::IdempotencyKeyReused),
        Error::TooLarge => (413, Code::RequestTooLarge),
        Error::WrongMedia => (415, Code::UnsupportedMediaType),
        Error::TooMany(_) => (429, Code::RateLimited),
        Error::Unavailable(_) | Error::Unsure(_) | Error::Declined(_) | Error::Busy(_) => {
            (503, Code::Unavailable)
        }
        Error::Internal(_) => (500, Code::InternalError),
    }
}

fn message(error: &Error, code: Code) -> Cow<'static, str> {
    match error {
        Error::Invalid(fields) => {
            let each = fields
                .iter()
                .map(|field| format!("{}: {}", field.field, field.message));
            return each.collect::<Vec<_>>().join("; ").into();
        }
        Error::BadRequest(why) | Error::Conflict(why) | Error::Refused(why) => return why.clone(),
        Error::Unsure(_) => return UNSURE.into(),
        _ => {}
    }
    match code {
        Code::InvalidApiKey => "The credentials are missing or invalid.",
        Code::InsufficientPermissions => "The key may not do this.",
        Code::CustomerNotFound => "There is no such customer.",
        Code::OnboardSessionNotFound => "There is no such onboarding session.",
        Code::MethodNotAllowed => "This address does not take that method.",
        Code::IdempotencyKeyReused => "This Idempotency-Key was sent with another request.",
        Code::RequestTooLarge => "The body is too large.",
        Code::UnsupportedMediaType => "Send application/json without a Content-Encoding.",
        Code::RateLimited => "Too many requests. Wait and try again.",
        Code::Unavailable => "Try again in a moment. Nothing was done.",
        Code::InvalidRequest | Code::MissingPersonData | Code::Conflict | Code::InternalError => {
            "Something went wrong here. Nothing was done."
        }
    }
    .into()
}
