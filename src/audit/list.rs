//! Reading the log: filtered, newest first, page by page, with what is personal opened for those who may read it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Bool};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    access::scope::Branches,
    audit::{event::What, pointed, store::organisation_key},
    db::{Read, keyset::below, page::Page},
    error::Result,
    keys::Keys,
    schema::{audit_entries as entries, audit_links as links, customers, data_keys, staff},
    seal::{DataKey, Sealed},
    value::{DataKeyId, StaffId},
};

/// Whose actions a reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything within the reader's branches; with all branches also what belongs to none.
    Branches,
    /// Their own actions alone.
    Own(StaffId),
}

/// Those who did something, where nobody in particular is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whoever {
    /// One of the organisation's own systems, by whichever key.
    Key,
    /// No member of staff: a machine, the clock, the console, a customer, a stranger.
    Nobody,
}

impl Whoever {
    /// Whether an actor of this kind, as it is stored, is one of them.
    pub fn is(self, kind: &str) -> bool {
        match self {
            Self::Key => kind == "key",
            Self::Nobody => kind != "staff",
        }
    }

    /// The same for the database.
    fn condition(self) -> Condition {
        match self {
            Self::Key => Box::new(entries::actor_kind.eq("key")),
            Self::Nobody => Box::new(entries::actor_kind.ne("staff")),
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Members, or single keys.
    pub actors: Vec<Uuid>,
    /// Besides these: whoever is one of them.
    pub whoever: Vec<Whoever>,
    /// Actions.
    pub actions: Vec<What>,
    /// One customer.
    pub customer: Option<Uuid>,
    /// One branch.
    pub branch: Option<Uuid>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// Where a page begins: after this entry.
pub type After = (DateTime<Utc>, Uuid);

type Condition = Box<dyn BoxableExpression<entries::table, Pg, SqlType = Bool>>;

/// What a reader sees of the log under a filter: where every reading of it begins.
pub fn visible(tx: &Read<'_>, reach: Reach, filter: &Filter) -> Condition {
    let mut all: Condition = Box::new(entries::organisation_id.eq(tx.scope().organisation().0));
    match (reach, tx.scope().branches()) {
        (Reach::Own(staff), _) => {
            all = Box::new(all.and(entries::actor_id.eq(staff.0).assume_not_null()));
        }
        (Reach::Branches, Branches::All) => {}
        (Reach::Branches, Branches::Only(list)) => {
            let list: Vec<Uuid> = list.iter().map(|branch| branch.0).collect();
            all = Box::new(all.and(entries::branch_id.eq_any(list).assume_not_null()));
        }
    }
    let mut by: Vec<Condition> = filter.whoever.iter().map(|one| one.condition()).collect();
    if !filter.actors.is_empty() {
        let actors = filter.actors.clone();
        by.push(Box::new(entries::actor_id.eq_any(actors).assume_not_null()));
    }
    if let Some(by) = by.into_iter().reduce(|one, other| Box::new(one.or(other))) {
        all = Box::new(all.and(by));
    }
    if !filter.actions.is_empty() {
        let names: Vec<&'static str> = filter.actions.iter().map(|what| what.action()).collect();
        all = Box::new(all.and(entries::action.eq_any(names)));
    }
    if let Some(customer) = filter.customer {
        all = Box::new(all.and(entries::customer_id.eq(customer).assume_not_null()));
    }
    if let Some(branch) = filter.branch {
        all = Box::new(all.and(entries::branch_id.eq(branch).assume_not_null()));
    }
    if let Some(from) = filter.from {
        all = Box::new(all.and(entries::at.ge(from)));
    }
    if let Some(until) = filter.until {
        all = Box::new(all.and(entries::at.lt(until)));
    }
    all
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
struct Row {
    at: DateTime<Utc>,
    id: Uuid,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    subject_kind: String,
    subject_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    changes: Value,
    detail_key: Option<Uuid>,
    detail: Option<Vec<u8>>,
    origin_key: Option<Uuid>,
    origin: Option<Vec<u8>>,
}

/// One field before and after, as people read it; nothing where nothing stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// An entry, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its place in the chain.
    pub sequence: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: Uuid,
    /// Who, by kind.
    pub actor_kind: String,
    /// Who, by id.
    pub actor_id: Option<Uuid>,
    /// Who, by name.
    pub actor: String,
    /// What, by its stored name.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which.
    pub subject_id: Option<Uuid>,
    /// The customer it hangs on, and their name as it is today.
    pub customer: Option<(Uuid, String)>,
    /// The fields.
    pub changes: Vec<FieldChange>,
    /// Why.
    pub reason: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// Its key was destroyed by a lawful erasure.
    pub erased: bool,
}

impl Opened {
    /// The words for what happened.
    pub fn words(&self) -> &str {
        match What::by_action(&self.action) {
            Some(what) => what.words(),
            None => &self.action,
        }
    }
}

/// One page of the log.
pub fn page(
    tx: &mut Read<'_>,
    reach: Reach,
    filter: &Filter,
    after: Option<After>,
    size: usize,
) -> Result<Page<Opened>> {
    let mut query = entries::table
        .filter(visible(tx, reach, filter))
        .select(Row::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(below(
            (entries::at, entries::id),
            (
                at.into_sql::<diesel::sql_types::Timestamptz>(),
                id.into_sql::<diesel::sql_types::Uuid>(),
            ),
        ));
    }
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = query
        .order((entries::at.desc(), entries::id.desc()))
        .limit(limit)
        .load::<Row>(tx.conn())?;
    let page = Page::cut(rows, size);
    Ok(Page {
        more: page.more,
        rows: open(tx, page.rows)?,
    })
}

fn open(tx: &mut Read<'_>, mut rows: Vec<Row>) -> Result<Vec<Opened>> {
    pointed::name(tx, rows.iter_mut().map(|row| &mut row.changes))?;
    let organisation = tx.scope().organisation().0;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let sequences: HashMap<Uuid, i64> = links::table
        .filter(links::organisation_id.eq(organisation))
        .filter(links::entry_id.eq_any(&ids))
        .select((links::entry_id, links::sequence))
        .load(tx.conn())?
        .into_iter()
        .collect();
    let actors: Vec<Uuid> = distinct(rows.iter().filter_map(|row| row.actor_id));
    let names = crate::staff::store::names(tx, actors)?;
    let subjects: Vec<Uuid> = distinct(rows.iter().filter_map(|row| row.customer_id));
    let mut seen = customers::table
        .filter(customers::organisation_id.eq(organisation))
        .filter(customers::id.eq_any(&subjects))
        .select((customers::id, customers::name))
        .into_boxed();
    // An entry stays in the branch where it was made; whom it is about may be elsewhere by now.
    if let Branches::Only(list) = tx.scope().branches() {
        seen = seen.filter(customers::branch_id.eq_any(list.clone()));
    }
    let customers: HashMap<Uuid, String> = seen.load(tx.conn())?.into_iter().collect();
    let keys = keys(
        tx,
        distinct(
            rows.iter()
                .flat_map(|row| [row.detail_key, row.origin_key])
                .flatten(),
        ),
    )?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let actor = row
                .actor_id
                .and_then(|id| names.get(&id).cloned())
                .unwrap_or_else(|| nameless(&row.actor_kind));
            let customer = row
                .customer_id
                .and_then(|id| customers.get(&id).map(|name| (id, name.clone())));
            let detail = unseal(
                &keys,
                row.detail_key,
                row.id,
                Sealed::Detail,
                row.detail.as_deref(),
            );
            let origin = unseal(
                &keys,
                row.origin_key,
                row.id,
                Sealed::Origin,
                row.origin.as_deref(),
            );
            let erased = row.detail.is_some() && detail.is_none();
            let detail = detail.unwrap_or_default();
            let plain = row.changes.as_object().cloned().unwrap_or_default();
            let personal = detail.get("fields").and_then(Value::as_object);
            Opened {
                sequence: sequences.get(&row.id).copied(),
                at: row.at,
                id: row.id,
                actor_kind: row.actor_kind,
                actor_id: row.actor_id,
                actor,
                action: row.action,
                subject_kind: row.subject_kind,
                subject_id: row.subject_id,
                customer,
                changes: plain
                    .iter()
                    .chain(personal.into_iter().flatten())
                    .map(change)
                    .collect(),
                reason: detail.get("reason").and_then(text),
                address: origin.and_then(|origin| origin.get("address").and_then(text)),
                erased,
            }
        })
        .collect())
}

fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What is said of an actor who has no name here.
fn nameless(kind: &str) -> String {
    match kind {
        "clock" => "The clock",
        "console" => "The console",
        "stranger" => "Somebody unknown",
        "key" => "An API key",
        _ => "The customer",
    }
    .to_owned()
}

/// The keys that still stand, by id. The nil id is the organisation's own, under which what has no key is sealed.
fn keys(tx: &mut Read<'_>, ids: Vec<Uuid>) -> Result<HashMap<Uuid, DataKey>> {
    let organisation = tx.scope().organisation().0;
    let own = organisation_key(tx)?;
    let rows: Vec<(Uuid, Option<Vec<u8>>)> = data_keys::table
        .filter(data_keys::organisation_id.eq(organisation))
        .filter(data_keys::id.eq_any(ids))
        .select((data_keys::id, data_keys::wrapped))
        .load(tx.conn())?;
    let mut keys = HashMap::with_capacity(rows.len() + 1);
    for (id, wrapped) in rows {
        if let Some(wrapped) = wrapped {
            keys.insert(id, Keys::unwrap_data_key(&own, DataKeyId(id), &wrapped)?);
        }
    }
    keys.insert(Uuid::nil(), own);
    Ok(keys)
}

fn unseal(
    keys: &HashMap<Uuid, DataKey>,
    key: Option<Uuid>,
    entry: Uuid,
    which: Sealed,
    sealed: Option<&[u8]>,
) -> Option<Map<String, Value>> {
    let opened = keys
        .get(&key.unwrap_or_default())?
        .entry_key(entry)
        .open(entry, which, sealed?)
        .ok()?;
    serde_json::from_str(&opened).ok()
}

fn change((field, change): (&String, &Value)) -> FieldChange {
    FieldChange {
        field: field.clone(),
        before: text(&change["before"]),
        after: text(&change["after"]),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Members who may be chosen as actors: those of the organisation.
pub fn actors(tx: &mut Read<'_>) -> Result<Vec<(Uuid, String)>> {
    let organisation = tx.scope().organisation().0;
    Ok(staff::table
        .filter(staff::organisation_id.eq(organisation))
        .select((staff::id, staff::name))
        .order(staff::name)
        .limit(200)
        .load(tx.conn())?)
}
