//! Pushing messages, in the transaction of what they tell of.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    enclosed, rules,
    store::{
        Endpoint,
        deliveries::{self, New},
    },
};
use crate::{access::keys::rules::Face, db::Read, error::Result, value::DeliveryId};

mod due;

pub use due::{Due, due};

/// What is sent.
#[derive(Serialize)]
struct Message<'a> {
    r#type: &'a str,
    timestamp: String,
    data: &'a Value,
}

fn body(
    face: Face,
    id: DeliveryId,
    name: &str,
    at: DateTime<Utc>,
    data: &Value,
) -> Result<Vec<u8>> {
    if face == Face::Treezor {
        return enclosed::message(id, name, at, data);
    }
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
    let mut bodies = Vec::with_capacity(due.endpoints.len());
    for endpoint in &due.endpoints {
        let id = DeliveryId(new_id());
        let body = body(due.kind.face, id, due.kind.name, tx.now(), data)?;
        bodies.push((id, *endpoint, body));
    }
    let new: Vec<New<'_>> = bodies
        .iter()
        .map(|(id, endpoint, body)| New {
            id: *id,
            endpoint: *endpoint,
            event: due.kind.name,
            about: Some(due.about),
            body,
        })
        .collect();
    deliveries::push(tx, &new)
}

/// Pushes a message that says nothing, to try an endpoint.
pub fn test(tx: &mut Read<'_>, id: DeliveryId, endpoint: &Endpoint) -> Result<()> {
    let (event, nothing) = (rules::TEST, Value::Object(serde_json::Map::new()));
    let body = &body(endpoint.face, id, event, tx.now(), &nothing)?;
    let (about, endpoint) = (None, endpoint.id);
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
