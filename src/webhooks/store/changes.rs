//! What becomes of an endpoint.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::endpoint::purpose;
use crate::{
    audit::store as audit,
    db::{Change, Read},
    error::Result,
    outgoing::signature::Secret,
    schema::{webhook_endpoints as endpoints, webhook_lanes as lanes, webhook_queue as queue},
    value::WebhookId,
    webhooks::rules::{BOTH_SIGN, Because},
};

/// Stops telling one. False where it was told nothing already. What waits for it is the caller's to drop, before this.
pub fn disable(tx: &mut Change<'_>, id: WebhookId, why: Because) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let moved = diesel::update(endpoints::table.find((tenant.0, id.0)))
        .filter(endpoints::disabled_at.is_null())
        .set((
            endpoints::disabled_at.eq(now),
            endpoints::disabled_because.eq(why),
            endpoints::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(moved == 1)
}

/// Tells it again, as if it had never failed. False where it is told already.
pub fn enable(tx: &mut Change<'_>, id: WebhookId) -> Result<bool> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let moved = diesel::update(endpoints::table.find((tenant.0, id.0)))
        .filter(endpoints::disabled_at.is_not_null())
        .set((
            endpoints::disabled_at.eq(None::<DateTime<Utc>>),
            endpoints::disabled_because.eq(None::<Because>),
            endpoints::failing_since.eq(None::<DateTime<Utc>>),
            endpoints::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    diesel::update(lanes::table.find(id))
        .set(lanes::failing.eq(false))
        .execute(tx.conn())?;
    Ok(moved == 1)
}

/// Replaces what both sides sign with. `both`: the one before it signs beside it for a day; one before that no more.
pub fn rotate(tx: &mut Change<'_>, id: WebhookId, secret: &Secret, both: bool) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let sealed = audit::organisation_key(tx)?.seal_text(&purpose(id), &secret.text())?;
    let row = || endpoints::table.find((tenant.0, id.0));
    if both {
        diesel::update(row())
            .set((
                endpoints::previous_secret.eq(endpoints::sealed_secret.nullable()),
                endpoints::previous_until.eq(now + BOTH_SIGN),
            ))
            .execute(tx.conn())?;
    }
    diesel::update(row())
        .set((
            endpoints::sealed_secret.eq(sealed),
            endpoints::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes one away, with all its messages.
pub fn remove(tx: &mut Change<'_>, id: WebhookId) -> Result<()> {
    let tenant = tx.scope().organisation();
    let waiting = queue::table
        .filter(queue::endpoint_id.eq(id))
        .filter(queue::organisation_id.eq(tenant));
    // From the queue first, as who delivers does it.
    diesel::delete(waiting).execute(tx.conn())?;
    diesel::delete(lanes::table.find(id)).execute(tx.conn())?;
    diesel::delete(endpoints::table.find((tenant.0, id.0))).execute(tx.conn())?;
    // What others pushed meanwhile is committed now: they held the endpoint until then.
    diesel::delete(waiting).execute(tx.conn())?;
    Ok(())
}

/// Notes that an attempt succeeded or failed. The rows of an endpoint that goes on as it did are not written.
pub fn note(tx: &mut Read<'_>, id: WebhookId, succeeded: bool) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let row = endpoints::table.find((tenant.0, id.0));
    let moved = if succeeded {
        diesel::update(row.filter(endpoints::failing_since.is_not_null()))
            .set(endpoints::failing_since.eq(None::<DateTime<Utc>>))
            .execute(tx.conn())?
    } else {
        diesel::update(row.filter(endpoints::failing_since.is_null()))
            .set(endpoints::failing_since.eq(now))
            .execute(tx.conn())?
    };
    if moved == 1 {
        diesel::update(lanes::table.find(id))
            .set(lanes::failing.eq(!succeeded))
            .execute(tx.conn())?;
    }
    Ok(())
}
