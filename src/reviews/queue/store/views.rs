//! Saved views in the database.

use diesel::prelude::*;

use crate::{
    access::permissions::Role,
    db::{Change, Read},
    error::{Error, Result},
    schema::{default_views, saved_views},
    stored_words,
    value::{StaffId, ViewId},
};

stored_words! {
    /// For whom a view is kept.
    Scope {
        /// For whoever saved it.
        Mine = "mine",
        /// For all colleagues.
        Team = "team",
    }
}

/// A list with its filters, under a name.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = saved_views)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct View {
    pub id: ViewId,
    pub staff_id: StaffId,
    pub scope: Scope,
    pub name: String,
    pub query: String,
}

/// So many of one member, whoever sees them.
pub const MOST: i64 = 50;
/// So many that all colleagues see.
pub const MOST_OF_TEAM: i64 = 100;

/// The member's own and the team's, by name: all of them, since no more are kept of either than is said above.
pub fn in_sight(tx: &mut Read<'_>, me: StaffId) -> Result<Vec<View>> {
    let tenant = tx.scope().organisation();
    Ok(saved_views::table
        .filter(saved_views::organisation_id.eq(tenant))
        .filter(
            saved_views::staff_id
                .eq(me)
                .or(saved_views::scope.eq(Scope::Team)),
        )
        .order((saved_views::name, saved_views::id))
        .select(View::as_select())
        .load(tx.conn())?)
}

/// Holds what the roles of the organisation see first until the end of the change: two who choose at once would else both
/// tell of what stood there before, and a view could be chosen while it is removed.
pub fn hold_defaults(tx: &mut Change<'_>) -> Result<()> {
    let name = format!("default views of {}", tx.scope().organisation());
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<diesel::sql_types::Text, _>(name)
        .execute(tx.conn())?;
    Ok(())
}

/// The view that a role sees first, where an admin chose one.
pub fn default_of(tx: &mut Read<'_>, role: Role) -> Result<Option<View>> {
    let tenant = tx.scope().organisation();
    Ok(default_views::table
        .inner_join(
            saved_views::table.on(saved_views::organisation_id
                .eq(default_views::organisation_id)
                .and(saved_views::id.eq(default_views::view_id))),
        )
        .filter(default_views::organisation_id.eq(tenant))
        .filter(default_views::role.eq(role))
        .filter(saved_views::scope.eq(Scope::Team))
        .select(View::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Role and view of every choice.
pub fn defaults(tx: &mut Read<'_>) -> Result<Vec<(Role, ViewId)>> {
    let tenant = tx.scope().organisation();
    Ok(default_views::table
        .filter(default_views::organisation_id.eq(tenant))
        .order(default_views::role)
        .select((default_views::role, default_views::view_id))
        .load(tx.conn())?)
}

/// One of the team's, whoever saved it; anything else is not found.
pub fn of_team(tx: &mut Read<'_>, id: ViewId) -> Result<View> {
    let tenant = tx.scope().organisation();
    saved_views::table
        .filter(saved_views::organisation_id.eq(tenant))
        .filter(saved_views::id.eq(id))
        .filter(saved_views::scope.eq(Scope::Team))
        .select(View::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// From now on a role sees this view first.
pub fn prefer(tx: &mut Change<'_>, role: Role, id: ViewId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::insert_into(default_views::table)
        .values((
            default_views::organisation_id.eq(tenant),
            default_views::role.eq(role),
            default_views::view_id.eq(id),
        ))
        .on_conflict((default_views::organisation_id, default_views::role))
        .do_update()
        .set(default_views::view_id.eq(id))
        .execute(tx.conn())?;
    Ok(())
}

/// From now on a role sees first what is built in.
pub fn prefer_none(tx: &mut Change<'_>, role: Role) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::delete(
        default_views::table
            .filter(default_views::organisation_id.eq(tenant))
            .filter(default_views::role.eq(role)),
    )
    .execute(tx.conn())?;
    Ok(())
}

/// How many the member has saved.
pub fn count_of(tx: &mut Read<'_>, me: StaffId) -> Result<i64> {
    let tenant = tx.scope().organisation();
    Ok(saved_views::table
        .filter(saved_views::organisation_id.eq(tenant))
        .filter(saved_views::staff_id.eq(me))
        .count()
        .get_result(tx.conn())?)
}

/// How many all colleagues see.
pub fn count_of_team(tx: &mut Read<'_>) -> Result<i64> {
    let tenant = tx.scope().organisation();
    Ok(saved_views::table
        .filter(saved_views::organisation_id.eq(tenant))
        .filter(saved_views::scope.eq(Scope::Team))
        .count()
        .get_result(tx.conn())?)
}

/// One of the member's own; another's is not found.
pub fn own(tx: &mut Read<'_>, me: StaffId, id: ViewId) -> Result<View> {
    let tenant = tx.scope().organisation();
    saved_views::table
        .filter(saved_views::organisation_id.eq(tenant))
        .filter(saved_views::id.eq(id))
        .filter(saved_views::staff_id.eq(me))
        .select(View::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// Adds one.
pub fn add(tx: &mut Change<'_>, view: &View) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::insert_into(saved_views::table)
        .values((
            saved_views::organisation_id.eq(tenant),
            saved_views::id.eq(view.id),
            saved_views::staff_id.eq(view.staff_id),
            saved_views::scope.eq(view.scope),
            saved_views::name.eq(&view.name),
            saved_views::query.eq(&view.query),
            saved_views::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes one; one that is gone already is not found.
pub fn remove(tx: &mut Change<'_>, id: ViewId) -> Result<()> {
    let tenant = tx.scope().organisation();
    let removed = diesel::delete(
        saved_views::table
            .filter(saved_views::organisation_id.eq(tenant))
            .filter(saved_views::id.eq(id)),
    )
    .execute(tx.conn())?;
    if removed == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}
