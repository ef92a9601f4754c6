//! What workers do with the queue: they see what waits for all tenants, and hold what they send by a lease, so that of two
//! servers on one database each attempt is one server's.

use chrono::TimeDelta;
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool, Integer, Timestamptz, Uuid as SqlUuid},
};

use super::{
    deliveries::{self, Delivery, Outcome},
    log,
};
use crate::{
    access::scope::Scope,
    db::{Connection, Read},
    error::Result,
    schema::webhook_queue as queue,
    value::{DeliveryId, OrganisationId, WebhookId},
    webhooks::{
        rules::{self, Because, State},
        store,
    },
};

/// How long a worker is believed to be alive: four times as long as an attempt may take.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A message that this worker sends.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Held {
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub delivery_id: DeliveryId,
    /// Whose.
    #[diesel(sql_type = SqlUuid)]
    pub organisation_id: OrganisationId,
    /// To whom.
    #[diesel(sql_type = SqlUuid)]
    pub endpoint_id: WebhookId,
    /// The how manieth taking of it this is.
    #[diesel(sql_type = Integer)]
    pub claims: i32,
}

/// Of each endpoint what is due longest, as many as may be under way beside those that are; of all these, what is due longest.
const CLAIM: &str = "
    UPDATE webhook_queue w SET held = true, again = false, claims = w.claims + 1, due_at = $2
      FROM (SELECT q.delivery_id
              FROM webhook_lanes l
             CROSS JOIN LATERAL (
                   SELECT d.delivery_id, d.due_at FROM webhook_queue d
                    WHERE d.endpoint_id = l.endpoint_id AND d.due_at <= $1
                    ORDER BY d.due_at, d.delivery_id
                    LIMIT greatest(0, $3 - (SELECT count(*) FROM webhook_queue b
                                             WHERE b.endpoint_id = l.endpoint_id AND b.held AND b.due_at > $1))
                      FOR UPDATE SKIP LOCKED) q
             WHERE l.failing = $4
             ORDER BY q.due_at, q.delivery_id
             LIMIT $5) taken
     WHERE w.delivery_id = taken.delivery_id
    RETURNING w.delivery_id, w.organisation_id, w.endpoint_id, w.claims";

/// Takes at most `room` messages that are due: of endpoints that fail or of those that do not, at most `each` at once of
/// one endpoint.
pub fn claim(conn: &mut Connection, failing: bool, each: i64, room: i64) -> Result<Vec<Held>> {
    if room <= 0 {
        return Ok(Vec::new());
    }
    conn.bookkeep(&Scope::system(OrganisationId::INSTALLATION), |tx| {
        let now = tx.now();
        Ok(sql_query(CLAIM)
            .bind::<Timestamptz, _>(now)
            .bind::<Timestamptz, _>(now + LEASE)
            .bind::<BigInt, _>(each)
            .bind::<Bool, _>(failing)
            .bind::<BigInt, _>(room)
            .load(tx.conn())?)
    })
}

/// How many messages are due and nobody sends them, and for how many seconds the oldest of them has been.
pub fn behind(conn: &mut Connection) -> Result<(i64, i64)> {
    conn.read(&Scope::system(OrganisationId::INSTALLATION), |tx| {
        let now = tx.now();
        let (count, oldest): (i64, Option<chrono::DateTime<chrono::Utc>>) = queue::table
            .filter(queue::due_at.le(now))
            .select((diesel::dsl::count_star(), diesel::dsl::min(queue::due_at)))
            .first(tx.conn())?;
        Ok((count, oldest.map_or(0, |at| (now - at).num_seconds())))
    })
}

/// What an attempt asks for after it was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing more.
    GoOn,
    /// The endpoint is gone, or has failed for too long.
    Disable(Because),
}

/// Writes down what became of a message that is this worker's; nothing where it no longer is, whose attempt then counts
/// for nothing.
pub fn finish(conn: &mut Connection, held: &Held, outcome: &Outcome) -> Result<Option<Then>> {
    conn.bookkeep(&Scope::system(held.organisation_id), |tx| {
        let Some((delivery, again)) = ours(tx, held)? else {
            return Ok(None);
        };
        let face = store::find(tx, held.endpoint_id)?.face;
        let status = outcome.answer.as_ref().ok().map(|(status, _)| *status);
        let succeeded = status.is_some_and(|status| (200..300).contains(&status));
        // Somebody who asked meanwhile that it be sent again gets that, however this one ended.
        let tries = if again { 0 } else { delivery.tries + 1 };
        let next = match (again, succeeded) {
            (true, _) => Some(tx.now()),
            (false, true) => None,
            (false, false) => rules::next(face, tries, tx.now()),
        };
        let state = match (next, succeeded) {
            (Some(_), _) => State::Pending,
            (None, true) => State::Delivered,
            (None, false) => State::Failed,
        };
        let row = queue::table.find(held.delivery_id);
        match next {
            Some(at) => diesel::update(row)
                .set((
                    queue::due_at.eq(at),
                    queue::held.eq(false),
                    queue::again.eq(false),
                ))
                .execute(tx.conn())?,
            None => diesel::delete(row).execute(tx.conn())?,
        };
        deliveries::log(tx, &delivery, outcome)?;
        deliveries::set(tx, &delivery, state, tries, next)?;
        store::note(tx, held.endpoint_id, succeeded)?;
        if succeeded {
            return Ok(Some(Then::GoOn));
        }
        if status == Some(410) {
            return Ok(Some(Then::Disable(Because::Gone)));
        }
        let since = store::find(tx, held.endpoint_id)?.failing_since;
        let long = since.filter(|since| tx.now() - *since >= rules::PATIENCE);
        // Where little is sent, days may lie between two attempts: one that fails after them says little of those days.
        let failing = match long {
            Some(since) if next.is_some() => {
                log::days_tried(tx, held.endpoint_id, since)? >= rules::DAYS_TRIED
            }
            long => long.is_some(),
        };
        Ok(Some(if failing {
            Then::Disable(Because::Failing)
        } else {
            Then::GoOn
        }))
    })
}

/// Ends a message of this worker's without sending it.
pub fn give_up(conn: &mut Connection, held: &Held) -> Result<()> {
    conn.bookkeep(&Scope::system(held.organisation_id), |tx| {
        let row = queue::table
            .find(held.delivery_id)
            .filter(queue::held)
            .filter(queue::claims.eq(held.claims));
        if diesel::delete(row).execute(tx.conn())? == 1 {
            deliveries::drop_one(tx, held.delivery_id)?;
        }
        Ok(())
    })
}

/// The message, locked in the queue until the end of the transaction, while it is this worker's; and whether it is to be sent
/// once more after this attempt.
fn ours(tx: &mut Read<'_>, held: &Held) -> Result<Option<(Delivery, bool)>> {
    let row: Option<bool> = queue::table
        .find(held.delivery_id)
        .filter(queue::held)
        .filter(queue::claims.eq(held.claims))
        .select(queue::again)
        .for_update()
        .first(tx.conn())
        .optional()?;
    match row {
        Some(again) => Ok(Some((deliveries::find(tx, held.delivery_id)?, again))),
        None => Ok(None),
    }
}
