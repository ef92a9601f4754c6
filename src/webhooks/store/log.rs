//! The log of an endpoint's messages, page by page, and what of it is old enough to go.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};

use super::deliveries::Delivery;
use crate::{
    db::{Read, keyset::below, page::Page},
    error::Result,
    schema::{webhook_attempts as attempts, webhook_deliveries as deliveries},
    value::{DeliveryId, WebhookId},
    webhooks::rules::{KEPT, State},
};

/// On how many days since then somebody tried to reach an endpoint.
pub fn days_tried(tx: &mut Read<'_>, endpoint: WebhookId, since: DateTime<Utc>) -> Result<i64> {
    let tenant = tx.scope().organisation();
    let of_it = attempts::organisation_id
        .eq(deliveries::organisation_id)
        .and(attempts::delivery_id.eq(deliveries::id));
    Ok(deliveries::table
        .inner_join(attempts::table.on(of_it))
        .filter(deliveries::organisation_id.eq(tenant))
        .filter(deliveries::endpoint_id.eq(endpoint))
        .filter(attempts::at.ge(since))
        .select(sql::<BigInt>(
            "count(DISTINCT (webhook_attempts.at AT TIME ZONE 'UTC')::date)",
        ))
        .first(tx.conn())?)
}

/// A row's place in the log.
pub type Place = (DateTime<Utc>, DeliveryId);

/// A page, newest first.
pub fn page(
    tx: &mut Read<'_>,
    endpoint: WebhookId,
    state: Option<State>,
    after: Option<Place>,
    size: usize,
) -> Result<Page<Delivery>> {
    let tenant = tx.scope().organisation();
    let mut query = deliveries::table
        .filter(deliveries::organisation_id.eq(tenant))
        .filter(deliveries::endpoint_id.eq(endpoint))
        .order((deliveries::created_at.desc(), deliveries::id.desc()))
        .limit(i64::try_from(size).unwrap_or(i64::MAX - 1) + 1)
        .select(Delivery::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(deliveries::state.eq(state));
    }
    if let Some(after) = after {
        let (at, id) = after;
        query = query.filter(below(
            (deliveries::created_at, deliveries::id),
            (at.into_sql::<Timestamptz>(), id.0.into_sql::<SqlUuid>()),
        ));
    }
    Ok(Page::cut(query.load(tx.conn())?, size))
}

/// Removes messages that ended long enough ago, at most so many. Returns how many.
pub fn forget(tx: &mut Read<'_>, most: i64) -> Result<usize> {
    let (tenant, until) = (tx.scope().organisation(), tx.now() - KEPT);
    let old: Vec<DeliveryId> = deliveries::table
        .filter(deliveries::organisation_id.eq(tenant))
        .filter(deliveries::ended_at.is_not_null())
        .filter(deliveries::ended_at.le(until))
        .order(deliveries::ended_at)
        .limit(most)
        .select(deliveries::id)
        .load(tx.conn())?;
    Ok(diesel::delete(
        deliveries::table
            .filter(deliveries::organisation_id.eq(tenant))
            .filter(deliveries::id.eq_any(old)),
    )
    .execute(tx.conn())?)
}
