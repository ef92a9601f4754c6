//! A field of the customer's data, as the page asks for it.

use crate::{customers::typed::Typed, onboarding::words::Words};

/// One field of the customer's data.
pub(super) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    /// `text`, `date`, `email`, or `country`.
    pub input: &'static str,
    /// What browsers fill in by themselves.
    pub auto: &'static str,
    pub error: Option<String>,
    /// Whether it is shown and only the house changes it.
    pub held: bool,
}

impl Field {
    /// A field with what stands in it, and what is wrong with that. `held`: what is declared, where only the house changes it.
    pub fn new(
        words: &Words,
        name: &'static str,
        (typed, held): (&Typed, Option<&Typed>),
        error: Option<String>,
    ) -> Self {
        let asked = INPUTS.iter().find(|(known, ..)| *known == name);
        let (_, input, auto) = asked.copied().unwrap_or((name, "text", "off"));
        Self {
            name,
            label: words.field(name),
            value: match held {
                Some(declared) if name == "phone" => {
                    let whole = format!("{} {}", declared.phone_prefix, declared.phone);
                    whole.trim().to_owned()
                }
                declared => declared.unwrap_or(typed).value(name).to_owned(),
            },
            input,
            auto,
            error,
            held: held.is_some(),
        }
    }

    /// Whether this country is chosen.
    pub fn is(&self, code: &str) -> bool {
        self.value == code
    }

    /// Whether a phone shows its digits for it.
    pub fn dialled(&self) -> bool {
        self.auto.starts_with("tel-")
    }
}

/// How a field is asked for: name, kind, and what browsers fill in.
const INPUTS: &[(&str, &str, &str)] = &[
    ("first_name", "text", "given-name"),
    ("last_name", "text", "family-name"),
    ("legal_name", "text", "organization"),
    ("birth_date", "date", "bday"),
    ("birth_country", "country", "off"),
    ("nationality", "country", "off"),
    ("address_line1", "text", "address-line1"),
    ("address_line2", "text", "address-line2"),
    ("postal_code", "text", "postal-code"),
    ("city", "text", "address-level2"),
    ("country", "country", "country"),
    ("email", "email", "email"),
    ("phone_prefix", "text", "tel-country-code"),
    ("phone", "text", "tel-national"),
];
