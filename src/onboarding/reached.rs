//! By what a customer is reached, and found by the house's systems: their e-mail and their phone. Each is asked for where it is
//! empty, and changed by the house alone where it is not, so that nobody takes another's place by a link.

use crate::{
    customers::{store::Customer, typed::Typed},
    error::FieldError,
};

/// Said where somebody would change what only the house changes.
pub const ASK: &str = "Ask the company to change this";
/// The field of the data that says whether a way to reach them is there: a prefix alone reaches nobody.
fn reaches(field: &str) -> Option<&'static str> {
    match field {
        "email" => Some("email"),
        "phone_prefix" | "phone" => Some("phone"),
        _ => None,
    }
}

/// Whether a field is there already and only the house changes it.
pub fn held(declared: &Typed, field: &str) -> bool {
    reaches(field).is_some_and(|one| !declared.value(one).is_empty())
}

/// What somebody sent in place of what only the house changes, at the field where that is shown. The page has no field for it,
/// so nobody types it there. It is refused rather than passed over: whoever sent it would read that it was saved.
pub fn replaced(customer: &Customer, sent: &[(String, String)]) -> Vec<FieldError> {
    let declared = Typed::from(customer);
    let other = |name: &str| {
        // A page that was opened before the house filled the field in sends it empty.
        let values = sent
            .iter()
            .filter(|(known, value)| known == name && !value.trim().is_empty());
        let mut values = values.map(|(_, value)| value.trim());
        held(&declared, name) && values.any(|value| value != declared.value(name).trim())
    };
    let fault = |field: &'static str| FieldError {
        field: field.into(),
        message: ASK.into(),
    };
    let mut faults = Vec::new();
    if other("email") {
        faults.push(fault("email"));
    }
    if other("phone_prefix") || other("phone") {
        faults.push(fault("phone"));
    }
    faults
}
