//! What can be done to configured providers.

use serde_json::Value;
use uuid::Uuid;

use super::store;
use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, FieldError, Result},
    outgoing::{Client, signature::Secret},
    verifications::{providers::BUILT_IN, rules},
};

/// What an admin typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What checks will call it.
    pub name: String,
    /// Where it is asked.
    pub url: String,
    /// How long it may take, in seconds; empty: four.
    pub timeout: String,
}

/// Adds a provider. Returns what both sides sign with, which is never shown again.
pub fn add(tx: &mut Change<'_>, client: &Client, wanted: &Wanted) -> Result<String> {
    let (name, url) = (wanted.name.trim(), wanted.url.trim());
    let timeout = match wanted.timeout.trim() {
        "" => Some(4),
        text => text.parse::<i16>().ok().filter(|n| (1..=8).contains(n)),
    };
    let mut errors = Vec::new();
    let mut wrong = |field: &'static str, message: String| {
        errors.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
    };
    if !formed(name) {
        wrong(
            "name",
            "Small letters, digits, points, hyphens and underscores; at most 63".to_owned(),
        );
    } else if BUILT_IN.contains(&name) || name == rules::MANUAL {
        wrong("name", "Vouch itself answers under this name".to_owned());
    }
    if url.len() > 2_000 {
        wrong("url", "At most 2,000 characters".to_owned());
    } else if let Err(refused) = client.admits(url) {
        let why = refused.to_string();
        wrong("url", format!("{}{}", why[..1].to_uppercase(), &why[1..]));
    }
    if timeout.is_none() {
        wrong("timeout", "From 1 to 8 seconds".to_owned());
    }
    let (Some(timeout), true) = (timeout, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let secret = Secret::random()?;
    store::add(tx, name, url, timeout, &secret)?;
    tx.say(
        Event::new(What::ProviderAdded, Subject::Organisation).changing(vec![
            Field::plain("name", Value::Null, name),
            Field::plain("timeout_seconds", Value::Null, timeout),
            // An address may carry a token.
            Field::personal("url", Value::Null, url),
        ]),
    );
    Ok(secret.text())
}

fn formed(name: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=63).contains(&name.len())
        && name.starts_with(sign)
        && name.chars().all(|c| sign(c) || "._-".contains(c))
}

/// Takes a provider away. Checks that wait for it stay pending, for an admin to settle.
pub fn disable(tx: &mut Change<'_>, id: Uuid) -> Result<()> {
    let configured = store::lock(tx, id)?;
    store::disable(tx, id)?;
    tx.say(
        Event::new(What::ProviderRemoved, Subject::Organisation).changing(vec![Field::plain(
            "name",
            configured.name,
            Value::Null,
        )]),
    );
    Ok(())
}
