//! What a member proves who they are with: password hash, second factor, recovery codes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::invitation,
    audit,
    db::{Connection, Read},
    error::Result,
    schema::{recovery_codes, sign_ins, staff},
    value::{DataKeyId, OrganisationId, StaffId},
};

/// Bound to the sealed secret of a second factor, so that it opens nowhere else.
const TOTP: &[u8] = b"totp";

/// A member's credentials.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Credentials {
    pub id: StaffId,
    pub email: String,
    pub data_key: DataKeyId,
    pub password_hash: Option<String>,
    pub totp_sealed: Option<Vec<u8>>,
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Credentials {
    /// The hash to compare a password with; none while a link to set one waits.
    pub fn password(&self) -> Option<String> {
        self.password_hash
            .clone()
            .filter(|stored| invitation::is_password(stored))
    }
}

/// Who signs in with this e-mail: found by its HMAC, before a tenant is known.
pub fn by_email(conn: &mut Connection, email: &str) -> Result<Option<(OrganisationId, StaffId)>> {
    let index = conn.keys().secret().email_index(email).to_vec();
    conn.first(|conn| {
        Ok(sign_ins::table
            .find(&index)
            .select((sign_ins::organisation_id, sign_ins::staff_id))
            .first(conn)
            .optional()?)
    })
}

/// A member's credentials, in the tenant of the transaction.
pub fn of(tx: &mut Read<'_>, id: StaffId) -> Result<Option<Credentials>> {
    let organisation = tx.scope().organisation();
    Ok(staff::table
        .find((organisation.0, id.0))
        .select(Credentials::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The same, locked: whoever else asks for it to change it waits. Codes are guessed one at a time.
pub fn locked(tx: &mut Read<'_>, id: StaffId) -> Result<Credentials> {
    let organisation = tx.scope().organisation();
    Ok(staff::table
        .find((organisation.0, id.0))
        .select(Credentials::as_select())
        .for_update()
        .first(tx.conn())?)
}

/// Stores a new password hash.
pub fn set_password(tx: &mut Read<'_>, id: StaffId, hash: &str) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::update(staff::table.find((organisation.0, id.0)))
        .set((staff::password_hash.eq(hash), staff::updated_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Opens the shared secret of a member's second factor; nothing where none is set up.
pub fn totp_secret(tx: &mut Read<'_>, credentials: &Credentials) -> Result<Option<Vec<u8>>> {
    let Some(sealed) = &credentials.totp_sealed else {
        return Ok(None);
    };
    let key = audit::store::data_key(tx, Some(credentials.data_key))?;
    Ok(Some(key.open(TOTP, sealed)?))
}

/// Stores a second factor and the step of the code that confirmed it, with fresh recovery codes by their hashes.
pub fn set_totp(
    tx: &mut Read<'_>,
    id: StaffId,
    key: DataKeyId,
    secret: &[u8],
    step: i64,
    recovery: &[Vec<u8>],
) -> Result<()> {
    let sealed = audit::store::data_key(tx, Some(key))?.seal(TOTP, secret)?;
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    clear_totp(tx, id)?;
    diesel::update(staff::table.find((organisation.0, id.0)))
        .set((
            staff::totp_sealed.eq(sealed),
            staff::totp_last_step.eq(step),
            staff::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    let rows: Vec<_> = recovery
        .iter()
        .map(|hash| {
            (
                recovery_codes::organisation_id.eq(organisation.0),
                recovery_codes::staff_id.eq(id.0),
                recovery_codes::code_hash.eq(hash),
            )
        })
        .collect();
    diesel::insert_into(recovery_codes::table)
        .values(rows)
        .execute(tx.conn())?;
    Ok(())
}

/// Takes the second factor and its recovery codes away.
pub fn clear_totp(tx: &mut Read<'_>, id: StaffId) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::update(staff::table.find((organisation.0, id.0)))
        .set((
            staff::totp_sealed.eq(None::<Vec<u8>>),
            staff::totp_last_step.eq(None::<i64>),
            staff::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    diesel::delete(
        recovery_codes::table
            .filter(recovery_codes::organisation_id.eq(organisation.0))
            .filter(recovery_codes::staff_id.eq(id.0)),
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Uses up a step: true once for each step, and never for one before the last used. Of two that race, one gets it.
pub fn use_step(tx: &mut Read<'_>, id: StaffId, step: i64) -> Result<bool> {
    let organisation = tx.scope().organisation();
    let used = diesel::update(
        staff::table
            .filter(staff::organisation_id.eq(organisation.0))
            .filter(staff::id.eq(id.0))
            .filter(
                staff::totp_last_step
                    .is_null()
                    .or(staff::totp_last_step.lt(step)),
            ),
    )
    .set(staff::totp_last_step.eq(step))
    .execute(tx.conn())?;
    Ok(used == 1)
}

/// Uses up a recovery code by its hash: true once.
pub fn use_recovery(tx: &mut Read<'_>, id: StaffId, hash: &[u8]) -> Result<bool> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    let used = diesel::update(
        recovery_codes::table
            .filter(recovery_codes::organisation_id.eq(organisation.0))
            .filter(recovery_codes::staff_id.eq(id.0))
            .filter(recovery_codes::code_hash.eq(hash))
            .filter(recovery_codes::used_at.is_null()),
    )
    .set(recovery_codes::used_at.eq(now))
    .execute(tx.conn())?;
    Ok(used == 1)
}

/// How many recovery codes are left.
pub fn recovery_left(tx: &mut Read<'_>, id: StaffId) -> Result<i64> {
    let organisation = tx.scope().organisation();
    Ok(recovery_codes::table
        .filter(recovery_codes::organisation_id.eq(organisation.0))
        .filter(recovery_codes::staff_id.eq(id.0))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(tx.conn())?)
}

/// Whether the database holds the demo's accounts, whose password everybody knows.
pub fn has_demo_accounts(conn: &mut Connection) -> Result<bool> {
    let hmac = conn
        .keys()
        .secret()
        .email_index("admin@vouch.test")
        .to_vec();
    conn.first(|conn| {
        Ok(
            diesel::select(diesel::dsl::exists(sign_ins::table.find(hmac.clone())))
                .get_result(conn)?,
        )
    })
}
