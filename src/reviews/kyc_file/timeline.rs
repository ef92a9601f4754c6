//! What happened to one customer: the newest entries of the audit log, with what is personal opened.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    audit::{event::What, store},
    customers::store::Customer,
    db::{Read, page::Page},
    error::Result,
    schema::audit_entries,
    seal::{DataKey, Sealed},
    value::DataKeyId,
};

/// How many entries the page shows.
const SHOWN: usize = 20;

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
struct Row {
    at: DateTime<Utc>,
    id: Uuid,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    changes: Value,
    detail_key: Option<Uuid>,
    detail: Option<Vec<u8>>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When.
    pub at: DateTime<Utc>,
    /// What; nothing for an action that this version does not know.
    pub what: Option<What>,
    /// Its stored name.
    pub action: String,
    /// Staff, clock, console …
    pub actor_kind: String,
    /// Who, where it was a member of staff.
    pub actor_id: Option<Uuid>,
    /// The fields that changed: name, before, after.
    pub changes: Vec<(String, Value, Value)>,
    /// Why.
    pub reason: Option<String>,
    /// What was personal can no longer be read.
    pub erased: bool,
}

/// The newest entries about a customer, and whether there are more.
pub fn of(tx: &mut Read<'_>, customer: &Customer) -> Result<(Vec<Moment>, bool)> {
    let tenant = tx.scope().organisation();
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX - 1) + 1;
    let rows: Vec<Row> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(tx.conn())?;
    let page = Page::cut(rows, SHOWN);
    let own = customer.data_key.0;
    let sealed = page
        .rows
        .iter()
        .any(|row| row.detail_key == Some(own) && row.detail.is_some());
    let key = if sealed {
        store::data_key(tx, Some(DataKeyId(own))).ok()
    } else {
        None
    };
    let page = page.map(|row| moment(row, own, key.as_ref()));
    Ok((page.rows, page.more))
}

fn moment(row: Row, own: Uuid, key: Option<&DataKey>) -> Moment {
    let opened = row.detail.as_deref().map(|sealed| {
        let key = key.filter(|_| row.detail_key == Some(own))?;
        let text = key
            .entry_key(row.id)
            .open(row.id, Sealed::Detail, sealed)
            .ok()?;
        serde_json::from_str::<Value>(&text).ok()
    });
    let erased = matches!(opened, Some(None));
    let detail = opened.flatten().unwrap_or_default();
    let mut changes = fields(row.changes.as_object());
    changes.extend(fields(detail.get("fields").and_then(Value::as_object)));
    Moment {
        at: row.at,
        what: What::by_action(&row.action),
        action: row.action,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        changes,
        reason: detail
            .get("reason")
            .and_then(Value::as_str)
            .map(str::to_owned),
        erased,
    }
}

fn fields(changes: Option<&Map<String, Value>>) -> Vec<(String, Value, Value)> {
    let side = |change: &Value, which| change.get(which).cloned().unwrap_or_default();
    changes
        .into_iter()
        .flatten()
        .map(|(field, change)| (field.clone(), side(change, "before"), side(change, "after")))
        .collect()
}
