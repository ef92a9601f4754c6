//! Kontorion's errors: RFC 9457 problems, with a code and the request's id.

pub use super::wire::Problem;
use super::wire::{FieldCode, FieldProblem, ProblemCode};
use crate::{
    error::{Error, FieldError},
    faces::UNSURE,
    value::RequestId,
    web::answer::Answer,
};

/// Said of a field that is missing.
pub(super) const REQUIRED: &str = "This field is required";
/// Said of an operator that a field lacks, before those that it has.
pub(super) const OPERATORS: &str = "This field has ";

/// How the house's sentences about a field begin, and what kind of fault each is; all others are `invalid`.
const FIELD_CODES: &[(&str, FieldCode)] = &[
    (REQUIRED, FieldCode::Required),
    ("Say what is to be checked", FieldCode::Required),
    ("Say which number", FieldCode::Required),
    ("At most ", FieldCode::TooLong),
    (OPERATORS, FieldCode::UnsupportedOperator),
];

fn field(error: &FieldError) -> FieldProblem {
    let known = FIELD_CODES
        .iter()
        .find(|(begins, _)| error.message.starts_with(begins));
    FieldProblem {
        field: error.field.clone().into_owned(),
        code: known.map_or(FieldCode::Invalid, |(_, code)| *code),
        message: error.message.clone().into_owned(),
    }
}

/// The face's answer to an error. `status` tells a wrong method from an absent address.
pub fn answer(error: &Error, status: u16, request: RequestId) -> Answer {
    let (status, title, code) = kind(error, status);
    let fields = (code == ProblemCode::Validation).then(|| match error {
        Error::Invalid(errors) => errors.iter().map(field).collect(),
        _ => Vec::new(),
    });
    let problem = Problem {
        r#type: "about:blank",
        title,
        status,
        detail: detail(error, code),
        instance: format!("urn:uuid:{request}"),
        code,
        request_id: request.0,
        fields,
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let answer = Answer::new(status, "application/problem+json", body);
    if code == ProblemCode::Unauthorized {
        answer.with("www-authenticate", "Bearer")
    } else {
        answer
    }
}

const fn kind(error: &Error, status: u16) -> (u16, &'static str, ProblemCode) {
    match error {
        Error::BadRequest(_) | Error::Invalid(_) => (400, "Bad Request", ProblemCode::Validation),
        Error::Unauthenticated | Error::CodeNeeded => {
            (401, "Unauthorized", ProblemCode::Unauthorized)
        }
        Error::Forbidden | Error::CodeMissing => (403, "Forbidden", ProblemCode::Forbidden),
        Error::NotFound if status == 405 => {
            (405, "Method Not Allowed", ProblemCode::MethodNotAllowed)
        }
        Error::NotFound => (404, "Not Found", ProblemCode::NotFound),
        Error::Conflict(_) | Error::Refused(_) => {
            (409, "Conflict", ProblemCode::InvalidStateTransition)
        }
        Error::KeyReused => (
            422,
            "Unprocessable Content",
            ProblemCode::IdempotencyKeyReused,
        ),
        Error::TooLarge => (413, "Content Too Large", ProblemCode::PayloadTooLarge),
        Error::WrongMedia => (
            415,
            "Unsupported Media Type",
            ProblemCode::UnsupportedMediaType,
        ),
        Error::TooMany(_) => (429, "Too Many Requests", ProblemCode::RateLimited),
        Error::Internal(_) => (500, "Internal Server Error", ProblemCode::InternalError),
        Error::Unavailable(_) | Error::Unsure(_) | Error::Declined(_) | Error::Busy(_) => {
            (503, "Service Unavailable", ProblemCode::Unavailable)
        }
    }
}

fn detail(error: &Error, code: ProblemCode) -> String {
    match (error, code) {
        (
            Error::BadRequest(why)
            | Error::Conflict(why)
            | Error::Refused(why)
            | Error::Declined(why),
            _,
        ) => why.to_string(),
        (Error::Unsure(_), _) => UNSURE.to_owned(),
        (_, ProblemCode::Validation) => "Some fields must be mended.".to_owned(),
        (_, ProblemCode::Unauthorized) => "The API key is missing or invalid.".to_owned(),
        (_, ProblemCode::Forbidden) => "The API key's scopes do not include this.".to_owned(),
        (_, ProblemCode::MethodNotAllowed) => "This address does not take that method.".to_owned(),
        (_, ProblemCode::PayloadTooLarge) => "The body is too large.".to_owned(),
        (_, ProblemCode::UnsupportedMediaType) => {
            "Send application/json without a Content-Encoding.".to_owned()
        }
        (_, ProblemCode::IdempotencyKeyReused) => {
            "This Idempotency-Key was sent with another request.".to_owned()
        }
        (_, ProblemCode::RateLimited) => "Too many requests. Wait and try again.".to_owned(),
        (_, ProblemCode::Unavailable) => "Try again in a moment. Nothing was done.".to_owned(),
        (_, ProblemCode::InternalError) => {
            "Something went wrong here. Nothing was done.".to_owned()
        }
        _ => "There is no such verification.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_a_field_has_a_code_of_its_own() {
        let code = |message: &'static str| {
            field(&FieldError {
                field: "x".into(),
                message: message.into(),
            })
            .code
        };
        assert_eq!(code("At most 255 characters"), FieldCode::TooLong);
        assert_eq!(code("Say what is to be checked"), FieldCode::Required);
        assert_eq!(code("has the wrong type"), FieldCode::Invalid);
    }
}
