//! Treezor's errors: a list, one for each thing that must be mended. The page names the shape and a few codes; the others are
//! our ruling, and stand here alone.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    error::{Error, FieldError},
    faces::UNSURE,
    value::RequestId,
    web::answer::Answer,
};

/// What went wrong.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Errors")]
pub struct Problem {
    /// One or more.
    #[schemars(length(min = 1))]
    errors: Vec<Fault>,
}

/// One thing.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Error")]
struct Fault {
    /// What kind of problem it is.
    r#type: Type,
    /// Which.
    code: Code,
    /// In a sentence. Never repeats what was sent.
    message: String,
    /// Where it is written down: an address of this server's, without its host (our ruling).
    #[schemars(extend("format" = "uri-reference"))]
    doc_url: &'static str,
    /// The request's own id.
    request_id: Uuid,
}

/// Where this interface is written down.
const DOCUMENT: &str = "/openapi/treezor.json";

/// Kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ErrorType")]
enum Type {
    /// What was asked cannot be done as it was asked.
    InvalidRequest,
    /// Who asks is not known.
    AuthenticationError,
    /// Who asks may not.
    AuthorizationError,
    /// Too often.
    RateLimitError,
    /// Something is wrong here.
    ApiError,
}

/// Problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ErrorCode")]
enum Code {
    /// A field that must be there is not.
    MissingParameter,
    /// A field must be mended.
    InvalidParameter,
    /// A paper, a residence or a value is missing before a review can be asked for.
    MissingPrerequisite,
    /// What was sent cannot be read.
    InvalidBody,
    /// The token is missing, over, or none of ours.
    InvalidToken,
    /// The token does not open this.
    InsufficientScope,
    /// There is no such thing, or no such address.
    ResourceNotFoundError,
    /// The address does not take that method.
    MethodNotAllowed,
    /// Something stands against it now.
    InvalidState,
    /// The name of the request stands for another one.
    IdempotencyKeyReused,
    /// The body, or the paper in it, is too large.
    RequestTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Too many requests.
    RateLimitExceeded,
    /// Something is away; nothing was done, unless the message says that this is not known.
    ServiceUnavailable,
    /// Our fault.
    InternalError,
}

/// Said of a field that is missing.
pub(super) const REQUIRED: &str = "This parameter is required";
/// The name under which a prerequisite is said to be missing; its message names whose.
pub(super) const PREREQUISITE: &str = "prerequisite";

/// The face's answer to an error.
pub fn answer(error: &Error, status: u16, request: RequestId) -> Answer {
    let (status, kind, code) = what(error, status);
    let fault = |code: Code, message: String| Fault {
        r#type: kind,
        code,
        message,
        doc_url: DOCUMENT,
        request_id: request.0,
    };
    let errors = match error {
        Error::Invalid(fields) => fields.iter().map(|one| of_field(one, &fault)).collect(),
        _ => vec![fault(code, sentence(error, code).into_owned())],
    };
    let answer = Answer::json(status, &Problem { errors });
    if status == 401 {
        answer.with("www-authenticate", "Bearer")
    } else {
        answer
    }
}

fn of_field(field: &FieldError, fault: &impl Fn(Code, String) -> Fault) -> Fault {
    if field.field == PREREQUISITE {
        return fault(
            Code::MissingPrerequisite,
            field.message.clone().into_owned(),
        );
    }
    let code = if field.message == REQUIRED {
        Code::MissingParameter
    } else {
        Code::InvalidParameter
    };
    fault(code, format!("{}: {}", field.field, field.message))
}

const fn what(error: &Error, status: u16) -> (u16, Type, Code) {
    use Code as C;
    use Type as T;
    match error {
        Error::Invalid(_) => (400, T::InvalidRequest, C::InvalidParameter),
        Error::BadRequest(_) => (400, T::InvalidRequest, C::InvalidBody),
        Error::Unauthenticated | Error::CodeNeeded => {
            (401, T::AuthenticationError, C::InvalidToken)
        }
        Error::Forbidden | Error::CodeMissing => (403, T::AuthorizationError, C::InsufficientScope),
        Error::NotFound if status == 405 => (405, T::InvalidRequest, C::MethodNotAllowed),
        Error::NotFound => (404, T::InvalidRequest, C::ResourceNotFoundError),
        Error::Conflict(_) | Error::Refused(_) => (409, T::InvalidRequest, C::InvalidState),
        Error::KeyReused => (422, T::InvalidRequest, C::IdempotencyKeyReused),
        Error::TooLarge => (413, T::InvalidRequest, C::RequestTooLarge),
        Error::WrongMedia => (415, T::InvalidRequest, C::UnsupportedMediaType),
        Error::TooMany(_) => (429, T::RateLimitError, C::RateLimitExceeded),
        Error::Unavailable(_) | Error::Unsure(_) | Error::Declined(_) | Error::Busy(_) => {
            (503, T::ApiError, C::ServiceUnavailable)
        }
        Error::Internal(_) => (500, T::ApiError, C::InternalError),
    }
}

fn sentence(error: &Error, code: Code) -> Cow<'static, str> {
    match error {
        Error::BadRequest(why) | Error::Conflict(why) | Error::Refused(why) => return why.clone(),
        Error::Unsure(_) => return UNSURE.into(),
        _ => {}
    }
    match code {
        Code::InvalidToken => "The token is missing, over, or none of ours.",
        Code::InsufficientScope => "The token's scopes do not include this.",
        Code::ResourceNotFoundError => "There is no such thing.",
        Code::MethodNotAllowed => "This address does not take that method.",
        Code::IdempotencyKeyReused => "This name of a request was sent with another request.",
        Code::RequestTooLarge => "The body, or the paper in it, is too large.",
        Code::UnsupportedMediaType => "Send application/json without a Content-Encoding.",
        Code::RateLimitExceeded => "Too many requests. Wait and try again.",
        Code::ServiceUnavailable => "Try again in a moment. Nothing was done.",
        _ => "Something went wrong here. Nothing was done.",
    }
    .into()
}
