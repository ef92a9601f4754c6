//! One attempt: what is due is opened, signed, sent, and what came of it written down.

use std::time::Duration;

use super::{
    actions, enclosed, headers,
    rules::{SHOWN, Trouble},
    store::{
        self,
        deliveries::{self, Outcome},
        waiting::{self, Held, Then},
    },
};
use crate::{
    access::{
        actor::{Actor, Who},
        keys::rules::Face,
        scope::Scope,
    },
    db::{Connection, Db, Read},
    error::{Error, Result},
    outgoing::{Client, Failure, signature::Secret},
    value::{DeliveryId, RequestId},
};

/// How long a receiver may take, from the resolution of its name to the last byte of its answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// A message, opened.
struct Letter {
    id: DeliveryId,
    face: Face,
    url: String,
    secrets: Vec<Secret>,
    body: Vec<u8>,
}

/// Sends one message that this worker holds. Whether it arrived is written down; an error is our own database's.
pub fn attempt(db: &Db, client: &Client, held: &Held) -> Result<Option<bool>> {
    let scope = Scope::system(held.organisation_id);
    // No connection is held while the receiver takes its time.
    let letter = {
        let mut conn = db.connection()?;
        let letter = conn.read(&scope, |tx| open(tx, held))?;
        if letter.is_none() {
            waiting::give_up(&mut conn, held)?;
        }
        letter
    };
    let Some(letter) = letter else {
        return Ok(None);
    };
    let outcome = send(client, &letter, db.clock().now());
    let arrived = matches!(&outcome.answer, Ok((200..300, _)));
    let mut conn = db.connection()?;
    match waiting::finish(&mut conn, held, &outcome)? {
        None => {
            tracing::info!(delivery = %held.delivery_id, "an attempt took too long to be counted");
        }
        Some(Then::GoOn) => {}
        Some(Then::Disable(why)) => disable(&mut conn, held, why)?,
    }
    Ok(Some(arrived))
}

/// What is to be sent; nothing where nobody is to be told any more, or what is to be told was erased.
fn open(tx: &mut Read<'_>, held: &Held) -> Result<Option<Letter>> {
    let found = deliveries::find(tx, held.delivery_id)
        .and_then(|delivery| Ok((store::find(tx, delivery.endpoint_id)?, delivery)));
    let (endpoint, delivery) = match found {
        Ok((endpoint, delivery)) if endpoint.is_active() => (endpoint, delivery),
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let secrets = endpoint.secrets(tx)?;
    let Some(mut body) = delivery.body(tx)? else {
        return Ok(None);
    };
    if let (Face::Treezor, Some(secret)) = (endpoint.face, secrets.first()) {
        // Both sides know the secret as the text that was shown.
        body = enclosed::signed(&body, &secret.text())?;
    }
    Ok(Some(Letter {
        id: delivery.id,
        face: endpoint.face,
        url: endpoint.url,
        secrets,
        body,
    }))
}

fn send(client: &Client, letter: &Letter, now: chrono::DateTime<chrono::Utc>) -> Outcome {
    let (id, at) = (letter.id.to_string(), now.timestamp());
    let signatures: Vec<String> = letter
        .secrets
        .iter()
        .map(|secret| secret.sign(&id, at, &letter.body))
        .collect();
    let signatures = signatures.join(" ");
    let headers: Vec<(&str, String)> = headers::of(letter.face, letter.id)
        .into_iter()
        .map(|(name, holds)| (name, holds.sent(at, &signatures)))
        .collect();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let begun = std::time::Instant::now();
    let answer = client.post(&letter.url, &headers, &letter.body, PATIENCE);
    Outcome {
        at: now,
        took: begun.elapsed(),
        answer: match answer {
            // The status is the answer: what else it says is for the log, and may be as long as it likes.
            Ok(answer) => {
                let mut said = answer.body.unwrap_or_default();
                said.truncate(SHOWN);
                Ok((answer.status, said))
            }
            Err(failure) => Err(trouble(&failure)),
        },
    }
}

const fn trouble(failure: &Failure) -> Trouble {
    match failure {
        Failure::Refused(_) => Trouble::Refused,
        Failure::Unreachable => Trouble::Unreachable,
        Failure::TimedOut => Trouble::TimedOut,
        Failure::TooLong => Trouble::TooLong,
    }
}

/// The receiver has had its chance; the log says so, and the page.
fn disable(conn: &mut Connection, held: &Held, why: super::rules::Because) -> Result<()> {
    let scope = Scope::system(held.organisation_id);
    let actor = Actor::system(Who::Clock, scope, RequestId(conn.new_id()));
    match conn.change(&actor, |tx| actions::disable(tx, held.endpoint_id, why)) {
        // Somebody was faster.
        Ok(()) | Err(Error::Refused(_) | Error::NotFound) => Ok(()),
        Err(other) => Err(other),
    }
}
