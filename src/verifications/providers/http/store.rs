//! Configured providers in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    audit::store as audit,
    db::{Change, Read},
    error::{Error, Result},
    organisations::store::unique,
    outgoing::signature::Secret,
    schema::providers,
    value::StaffId,
};

/// A configured provider.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = providers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Configured {
    pub id: Uuid,
    pub name: String,
    pub url: String,
    pub sealed_secret: String,
    pub timeout_seconds: i16,
    pub added_by: StaffId,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Configured {
    /// What both sides sign with.
    pub fn secret(&self, tx: &mut Read<'_>) -> Result<Secret> {
        let text =
            audit::organisation_key(tx)?.open_text(&purpose(self.id), &self.sealed_secret)?;
        Secret::read(&text)
            .ok_or_else(|| Error::Internal(anyhow::anyhow!("a provider's secret is none")))
    }
}

/// What a secret is sealed for: its row.
fn purpose(id: Uuid) -> String {
    format!("provider-secret {id}")
}

/// More than this no page shows.
const MOST: i64 = 200;

/// Those of the organisation that answer, by name.
pub fn all(tx: &mut Read<'_>) -> Result<Vec<Configured>> {
    let tenant = tx.scope().organisation();
    Ok(providers::table
        .filter(providers::organisation_id.eq(tenant))
        .filter(providers::disabled_at.is_null())
        .order(providers::name)
        .limit(MOST)
        .select(Configured::as_select())
        .load(tx.conn())?)
}

/// The one that answers under this name.
pub fn by_name(tx: &mut Read<'_>, name: &str) -> Result<Option<Configured>> {
    let tenant = tx.scope().organisation();
    Ok(providers::table
        .filter(providers::organisation_id.eq(tenant))
        .filter(providers::name.eq(name))
        .filter(providers::disabled_at.is_null())
        .select(Configured::as_select())
        .first(tx.conn())
        .optional()?)
}

/// One that answers, held until the end of the change.
pub fn lock(tx: &mut Read<'_>, id: Uuid) -> Result<Configured> {
    let tenant = tx.scope().organisation();
    providers::table
        .filter(providers::organisation_id.eq(tenant))
        .filter(providers::id.eq(id))
        .filter(providers::disabled_at.is_null())
        .select(Configured::as_select())
        .for_update()
        .first(tx.conn())
        .map_err(Error::from)
}

/// Adds one. Its name must be free.
pub fn add(
    tx: &mut Change<'_>,
    name: &str,
    url: &str,
    timeout_seconds: i16,
    secret: &Secret,
) -> Result<()> {
    let (id, tenant, now) = (tx.new_id(), tx.scope().organisation(), tx.now());
    let by = tx.actor().staff().ok_or(Error::Forbidden)?;
    let sealed = audit::organisation_key(tx)?.seal_text(&purpose(id), &secret.text())?;
    diesel::insert_into(providers::table)
        .values((
            providers::organisation_id.eq(tenant),
            providers::id.eq(id),
            providers::name.eq(name),
            providers::url.eq(url),
            providers::sealed_secret.eq(sealed),
            providers::timeout_seconds.eq(timeout_seconds),
            providers::added_by.eq(by),
            providers::created_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(|error| {
            unique(error, || {
                Error::field("name", "Another provider has this name")
            })
        })?;
    Ok(())
}

/// From now on nobody answers under its name but people.
pub fn disable(tx: &mut Change<'_>, id: Uuid) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(providers::table.find((tenant.0, id)))
        .set(providers::disabled_at.eq(now))
        .execute(tx.conn())?;
    Ok(())
}
