//! What a numbered list looks for, and how the few who match are found without walking through all.

use diesel::{
    prelude::*,
    sql_types::{Array, Integer, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Searched, Wanted};
use crate::{
    customers::store::Condition, db::Read, error::Result, schema::customers, value::CustomerId,
};

diesel::define_sql_function! {
    /// Reads across the wall of row-level security by index, within the scope of the settings.
    fn customers_matching(words: Array<Text>, n: Integer) -> Array<SqlUuid>;
}

/// So many are told by their ids; where more match, the list is walked through.
const FEW: usize = 1_000;
/// A word of fewer letters and digits has no trigram of its own.
const SHORT: usize = 3;

/// All among whom those are who match, by an index that row-level security would hide. Nothing where there are many, or
/// where the search looks into what that index does not hold.
pub(super) fn among(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Option<Vec<CustomerId>>> {
    let Some((fields, text)) = &wanted.contains else {
        return Ok(None);
    };
    let held = |field: &Searched| !matches!(field, Searched::Phone | Searched::Tag);
    let long = |word: &&str| word.chars().filter(|sign| sign.is_alphanumeric()).count() >= SHORT;
    // Who contains the text contains each of its words.
    let words: Vec<&str> = text.split_whitespace().filter(long).collect();
    if words.is_empty() || !fields.iter().all(held) {
        return Ok(None);
    }
    let most = i32::try_from(FEW + 1).unwrap_or(i32::MAX);
    let ids: Vec<Uuid> = diesel::select(customers_matching(words, most)).get_result(tx.conn())?;
    Ok((ids.len() <= FEW).then(|| ids.into_iter().map(CustomerId).collect()))
}

/// That any of the fields contains the text, in any case of letters.
pub(super) fn condition(fields: &[Searched], text: &str) -> Option<Condition> {
    let pattern = format!("%{}%", escaped(text));
    fields
        .iter()
        .map(|field| contains(*field, pattern.clone()))
        .reduce(|all, one| Box::new(all.or(one)))
}

fn contains(field: Searched, pattern: String) -> Condition {
    match field {
        // As it is shown, which is not what is stored where somebody has no name.
        Searched::Name => Box::new(customers::name.ilike(pattern)),
        Searched::FirstName => Box::new(customers::first_name.assume_not_null().ilike(pattern)),
        Searched::LastName => Box::new(customers::last_name.assume_not_null().ilike(pattern)),
        Searched::Email => Box::new(customers::email.assume_not_null().ilike(pattern)),
        Searched::Phone => Box::new(customers::phone.assume_not_null().ilike(pattern)),
        Searched::Tag => Box::new(customers::tag.assume_not_null().ilike(pattern)),
        Searched::TaxId => Box::new(customers::tax_id.assume_not_null().ilike(pattern)),
    }
}

/// The signs of a pattern stand for themselves.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|sign| {
            let own = matches!(sign, '\\' | '%' | '_').then_some('\\');
            own.into_iter().chain([sign])
        })
        .collect()
}
