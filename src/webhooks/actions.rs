//! What can be done to endpoints and their messages.

use serde_json::Value;

use super::{
    push,
    rules::{self, Because, LONGEST_NAME, LONGEST_URL, MOST_ENDPOINTS, State},
    store::{self, Endpoint, deliveries},
};
use crate::{
    access::keys::rules::Face,
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::{Error, FieldError, Result},
    outgoing::{Client, signature::Secret},
    value::{DeliveryId, WebhookId},
};

/// An endpoint as somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The face's name.
    pub face: String,
    /// Where it is told.
    pub url: String,
    /// What people call it; may be empty.
    pub name: String,
    /// What it wants to be told.
    pub events: Vec<String>,
}

fn wrong(field: &'static str, message: impl Into<String>) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into().into(),
    }
}

/// The face, where something can be told in its language.
fn face_of(asked: &str) -> Result<Face> {
    let face = asked.parse::<Face>().ok();
    face.filter(|face| rules::names(*face).next().is_some())
        .ok_or_else(|| {
            let faces = Face::ALL
                .iter()
                .filter(|face| rules::names(**face).next().is_some());
            let words: Vec<&str> = faces.map(|face| face.as_str()).collect();
            Error::field("face", format!("Choose a face: {}", words.join(", ")))
        })
}

/// Adds an endpoint, which is told of what its maker may see. Returns what both sides sign with, which is never shown again.
pub fn add(tx: &mut Change<'_>, client: &Client, asked: &Asked) -> Result<(WebhookId, String)> {
    let face = face_of(&asked.face)?;
    let (name, url) = (asked.name.trim(), asked.url.trim());
    let mut errors = Vec::new();
    if url.len() > LONGEST_URL {
        errors.push(wrong("url", "At most 2,000 characters"));
    } else if let Err(refused) = client.admits(url) {
        let why = refused.to_string();
        errors.push(wrong(
            "url",
            format!("{}{}", why[..1].to_uppercase(), &why[1..]),
        ));
    }
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.push(wrong("name", "A name has at most 100 characters"));
    }
    let unknown = asked
        .events
        .iter()
        .any(|event| rules::names(face).all(|known| known != event));
    if unknown || asked.events.is_empty() {
        let names: Vec<&str> = rules::names(face).collect();
        errors.push(wrong(
            "events",
            format!("Choose at least one of {}", names.join(", ")),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    if store::count(tx)? >= MOST_ENDPOINTS {
        return Err(Error::Refused(
            "There are 50 webhooks already. Remove one that nobody listens at.".into(),
        ));
    }
    let events: Vec<&'static str> = rules::names(face)
        .filter(|known| asked.events.iter().any(|event| event == known))
        .collect();
    let id = WebhookId(tx.new_id());
    let secret = Secret::random()?;
    let new = store::New {
        face,
        url,
        name,
        events: &events,
    };
    store::add(tx, id, &new, &secret)?;
    let mut fields = vec![
        Field::plain("face", Value::Null, face.as_str()),
        Field::plain("events", Value::Null, events),
        // An address may carry a token, and a name is free text.
        Field::personal("url", Value::Null, url),
    ];
    if !name.is_empty() {
        fields.push(Field::personal("name", Value::Null, name));
    }
    tx.say(Event::new(What::WebhookAdded, Subject::Webhook(id)).changing(fields));
    Ok((id, secret.text()))
}

/// Stops telling an endpoint anything; what waits for it is dropped.
pub fn disable(tx: &mut Change<'_>, id: WebhookId, why: Because) -> Result<()> {
    store::find(tx, id)?;
    deliveries::drop_all(tx, id)?;
    if !store::disable(tx, id, why)? {
        return Err(Error::Refused("This webhook is disabled already.".into()));
    }
    tx.say(
        Event::new(What::WebhookDisabled, Subject::Webhook(id)).changing(vec![Field::plain(
            "because",
            Value::Null,
            why.as_str(),
        )]),
    );
    Ok(())
}

/// Tells it again, from now on.
pub fn enable(tx: &mut Change<'_>, id: WebhookId) -> Result<()> {
    store::find(tx, id)?;
    if !store::enable(tx, id)? {
        return Err(Error::Refused("This webhook is enabled already.".into()));
    }
    tx.say(Event::new(What::WebhookEnabled, Subject::Webhook(id)));
    Ok(())
}

/// Replaces what both sides sign with. The old one signs beside it for a day, where a message has room for two signatures; else
/// it ends at once. Returns the new one, which is never shown again.
pub fn rotate(tx: &mut Change<'_>, id: WebhookId) -> Result<String> {
    let face = store::find(tx, id)?.face;
    let secret = Secret::random()?;
    store::rotate(tx, id, &secret, rules::both_sign(face))?;
    tx.say(Event::new(What::WebhookRotated, Subject::Webhook(id)));
    Ok(secret.text())
}

/// Takes one away, with the log of its messages.
pub fn remove(tx: &mut Change<'_>, id: WebhookId) -> Result<()> {
    let endpoint = store::find(tx, id)?;
    store::remove(tx, id)?;
    tx.say(
        Event::new(What::WebhookRemoved, Subject::Webhook(id)).changing(vec![
            Field::plain("face", endpoint.face.as_str(), Value::Null),
            Field::personal("url", endpoint.url, Value::Null),
        ]),
    );
    Ok(())
}

fn told(endpoint: &Endpoint) -> Result<()> {
    if endpoint.is_active() {
        Ok(())
    } else {
        Err(Error::Refused(
            "This webhook is disabled. Enable it first.".into(),
        ))
    }
}

/// Sends an endpoint a message that says nothing.
pub fn test(tx: &mut Change<'_>, id: WebhookId) -> Result<()> {
    let endpoint = store::hold(tx, id)?;
    told(&endpoint)?;
    let delivery = DeliveryId(tx.new_id());
    push::test(tx, delivery, &endpoint)?;
    tx.say(Event::new(What::WebhookTested, Subject::Webhook(id)));
    Ok(())
}

/// Sends a message again, under its own id. Returns to which endpoint.
pub fn again(tx: &mut Change<'_>, id: DeliveryId) -> Result<WebhookId> {
    let delivery = deliveries::find(tx, id)?;
    told(&store::hold(tx, delivery.endpoint_id)?)?;
    if delivery.body(tx)?.is_none() {
        return Err(Error::Refused(
            "The customer whom this message is about was erased.".into(),
        ));
    }
    deliveries::again(tx, &delivery)?;
    tx.say(
        Event::new(
            What::WebhookSentAgain,
            Subject::Webhook(delivery.endpoint_id),
        )
        .changing(vec![
            Field::plain("message", Value::Null, id.to_string()),
            Field::plain("state", delivery.state.as_str(), State::Pending.as_str()),
        ]),
    );
    Ok(delivery.endpoint_id)
}
