//! The lists in the database, as names are looked up in them.

use std::collections::HashMap;

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
    let mut best = near(tx, &words, &keys)?;
    let mut there = standing(tx, &best)?;
    if there.len() < best.len() {
        // A list was loaded anew between the two: whoever it names may stand in it under another id.
        best = near(tx, &words, &keys)?;
        there = standing(tx, &best)?;
    }
    let mut found = Vec::new();
    for (entry, score) in there {
        let score = rules::with_birth(score, born, &entry.birth_dates);
        if score >= rules::HIT && rules::concerns(&entry.schema, company) {
            found.push(Found {
                entry: shown(&entry),
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

/// By list and entry, how much the name of it is alike that is most so.
type Best = HashMap<(String, String), i16>;

/// Entries with a name that is alike by its words. A date of birth may lift a score, but only so far.
fn near(tx: &mut Read<'_>, words: &[String], keys: &[String]) -> Result<Best> {
    let near: Vec<(String, String, String)> = names::table
        .filter(names::keys.overlaps_with(keys))
        .select((names::list, names::entry_id, names::name))
        .load(tx.conn())?;
    let mut best = Best::new();
    for (list, entry, listed) in near {
        let listed: Vec<String> = listed.split(' ').map(str::to_owned).collect();
        let score = rules::score(words, &listed);
        if score >= rules::at_least() {
            let known = best.entry((list, entry)).or_insert(score);
            *known = score.max(*known);
        }
    }
    Ok(best)
}

/// Those of them that stand on their lists now. Apart from the names, because most of those are near and not alike.
fn standing(tx: &mut Read<'_>, best: &Best) -> Result<Vec<(Entry, i16)>> {
    let mut lists: Vec<&str> = best.keys().map(|(list, _)| list.as_str()).collect();
    lists.sort_unstable();
    lists.dedup();
    let ids: Vec<&str> = best.keys().map(|(_, id)| id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Entry> = entries::table
        .filter(entries::list.eq_any(lists))
        .filter(entries::id.eq_any(ids))
        .select(Entry::as_select())
        .load(tx.conn())?;
    let scored = found.into_iter().filter_map(|entry| {
        let score = *best.get(&(entry.list.clone(), entry.id.clone()))?;
        Some((entry, score))
    });
    Ok(scored.collect())
}

fn shown(entry: &Entry) -> Value {
    let mut all = Map::new();
    all.insert("name".to_owned(), entry.name.as_str().into());
    all.insert("schema".to_owned(), entry.schema.as_str().into());
    all.insert("birth_date".to_owned(), json!(entry.birth_dates));
    all.insert("countries".to_owned(), json!(entry.countries));
    if let Value::Object(details) = &entry.details {
        all.extend(details.clone());
    }
    all.into()
}
