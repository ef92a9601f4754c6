//! What stands for a customer's data as their page shows it, and tells nothing of it: by it a page that is out of date is
//! known when its form is sent.

use crate::{
    customers::{store::Customer, typed::Typed},
    keys::Keys,
    onboarding::steps::asked_of,
    value::OnboardingId,
};

/// Under what name the form of the data carries it.
pub const SEEN: &str = "seen";

/// Of a customer's data as it stands, for one session.
pub fn of(keys: &Keys, session: OnboardingId, customer: &Customer) -> String {
    let declared = Typed::from(customer);
    let mut shown = customer.kind.as_str().as_bytes().to_vec();
    for field in asked_of(customer.kind) {
        // No text of the database holds this byte, so that no two states are one.
        shown.push(0);
        shown.extend_from_slice(declared.value(field).as_bytes());
    }
    hex::encode(keys.secret().onboarding_shown(session.0, &shown))
}

/// What a form carried that was sent; nothing where it carries none.
pub fn carried(sent: &[(String, String)]) -> Option<&str> {
    let found = sent.iter().find(|(name, _)| name == SEEN);
    found.map(|(_, value)| value.as_str())
}
