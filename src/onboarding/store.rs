//! Sessions in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    customers::store::{self as customers, Customer},
    db::{Change, Connection, Read},
    error::Result,
    onboarding::rules::State,
    schema::{onboard_index as index, onboard_sessions as rows, organisations},
    value::{CustomerId, OnboardingId, OrganisationId},
};

mod session;

pub use session::Session;

/// A session to be added.
#[derive(Insertable)]
#[diesel(table_name = rows)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct New<'a> {
    pub organisation_id: OrganisationId,
    pub id: OnboardingId,
    pub customer_id: CustomerId,
    pub options: &'a Value,
    pub org_id: Option<&'a str>,
    pub return_url: Option<&'a str>,
    pub expires_at: DateTime<Utc>,
    pub created_by_kind: &'a str,
    pub created_by_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Adds one, with the hash by which its link is found.
pub fn insert(tx: &mut Change<'_>, new: &New<'_>, token_hash: &[u8]) -> Result<()> {
    diesel::insert_into(rows::table)
        .values(new)
        .execute(tx.conn())?;
    diesel::insert_into(index::table)
        .values((
            index::token_hash.eq(token_hash),
            index::organisation_id.eq(new.organisation_id),
            index::session_id.eq(new.id),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whose link this is, before a tenant is known: by the exact hash of its token.
pub fn by_token(
    conn: &mut Connection,
    token_hash: &[u8],
) -> Result<Option<(OrganisationId, OnboardingId)>> {
    conn.first(|conn| {
        Ok(index::table
            .filter(index::token_hash.eq(token_hash))
            .select((index::organisation_id, index::session_id))
            .first(conn)
            .optional()?)
    })
}

/// One session and whose it is; of a customer out of scope it is not found.
pub fn find(tx: &mut Read<'_>, id: OnboardingId) -> Result<(Session, Customer)> {
    let session = one(tx, id)?;
    let customer = customers::find(tx, session.customer_id)?;
    Ok((session, customer))
}

fn one(tx: &mut Read<'_>, id: OnboardingId) -> Result<Session> {
    let tenant = tx.scope().organisation();
    Ok(rows::table
        .filter(rows::organisation_id.eq(tenant))
        .filter(rows::id.eq(id))
        .select(Session::as_select())
        .first(tx.conn())?)
}

/// The same, with the customer's row locked until the end of the change, and the session as it is then.
pub fn lock(tx: &mut Read<'_>, id: OnboardingId) -> Result<(Session, Customer)> {
    let whose = one(tx, id)?.customer_id;
    let customer = customers::lock_merged_too(tx, whose)?;
    Ok((one(tx, id)?, customer))
}

/// No page shows more sessions than this.
const SHOWN: i64 = 100;

/// Those of a customer, newest first. The caller has seen to it that the customer lies in scope.
pub fn of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Session>> {
    let tenant = tx.scope().organisation();
    Ok(rows::table
        .filter(rows::organisation_id.eq(tenant))
        .filter(rows::customer_id.eq(customer))
        .order((rows::created_at.desc(), rows::id.desc()))
        .limit(SHOWN)
        .select(Session::as_select())
        .load(tx.conn())?)
}

/// Writes where a session stands. One that is over is no longer found by its link.
pub fn set_state(tx: &mut Change<'_>, id: OnboardingId, to: State) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(rows::table.find((tenant, id)))
        .set((rows::state.eq(to), rows::updated_at.eq(now)))
        .execute(tx.conn())?;
    if !to.is_open() {
        diesel::delete(
            index::table
                .filter(index::organisation_id.eq(tenant))
                .filter(index::session_id.eq(id)),
        )
        .execute(tx.conn())?;
    }
    Ok(())
}

/// Writes that the customer confirmed their data. `shown`: what stands for it.
pub fn confirm(tx: &mut Change<'_>, id: OnboardingId, shown: &str) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(rows::table.find((tenant, id)))
        .set((
            rows::confirmed_at.eq(now),
            rows::confirmed_as.eq(shown),
            rows::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Counts a change of data that was made by the link.
pub fn count_save(tx: &mut Change<'_>, id: OnboardingId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(rows::table.find((tenant, id)))
        .set((rows::saves.eq(rows::saves + 1), rows::updated_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Counts a paper that came in by the link.
pub fn count_paper(tx: &mut Change<'_>, id: OnboardingId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(rows::table.find((tenant, id)))
        .set((rows::papers.eq(rows::papers + 1), rows::updated_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Open ones whose time is over, the oldest first.
pub fn due(tx: &mut Read<'_>, most: i64) -> Result<Vec<OnboardingId>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    Ok(rows::table
        .filter(rows::organisation_id.eq(tenant))
        .filter(rows::state.eq_any([State::Pending, State::InProgress]))
        .filter(rows::expires_at.le(now))
        .order(rows::expires_at)
        .limit(most)
        .select(rows::id)
        .load(tx.conn())?)
}

/// Those of a customer whose links work, the oldest first.
pub fn open_of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<OnboardingId>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    Ok(rows::table
        .filter(rows::organisation_id.eq(tenant))
        .filter(rows::customer_id.eq(customer))
        .filter(rows::state.eq_any([State::Pending, State::InProgress]))
        .filter(rows::expires_at.gt(now))
        .order((rows::created_at, rows::id))
        .select(rows::id)
        .load(tx.conn())?)
}

/// What the organisation is called.
pub fn organisation_name(tx: &mut Read<'_>) -> Result<String> {
    let tenant = tx.scope().organisation();
    Ok(organisations::table
        .find(tenant)
        .select(organisations::name)
        .first(tx.conn())?)
}
