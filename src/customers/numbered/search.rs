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

diesel::define_sql_function! {
    /// Without accents and in small letters, as the index has it.
    fn fold(value: Text) -> Text;
}

/// So many are told by their ids; where more match, the list is walked through.
const FEW: usize = 1_000;
/// A word of fewer letters and digits has no trigram of its own.
const SHORT: usize = 3;

/// Whether the folded text of a customer holds what stands in a field.
const fn held(field: Searched) -> bool {
    !matches!(field, Searched::Phone | Searched::Tag)
}

/// The words that the index knows: who contains the text contains each of them.
fn indexed(text: &str) -> Vec<&str> {
    let long = |word: &&str| word.chars().filter(|sign| sign.is_alphanumeric()).count() >= SHORT;
    text.split_whitespace().filter(long).collect()
}

/// All among whom those are who match, where they are few: by an index that row-level security would hide, or, where the
/// search looks into what that index does not hold, by one walk, which ends as soon as they are many.
pub(super) fn among(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Option<Vec<CustomerId>>> {
    let Some((fields, text)) = &wanted.contains else {
        return Ok(None);
    };
    let words = indexed(text);
    let ids: Vec<CustomerId> = if words.is_empty() || !fields.iter().all(|one| held(*one)) {
        customers::table
            .filter(super::condition(tx, wanted, None))
            .select(customers::id)
            .limit(i64::try_from(FEW + 1).unwrap_or(i64::MAX))
            .load(tx.conn())?
    } else {
        let most = i32::try_from(FEW + 1).unwrap_or(i32::MAX);
        let ids: Vec<Uuid> =
            diesel::select(customers_matching(words, most)).get_result(tx.conn())?;
        ids.into_iter().map(CustomerId).collect()
    };
    Ok((ids.len() <= FEW).then_some(ids))
}

/// That any of the fields contains the text, in any case of letters.
pub(super) fn condition(fields: &[Searched], text: &str) -> Option<Condition> {
    let pattern = format!("%{}%", escaped(text));
    let any = |those: fn(Searched) -> bool| {
        fields
            .iter()
            .filter(|field| those(**field))
            .map(|field| contains(*field, pattern.clone()))
            .reduce(|all, one| Box::new(all.or(one)))
    };
    // The folded text is asked first, which is many times faster than to ignore the case of each field.
    let held_ones = any(held).map(|any| {
        text.split_whitespace().fold(any, |any, word| -> Condition {
            let word = fold(format!("%{}%", escaped(word)));
            Box::new(customers::search.like(word).and(any))
        })
    });
    match (held_ones, any(|field| !held(field))) {
        (Some(one), Some(other)) => Some(Box::new(one.or(other))),
        (one, other) => one.or(other),
    }
}

fn contains(field: Searched, pattern: String) -> Condition {
    match field {
        // As it is shown, which is not what is stored where somebody has no name.
        Searched::Name => Box::new(customers::name.ilike(pattern)),
        Searched::FirstName => Box::new(customers::first_name.assume_not_null().ilike(pattern)),
        Searched::LastName => Box::new(customers::last_name.assume_not_null().ilike(pattern)),
        Searched::Email => Box::new(customers::email.assume_not_null().ilike(pattern)),
        // No letter stands in it.
        Searched::Phone => Box::new(customers::phone.assume_not_null().like(pattern)),
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
