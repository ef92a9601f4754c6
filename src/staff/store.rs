//! Members of staff in the database.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    access::{permissions::Role, scope::Branches},
    db::{Change, Read},
    error::{Error, Result},
    organisations::store::unique,
    schema::{sessions, sign_ins, staff, staff_branches},
    value::{BranchId, DataKeyId, StaffId},
};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = staff)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Member {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub all_branches: bool,
    #[diesel(select_expression = staff::totp_sealed.is_not_null())]
    pub has_code: bool,
    /// A link to set a password waits to be used.
    #[diesel(select_expression = staff::password_hash.like("link:%"))]
    pub invited: Option<bool>,
    pub demo: bool,
    pub data_key: DataKeyId,
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub version: i32,
}

/// The members of the organisation: who still may sign in first, then by name.
pub fn all(tx: &mut Read<'_>) -> Result<Vec<Member>> {
    let organisation = tx.scope().organisation();
    Ok(staff::table
        .filter(staff::organisation_id.eq(organisation.0))
        .order((staff::disabled_at.is_not_null(), staff::name, staff::id))
        .select(Member::as_select())
        .limit(10_000)
        .load(tx.conn())?)
}

/// One member.
pub fn member(tx: &mut Read<'_>, id: StaffId) -> Result<Member> {
    let organisation = tx.scope().organisation();
    Ok(staff::table
        .find((organisation.0, id.0))
        .select(Member::as_select())
        .first(tx.conn())?)
}

/// Names by id, for pages that mention colleagues: a member is known to all of them, whatever their branches. Whoever is
/// unknown is left out.
pub fn names(tx: &mut Read<'_>, mut ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let organisation = tx.scope().organisation();
    let rows: Vec<(Uuid, String)> = staff::table
        .filter(staff::organisation_id.eq(organisation.0))
        .filter(staff::id.eq_any(ids))
        .select((staff::id, staff::name))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Each member's branches, for members who do not have all.
pub fn branches_of_all(tx: &mut Read<'_>) -> Result<Vec<(StaffId, BranchId)>> {
    let organisation = tx.scope().organisation();
    Ok(staff_branches::table
        .filter(staff_branches::organisation_id.eq(organisation.0))
        .select((staff_branches::staff_id, staff_branches::branch_id))
        .load(tx.conn())?)
}

/// One member's branches.
pub fn branches(tx: &mut Read<'_>, member: &Member) -> Result<Branches> {
    if member.all_branches {
        return Ok(Branches::All);
    }
    let organisation = tx.scope().organisation();
    let ids = staff_branches::table
        .filter(staff_branches::organisation_id.eq(organisation.0))
        .filter(staff_branches::staff_id.eq(member.id.0))
        .order(staff_branches::branch_id)
        .select(staff_branches::branch_id)
        .load(tx.conn())?;
    Ok(Branches::Only(ids))
}

/// When members were last at work, of those who are signed in now.
pub fn last_seen(tx: &mut Read<'_>) -> Result<Vec<(StaffId, Option<DateTime<Utc>>)>> {
    let organisation = tx.scope().organisation();
    Ok(sessions::table
        .filter(sessions::organisation_id.eq(organisation.0))
        .group_by(sessions::staff_id)
        .select((sessions::staff_id, diesel::dsl::max(sessions::last_seen_at)))
        .load(tx.conn())?)
}

/// What a new member's row holds.
pub struct Row<'a> {
    /// Their id.
    pub id: StaffId,
    /// The key under which what is personal of theirs is sealed.
    pub data_key: DataKeyId,
    /// E-mail.
    pub email: &'a str,
    /// Name.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// Branches.
    pub branches: &'a Branches,
    /// Password hash; without one they cannot sign in yet.
    pub password_hash: Option<&'a str>,
    /// A demo account.
    pub demo: bool,
}

/// Adds a member. The e-mail must be free in the installation.
pub fn add(tx: &mut Change<'_>, row: &Row<'_>) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::insert_into(staff::table)
        .values((
            staff::organisation_id.eq(organisation.0),
            staff::id.eq(row.id.0),
            staff::email.eq(row.email),
            staff::name.eq(row.name),
            staff::role.eq(row.role.as_str()),
            staff::all_branches.eq(*row.branches == Branches::All),
            staff::password_hash.eq(row.password_hash),
            staff::demo.eq(row.demo),
            staff::data_key.eq(row.data_key.0),
            staff::created_at.eq(now),
            staff::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    let index = tx.keys().secret().email_index(row.email).to_vec();
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::email_hmac.eq(index),
            sign_ins::organisation_id.eq(organisation.0),
            sign_ins::staff_id.eq(row.id.0),
        ))
        .execute(tx.conn())
        .map_err(|error| {
            unique(error, || {
                Error::field("email", "Somebody signs in with this address already.")
            })
        })?;
    set_branches(tx, row.id, row.branches)
}

/// Changes name, role and branches. A version that is not the latest changes nothing.
pub fn change(
    tx: &mut Change<'_>,
    member: &Member,
    name: &str,
    role: Role,
    branches: &Branches,
) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    let changed = diesel::update(
        staff::table
            .filter(staff::organisation_id.eq(organisation.0))
            .filter(staff::id.eq(member.id.0))
            .filter(staff::version.eq(member.version)),
    )
    .set((
        staff::name.eq(name),
        staff::role.eq(role.as_str()),
        staff::all_branches.eq(*branches == Branches::All),
        staff::updated_at.eq(now),
        staff::version.eq(staff::version + 1),
    ))
    .execute(tx.conn())?;
    if changed == 0 {
        return Err(Error::Conflict(
            "Somebody else changed this member meanwhile. Look again.".into(),
        ));
    }
    set_branches(tx, member.id, branches)
}

fn set_branches(tx: &mut Change<'_>, id: StaffId, branches: &Branches) -> Result<()> {
    let organisation = tx.scope().organisation();
    diesel::delete(
        staff_branches::table
            .filter(staff_branches::organisation_id.eq(organisation.0))
            .filter(staff_branches::staff_id.eq(id.0)),
    )
    .execute(tx.conn())?;
    let Branches::Only(list) = branches else {
        return Ok(());
    };
    let rows: Vec<_> = list
        .iter()
        .map(|branch| {
            (
                staff_branches::organisation_id.eq(organisation.0),
                staff_branches::staff_id.eq(id.0),
                staff_branches::branch_id.eq(branch.0),
            )
        })
        .collect();
    diesel::insert_into(staff_branches::table)
        .values(rows)
        .execute(tx.conn())?;
    Ok(())
}

/// Sets the end of a member's work: now.
pub fn disable(tx: &mut Change<'_>, id: StaffId) -> Result<()> {
    let (organisation, now) = (tx.scope().organisation(), tx.now());
    diesel::update(staff::table.find((organisation.0, id.0)))
        .set((
            staff::disabled_at.eq(now),
            staff::updated_at.eq(now),
            staff::version.eq(staff::version + 1),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Stores how a member wants the desk to look.
pub fn set_preferences(
    tx: &mut Change<'_>,
    id: StaffId,
    preferences: &serde_json::Value,
) -> Result<()> {
    let organisation = tx.scope().organisation();
    diesel::update(staff::table.find((organisation.0, id.0)))
        .set(staff::preferences.eq(preferences))
        .execute(tx.conn())?;
    Ok(())
}

/// Whether a member may decide reviews of a branch: neither disabled nor an auditor, and at work there.
pub fn works_at(tx: &mut Read<'_>, id: StaffId, branch: BranchId) -> Result<bool> {
    let member = member(tx, id)?;
    let decides = member.disabled_at.is_none() && member.role != Role::Auditor;
    Ok(decides
        && match branches(tx, &member)? {
            Branches::All => true,
            Branches::Only(list) => list.contains(&branch),
        })
}

/// Holds a member's row until the end of the change: whoever disables or moves them meanwhile waits, and then sees what was
/// given to them. Locked before any review, as there.
pub fn hold(tx: &mut Change<'_>, id: StaffId) -> Result<()> {
    let organisation = tx.scope().organisation();
    staff::table
        .find((organisation.0, id.0))
        .select(staff::id)
        .for_share()
        .first::<Uuid>(tx.conn())?;
    Ok(())
}

/// Whoever may decide reviews of a branch in scope, by name.
pub fn deciding(tx: &mut Read<'_>) -> Result<Vec<(StaffId, String)>> {
    let scope = tx.scope().clone();
    let mut query = staff::table
        .filter(staff::organisation_id.eq(scope.organisation().0))
        .filter(staff::disabled_at.is_null())
        .filter(staff::role.ne(Role::Auditor.as_str()))
        .order((staff::name, staff::id))
        .limit(1_000)
        .select((staff::id, staff::name))
        .into_boxed();
    if let Branches::Only(list) = scope.branches() {
        let there = staff_branches::table
            .filter(staff_branches::organisation_id.eq(scope.organisation().0))
            .filter(staff_branches::branch_id.eq_any(list.clone()))
            .select(staff_branches::staff_id);
        query = query.filter(staff::all_branches.or(staff::id.eq_any(there)));
    }
    Ok(query.load(tx.conn())?)
}
