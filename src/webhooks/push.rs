//! Pushing messages, in the transaction of what they tell of.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    rules::{self, Kind},
    store::{
        self, Endpoint,
        deliveries::{self, New},
    },
};
use crate::{
    access::keys::rules::Face,
    audit::event::{Event, Subject},
    db::Read,
    error::Result,
    value::{DeliveryId, WebhookId},
};

/// Something that somebody is to be told. What of it, a face shows.
#[derive(Clone, Debug)]
pub struct Due<'a> {
    /// What.
    pub kind: Kind,
    /// About what.
    pub about: &'a Subject,
    /// Whom.
    endpoints: Vec<WebhookId>,
}

/// Who is to be told what of this. Asks the database only where the catalogue knows one of the events.
pub fn due<'a>(tx: &mut Read<'_>, events: &'a [Event]) -> Result<Vec<Due<'a>>> {
    let said: Vec<(Kind, &Subject)> = events
        .iter()
        .flat_map(|event| rules::said(event).map(|kind| (kind, &event.subject)))
        .collect();
    let mut faces: Vec<Face> = said.iter().map(|(kind, _)| kind.face).collect();
    faces.sort_unstable();
    faces.dedup();
    if faces.is_empty() {
        return Ok(Vec::new());
    }
    let listening = store::listening(tx, &faces)?;
    let dues = said.into_iter().map(|(kind, about)| Due {
        endpoints: listening
            .iter()
            .filter(|endpoint| wants(endpoint, kind, about))
            .map(|endpoint| endpoint.id)
            .collect(),
        kind,
        about,
    });
    Ok(dues.filter(|due| !due.endpoints.is_empty()).collect())
}

/// Whether an endpoint asked for it, and may see it.
fn wants(endpoint: &Endpoint, kind: Kind, about: &Subject) -> bool {
    let asked = endpoint.events.iter().any(|name| name == kind.name);
    let seen = match (&endpoint.branches, about.branch()) {
        (None, _) => true,
        (Some(branches), Some(branch)) => branches.contains(&branch),
        (Some(_), None) => false,
    };
    endpoint.face == kind.face && asked && seen
}

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
