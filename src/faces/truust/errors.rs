//! Truust's errors, in the shape that its framework gives them: `{"message": …}`, and `errors` by field where fields must be
//! mended. The page names 401, 404 and 422; the sentences of the others are our ruling.

use std::{borrow::Cow, collections::BTreeMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{error::Error, faces::UNSURE, web::answer::Answer};

/// What went wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Problem {
    /// In a sentence. Never repeats what was sent.
    message: Cow<'static, str>,
    /// What is wrong with each field or parameter; with 422 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<BTreeMap<String, Vec<String>>>,
}

/// The vendor's sentence where fields must be mended.
const INVALID: &str = "The given data was invalid.";
/// The header that is at fault where a name was given to two requests.
const NAME: &str = "Idempotency-Key";

/// The face's answer to an error. `status` tells a wrong method from an absent address.
pub fn answer(error: &Error, status: u16) -> Answer {
    let (status, message) = said(error, status);
    let answer = Answer::json(
        status,
        &Problem {
            message,
            errors: errors(error),
        },
    );
    if status == 401 {
        answer.with("www-authenticate", "Bearer")
    } else {
        answer
    }
}

fn errors(error: &Error) -> Option<BTreeMap<String, Vec<String>>> {
    let mut each: BTreeMap<String, Vec<String>> = BTreeMap::new();
    match error {
        Error::Invalid(fields) => {
            for fault in fields {
                let of = each.entry(fault.field.to_string()).or_default();
                of.push(fault.message.to_string());
            }
        }
        Error::KeyReused => {
            let why = "This name was sent with another request.";
            each.insert(NAME.to_owned(), vec![why.to_owned()]);
        }
        _ => return None,
    }
    Some(each)
}

fn said(error: &Error, status: u16) -> (u16, Cow<'static, str>) {
    let (status, sentence) = match error {
        Error::BadRequest(why) => return (400, why.clone()),
        Error::Conflict(why) | Error::Refused(why) => return (409, why.clone()),
        Error::Invalid(_) | Error::KeyReused => (422, INVALID),
        Error::Unauthenticated | Error::CodeNeeded => (401, "Unauthenticated."),
        Error::Forbidden | Error::CodeMissing => (403, "This action is unauthorized."),
        Error::NotFound if status == 405 => (405, "Method Not Allowed"),
        Error::NotFound => (404, "Not found"),
        Error::TooLarge => (413, "Payload Too Large"),
        Error::WrongMedia => (415, "Send application/json without a Content-Encoding."),
        Error::TooMany(_) => (429, "Too Many Attempts."),
        Error::Internal(_) => (500, "Server Error"),
        Error::Unavailable(_) | Error::Declined(_) | Error::Busy(_) => (503, "Service Unavailable"),
        Error::Unsure(_) => (503, UNSURE),
    };
    (status, sentence.into())
}
