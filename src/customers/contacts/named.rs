//! Who is there because a company's own system named them, so that nobody takes them for a customer of its own.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{db::Read, error::Result, schema::relations, value::CustomerId};

/// Of these customers, those whom a company's own system named as acting for it, in whatever branch the company lies. Each was
/// made so: nobody who was there before is named.
pub(super) fn named(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    let tenant = tx.scope().organisation();
    let found: Vec<CustomerId> = relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq_any(ids.to_vec()))
        .filter(relations::named_at.is_not_null())
        .select(relations::child_id)
        .load(tx.conn())?;
    Ok(found.into_iter().collect())
}
