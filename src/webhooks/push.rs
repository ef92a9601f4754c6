//! Pushing messages, in the transaction of what they tell of.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    rules,
    store::deliveries::{self, New},
};
use crate::{
    db::Read,
    error::Result,
    value::{DeliveryId, WebhookId},
};

mod due;

pub use due::{Due, due};

/// What is sent.
#[derive(Serialize)]
struct Message<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Value,
}

fn body(name: &str, at: DateTime<Utc>, data: &Value) -> Result<Vec<u8>> {
    let message = Message {
        r#type: name,
        timestamp: at.to_rfc3339_opts(SecondsFormat::Micros, true),
        data,
    };
    Ok(serde_json::to_vec(&message).map_err(anyhow::Error::new)?)
}

/// Pushes one message to each who is to be told: `data` is what the face shows.
pub fn push(
    tx: &mut Read<'_>,
    new_id: &dyn Fn() -> Uuid,
    due: &Due<'_>,
    data: &Value,
) -> Result<()> {
    let body = body(due.kind.name, tx.now(), data)?;
    let new: Vec<New<'_>> = due
        .endpoints
        .iter()
        .map(|endpoint| New {
            id: DeliveryId(new_id()),
            endpoint: *endpoint,
            event: due.kind.name,
            about: Some(due.about),
            body: &body,
        })
        .collect();
    deliveries::push(tx, &new)
}

/// Pushes a message that says nothing, to try an endpoint.
pub fn test(tx: &mut Read<'_>, id: DeliveryId, endpoint: WebhookId) -> Result<()> {
    let (event, nothing) = (rules::TEST, Value::Object(serde_json::Map::new()));
    let body = &body(event, tx.now(), &nothing)?;
    let about = None;
    deliveries::push(
        tx,
        &[New {
            id,
            endpoint,
            event,
            about,
            body,
        }],
    )
}
