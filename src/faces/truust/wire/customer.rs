//! Truust's customer, as it is sent.

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};

use super::{Faults, Name};
use crate::{
    customers::{
        contacts::Contact,
        rules::{Kind, Kyc},
        store::Customer,
        typed::Typed,
    },
    error::{FieldError, Result},
    faces::json::Given,
};

/// A customer as a caller sends one. Unknown fields are ignored; what is left out stays, and null clears. No text has line
/// breaks or control characters.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(in crate::faces::truust) struct CustomerBody {
    /// The whole name, where it is not sent in parts: of a person it is kept as the last name, of a company as the legal one.
    #[schemars(length(max = 255))]
    name: Given<String>,
    /// First names; of a company, of whoever acts for it.
    #[schemars(length(max = 255))]
    first_name: Given<String>,
    /// Last name; of a company, of whoever acts for it.
    #[schemars(length(max = 255))]
    last_name: Given<String>,
    /// The e-mail address, by which a customer is found again.
    #[schemars(schema_with = "super::email")]
    email: Given<String>,
    /// The country prefix of the phone number, such as `+34`.
    #[schemars(schema_with = "super::prefix")]
    prefix: Given<String>,
    /// The phone number, by which, with its prefix, a customer is found again where no e-mail is sent.
    #[schemars(schema_with = "super::phone")]
    phone: Given<String>,
    /// The caller's own label.
    #[schemars(length(max = 100))]
    tag: Given<String>,
    /// What the caller keeps beside the customer: an object, at most 16 KB of JSON. An empty list is an empty object: our ruling,
    /// as a language that has no objects of its own writes one so.
    #[serde(deserialize_with = "object")]
    #[schemars(schema_with = "metadata")]
    pub metadata: Given<Map<String, Value>>,
    /// The tax number.
    #[schemars(length(max = 255))]
    vat_id: Given<String>,
}

fn object<'de, D: Deserializer<'de>>(value: D) -> Result<Given<Map<String, Value>>, D::Error> {
    match Value::deserialize(value)? {
        Value::Null => Ok(Given::Null),
        Value::Object(object) => Ok(Given::Value(object)),
        Value::Array(items) if items.is_empty() => Ok(Given::Value(Map::new())),
        _ => Err(D::Error::custom("no object")),
    }
}

fn metadata(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["object", "array", "null"], "maxItems": 0})
}

/// The fields that the desk's rules judge, and the body's names of them.
const NAMES: [Name; 7] = [
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("email", "email"),
    ("phone_prefix", "prefix"),
    ("phone", "phone"),
    ("tag", "tag"),
    ("tax_id", "vat_id"),
];
/// The field that the whole name is kept in, where it is what was sent: by kind, since a company has its own name beside the
/// last name of whoever acts for it.
const fn whole_name(kind: Kind) -> Name {
    match kind {
        Kind::Legal => ("legal_name", "name"),
        Kind::Natural | Kind::SoleTrader => ("last_name", "name"),
    }
}
/// The longest name, in characters.
const LONGEST_NAME: usize = 255;
/// The fields that a customer is found by.
const CONTACT: [&str; 3] = ["email", "prefix", "phone"];
/// Said where a customer could never be found again.
const NO_CONTACT: &str = "Send an email, or a prefix and a phone";

fn sent(text: &Given<String>) -> Option<&str> {
    match text {
        Given::Value(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        Given::Absent | Given::Null => None,
    }
}

impl CustomerBody {
    /// What a customer is found by. Our ruling: the e-mail decides where one is sent, else prefix and phone together.
    pub fn contact(&self) -> Option<Contact<'_>> {
        match (sent(&self.email), sent(&self.prefix), sent(&self.phone)) {
            (Some(email), _, _) => Some(Contact::Email(email)),
            (None, Some(prefix), Some(phone)) => Some(Contact::Phone(prefix, phone)),
            _ => None,
        }
    }

    /// The same for whoever was found by it: an address in other letters, or a prefix without its sign, found them and changes
    /// nothing of theirs. Our ruling: null or nothing in the other fields that somebody is found by changes nothing either, since
    /// a caller that finds somebody by one of them need not know the others; a PUT clears them.
    pub fn known(mut self) -> Self {
        match self.contact() {
            Some(Contact::Email(_)) => self.email = Given::Absent,
            Some(Contact::Phone(..)) => {
                self.prefix = Given::Absent;
                self.phone = Given::Absent;
            }
            None => {}
        }
        for field in [&mut self.email, &mut self.prefix, &mut self.phone] {
            if sent(field).is_none() {
                *field = Given::Absent;
            }
        }
        self
    }

    /// Puts what was given over what is declared, and judges it; `known`: the customer whose data this is, or nobody yet, who
    /// then has to be found by it again; `wrong`: what could not be read. Who is new is a person.
    pub fn put(
        &self,
        mut typed: Typed,
        known: Option<&Customer>,
        now: DateTime<Utc>,
        wrong: &[FieldError],
    ) -> Result<Typed> {
        let kind = known.map_or(Kind::Natural, |customer| customer.kind);
        let begun = known.is_some_and(|customer| customer.kyc != Kyc::None);
        let mut faults = Faults::of(wrong.to_vec());
        // What could not be read was sent all the same: it is the fault, and not that nothing was.
        let unread = wrong.iter().any(|fault| CONTACT.contains(&&*fault.field));
        if known.is_none() && !unread && self.contact().is_none() {
            faults.say("email", NO_CONTACT);
            faults.say("phone", NO_CONTACT);
        }
        if let Given::Value(name) = &self.name
            && name.chars().count() > LONGEST_NAME
        {
            faults.say("name", "At most 255 characters");
        }
        let whole = self.name_into(&mut typed, kind, begun);
        // Beside a person's whole name, parts that are null or empty are none, and clear nothing of it.
        if !whole || kind == Kind::Legal {
            self.first_name.clone().put(&mut typed.first_name);
            self.last_name.clone().put(&mut typed.last_name);
        }
        self.email.clone().put(&mut typed.email);
        self.prefix.clone().put(&mut typed.phone_prefix);
        self.phone.clone().put(&mut typed.phone);
        self.tag.clone().put(&mut typed.tag);
        self.vat_id.clone().put(&mut typed.tax_id);
        let mut judged = typed.clone();
        // Who has neither name nor e-mail is taken: the desk asks people for one.
        let texts = [&judged.first_name, &judged.last_name, &judged.email];
        if texts.iter().all(|text| text.trim().is_empty()) {
            "-".clone_into(&mut judged.last_name);
        }
        let whole = whole.then(|| whole_name(kind));
        let names: Vec<Name> = whole.into_iter().chain(NAMES).collect();
        faults.judge(&mut judged, kind, now, &names);
        faults.none()?;
        Ok(typed.tidied(kind))
    }

    /// Our ruling: a person's whole name counts where no part of it is sent and it is another than the present one; a
    /// company's always does, since the parts are somebody else's. Our ruling: where both parts of a person stand and their KYC
    /// has begun, the whole name leaves them, since what is under review or was accepted are the parts. Says whether it is what
    /// was sent of the name.
    fn name_into(&self, typed: &mut Typed, kind: Kind, begun: bool) -> bool {
        let parts = sent(&self.first_name).is_some() || sent(&self.last_name).is_some();
        let company = kind == Kind::Legal;
        let Some(name) = sent(&self.name).filter(|_| company || !parts) else {
            return false;
        };
        let parted = !typed.first_name.is_empty() && !typed.last_name.is_empty();
        let stands = (begun && parted) || name == joined(&typed.first_name, &typed.last_name);
        if company {
            name.clone_into(&mut typed.legal_name);
        } else if !stands {
            typed.first_name.clear();
            name.clone_into(&mut typed.last_name);
        }
        true
    }
}

pub(super) fn joined(first: &str, last: &str) -> String {
    format!("{first} {last}").trim().to_owned()
}
