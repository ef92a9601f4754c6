//! Numbers that somebody read off papers: two customers whose passports have one number are one person, or one of the
//! passports is false. Found by equality of the letters and digits, which an index answers.

use std::collections::BTreeSet;

use diesel::{dsl::exists, prelude::*};
use uuid::Uuid;

use crate::{
    customers::{relations::visible_ones, store::Customer},
    db::Read,
    error::Result,
    schema::{documents, extracted_fields as fields},
    value::CustomerId,
};

/// As `extracted_fields` names the number of a paper.
const NUMBER: &str = "document_number";
/// A paper that was taken back, often since it was handed in for somebody else: its number says nothing.
const TAKEN_BACK: &str = "canceled";
/// No more numbers of one customer are looked for.
const MOST_NUMBERS: i64 = 50;

/// Those who share them are read so many at a time, in scope or not.
const STEP: usize = 200;
/// No more than so many times: beyond, a number is no number but what somebody types where there is none.
const STEPS: usize = 50;

/// A number without the marks that people write into it, in one case: by these the database compares those of papers, tax IDs and
/// registration numbers.
pub fn number_key(number: &str) -> String {
    let kept = number.chars().filter(|one| one.is_alphanumeric());
    kept.flat_map(char::to_uppercase).collect()
}

/// One number of a paper, as it was read off on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameNumber {
    /// Off a paper of the customer who is looked at.
    pub own: String,
    /// Off a paper of the other.
    pub other: String,
}

/// Those in scope with a paper of the same number as one of this customer's, at most `most`, each with one such number.
/// Whoever was merged into another is left out, and whoever is `known` to be somebody else.
pub fn sharing(
    tx: &mut Read<'_>,
    id: CustomerId,
    known: &BTreeSet<CustomerId>,
    most: usize,
) -> Result<Vec<(Customer, SameNumber)>> {
    let tenant = tx.scope().organisation();
    let stands = || {
        exists(
            documents::table
                .filter(documents::organisation_id.eq(fields::organisation_id))
                .filter(documents::id.eq(fields::document_id))
                .filter(documents::status.ne(TAKEN_BACK)),
        )
    };
    let read_off = || {
        fields::table
            .filter(fields::organisation_id.eq(tenant))
            .filter(fields::field.eq(NUMBER))
            .filter(fields::match_key.ne(""))
            .filter(stands())
    };
    let own: Vec<(String, String)> = read_off()
        .filter(fields::customer_id.eq(id))
        .order((fields::match_key, fields::value))
        .limit(MOST_NUMBERS)
        .select((fields::match_key, fields::value))
        .load(tx.conn())?;
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = own.iter().map(|(key, _)| key.as_str()).collect();
    let mut found = Vec::new();
    let mut after = CustomerId(Uuid::nil());
    for _ in 0..STEPS {
        let step: Vec<(CustomerId, String, String)> = read_off()
            .filter(fields::customer_id.ne(id))
            .filter(fields::customer_id.gt(after))
            .filter(fields::match_key.eq_any(keys.clone()))
            .distinct_on(fields::customer_id)
            .order((fields::customer_id, fields::match_key, fields::value))
            .limit(i64::try_from(STEP).unwrap_or(i64::MAX))
            .select((fields::customer_id, fields::match_key, fields::value))
            .load(tx.conn())?;
        let Some((last, ..)) = step.last() else { break };
        after = *last;
        let whole = step.len() == STEP;
        // Who of them lies in scope is the customers' to say.
        let asked = step.iter().map(|(id, ..)| *id);
        let asked = asked.filter(|id| !known.contains(id)).collect();
        let mut others = visible_ones(tx, asked)?;
        others.retain(|_, other| other.merged_into.is_none());
        found.extend(step.into_iter().filter_map(|(id, key, other)| {
            let (_, own) = own.iter().find(|(one, _)| *one == key)?;
            let own = own.clone();
            Some((others.remove(&id)?, SameNumber { own, other }))
        }));
        if found.len() >= most || !whole {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}
