//! Look-ups that come before a tenant is known, the rows of sessions, credentials and failed attempts.

pub mod credentials;
pub mod delays;
pub mod sessions;

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Bool, Bytea, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::session::{self, Factor, SignedIn, Token},
    db::Connection,
    error::{Error, Result},
    schema::sessions as rows,
    value::{DataKeyId, OrganisationId, SessionId, StaffId},
};

/// `SELECT … FROM session_by_token($1)`. Written as a query of its own, since Diesel prepares and keeps these, which
/// it never does for `sql_query`.
struct SessionByToken(Vec<u8>);

impl QueryId for SessionByToken {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for SessionByToken {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT session_id, organisation_id, staff_id, factor, created_at, last_seen_at, name, email, role, all_branches, branches, preferences, demo, has_code, data_key, wrapped_organisation_key, organisation_name, time_zone FROM session_by_token(");
        out.push_bind_param::<Bytea, _>(&self.0)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Query for SessionByToken {
    type SqlType = (
        SqlUuid,
        SqlUuid,
        SqlUuid,
        Text,
        Timestamptz,
        Timestamptz,
        Text,
        Text,
        Text,
        Bool,
        Array<SqlUuid>,
        Jsonb,
        Bool,
        Bool,
        SqlUuid,
        Nullable<Bytea>,
        Text,
        Text,
    );
}

impl RunQueryDsl<PgConnection> for SessionByToken {}

#[derive(Queryable)]
struct SessionRow {
    session: Uuid,
    organisation: Uuid,
    staff: Uuid,
    factor: String,
    created_at: chrono::DateTime<chrono::Utc>,
    last_seen_at: chrono::DateTime<chrono::Utc>,
    name: String,
    email: String,
    role: String,
    all_branches: bool,
    branches: Vec<Uuid>,
    preferences: serde_json::Value,
    demo: bool,
    has_code: bool,
    data_key: Uuid,
    wrapped_organisation_key: Option<Vec<u8>>,
    organisation_name: String,
    time_zone: String,
}

/// The session of a token and its owner, if both still stand. A disabled member has none.
pub fn signed_in(conn: &mut Connection, token: &Token) -> Result<Option<SignedIn>> {
    let now = conn.now();
    let row: Option<SessionRow> =
        conn.first(|conn| Ok(SessionByToken(token.hash()).get_result(conn).optional()?))?;
    let Some(row) = row.filter(|row| session::alive(row.created_at, row.last_seen_at, now)) else {
        return Ok(None);
    };
    let organisation = OrganisationId(row.organisation);
    conn.keys().learn(
        organisation,
        &row.wrapped_organisation_key.unwrap_or_default(),
    )?;
    let found = SignedIn {
        session: SessionId(row.session),
        factor: if row.factor == "full" {
            Factor::Full
        } else {
            Factor::Password
        },
        last_seen_at: row.last_seen_at,
        staff: StaffId(row.staff),
        name: row.name,
        email: row.email,
        role: row
            .role
            .parse()
            .map_err(|why: String| Error::Internal(anyhow::anyhow!(why)))?,
        organisation,
        organisation_name: row.organisation_name,
        time_zone: row.time_zone.parse().unwrap_or(chrono_tz::UTC),
        branches: session::branches(row.all_branches, row.branches),
        preferences: row.preferences,
        demo: row.demo,
        has_code: row.has_code,
        key: DataKeyId(row.data_key),
    };
    if now - found.last_seen_at >= session::TOUCH {
        diesel::update(rows::table.filter(rows::token_hash.eq(token.hash())))
            .set(rows::last_seen_at.eq(now))
            .execute(conn.bare())?;
    }
    Ok(Some(found))
}
