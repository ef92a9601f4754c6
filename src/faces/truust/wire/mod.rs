//! What travels in Truust's words.

mod customer;
mod customer_answer;
mod document;
mod verification;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

pub(super) use customer::CustomerBody;
pub(super) use customer_answer::CustomerAnswer;
pub(super) use document::{DocumentAnswer, DocumentBody, Documents};
pub(super) use verification::{Verification, VerifyBody};

use crate::{
    countries,
    customers::{rules::Kind, typed::Typed},
    error::{Error, FieldError, Result},
};

/// A field of ours, and what a body of the face calls it.
type Name = (&'static str, &'static str);

/// What must be mended, in the face's names: what is said first of a field stands.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<FieldError>);

impl Faults {
    /// What could not be read.
    pub fn of(wrong: Vec<FieldError>) -> Self {
        Self(wrong)
    }

    /// Says one more.
    pub fn say(&mut self, field: &'static str, message: &'static str) {
        self.add(FieldError {
            field: field.into(),
            message: message.into(),
        });
    }

    fn add(&mut self, fault: FieldError) {
        if self.0.iter().all(|known| known.field != fault.field) {
            self.0.push(fault);
        }
    }

    /// What the desk's own rules say of declared data, of the fields named here: whatever a body does not have was judged
    /// when it was declared. No field is spared because the kind has no use for it: a text may be so long and no longer.
    fn judge(&mut self, typed: &mut Typed, kind: Kind, now: DateTime<Utc>, names: &[Name]) {
        for field in Typed::FIELDS {
            let trimmed = typed.value(field.name).trim().to_owned();
            typed.set(field.name, trimmed);
        }
        for fault in typed.errors(kind, now.date_naive()) {
            let known = names.iter().find(|(ours, _)| *ours == fault.field);
            if let Some((_, name)) = known {
                self.add(FieldError {
                    field: (*name).into(),
                    message: fault.message,
                });
            }
        }
    }

    /// Nothing must be mended, or all of it.
    pub fn none(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.0))
        }
    }
}

/// A moment as the face writes it: UTC with `Z`, to the microsecond, as the vendor's framework does.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A text of this form; the empty one and null are no value.
fn or_empty(form: &Value) -> Schema {
    json_schema!({"anyOf": [form, {"type": "string", "maxLength": 0}, {"type": "null"}]})
}

fn email(_: &mut SchemaGenerator) -> Schema {
    or_empty(&json!({"type": "string", "format": "email", "maxLength": 254}))
}

fn date(_: &mut SchemaGenerator) -> Schema {
    or_empty(&json!({"type": "string", "format": "date"}))
}

fn country(_: &mut SchemaGenerator) -> Schema {
    let codes = countries::ALL.iter().map(|(code, _)| Some(*code));
    // No text and null are no country.
    let all: Vec<Option<&str>> = codes.chain([Some(""), None]).collect();
    json_schema!({"enum": all})
}

fn prefix(_: &mut SchemaGenerator) -> Schema {
    or_empty(&json!({"type": "string", "pattern": r"^\s*\+?[0-9]{1,4}\s*$"}))
}

/// 3 to 15 digits, and between them what people write there. (That they are 32 characters at most without the spaces round
/// them, no pattern says.)
const PHONE: &str = r"^\s*(?:[ +\-()./]*[0-9]){3,15}[ +\-()./]*\s*$";

fn phone(_: &mut SchemaGenerator) -> Schema {
    or_empty(&json!({"type": "string", "pattern": PHONE}))
}

fn income(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["number", "null"], "minimum": 0, "maximum": i64::MAX})
}
