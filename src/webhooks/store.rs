//! Endpoints in the database.

use diesel::prelude::*;

use crate::{
    access::{keys::rules::Face, scope::Branches},
    audit::store as audit,
    db::{Change, Read},
    error::Result,
    outgoing::signature::Secret,
    schema::{webhook_endpoints as endpoints, webhook_lanes as lanes},
    value::WebhookId,
};

mod changes;
pub mod deliveries;
mod endpoint;
pub mod log;
pub mod waiting;

pub use changes::{disable, enable, note, remove, rotate};
pub use endpoint::Endpoint;
use endpoint::purpose;

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

/// The same, held until the end of the change, so that nobody removes it meanwhile.
pub fn hold(tx: &mut Change<'_>, id: WebhookId) -> Result<Endpoint> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .find((tenant.0, id.0))
        .select(Endpoint::as_select())
        .for_key_share()
        .first(tx.conn())?)
}

/// Those that are told something in the language of one of these faces, held until the end of the change: what is written for one
/// of them finds it there.
pub fn listening(tx: &mut Read<'_>, faces: &[Face]) -> Result<Vec<Endpoint>> {
    let tenant = tx.scope().organisation();
    Ok(endpoints::table
        .filter(endpoints::organisation_id.eq(tenant))
        .filter(endpoints::disabled_at.is_null())
        .filter(endpoints::face.eq_any(faces.to_vec()))
        .order((endpoints::created_at, endpoints::id))
        .select(Endpoint::as_select())
        .for_key_share()
        .load(tx.conn())?)
}
