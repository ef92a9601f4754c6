//! What travels.

pub mod kyc;
pub mod numbers;
pub mod paper;
pub mod shown;
pub mod stands;
pub mod tax;
pub mod user;
pub mod user_answer;

use crate::error::{Error, FieldError, Result};

/// A field that must be mended.
pub fn fault(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}

/// Adds a fault, where its field has none yet.
pub fn add(faults: &mut Vec<FieldError>, fault: FieldError) {
    if faults.iter().all(|known| known.field != fault.field) {
        faults.push(fault);
    }
}

/// Nothing must be mended.
pub fn none(faults: Vec<FieldError>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}
