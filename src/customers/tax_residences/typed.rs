//! The form of a tax residence as it was typed, and what may stand in it.

use serde::Deserialize;

use crate::{
    countries,
    customers::tax_residences::{
        rules::{self, WaiverReason},
        store::{Residence, Wanted},
    },
    error::FieldError,
};

/// What somebody typed; an empty text is a value that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Which form: add, change, remove.
    pub step: String,
    /// The customer's version, as the page showed it.
    pub version: String,
    /// The one that is changed or removed.
    pub residence: String,
    /// A code of two letters.
    pub country: String,
    /// The number there.
    pub tax_payer_id: String,
    /// Why there is none.
    pub waiver_reason: String,
    /// The same in words.
    pub waiver_note: String,
}

impl From<&Residence> for Typed {
    fn from(one: &Residence) -> Self {
        Self {
            residence: one.id.to_string(),
            country: one.country.clone(),
            tax_payer_id: one.tax_payer_id.clone().unwrap_or_default(),
            waiver_reason: one
                .waiver_reason
                .map_or_else(String::new, |reason| reason.as_str().to_owned()),
            waiver_note: one.waiver_note.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl Typed {
    /// What it says, or each field that must be mended.
    pub fn wanted(&self) -> Result<Wanted, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &'static str, message: &'static str| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        let (country, number) = (self.country.trim(), self.tax_payer_id.trim());
        let note = self.waiver_note.trim();
        if countries::name(country).is_none() {
            wrong("country", "Choose a country from the list");
        }
        let reason = match self.waiver_reason.as_str() {
            "" => None,
            text => text.parse::<WaiverReason>().ok().or_else(|| {
                wrong("waiver_reason", "Choose a reason from the list");
                None
            }),
        };
        match (number.is_empty(), reason) {
            (true, None) if self.waiver_reason.is_empty() => {
                wrong("tax_payer_id", "Enter the number, or say why there is none");
            }
            (false, Some(_)) => wrong(
                "waiver_reason",
                "There is a number, so there is no reason for none",
            ),
            (false, None) => {
                if let Some(why) = rules::wrong_number(country, number) {
                    wrong("tax_payer_id", why);
                }
            }
            (true, _) => {}
        }
        if reason == Some(WaiverReason::NotObtained) && note.is_empty() {
            wrong("waiver_note", "Say why the customer could not get one");
        }
        if note.chars().count() > 500 {
            wrong("waiver_note", "At most 500 characters");
        }
        if reason.is_none() && !note.is_empty() {
            wrong(
                "waiver_note",
                "Words are asked for only where there is no number",
            );
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let number = reason.map_or_else(
            || Ok(number.to_owned()),
            |reason| Err((reason, (!note.is_empty()).then(|| note.to_owned()))),
        );
        Ok(Wanted {
            country: country.to_owned(),
            number,
        })
    }
}
