//! What travels: Trustist's customer, as it is sent and as it is answered.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    countries,
    customers::{rules::Kind, typed::Typed},
    error::FieldError,
    faces::json::{Given, Object},
};

mod answer;

pub use answer::CustomerAnswer;
pub(in crate::faces::trustist) use answer::moment;

/// A customer as a caller sends one. Unknown fields are ignored; no text has line breaks or control characters.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct CustomerBody {
    /// First names.
    #[schemars(length(max = 255))]
    first_name: Given<String>,
    /// Last name.
    #[schemars(length(max = 255))]
    last_name: Given<String>,
    /// The e-mail address.
    #[schemars(schema_with = "email")]
    email_address: Given<String>,
    /// The date of birth, `YYYY-MM-DD`: after 1900, not in the future.
    #[schemars(schema_with = "date")]
    date_of_birth: Given<String>,
    /// Where they live; an address is merged field by field.
    address: Given<Object<AddressBody>>,
    /// The caller's own code of a branch. A new code makes that branch. Read where a customer is made, ignored afterwards.
    #[schemars(length(max = 100))]
    pub org_id: Given<String>,
}

/// An address as a caller sends it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
struct AddressBody {
    /// Street and number.
    #[schemars(length(max = 255))]
    address_line1: Given<String>,
    /// What follows it.
    #[schemars(length(max = 255))]
    address_line2: Given<String>,
    /// The city.
    #[schemars(length(max = 255))]
    city: Given<String>,
    /// The postal code.
    #[schemars(length(max = 32))]
    postal_code: Given<String>,
    /// ISO 3166-1 alpha-2.
    #[schemars(schema_with = "country")]
    country: Given<String>,
}

/// A text of this form; the empty one and null clear the field.
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

/// A customer as a caller changes one: the branch was fixed when the customer was made, whatever is sent of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct CustomerChanges(pub CustomerBody);

impl JsonSchema for CustomerChanges {
    fn schema_name() -> Cow<'static, str> {
        "CustomerChanges".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = CustomerBody::json_schema(generator);
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.shift_remove("orgId");
        }
        schema
    }
}

/// Our fields and the face's names of them.
const NAMES: &[(&str, &str)] = &[
    ("first_name", "firstName"),
    ("last_name", "lastName"),
    ("email", "emailAddress"),
    ("birth_date", "dateOfBirth"),
    ("address_line1", "address.addressLine1"),
    ("address_line2", "address.addressLine2"),
    ("city", "address.city"),
    ("postal_code", "address.postalCode"),
    ("country", "address.country"),
];

impl CustomerBody {
    /// Which of our fields are given, null or not; an address that is cleared gives all of its own.
    pub fn given(&self) -> Vec<&'static str> {
        self.told(|given| *given != Given::Absent)
    }

    /// Which of our fields are given something to hold.
    fn filled(&self) -> Vec<&'static str> {
        self.told(|given| matches!(given, Given::Value(text) if !text.trim().is_empty()))
    }

    fn told(&self, which: fn(&Given<String>) -> bool) -> Vec<&'static str> {
        let (absent, null) = (Given::Absent, Given::Null);
        let address = match &self.address {
            Given::Absent => [&absent; 5],
            Given::Null => [&null; 5],
            Given::Value(Object(address)) => [
                &address.address_line1,
                &address.address_line2,
                &address.city,
                &address.postal_code,
                &address.country,
            ],
        };
        let person = [
            &self.first_name,
            &self.last_name,
            &self.email_address,
            &self.date_of_birth,
        ];
        // In the order of the names.
        let all = person.into_iter().chain(address).zip(NAMES);
        all.filter(|(given, _)| which(given))
            .map(|(_, (ours, _))| *ours)
            .collect()
    }

    /// What is given and such a customer has no place for. Clearing what is not there takes nothing away.
    pub fn foreign(&self, kind: Kind) -> Vec<FieldError> {
        let has = |ours: &str| {
            let mut fields = Typed::FIELDS.iter();
            fields.any(|field| field.name == ours && field.kinds.contains(&kind))
        };
        let lost = self.filled().into_iter().filter(|ours| !has(ours));
        lost.filter_map(|ours| NAMES.iter().find(|(known, _)| *known == ours))
            .map(|(_, name)| fault(name, "this customer is a company, which has none"))
            .collect()
    }

    /// Puts what was given over what is declared; an address merges field by field.
    pub fn put(self, typed: &mut Typed) {
        self.first_name.put(&mut typed.first_name);
        self.last_name.put(&mut typed.last_name);
        self.email_address.put(&mut typed.email);
        self.date_of_birth.put(&mut typed.birth_date);
        let address = match self.address {
            Given::Absent => return,
            Given::Null => AddressBody {
                address_line1: Given::Null,
                address_line2: Given::Null,
                city: Given::Null,
                postal_code: Given::Null,
                country: Given::Null,
            },
            Given::Value(Object(address)) => address,
        };
        address.address_line1.put(&mut typed.address_line1);
        address.address_line2.put(&mut typed.address_line2);
        address.city.put(&mut typed.city);
        address.postal_code.put(&mut typed.postal_code);
        address.country.put(&mut typed.country);
    }
}

/// What must be mended of what a caller gives (tidied already), in the face's names; `given` are our names of it. What stood
/// there before is another's to mend: the desk may hold more than this face takes. What the face asks of nobody is left out
/// too: the desk asks for a name.
pub fn faults(typed: &Typed, given: &[&str], kind: Kind, now: DateTime<Utc>) -> Vec<FieldError> {
    let nameless =
        typed.first_name.is_empty() && typed.last_name.is_empty() && typed.email.is_empty();
    let named = |error: FieldError| {
        let (_, name) = NAMES.iter().find(|(ours, _)| *ours == error.field)?;
        Some(FieldError {
            field: (*name).into(),
            message: error.message,
        })
    };
    let long = typed.postal_code.chars().count() > LONGEST_POSTAL_CODE;
    let long = (long && given.contains(&"postal_code"))
        .then(|| fault("address.postalCode", "At most 32 characters"));
    typed
        .errors(kind, now.date_naive())
        .into_iter()
        .filter(|error| given.contains(&&*error.field))
        .filter(|error| !(nameless && error.field == "last_name"))
        .filter_map(named)
        .chain(long)
        .collect()
}

/// The longest postal code of this face, in characters; our ruling.
const LONGEST_POSTAL_CODE: usize = 32;

/// The longest orgId, in characters.
const LONGEST_ORG_ID: usize = 100;

/// What is wrong with an orgId. It is the caller's own name of a branch and stays as it is, byte for byte.
pub fn org_id_fault(code: &str) -> Option<FieldError> {
    if code.chars().count() > LONGEST_ORG_ID {
        Some(fault("orgId", "at most 100 characters"))
    } else if code.chars().any(char::is_control) {
        Some(fault("orgId", "without line breaks and control characters"))
    } else {
        None
    }
}

/// A field that must be mended.
pub fn fault(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}
