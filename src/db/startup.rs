//! What must be true of a database before the server starts on it: its schema is ours, the role may not reach around
//! the second wall, and each tenant's table has that wall.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use diesel_migrations::MigrationHarness;

use super::{Connection, migrations::MIGRATIONS};

/// Why the server does not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// The schema is older than the program.
    #[error("the database's schema is behind: run `vouch migrate`")]
    Behind,
    /// A superuser, or a role that reads past row-level security, or the owner.
    #[error(
        "DATABASE_URL must not be a superuser, the schema's owner or a role that bypasses row-level security"
    )]
    TooMighty,
    /// A tenant's table without the wall.
    #[error("table {0} has an organisation_id but no forced row-level security")]
    Unwalled(String),
    /// Could not ask.
    #[error("the database cannot be asked: {0}")]
    Unasked(String),
}

/// Found before a tenant is known, hold nothing personal, and are read by exact hash or by the worker.
const WITHOUT_WALL: &[&str] = &["sign_ins", "sessions", "credential_index", "jobs"];

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Checks all of it.
pub fn check(conn: &mut Connection) -> Result<(), StartupError> {
    let asked = |error: diesel::result::Error| StartupError::Unasked(error.to_string());
    let conn = conn.bare();
    if conn.has_pending_migration(MIGRATIONS).unwrap_or(true) {
        return Err(StartupError::Behind);
    }
    let mighty: Vec<Name> = sql_query(
        "SELECT rolname::text AS name FROM pg_roles WHERE rolname = current_user \
         AND (rolsuper OR rolbypassrls OR oid = (SELECT relowner FROM pg_class WHERE oid = 'customers'::regclass))",
    )
    .load(conn)
    .map_err(asked)?;
    if !mighty.is_empty() {
        return Err(StartupError::TooMighty);
    }
    let unwalled: Vec<Name> = sql_query(
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped \
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p' AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
    )
    .load(conn)
    .map_err(asked)?;
    match unwalled
        .into_iter()
        .find(|table| !WITHOUT_WALL.contains(&table.name.as_str()))
    {
        Some(table) => Err(StartupError::Unwalled(table.name)),
        None => Ok(()),
    }
}
