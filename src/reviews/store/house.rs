//! What a round needs to know of the organisation.

use diesel::prelude::*;

use crate::{
    db::Read,
    error::Result,
    schema::{branches, organisations},
    value::BranchId,
};

/// The code of a branch.
pub fn branch_code(tx: &mut Read<'_>, id: BranchId) -> Result<String> {
    let tenant = tx.scope().organisation();
    Ok(branches::table
        .filter(branches::organisation_id.eq(tenant))
        .filter(branches::id.eq(id))
        .select(branches::code)
        .first(tx.conn())?)
}

/// The zone in which the organisation's days begin.
pub fn time_zone(tx: &mut Read<'_>) -> Result<chrono_tz::Tz> {
    let tenant = tx.scope().organisation();
    let name: String = organisations::table
        .find(tenant)
        .select(organisations::time_zone)
        .first(tx.conn())?;
    Ok(name.parse().unwrap_or(chrono_tz::UTC))
}
