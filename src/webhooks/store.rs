//! Endpoints in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    access::{keys::rules::Face, scope::Branches},
    audit::store as audit,
    db::{Change, Read},
    error::{Error, Result},
    outgoing::signature::Secret,
    schema::{webhook_endpoints as endpoints, webhook_lanes as lanes, webhook_queue as queue},
    value::{BranchId, WebhookId},
    webhooks::rules::{BOTH_SIGN, Because},
};

pub mod deliveries;
pub mod log;
pub mod waiting;

/// An endpoint, with its secrets sealed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = endpoints)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Endpoint {
    pub id: WebhookId,
    pub face: Face,
    pub url: String,
    pub name: String,
    pub events: Vec<String>,
    pub branches: Option<Vec<BranchId>>,
    sealed_secret: String,
    previous_secret: Option<String>,
    pub previous_until: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_because: Option<Because>,
    pub failing_since: Option<DateTime<Utc>>,
    pub created_by_kind: String,
    pub created_by_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Endpoint {
    /// Whether it is told anything.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// What people call it: its name, or its address where it has none.
    pub fn words(&self) -> &str {
        if self.name.is_empty() {
            &self.url
        } else {
            &self.name
        }
    }

    /// What its messages are signed with at this time: one secret, or two in the day after it was replaced.
    pub fn secrets(&self, tx: &mut Read<'_>) -> Result<Vec<Secret>> {
        let key = audit::organisation_key(tx)?;
        let now = tx.now();
        let previous = self
            .previous_secret
            .as_ref()
            .filter(|_| self.previous_until.is_some_and(|until| now < until));
        [Some(&self.sealed_secret), previous]
            .into_iter()
            .flatten()
            .map(|sealed| {
                let text = key.open_text(&purpose(self.id), sealed)?;
                Secret::read(&text)
                    .ok_or_else(|| Error::Internal(anyhow::anyhow!("a webhook's secret is none")))
            })
            .collect()
    }
}

/// What a secret is sealed for: its row.
fn purpose(id: WebhookId) -> String {
    format!("webhook-secret {id}")
}

/// An endpoint to be added.
pub struct New<'a> {
    /// In whose language it is told.
    pub face: Face,
    /// Where.
    pub url: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// What it asks for.
    pub events: &'a [&'static str],
}

/// Adds one, which is told of what its maker may see.
pub fn add(tx: &mut Change<'_>, id: WebhookId, new: &New<'_>, secret: &Secret) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let branches = match tx.scope().branches() {
        Branches::All => None,
        Branches::Only(list) => Some(list.clone()),
    };
    let sealed = audit::organisation_key(tx)?.seal_text(&purpose(id), &secret.text())?;
    let (by_kind, by_id) = tx.actor().who.parts();
    diesel::insert_into(endpoints::table)
        .values((
            endpoints::organisation_id.eq(tenant),
            endpoints::id.eq(id),
            endpoints::face.eq(new.face),
            endpoints::url.eq(new.url),
            endpoints::name.eq(new.name),
            endpoints::events.eq(new.events),
            endpoints::branches.eq(branches),
            endpoints::sealed_secret.eq(sealed),
            endpoints::created_by_kind.eq(by_kind),
            endpoints::created_by_id.eq(by_id),
            endpoints::created_at.eq(now),
            endpoints::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(lanes::table)
        .values((lanes::endpoint_id.eq(id), lanes::organisation_id.eq(tenant)))
        .execute(tx.conn())?;
    Ok(())
}

/// All of the organisation's, oldest first.
pub fn all(tx: &mut Read<'_>) -> Result<Vec<Endpoint>> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .filter(endpoints::organisation_id.eq(tenant))
        .order((endpoints::created_at, endpoints::id))
        .select(Endpoint::as_select())
        .load(tx.conn())?)
}

/// How many there are.
pub fn count(tx: &mut Read<'_>) -> Result<i64> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .filter(endpoints::organisation_id.eq(tenant))
        .count()
        .get_result(tx.conn())?)
}

/// One.
pub fn find(tx: &mut Read<'_>, id: WebhookId) -> Result<Endpoint> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .find((tenant.0, id.0))
        .select(Endpoint::as_select())
        .first(tx.conn())?)
}

/// Those that are told something in the language of one of these faces.
pub fn listening(tx: &mut Read<'_>, faces: &[Face]) -> Result<Vec<Endpoint>> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .filter(endpoints::organisation_id.eq(tenant))
        .filter(endpoints::disabled_at.is_null())
        .filter(endpoints::face.eq_any(faces.to_vec()))
        .order((endpoints::created_at, endpoints::id))
        .select(Endpoint::as_select())
        .load(tx.conn())?)
}

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

/// Replaces what both sides sign with. The one before it signs beside it for a day; one before that no more.
pub fn rotate(tx: &mut Change<'_>, id: WebhookId, secret: &Secret) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let sealed = audit::organisation_key(tx)?.seal_text(&purpose(id), &secret.text())?;
    diesel::update(endpoints::table.find((tenant.0, id.0)))
        .set((
            endpoints::previous_secret.eq(endpoints::sealed_secret.nullable()),
            endpoints::previous_until.eq(now + BOTH_SIGN),
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
