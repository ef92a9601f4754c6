//! Organisations and branches in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::scope::{Branches, Scope},
    db::{Change, Connection, Read},
    error::{Error, Result},
    schema::{branches, organisations},
    value::{BranchId, OrganisationId},
};

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = branches)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Branch {
    pub id: BranchId,
    pub code: String,
    pub name: String,
}

/// The branches within a scope, by name. There are few: one organisation's offices.
pub fn branches(tx: &mut Read<'_>) -> Result<Vec<Branch>> {
    let scope = tx.scope().clone();
    let mut query = visible(&scope)
        .select(Branch::as_select())
        .order((branches::name, branches::code))
        .limit(10_000);
    if let Branches::Only(list) = scope.branches() {
        query = query.filter(branches::id.eq_any(list.clone()));
    }
    Ok(query.load(tx.conn())?)
}

/// One branch within a scope.
pub fn branch(tx: &mut Read<'_>, id: BranchId) -> Result<Branch> {
    let scope = tx.scope().clone();
    if !scope.covers(id) {
        return Err(Error::NotFound);
    }
    Ok(visible(&scope)
        .filter(branches::id.eq(id))
        .select(Branch::as_select())
        .first(tx.conn())?)
}

/// The branch with this code.
pub fn branch_by_code(tx: &mut Read<'_>, code: &str) -> Result<Option<Branch>> {
    let scope = tx.scope().clone();
    Ok(visible(&scope)
        .filter(branches::code.eq(code.to_owned()))
        .select(Branch::as_select())
        .first(tx.conn())
        .optional()?)
}

#[diesel::dsl::auto_type]
fn of_organisation(id: uuid::Uuid) -> _ {
    branches::table.filter(branches::organisation_id.eq(id))
}

fn visible(scope: &Scope) -> diesel::dsl::IntoBoxed<'static, of_organisation, diesel::pg::Pg> {
    of_organisation(scope.organisation().0).into_boxed()
}

/// Holds the organisation's codes of branches until the end of the change: who adds one waits here for whoever else does,
/// and then sees what that one added.
pub fn hold_codes(tx: &mut Change<'_>) -> Result<()> {
    let lock = format!("branch codes {}", tx.scope().organisation());
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<diesel::sql_types::Text, _>(lock)
        .execute(tx.conn())?;
    Ok(())
}

/// Adds a branch. Its code must be free.
pub fn add_branch(tx: &mut Change<'_>, id: BranchId, code: &str, name: &str) -> Result<()> {
    hold_codes(tx)?;
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    if branch_by_code(tx, code)?.is_some() {
        return Err(taken());
    }
    diesel::insert_into(branches::table)
        .values((
            branches::organisation_id.eq(organisation.0),
            branches::id.eq(id.0),
            branches::code.eq(code),
            branches::name.eq(name),
            branches::created_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(|error| unique(error, taken))?;
    Ok(())
}

fn taken() -> Error {
    Error::field("code", "Another branch has this code.")
}

/// A broken uniqueness is the asker's to mend; anything else is not.
pub(crate) fn unique(error: diesel::result::Error, taken: impl FnOnce() -> Error) -> Error {
    use diesel::result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError};
    match error {
        DatabaseError(UniqueViolation, _) => taken(),
        other => other.into(),
    }
}

/// Renames a branch.
pub fn rename_branch(tx: &mut Change<'_>, id: BranchId, name: &str) -> Result<()> {
    let organisation = tx.scope().organisation();
    diesel::update(branches::table.find((organisation.0, id.0)))
        .set(branches::name.eq(name))
        .execute(tx.conn())?;
    Ok(())
}

/// What a new organisation's row holds.
pub struct Row<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its time zone.
    pub time_zone: chrono_tz::Tz,
    /// Filled with demonstration data.
    pub demo: bool,
    /// The branch that takes customers for whom none was named; it must stand there at commit.
    pub default_branch: BranchId,
    /// Its key, wrapped.
    pub wrapped_key: Vec<u8>,
}

/// Adds the organisation of the scope. Only the role that owns the schema may.
pub fn add(tx: &mut Change<'_>, row: Row<'_>) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(organisation.0),
            organisations::name.eq(row.name),
            organisations::time_zone.eq(row.time_zone.name()),
            organisations::demo.eq(row.demo),
            organisations::default_branch.eq(row.default_branch.0),
            organisations::wrapped_key.eq(row.wrapped_key),
            organisations::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// An organisation as the command line lists it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organisations)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
    pub mode: String,
    pub time_zone: String,
    pub demo: bool,
    pub created_at: DateTime<Utc>,
}

/// All organisations but the installation itself, oldest first. Over a connection of the role that owns the schema;
/// any other sees none.
pub fn all(conn: &mut Connection) -> Result<Vec<Organisation>> {
    conn.first(|conn| {
        Ok(organisations::table
            .filter(organisations::id.ne(OrganisationId::INSTALLATION.0))
            .order(organisations::number)
            .select(Organisation::as_select())
            .load(conn)?)
    })
}

/// The number of the scope's organisation.
pub fn number(tx: &mut Read<'_>) -> Result<i64> {
    let organisation = tx.scope().organisation();
    Ok(organisations::table
        .find(organisation.0)
        .select(organisations::number)
        .first(tx.conn())?)
}

/// Whether the scope's organisation tries things out.
pub fn is_sandbox(tx: &mut Read<'_>) -> Result<bool> {
    let organisation = tx.scope().organisation();
    let mode: String = organisations::table
        .find(organisation.0)
        .select(organisations::mode)
        .first(tx.conn())?;
    Ok(mode == "sandbox")
}
