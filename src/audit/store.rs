//! Writing entries, inside the transaction of what they tell of.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    access::actor::Actor,
    audit::event::{Event, Subject, What},
    db::Read,
    error::{Error, Result},
    keys::Keys,
    schema::{audit_entries, audit_links, data_keys, organisations},
    seal::{DataKey, Sealed},
    value::{DataKeyId, StaffId},
};

/// How long one opening of a customer by one member counts as the same.
const SAME_VISIT: TimeDelta = TimeDelta::minutes(15);

#[derive(Insertable)]
#[diesel(table_name = audit_entries)]
struct NewEntry<'a> {
    organisation_id: Uuid,
    at: chrono::DateTime<chrono::Utc>,
    id: Uuid,
    request_id: Uuid,
    actor_kind: &'a str,
    actor_id: Option<Uuid>,
    action: &'a str,
    subject_kind: &'a str,
    subject_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    branch_id: Option<Uuid>,
    changes: serde_json::Value,
    detail_key: Option<Uuid>,
    detail: Option<Vec<u8>>,
    origin_key: Option<Uuid>,
    origin: Option<Vec<u8>>,
}

/// Appends the entries of one change. The chain links them at commit.
pub fn append(
    tx: &mut Read<'_>,
    actor: &Actor,
    events: &[Event],
    new_id: &dyn Fn() -> Uuid,
) -> Result<()> {
    let origin = actor
        .origin
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(anyhow::Error::new)?;
    let (actor_kind, actor_id) = actor.who.parts();
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let id = new_id();
        let (subject_kind, subject_id) = event.subject.parts();
        let detail_key = event.subject.key().or(actor.key);
        let detail = match event.personal() {
            Some(personal) => Some(data_key(tx, detail_key)?.entry_key(id).seal(
                id,
                Sealed::Detail,
                &personal.to_string(),
            )?),
            None => None,
        };
        let origin_key = actor.key.or(detail_key);
        let origin = match &origin {
            Some(origin) => Some(data_key(tx, origin_key)?.entry_key(id).seal(
                id,
                Sealed::Origin,
                origin,
            )?),
            None => None,
        };
        rows.push(NewEntry {
            organisation_id: tx.scope().organisation().0,
            at: tx.now(),
            id,
            request_id: actor.request.0,
            actor_kind,
            actor_id,
            action: event.what.action(),
            subject_kind,
            subject_id,
            customer_id: event.subject.customer().map(|customer| customer.id.0),
            branch_id: event.subject.branch().map(|branch| branch.0),
            changes: event.plain(),
            detail_key: detail.as_ref().and(detail_key).map(|key| key.0),
            detail,
            origin_key: origin.as_ref().and(origin_key).map(|key| key.0),
            origin,
        });
    }
    diesel::insert_into(audit_entries::table)
        .values(rows)
        .execute(tx.conn())?;
    Ok(())
}

/// The organisation's key; read and unwrapped once in the life of the program.
pub fn organisation_key(tx: &mut Read<'_>) -> Result<DataKey> {
    let organisation = tx.scope().organisation();
    if let Some(key) = tx.keys().known(organisation) {
        return Ok(key);
    }
    let wrapped: Option<Vec<u8>> = organisations::table
        .find(organisation.0)
        .select(organisations::wrapped_key)
        .first(tx.conn())?;
    tx.keys().learn(organisation, &wrapped.unwrap_or_default())
}

/// The data key with this id; the organisation's own where there is none.
pub fn data_key(tx: &mut Read<'_>, id: Option<DataKeyId>) -> Result<DataKey> {
    standing_key(tx, id)?
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("a data key was destroyed")))
}

/// The same, or nothing where a lawful erasure destroyed it.
pub fn standing_key(tx: &mut Read<'_>, id: Option<DataKeyId>) -> Result<Option<DataKey>> {
    let organisation_key = organisation_key(tx)?;
    let Some(id) = id else {
        return Ok(Some(organisation_key));
    };
    let organisation = tx.scope().organisation().0;
    let wrapped: Option<Vec<u8>> = data_keys::table
        .find((organisation, id.0))
        .select(data_keys::wrapped)
        .first(tx.conn())?;
    wrapped
        .map(|wrapped| Keys::unwrap_data_key(&organisation_key, id, &wrapped))
        .transpose()
}

/// Makes a key for a new customer or member and stores it wrapped.
pub fn new_data_key(tx: &mut Read<'_>, id: DataKeyId) -> Result<DataKey> {
    let (key, wrapped) = Keys::new_data_key(&organisation_key(tx)?, id)?;
    let (organisation, now) = (tx.scope().organisation().0, tx.now());
    diesel::insert_into(data_keys::table)
        .values((
            data_keys::organisation_id.eq(organisation),
            data_keys::id.eq(id.0),
            data_keys::wrapped.eq(wrapped),
            data_keys::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(key)
}

/// Whether this actor's opening of this subject already stands in the log as part of the same visit.
pub fn viewed_recently(
    tx: &mut Read<'_>,
    actor: &Actor,
    what: What,
    subject: &Subject,
) -> Result<bool> {
    let (_, subject_id) = subject.parts();
    let (_, actor_id) = actor.who.parts();
    let (organisation, since) = (tx.scope().organisation().0, tx.now() - SAME_VISIT);
    let found = audit_entries::table
        .filter(audit_entries::organisation_id.eq(organisation))
        .filter(audit_entries::customer_id.eq(subject.customer().map(|customer| customer.id.0)))
        .filter(audit_entries::at.gt(since))
        .filter(audit_entries::actor_id.eq(actor_id))
        .filter(audit_entries::action.eq(what.action()))
        .filter(audit_entries::subject_id.eq(subject_id))
        .select(audit_entries::id)
        .first::<Uuid>(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// The place in the chain of a member's newest opening of a subject, and the hash that fixes it and all before it.
/// Nothing until the opening is committed, since the chain links at commit.
pub fn opening(
    tx: &mut Read<'_>,
    by: StaffId,
    what: What,
    subject: &Subject,
) -> Result<Option<(i64, Vec<u8>)>> {
    let (_, subject_id) = subject.parts();
    let organisation = tx.scope().organisation().0;
    let link = audit_links::organisation_id
        .eq(audit_entries::organisation_id)
        .and(audit_links::entry_id.eq(audit_entries::id));
    Ok(audit_entries::table
        .inner_join(audit_links::table.on(link))
        .filter(audit_entries::organisation_id.eq(organisation))
        .filter(audit_entries::customer_id.eq(subject.customer().map(|customer| customer.id.0)))
        .filter(audit_entries::at.gt(tx.now() - SAME_VISIT))
        .filter(audit_entries::actor_id.eq(by.0))
        .filter(audit_entries::action.eq(what.action()))
        .filter(audit_entries::subject_id.eq(subject_id))
        .order(audit_entries::at.desc())
        .select((audit_links::sequence, audit_links::chain_hash))
        .first(tx.conn())
        .optional()?)
}
