//! Other customers that an entry points to: the member of a company, whom somebody was merged into. The entry holds the
//! short id alone, so that a name is shown to whoever may see that customer and to nobody else, and an erasure of them
//! leaves no name behind.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::Value;

use crate::{access::scope::Branches, db::Read, error::Result, schema::customers};

/// The fields whose value is the short id of a customer.
const FIELDS: [&str; 4] = ["member", "merged_into", "merged_here", "other"];
/// Said of a customer whom the reader may not see.
const ELSEWHERE: &str = "somebody outside of your branches";

/// Puts names into what entries changed, as it is stored, where they point to customers.
pub fn name<'a>(tx: &mut Read<'_>, changes: impl IntoIterator<Item = &'a mut Value>) -> Result<()> {
    let mut pointers: Vec<&mut Value> = changes.into_iter().flat_map(pointers).collect();
    let ids: Vec<&str> = pointers.iter().filter_map(|id| id.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let names = names(tx, &ids)?;
    for pointer in &mut pointers {
        if let Value::String(id) = pointer {
            **pointer = match names.get(id) {
                Some(name) => format!("{name} ({id})").into(),
                None => ELSEWHERE.into(),
            };
        }
    }
    Ok(())
}

/// The sides of the fields of one entry that point to customers.
fn pointers(changes: &mut Value) -> impl Iterator<Item = &mut Value> {
    changes
        .as_object_mut()
        .into_iter()
        .flatten()
        .filter(|(field, _)| FIELDS.contains(&field.as_str()))
        .filter_map(|(_, change)| change.as_object_mut())
        .flat_map(|change| change.iter_mut().map(|(_, side)| side))
}

/// The names of those whom the reader may see, by short id.
fn names(tx: &mut Read<'_>, ids: &[&str]) -> Result<HashMap<String, String>> {
    let mut query = customers::table
        .filter(customers::organisation_id.eq(tx.scope().organisation()))
        .filter(customers::short_id.eq_any(ids))
        .select((customers::short_id, customers::name))
        .into_boxed();
    if let Branches::Only(list) = tx.scope().branches() {
        query = query.filter(customers::branch_id.eq_any(list.clone()));
    }
    Ok(query.load(tx.conn())?.into_iter().collect())
}
