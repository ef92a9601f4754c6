//! The names of the colleagues and branches that a page about a customer mentions.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    db::Read,
    error::Result,
    schema::{branches, staff},
    value::{BranchId, StaffId},
};

/// Names by id; whoever is unknown is left out.
pub fn names(tx: &mut Read<'_>, mut ids: Vec<Uuid>) -> Result<HashMap<Uuid, String>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let tenant = tx.scope().organisation();
    let rows: Vec<(StaffId, String)> = staff::table
        .filter(staff::organisation_id.eq(tenant))
        .filter(staff::id.eq_any(ids))
        .select((staff::id, staff::name))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name)| (id.0, name)).collect())
}

/// A branch's name.
pub fn branch(tx: &mut Read<'_>, id: BranchId) -> Result<String> {
    let tenant = tx.scope().organisation();
    Ok(branches::table
        .filter(branches::organisation_id.eq(tenant))
        .filter(branches::id.eq(id))
        .select(branches::name)
        .first(tx.conn())?)
}

/// The branches of the scope, by name, for a form to choose from: id and name.
pub fn branches(tx: &mut Read<'_>) -> Result<Vec<(String, String)>> {
    let tenant = tx.scope().organisation();
    let rows: Vec<(BranchId, String)> = branches::table
        .filter(branches::organisation_id.eq(tenant))
        .order((branches::name, branches::id))
        .select((branches::id, branches::name))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .filter(|(id, _)| tx.scope().covers(*id))
        .map(|(id, name)| (id.to_string(), name))
        .collect())
}
