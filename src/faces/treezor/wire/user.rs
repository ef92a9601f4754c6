//! A user as a caller sends one.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    fault,
    numbers::{Flag, Plain, Whole},
    stands::StandsBody,
};
use crate::{
    customers::{
        rules::Kind,
        typed::{TICKED, Typed},
        us_persons,
    },
    error::{Error, FieldError},
    faces::{json::Given, treezor::errors::REQUIRED},
};

/// The form of company that a natural person has who trades under their own name.
pub const SOLE_TRADER: &str = "1000";

/// Where users are served.
const DISTRIBUTED: [&str; 6] = ["BE", "DE", "ES", "FR", "IT", "NL"];

/// A user as a caller sends one. Unknown fields are ignored; no text has line breaks or control characters; null clears.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct UserBody {
    /// 1 a natural person, 2 a business, 3 an association, 4 an authority. Needed where a user is made.
    user_type_id: Given<Whole>,
    /// The e-mail address.
    #[schemars(length(max = 254))]
    email: Given<String>,
    /// Whether a person counts as one of the United States: true where nationality, birth or address say so.
    #[serde(rename = "specifiedUSPerson")]
    us_person: Given<Flag>,
    /// How they are addressed, in at most 20 characters. Of a company it is neither judged nor kept.
    title: Given<String>,
    /// First names.
    #[schemars(length(max = 255))]
    firstname: Given<String>,
    /// Last name.
    #[schemars(length(max = 255))]
    lastname: Given<String>,
    /// The date of birth, `YYYY-MM-DD`.
    birthday: Given<String>,
    /// Where they were born, in at most 255 characters. Of a company it is neither judged nor kept.
    place_of_birth: Given<String>,
    /// ISO 3166-1 alpha-2.
    birth_country: Given<String>,
    /// ISO 3166-1 alpha-2.
    nationality: Given<String>,
    /// Street and number.
    #[schemars(length(max = 255))]
    address1: Given<String>,
    /// What follows it.
    #[schemars(length(max = 255))]
    address2: Given<String>,
    /// The postal code.
    #[schemars(length(max = 255))]
    postcode: Given<String>,
    /// The city.
    #[schemars(length(max = 255))]
    city: Given<String>,
    /// ISO 3166-1 alpha-2.
    country: Given<String>,
    /// The phone number.
    #[schemars(length(max = 32))]
    phone: Given<String>,
    /// The name of a company, at most 255 characters. Needed where one is made; of a person who does not trade it is neither
    /// judged nor kept.
    legal_name: Given<String>,
    /// Its number in a register, at most 64 characters. Of a person who does not trade it is neither judged nor kept.
    legal_registration_number: Given<String>,
    /// Its form; 1000 on a natural person makes a sole trader.
    legal_form: Given<Plain>,
    /// Where the user is served: BE, DE, ES, FR, IT or NL.
    distribution_country: Given<String>,
    /// What the user is to a company.
    #[serde(flatten)]
    pub stands: StandsBody,
}

/// Our fields and the face's names of them.
const NAMES: &[(&str, &str)] = &[
    ("legal_type", "userTypeId"),
    ("email", "email"),
    ("title", "title"),
    ("first_name", "firstname"),
    ("last_name", "lastname"),
    ("birth_date", "birthday"),
    ("birth_place", "placeOfBirth"),
    ("birth_country", "birthCountry"),
    ("nationality", "nationality"),
    ("address_line1", "address1"),
    ("address_line2", "address2"),
    ("postal_code", "postcode"),
    ("city", "city"),
    ("country", "country"),
    ("phone_prefix", "phone"),
    ("phone", "phone"),
    ("legal_name", "legalName"),
    ("registration_number", "legalRegistrationNumber"),
    ("legal_form", "legalForm"),
    ("distribution_country", "distributionCountry"),
    ("us_person", "specifiedUSPerson"),
];

impl UserBody {
    /// What a new user is, or what of it must be mended.
    pub fn kind(&self) -> Result<Kind, FieldError> {
        match self.user_type_id {
            Given::Value(Whole(1)) => self.sole_trader().map(|sole| match sole {
                Some(true) => Kind::SoleTrader,
                Some(false) | None => Kind::Natural,
            }),
            Given::Value(Whole(2..=4)) => Ok(Kind::Legal),
            Given::Value(_) => Err(fault("userTypeId", "1, 2, 3 or 4")),
            Given::Absent | Given::Null => Err(fault("userTypeId", REQUIRED)),
        }
    }

    /// Whether the form of a natural person says that they trade; nothing where it says nothing.
    fn sole_trader(&self) -> Result<Option<bool>, FieldError> {
        match &self.legal_form {
            Given::Absent => Ok(None),
            Given::Null => Ok(Some(false)),
            Given::Value(Plain(form)) => match form.as_str() {
                SOLE_TRADER => Ok(Some(true)),
                "" | "0" => Ok(Some(false)),
                _ => Err(fault("legalForm", "of a natural person 1000 or none")),
            },
        }
    }

    /// What a user is by what was sent over what it `is`, or what of it must be mended.
    pub fn kind_over(&self, is: Kind) -> Result<Kind, FieldError> {
        let person = match self.user_type_id {
            Given::Absent => is != Kind::Legal,
            Given::Value(Whole(1)) => true,
            Given::Value(Whole(2..=4)) => false,
            Given::Value(_) | Given::Null => return Err(fault("userTypeId", "1, 2, 3 or 4")),
        };
        if !person {
            return Ok(Kind::Legal);
        }
        Ok(match self.sole_trader()? {
            Some(true) => Kind::SoleTrader,
            None if is == Kind::SoleTrader => Kind::SoleTrader,
            Some(false) | None => Kind::Natural,
        })
    }

    /// Puts what was given over what is declared.
    pub fn put(mut self, typed: &mut Typed) {
        if let Given::Value(Whole(number @ 2..=4)) = self.user_type_id {
            typed.legal_type = number.to_string();
        }
        match self.us_person {
            Given::Absent => {}
            Given::Value(Flag(true)) => TICKED.clone_into(&mut typed.us_person),
            Given::Value(Flag(false)) | Given::Null => typed.us_person.clear(),
        }
        match self.legal_form {
            Given::Absent => {}
            Given::Value(Plain(form)) => typed.legal_form = form,
            Given::Null => typed.legal_form.clear(),
        }
        // The face has one field for both; sent as it was read, it leaves both as they are.
        let as_read = match &self.phone {
            Given::Absent => true,
            Given::Null => typed.phone.is_empty(),
            Given::Value(sent) => *sent == phone(&typed.phone_prefix, &typed.phone),
        };
        if as_read {
            self.phone = Given::Absent;
        }
        if self.phone != Given::Absent {
            typed.phone_prefix.clear();
        }
        self.email.put(&mut typed.email);
        self.title.put(&mut typed.title);
        self.firstname.put(&mut typed.first_name);
        self.lastname.put(&mut typed.last_name);
        self.birthday.put(&mut typed.birth_date);
        self.place_of_birth.put(&mut typed.birth_place);
        self.birth_country.put(&mut typed.birth_country);
        self.nationality.put(&mut typed.nationality);
        self.address1.put(&mut typed.address_line1);
        self.address2.put(&mut typed.address_line2);
        self.postcode.put(&mut typed.postal_code);
        self.city.put(&mut typed.city);
        self.country.put(&mut typed.country);
        self.phone.put(&mut typed.phone);
        self.legal_name.put(&mut typed.legal_name);
        self.legal_registration_number
            .put(&mut typed.registration_number);
        self.distribution_country
            .put(&mut typed.distribution_country);
    }

    /// The country of distribution is one of the vendor's six; what somebody declared on the desk stays as it is.
    pub fn distribution_fault(&self, before: &Typed) -> Option<FieldError> {
        let known = |code: &String| {
            code.is_empty()
                || *code == before.distribution_country
                || DISTRIBUTED.contains(&code.as_str())
        };
        match &self.distribution_country {
            Given::Value(code) if !known(code) => {
                Some(fault("distributionCountry", "BE, DE, ES, FR, IT or NL"))
            }
            _ => None,
        }
    }
}

/// What a user is may not change any more: said of the field that would have changed it.
pub fn kind_fixed(error: Error, is: Kind, wanted: Kind) -> Error {
    let company = is == Kind::Legal || wanted == Kind::Legal;
    match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|one| FieldError {
                    field: match one.field.as_ref() {
                        "kind" if company => "userTypeId".into(),
                        "kind" => "legalForm".into(),
                        _ => one.field,
                    },
                    ..one
                })
                .collect(),
        ),
        other => other,
    }
}

/// A phone number as the face has it: with its prefix.
pub fn phone(prefix: &str, number: &str) -> String {
    format!("{prefix}{number}")
}

/// What must be mended of what is declared (tidied already), in the face's names.
pub fn faults(typed: &Typed, kind: Kind, today: NaiveDate) -> Vec<FieldError> {
    let named = |error: FieldError| {
        let (_, name) = NAMES.iter().find(|(ours, _)| *ours == error.field)?;
        let missing = typed.value(&error.field).is_empty() && error.field != "us_person";
        Some(FieldError {
            field: (*name).into(),
            message: if missing {
                REQUIRED.into()
            } else {
                error.message
            },
        })
    };
    typed
        .errors(kind, today)
        .into_iter()
        .chain(us_persons::unsaid(typed, kind))
        .filter_map(named)
        .collect()
}
