//! The look-up behind every request of a machine.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bytea, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::{
        keys::{
            rules::{Face, Kind},
            secret,
        },
        scope::{Branches, Scope},
    },
    db::Connection,
    error::Result,
    schema::credentials,
    value::{BranchId, CredentialId, OrganisationId},
};

/// The time of a key's last use is written no more often than this.
const TOUCH: TimeDelta = TimeDelta::minutes(1);

/// A key that stands, as one look-up finds it.
#[derive(Clone)]
pub struct Found {
    /// The key.
    pub id: CredentialId,
    /// Its public half.
    pub key_id: String,
    /// Its face.
    pub face: Face,
    /// Its kind.
    pub kind: Kind,
    /// What it may do.
    pub permissions: Vec<String>,
    /// The secret, where it signs.
    pub secret: Option<Vec<u8>>,
    /// Whose.
    pub organisation: OrganisationId,
    /// The organisation's number (Treezor clientId).
    pub organisation_number: i64,
    /// Its time zone.
    pub time_zone: chrono_tz::Tz,
    /// What it may see.
    pub branches: Branches,
    /// The branch that takes customers for whom none was named.
    pub takes_new: BranchId,
    /// When its last use was noted.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Found {
    /// What it may see. No machine reads suspicions.
    pub fn scope(&self) -> Scope {
        Scope::new(self.organisation, self.branches.clone(), false)
    }
}

/// `SELECT … FROM credential_by_hash($1)`. A query of its own, since Diesel prepares and keeps these.
struct CredentialByHash(Vec<u8>);

impl QueryId for CredentialByHash {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for CredentialByHash {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT organisation_id, id, key_id, face, kind, permissions, secret_sealed, branches, expires_at, revoked_at, last_used_at, wrapped_organisation_key, organisation_number, time_zone, default_branch FROM credential_by_hash(");
        out.push_bind_param::<Bytea, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Query for CredentialByHash {
    type SqlType = (
        SqlUuid,
        SqlUuid,
        Text,
        Text,
        Text,
        Array<Text>,
        Nullable<Bytea>,
        Array<SqlUuid>,
        Nullable<Timestamptz>,
        Nullable<Timestamptz>,
        Nullable<Timestamptz>,
        Nullable<Bytea>,
        BigInt,
        Text,
        SqlUuid,
    );
}

impl RunQueryDsl<PgConnection> for CredentialByHash {}

#[derive(Queryable)]
struct Row {
    organisation: OrganisationId,
    id: CredentialId,
    key_id: String,
    face: Face,
    kind: Kind,
    permissions: Vec<String>,
    secret_sealed: Option<Vec<u8>>,
    branches: Vec<Uuid>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    wrapped_organisation_key: Option<Vec<u8>>,
    organisation_number: i64,
    time_zone: String,
    default_branch: Uuid,
}

/// The key with this index, if it stands now.
pub fn by_hash(conn: &mut Connection, index: &[u8]) -> Result<Option<Found>> {
    let now = conn.now();
    let row: Option<Row> = conn.first(|conn| {
        Ok(CredentialByHash(index.to_vec())
            .get_result(conn)
            .optional()?)
    })?;
    let Some(row) = row.filter(|row| super::stands(row.expires_at, row.revoked_at, now)) else {
        return Ok(None);
    };
    let wrapped = row.wrapped_organisation_key.unwrap_or_default();
    conn.keys().learn(row.organisation, &wrapped)?;
    let open = |sealed: Vec<u8>| {
        secret::sealing_key(conn.keys().secret()).open(&secret::bound_to(row.id), &sealed)
    };
    let takes_new = row.branches.first().unwrap_or(&row.default_branch);
    Ok(Some(Found {
        id: row.id,
        key_id: row.key_id,
        face: row.face,
        kind: row.kind,
        permissions: row.permissions,
        secret: row.secret_sealed.map(open).transpose()?,
        organisation: row.organisation,
        organisation_number: row.organisation_number,
        time_zone: row.time_zone.parse().unwrap_or(chrono_tz::UTC),
        takes_new: BranchId(*takes_new),
        branches: if row.branches.is_empty() {
            Branches::All
        } else {
            Branches::Only(row.branches.into_iter().map(BranchId).collect())
        },
        last_used_at: row.last_used_at,
    }))
}

/// Notes that a key was used, no more often than once a minute.
pub fn touch(conn: &mut Connection, found: &Found) -> Result<()> {
    let now = conn.now();
    if found.last_used_at.is_some_and(|at| now - at < TOUCH) {
        return Ok(());
    }
    conn.bookkeep(&found.scope(), |tx| {
        diesel::update(credentials::table.find((found.organisation.0, found.id.0)))
            .set(credentials::last_used_at.eq(now))
            .execute(tx.conn())?;
        Ok(())
    })
}
