//! Who stands behind a company: its required members, and those of the members that are companies themselves.

use diesel::prelude::*;

use crate::{
    customers::{
        relations as members,
        rules::{Kind, Kyc},
    },
    db::Read,
    error::Result,
    reviews::rules,
    schema::{customers, relations},
    value::CustomerId,
};

/// Members without whom a company is not validated.
const REQUIRED: [&str; 4] = [
    "legal_representative",
    "director",
    "shareholder",
    "beneficial_owner",
];

/// Those who are not accepted yet, in the order of their ids, in whatever branch. Whoever is accepted is not looked
/// behind: that was done when they were.
pub fn incomplete(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    let (mut found, mut companies) = (Vec::new(), vec![company]);
    while let Some(parent) = companies.pop() {
        let child = customers::organisation_id
            .eq(relations::organisation_id)
            .and(customers::id.eq(relations::child_id));
        let members: Vec<(CustomerId, Kind, Kyc)> = relations::table
            .inner_join(customers::table.on(child))
            .filter(relations::organisation_id.eq(tenant))
            .filter(relations::parent_id.eq(parent))
            .filter(relations::role.eq_any(REQUIRED))
            .select((customers::id, customers::kind, customers::kyc))
            .load(tx.conn())?;
        for (id, kind, kyc) in members {
            // A company never stands behind itself, but two may share somebody.
            if id == company || rules::member_complete(kyc) || found.contains(&id) {
                continue;
            }
            found.push(id);
            if kind == Kind::Legal {
                companies.push(id);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Whom a company takes along when it is asked for or taken back: those, and its own members whatever they are to it and
/// however they stand; in the order of their ids, in which they are held everywhere, since two companies may share some.
pub fn along(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let mut found = incomplete(tx, company)?;
    let own = members::below(tx, company)?;
    found.extend(own.iter().map(|relation| relation.child_id));
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Those who are not accepted yet, with their versions.
pub fn versions(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<(CustomerId, i32)>> {
    let found = incomplete(tx, company)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(found))
        .select((customers::id, customers::version))
        .load(tx.conn())?)
}
