//! What the log says about one check or one customer: who moved it, when, and why.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{event::What, pointed, store as audit},
    customers::store::Customer,
    db::Read,
    error::Result,
    schema::audit_entries,
    seal::{DataKey, Sealed},
    staff::store as staff,
    value::VerificationId,
};

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// One entry of the log, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// In which request.
    pub request: Uuid,
    /// What, in words.
    pub what: &'static str,
    /// Who, by name where it is a member of staff.
    pub who: String,
    /// What changed.
    pub fields: Vec<Field>,
    /// Why, in the actor's own words.
    pub reason: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_entries)]
struct Row {
    at: DateTime<Utc>,
    id: Uuid,
    request_id: Uuid,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    changes: Value,
    detail: Option<Vec<u8>>,
}

/// How many entries one look at the log reads.
const ENTRIES: i64 = 100;

/// The moves of one check, newest first.
pub fn of_check(
    tx: &mut Read<'_>,
    customer: &Customer,
    check: VerificationId,
) -> Result<Vec<Entry>> {
    let moves = [
        What::VerificationStarted,
        What::VerificationAnswered,
        What::HitFound,
        What::HitCleared,
        What::HitConfirmed,
        What::VerificationOverridden,
        What::VerificationExpired,
    ];
    let tenant = tx.scope().organisation().0;
    let rows = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::subject_id.eq(check.0))
        .filter(audit_entries::action.eq_any(moves.map(What::action)))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(ENTRIES)
        .select(Row::as_select())
        .load(tx.conn())?;
    opened(tx, customer, rows)
}

/// What is said of a customer while their version stays: nothing of it makes a page stale. A test holds this list
/// against every route.
pub const QUIET: &[What] = &[
    What::CustomerViewed,
    What::VerificationViewed,
    What::DocumentViewed,
    What::WebhookRead,
    What::ReviewClaimed,
    What::ReviewReleased,
    What::ReviewAssigned,
    What::SuspicionRaised,
    What::SuspicionClosed,
    What::NotTheSame,
    What::SamenessOpen,
    What::NoteWritten,
    What::OnboardingOpened,
    What::OnboardingBegun,
    What::OnboardingConfirmed,
    What::OnboardingCompleted,
    What::OnboardingFailed,
    What::OnboardingExpired,
    What::OnboardingCancelled,
    What::JobAsked,
    What::JobCanceled,
    What::JobFetched,
];

/// What changed about a customer in the last so many changes, newest first. Each request that changes them raises their
/// version by one, so this is what happened since somebody saw an older version.
pub fn last_changes(tx: &mut Read<'_>, customer: &Customer, changes: i32) -> Result<Vec<Entry>> {
    let tenant = tx.scope().organisation().0;
    let rows: Vec<Row> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::action.ne_all(QUIET.iter().map(|what| what.action())))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(ENTRIES)
        .select(Row::as_select())
        .load(tx.conn())?;
    let mut requests = Vec::new();
    let recent = rows
        .into_iter()
        .take_while(|row| {
            if !requests.contains(&row.request_id) {
                requests.push(row.request_id);
            }
            i32::try_from(requests.len()).is_ok_and(|seen| seen <= changes)
        })
        .collect();
    opened(tx, customer, recent)
}

fn opened(tx: &mut Read<'_>, customer: &Customer, mut rows: Vec<Row>) -> Result<Vec<Entry>> {
    pointed::name(tx, rows.iter_mut().map(|row| &mut row.changes))?;
    let ids = rows.iter().filter_map(|row| row.actor_id).collect();
    let names = staff::names(tx, ids)?;
    // After a lawful erasure there is no key: the entry stays, what was sealed does not.
    let key = audit::data_key(tx, Some(customer.data_key)).ok();
    Ok(rows
        .into_iter()
        .map(|row| {
            let sealed = key.as_ref().and_then(|key| open(key, &row));
            let mut fields = fields(Some(&row.changes));
            fields.extend(self::fields(
                sealed.as_ref().and_then(|sealed| sealed.get("fields")),
            ));
            Entry {
                at: row.at,
                request: row.request_id,
                what: What::by_action(&row.action).map_or("Something", What::words),
                who: row
                    .actor_id
                    .and_then(|id| names.get(&id).cloned())
                    .unwrap_or_else(|| who(&row.actor_kind).to_owned()),
                fields,
                reason: sealed
                    .as_ref()
                    .and_then(|sealed| sealed.get("reason"))
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            }
        })
        .collect())
}

fn open(key: &DataKey, row: &Row) -> Option<Value> {
    let text = key
        .entry_key(row.id)
        .open(row.id, Sealed::Detail, row.detail.as_ref()?)
        .ok()?;
    serde_json::from_str(&text).ok()
}

fn fields(changes: Option<&Value>) -> Vec<Field> {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    changes
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, change)| Field {
            name: name.replace('_', " "),
            before: text(change.get("before")),
            after: text(change.get("after")),
        })
        .collect()
}

/// Somebody who is no member of staff, or no longer one.
pub fn who(kind: &str) -> &'static str {
    match kind {
        "clock" => "The clock",
        "console" => "The command line",
        "key" => "An API key",
        "customer" => "The customer",
        "staff" => "A colleague",
        _ => "Somebody",
    }
}
