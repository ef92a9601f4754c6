//! The lists in the database, as names are looked up in them.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Map, Value, json};

use super::rules;
use crate::{
    db::Read,
    error::Result,
    schema::{watchlist_entries as entries, watchlist_names as names, watchlists},
    verifications::hits::store::Found,
};

/// Which lists are loaded, and when.
pub fn lists(tx: &mut Read<'_>) -> Result<Vec<Value>> {
    let rows: Vec<(String, i64, chrono::DateTime<chrono::Utc>)> = watchlists::table
        .order(watchlists::name)
        .limit(100)
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(name, entries, at)| json!({ "list": name, "entries": entries, "loaded_at": at }))
        .collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
struct Entry {
    list: String,
    id: String,
    schema: String,
    name: String,
    birth_dates: Vec<String>,
    countries: Vec<String>,
    details: Value,
    hash: Vec<u8>,
}

/// Entries with a name that is like this one.
pub fn like(
    tx: &mut Read<'_>,
    name: &str,
    company: bool,
    born: Option<NaiveDate>,
) -> Result<Vec<Found>> {
    let words = rules::words(name);
    let keys = rules::asked(&words, company);
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let near: Vec<(String, String, String)> = names::table
        .filter(names::keys.overlaps_with(keys))
        .select((names::list, names::entry_id, names::name))
        .load(tx.conn())?;
    // By each entry, its name that is most like this one. A date may lift a score, but only so far.
    let mut best: std::collections::HashMap<(String, String), i16> =
        std::collections::HashMap::new();
    for (list, entry, listed) in near {
        let listed: Vec<String> = listed.split(' ').map(str::to_owned).collect();
        let score = rules::score(&words, &listed);
        if score >= rules::at_least() {
            let known = best.entry((list, entry)).or_insert(score);
            *known = score.max(*known);
        }
    }
    let mut found = Vec::new();
    for ((list, id), score) in best {
        let entry: Entry = entries::table
            .find((list, id))
            .select(Entry::as_select())
            .first(tx.conn())?;
        let dates = entry.birth_dates.clone();
        let score = rules::with_birth(score, born, &dates);
        if score >= rules::HIT && rules::concerns(&entry.schema, company) {
            found.push(Found {
                entry: shown(&entry, &dates),
                list: entry.list,
                entry_id: entry.id,
                entry_hash: entry.hash,
                name: name.to_owned(),
                score,
            });
        }
    }
    Ok(found)
}

fn shown(entry: &Entry, dates: &[String]) -> Value {
    let mut all = Map::new();
    all.insert("name".to_owned(), entry.name.as_str().into());
    all.insert("schema".to_owned(), entry.schema.as_str().into());
    all.insert("birth_date".to_owned(), json!(dates));
    all.insert("countries".to_owned(), json!(entry.countries));
    if let Value::Object(details) = &entry.details {
        all.extend(details.clone());
    }
    all.into()
}
