//! Truust's verification: what a caller declares, and the KYC as it is answered.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};

use super::{Faults, Name};
use crate::{
    customers::{
        income::Income,
        rules::{Kind, Kyc},
        store::Customer,
        typed::Typed,
    },
    error::{FieldError, Result},
    faces::{json::Given, truust::PREFIX},
    reviews::store::told,
};

/// What a type is called when it is sent, and what it is. The vendor's page sends the first three and answers with the last
/// two and LEGAL; that those are taken too is our ruling.
const TYPES: &[(&str, Kind)] = &[
    ("NATURAL", Kind::Natural),
    ("SOLETRADER", Kind::SoleTrader),
    ("LEGAL", Kind::Legal),
    ("INDIVIDUAL", Kind::Natural),
    ("SELFEMPLOYEE", Kind::SoleTrader),
];

/// What a company is where nobody has said so: a business. The face has no word for it; our ruling.
const BUSINESS: &str = "2";

/// What a caller declares. Unknown fields are ignored; an optional field that is left out stays, and null clears it.
// What is missing and what is null are one fault, said of each field by its name: so reading requires none.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "VerificationBody", transform = asks_companies, extend("required" = [
    "type", "first_name", "last_name", "vat_id", "legal_address", "legal_city", "legal_zip", "legal_state"
]))]
pub(in crate::faces::truust) struct VerifyBody {
    /// NATURAL or INDIVIDUAL for a person, SOLETRADER or SELFEMPLOYEE for one who trades, LEGAL for a company.
    #[schemars(schema_with = "types")]
    r#type: Given<String>,
    /// First names; of a company, of whoever acts for it (our ruling: the page requires it and does not say whose it is).
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    first_name: Given<String>,
    /// Last name; of a company, of whoever acts for it.
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    last_name: Given<String>,
    /// The tax number.
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    vat_id: Given<String>,
    /// Street and number. Lines of an address become one (our ruling).
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    legal_address: Given<String>,
    /// The city.
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    legal_city: Given<String>,
    /// The postal code.
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    legal_zip: Given<String>,
    /// The state or region.
    #[schemars(with = "String", length(min = 1, max = 255), regex(pattern = r"\S"))]
    legal_state: Given<String>,
    /// ISO 3166-1 alpha-2.
    #[schemars(schema_with = "super::country")]
    legal_country: Given<String>,
    /// The company's name. Required for LEGAL.
    #[schemars(length(max = 255))]
    legal_name: Given<String>,
    /// The date of birth. Of a LEGAL it is held to its form and not kept, since a company has none (our ruling).
    #[schemars(schema_with = "super::date")]
    birthday: Given<String>,
    /// What they do for a living. Of a LEGAL it is held to its length and not kept (our ruling).
    #[schemars(length(max = 255))]
    occupation: Given<String>,
    /// What they earn in a year: a number from 0. Our ruling: it is kept whole, from a half on as the higher one, and the
    /// organisation's log keeps the number that was sent. Of a LEGAL it is held to its form and not kept.
    #[schemars(schema_with = "super::income")]
    income_range: Given<Number>,
    /// Who acts for the company, who becomes its legal representative, unless the desk named one before. Required for LEGAL. Of
    /// anybody else the three fields are held to their form and not kept (our ruling).
    #[schemars(length(max = 255))]
    representative_name: Given<String>,
    /// Their e-mail address. Required for LEGAL.
    #[schemars(schema_with = "super::email")]
    representative_email: Given<String>,
    /// Their phone number. Required for LEGAL.
    #[schemars(schema_with = "super::phone")]
    representative_phone: Given<String>,
}

/// Our ruling: an address that was written in several lines, or with tabs, is one line here, its pieces parted by a space.
fn one_line(text: Given<String>) -> Given<String> {
    match text {
        Given::Value(text) => {
            let lines = text.split(['\r', '\n', '\t']).map(str::trim);
            let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
            Given::Value(lines.join(" "))
        }
        nothing => nothing,
    }
}

/// What is required of companies alone.
const OF_COMPANIES: &[&str] = &[
    "legal_name",
    "representative_name",
    "representative_email",
    "representative_phone",
];

/// What the vendor's page says in words, "Required for LEGAL type", as a rule of the document.
fn asks_companies(schema: &mut Schema) {
    let companies = TYPES.iter().filter(|(_, kind)| *kind == Kind::Legal);
    let companies: Vec<&str> = companies.map(|(name, _)| *name).collect();
    let some = json!({"type": "string", "pattern": r"\S"});
    let fields = OF_COMPANIES.iter().map(|field| (*field, some.clone()));
    let fields: BTreeMap<&str, Value> = fields.collect();
    let rule = json!({
        "if": {"properties": {"type": {"enum": companies}}, "required": ["type"]},
        "then": {"properties": fields, "required": OF_COMPANIES},
    });
    schema.insert("allOf".to_owned(), json!([rule]));
}

fn types(_: &mut SchemaGenerator) -> Schema {
    let all: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    json_schema!({"type": "string", "enum": all})
}

/// The fields that the desk's rules judge, and the body's names of them.
const NAMES: &[Name] = &[
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("tax_id", "vat_id"),
    ("address_line1", "legal_address"),
    ("city", "legal_city"),
    ("postal_code", "legal_zip"),
    ("state", "legal_state"),
    ("country", "legal_country"),
    ("legal_name", "legal_name"),
    ("birth_date", "birthday"),
    ("occupation", "occupation"),
    ("income_range", "income_range"),
    ("representative_name", "representative_name"),
    ("representative_email", "representative_email"),
    ("representative_phone", "representative_phone"),
];
/// Said of what must be there.
const REQUIRED: &str = "This field is required";

/// A declaration in our words.
pub(in crate::faces::truust) struct Put {
    /// What the customer is to be.
    pub kind: Kind,
    /// Their data with what was declared.
    pub typed: Typed,
    /// Their income as it was sent, where it is kept otherwise.
    pub income_sent: Option<String>,
}

impl VerifyBody {
    /// Whether it says that the customer is a company.
    pub fn of_company(&self) -> bool {
        self.kind(&mut Faults::default()) == Some(Kind::Legal)
    }

    /// What the customer is to be, and their data with what was declared; `wrong`: what could not be read.
    pub fn put(
        self,
        customer: &Customer,
        now: DateTime<Utc>,
        wrong: Vec<FieldError>,
    ) -> Result<Put> {
        let mut faults = Faults::of(wrong);
        let kind = self.kind(&mut faults);
        self.required(kind, &mut faults);
        // Nothing is judged by a kind that nobody knows; what else must be mended is said all the same.
        let kind = kind.unwrap_or(customer.kind);
        let mut typed = Typed::from(customer);
        self.first_name.put(&mut typed.first_name);
        self.last_name.put(&mut typed.last_name);
        self.vat_id.put(&mut typed.tax_id);
        one_line(self.legal_address).put(&mut typed.address_line1);
        one_line(self.legal_city).put(&mut typed.city);
        one_line(self.legal_zip).put(&mut typed.postal_code);
        one_line(self.legal_state).put(&mut typed.state);
        self.legal_country.put(&mut typed.country);
        self.legal_name.put(&mut typed.legal_name);
        self.birthday.put(&mut typed.birth_date);
        self.occupation.put(&mut typed.occupation);
        self.representative_name.put(&mut typed.representative_name);
        self.representative_email
            .put(&mut typed.representative_email);
        self.representative_phone
            .put(&mut typed.representative_phone);
        let mut income_sent = None;
        match self.income_range {
            Given::Absent => {}
            Given::Null => typed.income_range.clear(),
            Given::Value(number) => match Income::of(&number) {
                Err(why) => faults.say("income_range", why),
                Ok(income) => {
                    typed.income_range = income.whole;
                    // Of a company no income is kept.
                    income_sent = income.sent.filter(|_| kind != Kind::Legal);
                }
            },
        }
        if kind == Kind::Legal && typed.legal_type.is_empty() {
            BUSINESS.clone_into(&mut typed.legal_type);
        }
        faults.judge(&mut typed, kind, now, NAMES);
        faults.none()?;
        Ok(Put {
            kind,
            typed: typed.tidied(kind),
            income_sent,
        })
    }

    fn kind(&self, faults: &mut Faults) -> Option<Kind> {
        let Given::Value(name) = &self.r#type else {
            faults.say("type", REQUIRED);
            return None;
        };
        let known = TYPES.iter().find(|(known, _)| known == name);
        if known.is_none() {
            faults.say("type", "One of NATURAL, SOLETRADER, LEGAL");
        }
        known.map(|(_, kind)| *kind)
    }

    fn required(&self, kind: Option<Kind>, faults: &mut Faults) {
        let always = [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("vat_id", &self.vat_id),
            ("legal_address", &self.legal_address),
            ("legal_city", &self.legal_city),
            ("legal_zip", &self.legal_zip),
            ("legal_state", &self.legal_state),
        ];
        let companies = [
            ("legal_name", &self.legal_name),
            ("representative_name", &self.representative_name),
            ("representative_email", &self.representative_email),
            ("representative_phone", &self.representative_phone),
        ];
        let companies = companies.into_iter().filter(|_| kind == Some(Kind::Legal));
        for (field, text) in always.into_iter().chain(companies) {
            if !matches!(text, Given::Value(text) if !text.trim().is_empty()) {
                faults.say(field, REQUIRED);
            }
        }
    }
}

/// Where a verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(rename = "VerificationStatus")]
enum Status {
    /// Data was declared; a review has not been asked for, or the customer owes something.
    Created,
    /// A review is open.
    Pending,
    /// Known and accepted.
    Validated,
    /// Not accepted.
    Refused,
}

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schemars(rename = "VerificationType")]
enum Type {
    /// A person.
    Individual,
    /// A person who trades under their own name.
    Selfemployee,
    /// A company.
    Legal,
}

/// A verification: the KYC of a customer, of which there is one for each.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::faces::truust) struct Verification {
    /// Its number, which is the customer's.
    id: i64,
    /// Where it is read.
    #[serde(rename = "self")]
    this: String,
    /// Its uuid, which is the customer's.
    #[schemars(extend("format" = "uuid"))]
    uuid: String,
    /// What the customer is.
    r#type: Type,
    /// Where it stands.
    status: Status,
    /// What the customer was told where it was refused; or, before a review, what they owe.
    refused_reason: Option<String>,
    /// What belongs to it.
    connections: Connections,
}

/// Links from a verification; our ruling, as the vendor's page shows an empty object.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerificationConnections")]
struct Connections {
    /// Whose it is.
    customer: String,
    /// The papers.
    documents: String,
    /// Where it is sent to review.
    request: String,
}

impl Verification {
    /// The KYC of a customer; nothing where it has not begun.
    pub fn of(customer: &Customer) -> Option<Self> {
        let status = match customer.kyc {
            Kyc::None => return None,
            Kyc::Draft | Kyc::Incomplete => Status::Created,
            Kyc::Pending => Status::Pending,
            Kyc::Validated | Kyc::ReviewNeeded => Status::Validated,
            Kyc::Refused | Kyc::Canceled => Status::Refused,
        };
        let this = format!("{PREFIX}/verifications/{}", customer.id);
        Some(Self {
            id: customer.number,
            uuid: customer.id.to_string(),
            r#type: match customer.kind {
                Kind::Natural => Type::Individual,
                Kind::SoleTrader => Type::Selfemployee,
                Kind::Legal => Type::Legal,
            },
            status,
            refused_reason: told::of_customer(customer).map(str::to_owned),
            connections: Connections {
                customer: format!("{PREFIX}/customers/{}", customer.id),
                documents: format!("{this}/documents"),
                request: format!("{this}/request"),
            },
            this,
        })
    }
}
