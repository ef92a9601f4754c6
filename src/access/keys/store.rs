//! Keys in the database: found by a hash before a tenant is known, kept behind the wall.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::keys::rules::{Face, Kind},
    db::{Change, Read},
    error::{Error, Result},
    schema::{branches, credential_branches, credential_index, credentials},
    value::{BranchId, CredentialId, StaffId},
};

pub mod answers;
mod found;
pub mod nonces;

pub use found::{Found, by_hash, touch};

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = credentials)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Key {
    pub id: CredentialId,
    pub name: String,
    pub face: Face,
    pub kind: Kind,
    pub key_id: String,
    pub permissions: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Key {
    /// Whether it opens anything at this time.
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        stands(self.expires_at, self.revoked_at, now)
    }
}

/// Whether a key opens anything at this time.
pub fn stands(
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    revoked_at.is_none() && expires_at.is_none_or(|at| now < at)
}

/// A key to be kept.
pub struct Row<'a> {
    /// Its id.
    pub id: CredentialId,
    /// What people call it.
    pub name: &'a str,
    /// Its face.
    pub face: Face,
    /// Its kind.
    pub kind: Kind,
    /// The public half.
    pub key_id: &'a str,
    /// What it may do.
    pub permissions: &'a [&'static str],
    /// The hash of the secret, where that travels.
    pub secret_hash: Option<Vec<u8>>,
    /// The secret, sealed, where it signs.
    pub secret_sealed: Option<Vec<u8>>,
    /// What it is found by.
    pub index: Vec<u8>,
    /// When it runs out.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its branches, the one that takes new customers first; none for all.
    pub branches: &'a [BranchId],
}

/// Adds one to the scope's organisation.
pub fn add(tx: &mut Change<'_>, row: &Row<'_>) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::insert_into(credentials::table)
        .values((
            credentials::organisation_id.eq(organisation),
            credentials::id.eq(row.id),
            credentials::name.eq(row.name),
            credentials::face.eq(row.face),
            credentials::kind.eq(row.kind),
            credentials::key_id.eq(row.key_id),
            credentials::permissions.eq(row.permissions),
            credentials::secret_hash.eq(row.secret_hash.as_deref()),
            credentials::secret_sealed.eq(row.secret_sealed.as_deref()),
            credentials::created_at.eq(now),
            credentials::expires_at.eq(row.expires_at),
            credentials::made_by.eq(tx.actor().staff().map(|staff| staff.0)),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(credential_index::table)
        .values((
            credential_index::key_hash.eq(&row.index),
            credential_index::organisation_id.eq(organisation),
            credential_index::credential_id.eq(row.id),
        ))
        .execute(tx.conn())?;
    let places: Vec<_> = (0_i16..)
        .zip(row.branches)
        .map(|(position, branch)| {
            (
                credential_branches::organisation_id.eq(organisation),
                credential_branches::credential_id.eq(row.id),
                credential_branches::branch_id.eq(*branch),
                credential_branches::position.eq(position),
            )
        })
        .collect();
    diesel::insert_into(credential_branches::table)
        .values(places)
        .execute(tx.conn())?;
    Ok(())
}

/// The keys that a member of staff made: their hands. Those made at the console are nobody's.
pub fn made_by(tx: &mut Read<'_>, staff: StaffId) -> Result<Vec<CredentialId>> {
    let organisation = tx.scope().organisation();
    Ok(credentials::table
        .filter(credentials::organisation_id.eq(organisation))
        .filter(credentials::made_by.eq(staff.0))
        .select(credentials::id)
        .load(tx.conn())?)
}

/// The organisation's keys, those that stand first, then the newest first. There are few: an organisation's systems.
pub fn all(tx: &mut Read<'_>) -> Result<Vec<Key>> {
    let organisation = tx.scope().organisation();
    Ok(credentials::table
        .filter(credentials::organisation_id.eq(organisation))
        .order((
            credentials::revoked_at.is_not_null(),
            credentials::created_at.desc(),
            credentials::id,
        ))
        .limit(1000)
        .select(Key::as_select())
        .load(tx.conn())?)
}

/// One of the organisation's keys.
pub fn find(tx: &mut Read<'_>, id: CredentialId) -> Result<Key> {
    let organisation = tx.scope().organisation();
    Ok(credentials::table
        .find((organisation.0, id.0))
        .select(Key::as_select())
        .first(tx.conn())?)
}

/// The one with this public half.
pub fn by_key_id(tx: &mut Read<'_>, key_id: &str) -> Result<Option<Key>> {
    let organisation = tx.scope().organisation();
    Ok(credentials::table
        .filter(credentials::organisation_id.eq(organisation))
        .filter(credentials::key_id.eq(key_id))
        .select(Key::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The codes of a key's branches, in their order; none for all.
pub fn branch_codes(tx: &mut Read<'_>) -> Result<Vec<(CredentialId, String)>> {
    let organisation = tx.scope().organisation();
    let of = credential_branches::organisation_id
        .eq(branches::organisation_id)
        .and(credential_branches::branch_id.eq(branches::id));
    Ok(credential_branches::table
        .inner_join(branches::table.on(of))
        .filter(credential_branches::organisation_id.eq(organisation))
        .order((
            credential_branches::credential_id,
            credential_branches::position,
        ))
        .select((credential_branches::credential_id, branches::code))
        .load(tx.conn())?)
}

/// Ends one. It is found no more.
pub fn revoke(tx: &mut Change<'_>, id: CredentialId) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    let moved = diesel::update(credentials::table.find((organisation.0, id.0)))
        .filter(credentials::revoked_at.is_null())
        .set(credentials::revoked_at.eq(now))
        .execute(tx.conn())?;
    if moved == 0 {
        return Err(Error::Refused("This key was revoked already.".into()));
    }
    diesel::delete(
        credential_index::table
            .filter(credential_index::organisation_id.eq(organisation))
            .filter(credential_index::credential_id.eq(id)),
    )
    .execute(tx.conn())?;
    Ok(())
}
