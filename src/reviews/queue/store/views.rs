//! Saved views in the database.

use diesel::prelude::*;

use crate::{
    db::{Change, Read},
    error::{Error, Result},
    schema::saved_views,
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

/// So many of one member, and so many in sight.
pub const MOST: i64 = 50;

/// The member's own and the team's, by name.
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
        .limit(2 * MOST)
        .select(View::as_select())
        .load(tx.conn())?)
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
