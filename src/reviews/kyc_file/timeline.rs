//! What happened to one customer, newest first: entries of the audit log, with what is personal opened; of one kind or
//! of all, page by page, and what of it is new to whoever looks.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    audit::{event::What, pointed, store},
    customers::store::Customer,
    db::{Read, keyset::below, page::Page},
    error::Result,
    reviews::kyc_file::kinds::Kind,
    schema::audit_entries,
    seal::{DataKey, Sealed},
    value::{DataKeyId, StaffId},
};

/// How many entries the page shows.
const SHOWN: usize = 20;
/// How long one opening of a customer by one member counts as the same.
const VISIT: TimeDelta = TimeDelta::minutes(15);
/// Whoever was not here for so long looks at everything anew.
const REMEMBERED: TimeDelta = TimeDelta::days(366);

/// The place of an entry: what comes before it is older.
pub type Place = (DateTime<Utc>, Uuid);

/// What of the timeline is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which kind.
    pub kind: Kind,
    /// Older than this; nothing, and it begins with the newest.
    pub before: Option<Place>,
}

impl Wanted {
    /// As the address says: a kind, and a place as [`Wanted::mark`] writes it. What cannot be read is not asked for.
    pub fn of(kind: &str, before: &str) -> Self {
        let place = before.split_once('.').and_then(|(at, id)| {
            let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
            Some((at, Uuid::try_parse(id).ok()?))
        });
        Self {
            kind: kind.parse().unwrap_or(Kind::All),
            before: place,
        }
    }

    /// A place as an address carries it.
    pub fn mark((at, id): Place) -> String {
        format!("{}.{}", at.timestamp_micros(), id.simple())
    }
}

/// A page of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What happened, newest first.
    pub moments: Vec<Moment>,
    /// Where the next page begins.
    pub next: Option<Place>,
    /// When the asker was last here before this visit.
    pub since: Option<DateTime<Utc>>,
}

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
    /// The entry.
    pub id: Uuid,
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

/// A page of what happened to a customer, for somebody who looks at it.
pub fn of(tx: &mut Read<'_>, customer: &Customer, wanted: Wanted, me: StaffId) -> Result<Told> {
    let tenant = tx.scope().organisation();
    let limit = i64::try_from(SHOWN).unwrap_or(i64::MAX - 1) + 1;
    let mut query = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .into_boxed();
    if let Some(actions) = wanted.kind.actions() {
        query = query.filter(audit_entries::action.eq_any(actions));
    }
    if let Some((at, id)) = wanted.before {
        query = query.filter(below(
            (audit_entries::at, audit_entries::id),
            (at.into_sql::<Timestamptz>(), id.into_sql::<SqlUuid>()),
        ));
    }
    let rows: Vec<Row> = query
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(tx.conn())?;
    let mut page = Page::cut(rows, SHOWN);
    pointed::name(tx, page.rows.iter_mut().map(|row| &mut row.changes))?;
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
    Ok(Told {
        next: page.next(|moment| (moment.at, moment.id)),
        since: visited(tx, customer, me)?,
        moments: page.rows,
    })
}

/// When somebody last looked at a customer, or did something to it, before the visit that goes on.
fn visited(tx: &mut Read<'_>, customer: &Customer, me: StaffId) -> Result<Option<DateTime<Utc>>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let own: Vec<(DateTime<Utc>, String)> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::actor_id.eq(me.0))
        .filter(audit_entries::at.gt(now - REMEMBERED))
        .order(audit_entries::at.desc())
        .limit(50)
        .select((audit_entries::at, audit_entries::action))
        .load(tx.conn())?;
    Ok(last_visit(&own, now))
}

/// Of one's own entries, newest first: the newest that is older than the visit that goes on. A visit begins with an
/// opening that is written, which is done once in a quarter of an hour.
fn last_visit(own: &[(DateTime<Utc>, String)], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let opened = own
        .iter()
        .find(|(at, action)| action == What::CustomerViewed.action() && now - *at < VISIT);
    let began = opened.map_or(now, |(at, _)| *at);
    own.iter().map(|(at, _)| *at).find(|at| *at < began)
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
        id: row.id,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn own(entries: &[(i64, What)]) -> Vec<(DateTime<Utc>, String)> {
        entries
            .iter()
            .map(|(minutes, what)| (at(*minutes), what.action().to_owned()))
            .collect()
    }

    #[test]
    fn the_visit_that_goes_on_is_not_the_last() {
        use What::{CustomerViewed as Viewed, NoteWritten};
        assert_eq!(last_visit(&[], at(100)), None);
        // The first visit of all, reloaded.
        assert_eq!(last_visit(&own(&[(95, Viewed)]), at(100)), None);
        // A new one: nothing is written of it yet.
        assert_eq!(last_visit(&own(&[(20, Viewed)]), at(100)), Some(at(20)));
        // It goes on, and what was done in it is not what came before it.
        let busy = own(&[
            (99, NoteWritten),
            (95, Viewed),
            (30, NoteWritten),
            (20, Viewed),
        ]);
        assert_eq!(last_visit(&busy, at(100)), Some(at(30)));
    }

    #[test]
    fn an_address_carries_a_place_and_nonsense_asks_for_nothing() {
        let place = (at(100), Uuid::from_u128(7));
        let wanted = Wanted::of("notes", &Wanted::mark(place));
        assert_eq!((wanted.kind, wanted.before), (Kind::Notes, Some(place)));
        for nonsense in ["", "x", "1.x", "x.1", "99999999999999999999.7"] {
            let wanted = Wanted::of("everything", nonsense);
            assert_eq!(
                (wanted.kind, wanted.before),
                (Kind::All, None),
                "{nonsense}"
            );
        }
    }
}
