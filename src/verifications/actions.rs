//! What a check's change does: starting one. Overrides decide reviews as well, so they live with the reviews.

use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, FieldError, Result},
    value::{CustomerId, VerificationId},
    verifications::{
        rules::{self, Status},
        store::{self, NewVerification},
    },
};

/// What somebody asked to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What: identity, address, …
    pub verification_type: String,
    /// How: document, database, …; empty where it goes without saying.
    pub check_type: String,
    /// By whom; `manual` is the desk itself.
    pub provider: String,
}

impl Asked {
    /// Trimmed and checked; each field that must be mended is named.
    pub fn checked(self) -> Result<Self> {
        let asked = Self {
            verification_type: self.verification_type.trim().to_owned(),
            check_type: self.check_type.trim().to_owned(),
            provider: match self.provider.trim() {
                "" => rules::MANUAL.to_owned(),
                named => named.to_owned(),
            },
        };
        let mut errors = Vec::new();
        let mut wrong = |field: &'static str, message: &'static str| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        if asked.verification_type.is_empty() {
            wrong("verification_type", "Say what is to be checked");
        } else if long(&asked.verification_type) {
            wrong("verification_type", "At most 255 characters");
        } else if rules::is_review(&asked.provider, &asked.verification_type) {
            wrong(
                "verification_type",
                "A manual check of type kyc or kyb is a review; reviews cannot be requested here yet",
            );
        }
        if long(&asked.check_type) {
            wrong("check_type", "At most 255 characters");
        }
        if long(&asked.provider) {
            wrong("provider", "At most 255 characters");
        }
        if errors.is_empty() {
            Ok(asked)
        } else {
            Err(Error::Invalid(errors))
        }
    }
}

fn long(text: &str) -> bool {
    text.chars().count() > 255
}

/// Starts a check: pending until its provider answers or an admin sets it.
pub fn start(tx: &mut Change<'_>, customer: CustomerId, asked: Asked) -> Result<VerificationId> {
    let asked = asked.checked()?;
    let customer = customers::lock(tx, customer)?;
    let check_type = Some(asked.check_type.as_str()).filter(|text| !text.is_empty());
    let id = store::insert(
        tx,
        &NewVerification {
            customer: &customer,
            review: None,
            verification_type: &asked.verification_type,
            check_type,
            provider: &asked.provider,
            status: Status::Pending,
            expires_at: None,
        },
    )?;
    customers::touch(tx, customer.id)?;
    let subject = Subject::Verification(id, customer.reference());
    // What was typed may be anything, so it is sealed.
    tx.say(
        Event::new(What::VerificationStarted, subject).changing(vec![
            Field::plain("status", Value::Null, Status::Pending.as_str()),
            Field::personal("verification_type", Value::Null, asked.verification_type),
            Field::personal("check_type", Value::Null, check_type),
            Field::personal("provider", Value::Null, asked.provider),
        ]),
    );
    Ok(id)
}
