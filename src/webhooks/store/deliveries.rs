//! Messages in the database: their making, their sending, their end.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    audit::{event::Subject, store as audit},
    db::Read,
    error::Result,
    schema::{
        webhook_attempts as attempts, webhook_deliveries as deliveries, webhook_queue as queue,
    },
    seal::DataKey,
    value::{DataKeyId, DeliveryId, WebhookId},
    webhooks::rules::{State, Trouble},
};

/// A message to be pushed.
pub struct New<'a> {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    pub endpoint: WebhookId,
    /// Its name in the face's language.
    pub event: &'a str,
    /// What it is about; nothing for a test.
    pub about: Option<&'a Subject>,
    /// All of it.
    pub body: &'a [u8],
}

/// What a body, or an answer to it, is sealed for: its row.
fn bound_to(part: &str, id: DeliveryId) -> Vec<u8> {
    format!("webhook-{part} {id}").into_bytes()
}

/// Adds messages, due now.
pub fn push(tx: &mut Read<'_>, new: &[New<'_>]) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let mut rows = Vec::with_capacity(new.len());
    let mut waiting = Vec::with_capacity(new.len());
    for one in new {
        let customer = one.about.and_then(Subject::customer);
        let key = audit::data_key(tx, customer.map(|customer| customer.key))?;
        let (kind, subject) = one.about.map(Subject::parts).unzip();
        let subject: Option<Uuid> = subject.flatten();
        rows.push((
            deliveries::organisation_id.eq(tenant),
            deliveries::id.eq(one.id),
            deliveries::endpoint_id.eq(one.endpoint),
            deliveries::event.eq(one.event),
            deliveries::subject_kind.eq(kind.filter(|_| subject.is_some())),
            deliveries::subject_id.eq(subject),
            deliveries::customer_id.eq(customer.map(|customer| customer.id)),
            deliveries::branch_id.eq(customer.map(|customer| customer.branch)),
            deliveries::data_key.eq(customer.map(|customer| customer.key)),
            deliveries::body.eq(key.seal(&bound_to("body", one.id), one.body)?),
            deliveries::next_attempt_at.eq(now),
            deliveries::created_at.eq(now),
        ));
        waiting.push((
            queue::delivery_id.eq(one.id),
            queue::organisation_id.eq(tenant),
            queue::endpoint_id.eq(one.endpoint),
            queue::due_at.eq(now),
        ));
    }
    diesel::insert_into(deliveries::table)
        .values(rows)
        .execute(tx.conn())?;
    diesel::insert_into(queue::table)
        .values(waiting)
        .execute(tx.conn())?;
    Ok(())
}

/// A message, with its body sealed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Delivery {
    pub id: DeliveryId,
    pub endpoint_id: WebhookId,
    pub event: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<Uuid>,
    pub customer_id: Option<crate::value::CustomerId>,
    pub branch_id: Option<crate::value::BranchId>,
    pub data_key: Option<DataKeyId>,
    body: Vec<u8>,
    pub state: State,
    pub tries: i16,
    pub attempts: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl Delivery {
    fn key(&self, tx: &mut Read<'_>) -> Result<Option<DataKey>> {
        audit::standing_key(tx, self.data_key)
    }

    /// Its body; nothing where a lawful erasure destroyed the key.
    pub fn body(&self, tx: &mut Read<'_>) -> Result<Option<Vec<u8>>> {
        let key = self.key(tx)?;
        Ok(key
            .map(|key| key.open(&bound_to("body", self.id), &self.body))
            .transpose()?)
    }
}

/// One message of the organisation.
pub fn find(tx: &mut Read<'_>, id: DeliveryId) -> Result<Delivery> {
    let tenant = tx.scope().organisation();
    Ok(deliveries::table
        .find((tenant.0, id.0))
        .select(Delivery::as_select())
        .first(tx.conn())?)
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// When it began.
    pub at: DateTime<Utc>,
    /// What was answered, and its first bytes; or why nothing was.
    pub answer: Result<(u16, Vec<u8>), Trouble>,
    /// How long it took.
    pub took: std::time::Duration,
}

/// Writes an attempt into the log.
pub fn log(tx: &mut Read<'_>, delivery: &Delivery, outcome: &Outcome) -> Result<()> {
    let tenant = tx.scope().organisation();
    let (status, failure, said) = match &outcome.answer {
        Ok((status, said)) => (Some(status.cast_signed()), None, Some(said)),
        Err(trouble) => (None, Some(*trouble), None),
    };
    let answer = match (said, delivery.key(tx)?) {
        (Some(said), Some(key)) if !said.is_empty() => {
            Some(key.seal(&bound_to("answer", delivery.id), said)?)
        }
        _ => None,
    };
    diesel::insert_into(attempts::table)
        .values((
            attempts::organisation_id.eq(tenant),
            attempts::delivery_id.eq(delivery.id),
            attempts::number.eq(delivery.attempts + 1),
            attempts::at.eq(outcome.at),
            attempts::status.eq(status),
            attempts::failure.eq(failure),
            attempts::answer.eq(answer),
            attempts::milliseconds.eq(i32::try_from(outcome.took.as_millis()).unwrap_or(i32::MAX)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// An attempt of the log.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attempts)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Attempt {
    pub number: i32,
    pub at: DateTime<Utc>,
    pub status: Option<i16>,
    pub failure: Option<Trouble>,
    answer: Option<Vec<u8>>,
    pub milliseconds: i32,
}

/// The attempts at one message, newest first, each with what was answered. A message has few.
pub fn attempts_at(tx: &mut Read<'_>, delivery: &Delivery) -> Result<Vec<(Attempt, Vec<u8>)>> {
    let tenant = tx.scope().organisation();
    let rows: Vec<Attempt> = attempts::table
        .filter(attempts::organisation_id.eq(tenant))
        .filter(attempts::delivery_id.eq(delivery.id))
        .order(attempts::number.desc())
        .limit(100)
        .select(Attempt::as_select())
        .load(tx.conn())?;
    let key = delivery.key(tx)?;
    rows.into_iter()
        .map(|row| {
            let said = match (&key, &row.answer) {
                (Some(key), Some(sealed)) => key.open(&bound_to("answer", delivery.id), sealed)?,
                _ => Vec::new(),
            };
            Ok((row, said))
        })
        .collect()
}

/// Writes where a message is after an attempt, and how far along the schedule. `next` exactly where it is pending.
pub fn set(
    tx: &mut Read<'_>,
    delivery: &Delivery,
    state: State,
    tries: i16,
    next: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(deliveries::table.find((tenant.0, delivery.id.0)))
        .set((
            deliveries::state.eq(state),
            deliveries::tries.eq(tries),
            deliveries::attempts.eq(delivery.attempts + 1),
            deliveries::next_attempt_at.eq(next),
            deliveries::ended_at.eq(next.is_none().then_some(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a message that nobody will send.
pub fn drop_one(tx: &mut Read<'_>, id: DeliveryId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(deliveries::table.find((tenant.0, id.0)))
        .filter(deliveries::state.eq(State::Pending))
        .set((
            deliveries::state.eq(State::Dropped),
            deliveries::next_attempt_at.eq(None::<DateTime<Utc>>),
            deliveries::ended_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends all that wait for an endpoint. From the queue first, as who delivers does it.
pub fn drop_all(tx: &mut Read<'_>, endpoint: WebhookId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::delete(
        queue::table
            .filter(queue::endpoint_id.eq(endpoint))
            .filter(queue::organisation_id.eq(tenant)),
    )
    .execute(tx.conn())?;
    diesel::update(
        deliveries::table
            .filter(deliveries::organisation_id.eq(tenant))
            .filter(deliveries::endpoint_id.eq(endpoint))
            .filter(deliveries::state.eq(State::Pending)),
    )
    .set((
        deliveries::state.eq(State::Dropped),
        deliveries::next_attempt_at.eq(None::<DateTime<Utc>>),
        deliveries::ended_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// One that nobody sends now is due now. One that is being sent stays its worker's, whose attempt counts; it is due again
/// when that one ends, or when the worker is given up.
const AGAIN: &str = "
    INSERT INTO webhook_queue AS q (delivery_id, organisation_id, endpoint_id, due_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (delivery_id) DO UPDATE
       SET again  = q.held AND q.due_at > $4,
           held   = q.held AND q.due_at > $4,
           claims = q.claims + CASE WHEN q.held AND q.due_at > $4 THEN 0 ELSE 1 END,
           due_at = CASE WHEN q.held AND q.due_at > $4 THEN q.due_at ELSE $4 END";

/// Sends a message again from the beginning of the schedule, under its own id. One that is being sent now is sent once more
/// after it.
pub fn again(tx: &mut Read<'_>, delivery: &Delivery) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    sql_query(AGAIN)
        .bind::<SqlUuid, _>(delivery.id.0)
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<SqlUuid, _>(delivery.endpoint_id.0)
        .bind::<Timestamptz, _>(now)
        .execute(tx.conn())?;
    diesel::update(deliveries::table.find((tenant.0, delivery.id.0)))
        .set((
            deliveries::state.eq(State::Pending),
            deliveries::tries.eq(0),
            deliveries::next_attempt_at.eq(now),
            deliveries::ended_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.conn())?;
    Ok(())
}
