//! The roles in PostgreSQL: who owns the schema, who serves, and who may look past a tenant's wall for one answer.
//!
//! - `vouch_owner` owns the tables and runs migrations; it never serves, and inherits nothing.
//! - `vouch_app` serves; it has the grants that the migrations give it, makes nothing and bypasses nothing.
//! - `vouch_definer` cannot log in; it owns the few functions that look before a tenant is known.
//!
//! The embedded database makes them by itself. Elsewhere the operator does, with [`roles_sql`].

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};

/// The role that owns functions and cannot log in.
pub(crate) const DEFINER: &str = "vouch_definer";
pub(crate) const MAKE_DEFINER: &str = "CREATE ROLE vouch_definer NOLOGIN";
/// The owner hands functions over to it, and must be a member for that; but it inherits nothing from it, so that a
/// session of the owner sees no tenant's rows without naming the tenant. Before the grant, since from version 16 on each
/// grant keeps what the role had then.
pub(crate) const NO_INHERIT: &str = "ALTER ROLE vouch_owner NOINHERIT";
pub(crate) const GRANT_DEFINER: &str = "GRANT vouch_definer TO vouch_owner";
pub(crate) const MAKE_DATABASE: &str =
    "CREATE DATABASE vouch OWNER vouch_owner ENCODING 'UTF8' TEMPLATE template0";
pub(crate) const CLOSE_DATABASE: &str = "REVOKE ALL ON DATABASE vouch FROM PUBLIC;
GRANT CONNECT ON DATABASE vouch TO vouch_app";
pub(crate) const SCHEMA: &str = "ALTER SCHEMA public OWNER TO vouch_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO vouch_app;
GRANT USAGE, CREATE ON SCHEMA public TO vouch_definer";

/// What an operator runs once, with psql as a superuser, on a PostgreSQL of their own.
pub fn roles_sql() -> String {
    format!(
        "{MAKE_DEFINER};
CREATE ROLE vouch_owner LOGIN NOINHERIT PASSWORD 'choose one';
CREATE ROLE vouch_app LOGIN PASSWORD 'choose another';
{GRANT_DEFINER};
{MAKE_DATABASE};
{CLOSE_DATABASE};
\\connect vouch
{SCHEMA};
"
    )
}

/// Why these roles may not be used.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    /// One of the two addresses does not lead to a database.
    #[error("{which} does not connect: {source}")]
    Connect {
        /// The setting.
        which: &'static str,
        /// What PostgreSQL or libpq said; they leave the password out.
        source: ConnectionError,
    },
    /// A look at the catalogue failed.
    #[error("{which} connects, but its roles cannot be read: {source}")]
    Read {
        /// The setting.
        which: &'static str,
        /// What PostgreSQL said.
        source: diesel::result::Error,
    },
    /// One role for both.
    #[error(
        "DATABASE_URL and VOUCH_OWNER_URL use one role ({0}): the role that serves must not own the schema"
    )]
    SameRole(String),
    /// Two databases.
    #[error(
        "DATABASE_URL leads to the database {app}, VOUCH_OWNER_URL to {owner}: they must be one"
    )]
    OtherDatabase {
        /// Where the server would go.
        app: String,
        /// Where migrations would go.
        owner: String,
    },
    /// The serving role could undo what the walls are for.
    #[error("the role {role} of DATABASE_URL {power}: use a role that cannot")]
    TooMighty {
        /// The role.
        role: String,
        /// What it may do.
        power: &'static str,
    },
    /// The owner is not a member of the definer, or that is not there.
    #[error("the role {0} of VOUCH_OWNER_URL is not a member of vouch_definer")]
    NoDefiner(String),
    /// The owner has the definer's rights without asking for them.
    #[error(
        "the role {0} of VOUCH_OWNER_URL inherits vouch_definer, which sees every tenant: as a superuser, REVOKE vouch_definer FROM {0}; ALTER ROLE {0} NOINHERIT; GRANT vouch_definer TO {0}"
    )]
    Inherits(String),
    /// Tables of tenants without their wall.
    #[error(
        "row-level security is not enabled and forced on {0}: the server does not start on such a database"
    )]
    NoWall(String),
}

#[derive(QueryableByName)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one answer of the catalogue"
)]
struct Who {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    bypasses: bool,
    #[diesel(sql_type = Bool)]
    owns: bool,
    #[diesel(sql_type = Bool)]
    definer: bool,
    #[diesel(sql_type = Bool)]
    inherits: bool,
    #[diesel(sql_type = Array<Text>)]
    open_tables: Vec<String>,
}

/// A membership counts like the power itself, since SET ROLE is one statement away.
const WHO: &str = "SELECT current_user::text AS role, current_database()::text AS database,
    EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(current_user, r.oid, 'MEMBER')) AS superuser,
    EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(current_user, r.oid, 'MEMBER')) AS bypasses,
    EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND pg_has_role(current_user, d.datdba, 'MEMBER'))
      OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns,
    EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'vouch_definer' AND pg_has_role(current_user, r.oid, 'MEMBER')) AS definer,
    EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'vouch_definer' AND pg_has_role(current_user, r.oid, 'USAGE')) AS inherits,
    ARRAY(SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
          AND c.relname <> ALL ($1) ORDER BY 1) AS open_tables";

/// Tables that are read before a tenant is known, or by the worker: they hold no personal data, only hashes and ids.
const BEFORE_A_TENANT: &[&str] = &[
    "credential_index",
    "jobs",
    "onboard_index",
    "sessions",
    "sign_in_delays",
    "sign_ins",
    "uploads",
    "webhook_lanes",
    "webhook_queue",
];

fn who(which: &'static str, url: &str) -> Result<Who, RolesError> {
    let mut connection =
        PgConnection::establish(url).map_err(|source| RolesError::Connect { which, source })?;
    who_on(which, &mut connection)
}

fn who_on(which: &'static str, connection: &mut PgConnection) -> Result<Who, RolesError> {
    diesel::sql_query(WHO)
        .bind::<Array<Text>, _>(BEFORE_A_TENANT)
        .get_result(connection)
        .map_err(|source| RolesError::Read { which, source })
}

/// Whether an external database has the two roles that it must have, before anything is migrated. Returns the name of
/// the role that serves: the migrations grant to it.
pub fn check_two_roles(owner_url: &str, app_url: &str) -> Result<String, RolesError> {
    let owner = who("VOUCH_OWNER_URL", owner_url)?;
    let app = who("DATABASE_URL", app_url)?;
    if owner.role == app.role {
        return Err(RolesError::SameRole(app.role));
    }
    if owner.database != app.database {
        return Err(RolesError::OtherDatabase {
            app: app.database,
            owner: owner.database,
        });
    }
    if !owner.definer {
        return Err(RolesError::NoDefiner(owner.role));
    }
    if owner.inherits {
        return Err(RolesError::Inherits(owner.role));
    }
    weak_enough(app)
}

/// Whether the server may serve as the role of `app_url`: not as a superuser, not past row-level security, not as an
/// owner, and not on a database where a tenant's table has lost its wall.
pub fn check_serving_role(app_url: &str) -> Result<(), RolesError> {
    may_serve(who("DATABASE_URL", app_url)?)
}

/// The same over a connection of the serving role.
pub fn check_serving(app: &mut PgConnection) -> Result<(), RolesError> {
    may_serve(who_on("DATABASE_URL", app)?)
}

fn may_serve(app: Who) -> Result<(), RolesError> {
    let open = app.open_tables.join(", ");
    weak_enough(app)?;
    if open.is_empty() {
        Ok(())
    } else {
        Err(RolesError::NoWall(open))
    }
}

fn weak_enough(app: Who) -> Result<String, RolesError> {
    let power = if app.superuser {
        "is a superuser"
    } else if app.bypasses {
        "bypasses row-level security"
    } else if app.owns {
        "owns the database or a table of it"
    } else if app.definer {
        "is a member of vouch_definer, which sees every tenant"
    } else {
        return Ok(app.role);
    };
    Err(RolesError::TooMighty {
        role: app.role,
        power,
    })
}
