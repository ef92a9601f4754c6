//! The rows of sessions: made at sign-in, renewed at the second factor, listed and ended by their owner.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::{
        actor::Origin,
        session::{self, Factor, Token},
    },
    audit,
    db::{Change, Read},
    error::{Error, Result},
    schema::sessions,
    value::{DataKeyId, SessionId, StaffId},
};

/// Bound to a session's sealed origin, so that it opens nowhere else.
const ORIGIN: &[u8] = b"session-origin";

/// One of a member's browsers.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The session.
    pub id: SessionId,
    /// From where, if it can still be opened.
    pub origin: Option<Origin>,
    /// Sign-in.
    pub created_at: DateTime<Utc>,
    /// The last request, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// Begins a session.
pub fn begin(
    tx: &mut Change<'_>,
    staff: StaffId,
    key: DataKeyId,
    token: &Token,
    factor: Factor,
    origin: &Origin,
) -> Result<SessionId> {
    let id = SessionId(tx.new_id());
    let plain = serde_json::to_vec(origin).map_err(anyhow::Error::new)?;
    let sealed = audit::store::data_key(tx, Some(key))?.seal(ORIGIN, &plain)?;
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(token.hash()),
            sessions::id.eq(id.0),
            sessions::organisation_id.eq(organisation.0),
            sessions::staff_id.eq(staff.0),
            sessions::factor.eq(word(factor)),
            sessions::origin.eq(sealed),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

const fn word(factor: Factor) -> &'static str {
    match factor {
        Factor::Password => "password",
        Factor::Full => "full",
    }
}

/// Gives a session a new token with all factors proved. A session that ended meanwhile stays ended.
pub fn complete(tx: &mut Read<'_>, id: SessionId, token: &Token) -> Result<()> {
    renewed(tx, id, token, word(Factor::Full))
}

fn renewed(tx: &mut Read<'_>, id: SessionId, token: &Token, factor: &str) -> Result<()> {
    let now = tx.now();
    let changed = diesel::update(sessions::table.filter(sessions::id.eq(id.0)))
        .set((
            sessions::token_hash.eq(token.hash()),
            sessions::factor.eq(factor),
            sessions::last_seen_at.eq(now),
        ))
        .execute(tx.conn())?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Unauthenticated)
    }
}

/// Ends one session of a member; whether there was one.
pub fn end(tx: &mut Read<'_>, staff: StaffId, id: SessionId) -> Result<bool> {
    let organisation = tx.scope().organisation();
    let ended = diesel::delete(
        sessions::table
            .filter(sessions::id.eq(id.0))
            .filter(sessions::organisation_id.eq(organisation.0))
            .filter(sessions::staff_id.eq(staff.0)),
    )
    .execute(tx.conn())?;
    Ok(ended > 0)
}

/// Ends all sessions of a member but one, or all; those that were ended.
pub fn end_others(
    tx: &mut Read<'_>,
    staff: StaffId,
    keep: Option<SessionId>,
) -> Result<Vec<SessionId>> {
    let organisation = tx.scope().organisation();
    let keep = keep.map_or(uuid::Uuid::nil(), |id| id.0);
    let ended: Vec<uuid::Uuid> = diesel::delete(
        sessions::table
            .filter(sessions::organisation_id.eq(organisation.0))
            .filter(sessions::staff_id.eq(staff.0))
            .filter(sessions::id.ne(keep)),
    )
    .returning(sessions::id)
    .get_results(tx.conn())?;
    Ok(ended.into_iter().map(SessionId).collect())
}

/// Removes a member's sessions that ended by themselves: nothing else would.
pub fn sweep(tx: &mut Read<'_>, staff: StaffId) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::delete(
        sessions::table
            .filter(sessions::organisation_id.eq(organisation.0))
            .filter(sessions::staff_id.eq(staff.0))
            .filter(
                sessions::last_seen_at
                    .le(now - session::IDLE)
                    .or(sessions::created_at.le(now - session::ABSOLUTE)),
            ),
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Removes everybody's sessions that are older than any may become; how many.
pub fn remove_outlived(tx: &mut Read<'_>) -> Result<usize> {
    let now = tx.now();
    let outlived = sessions::created_at.le(now - session::ABSOLUTE);
    Ok(diesel::delete(sessions::table.filter(outlived)).execute(tx.conn())?)
}

type Row = (uuid::Uuid, Option<Vec<u8>>, DateTime<Utc>, DateTime<Utc>);

/// A member's sessions that still stand, the latest used first.
pub fn of(tx: &mut Read<'_>, staff: StaffId, key: DataKeyId) -> Result<Vec<Browser>> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    let rows: Vec<Row> = sessions::table
        .filter(sessions::organisation_id.eq(organisation.0))
        .filter(sessions::staff_id.eq(staff.0))
        .order(sessions::last_seen_at.desc())
        .select((
            sessions::id,
            sessions::origin,
            sessions::created_at,
            sessions::last_seen_at,
        ))
        .limit(200)
        .load(tx.conn())?;
    let key = audit::store::data_key(tx, Some(key))?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, created_at, last_seen_at)| session::alive(*created_at, *last_seen_at, now))
        .map(|(id, origin, created_at, last_seen_at)| Browser {
            id: SessionId(id),
            origin: origin
                .and_then(|sealed| key.open(ORIGIN, &sealed).ok())
                .and_then(|plain| serde_json::from_slice(&plain).ok()),
            created_at,
            last_seen_at,
        })
        .collect())
}
