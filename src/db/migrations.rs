//! The schema's history: applied by the owner, compared by whoever serves.

use std::collections::HashSet;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration, as it was when this program was built.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Applies what is missing, as the owner, and grants the role that serves (`app_role`) what it needs. Returns the
/// names of those applied now, oldest first.
pub fn apply(owner_url: &str, app_role: &str) -> anyhow::Result<Vec<String>> {
    let mut owner = PgConnection::establish(owner_url)?;
    // Two that migrate at once take turns; the second finds nothing to do. The number is ours alone.
    owner.batch_execute("SELECT pg_advisory_lock(7820141650)")?;
    diesel::sql_query("SELECT set_config('vouch.app_role', $1, false)")
        .bind::<Text, _>(app_role)
        .execute(&mut owner)?;
    let applied: Vec<String> = owner
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("a migration failed: {error}"))?
        .iter()
        .map(ToString::to_string)
        .collect();
    let quoted = app_role.replace('"', "\"\"");
    owner.batch_execute(&format!(
        "GRANT SELECT ON __diesel_schema_migrations TO \"{quoted}\""
    ))?;
    Ok(applied)
}

/// The migrations that the database of the serving role does not have yet, oldest first: all of them, when it has no
/// table of migrations that this role may read.
pub fn missing(app_url: &str) -> anyhow::Result<Vec<String>> {
    missing_on(&mut PgConnection::establish(app_url)?)
}

/// The same over a connection of the serving role.
pub fn missing_on(app: &mut PgConnection) -> anyhow::Result<Vec<String>> {
    let applied: HashSet<String> =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations")
            .load::<Applied>(app)
            .unwrap_or_default()
            .into_iter()
            .map(|row| row.version)
            .collect();
    let known: Vec<Box<dyn Migration<Pg>>> = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("the migrations of this program are damaged: {error}"))?;
    Ok(known
        .iter()
        .map(|migration| migration.name().version().to_string())
        .filter(|version| !applied.contains(version))
        .collect())
}
