//! What hangs on a customer, page by page in the order in which it came: a case file leaves nothing out, and yet holds no
//! more than a page of it in memory. Whoever calls these has found the customer in scope.

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{event::What, store as audit},
    customers::{notes::Note, store::Customer},
    db::Read,
    documents::{fields::rules::Field, store::Document},
    error::Result,
    reviews::{
        policy::{rules::Policy, store as versions},
        store::rounds::Review,
    },
    schema::{
        accepted_differences, audit_entries, documents, hits, notes, policies, reviews,
        verifications,
    },
    seal::Sealed,
    value::CustomerId,
    verifications::{hits::store::Hit, store::Verification},
};

/// Rows of a page.
const PAGE: i64 = 100;

/// The rounds after one.
pub fn reviews(
    tx: &mut Read<'_>,
    customer: CustomerId,
    after: Option<&Review>,
) -> Result<Vec<Review>> {
    let tenant = tx.scope().organisation();
    Ok(reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(customer))
        .filter(reviews::round.gt(after.map_or(0, |one| one.round)))
        .order(reviews::round)
        .limit(PAGE)
        .select(Review::as_select())
        .load(tx.conn())?)
}

/// What stands before the first row of any list.
fn start(last: Option<(DateTime<Utc>, Uuid)>) -> (DateTime<Utc>, Uuid) {
    last.unwrap_or((DateTime::UNIX_EPOCH, Uuid::nil()))
}

macro_rules! after {
    ($table:ident, $at:expr, $id:expr) => {
        $table::created_at
            .gt($at)
            .or($table::created_at.eq($at).and($table::id.gt($id)))
    };
}

/// The checks after one.
pub fn checks(
    tx: &mut Read<'_>,
    customer: CustomerId,
    after: Option<&Verification>,
) -> Result<Vec<Verification>> {
    let tenant = tx.scope().organisation();
    let (at, id) = start(after.map(|one| (one.created_at, one.id.0)));
    Ok(verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::customer_id.eq(customer))
        .filter(after!(verifications, at, id))
        .order((verifications::created_at, verifications::id))
        .limit(PAGE)
        .select(Verification::as_select())
        .load(tx.conn())?)
}

/// The hits after one.
pub fn hits(tx: &mut Read<'_>, customer: CustomerId, after: Option<&Hit>) -> Result<Vec<Hit>> {
    let tenant = tx.scope().organisation();
    let (at, id) = start(after.map(|one| (one.found_at, one.id.0)));
    let later = hits::found_at
        .gt(at)
        .or(hits::found_at.eq(at).and(hits::id.gt(id)));
    Ok(hits::table
        .filter(hits::organisation_id.eq(tenant))
        .filter(hits::customer_id.eq(customer))
        .filter(later)
        .order((hits::found_at, hits::id))
        .limit(PAGE)
        .select(Hit::as_select())
        .load(tx.conn())?)
}

/// A note and its id.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = notes)]
pub struct Noted {
    id: Uuid,
    /// The note.
    #[diesel(embed)]
    pub note: Note,
}

/// The notes after one.
pub fn notes(tx: &mut Read<'_>, customer: CustomerId, after: Option<&Noted>) -> Result<Vec<Noted>> {
    let tenant = tx.scope().organisation();
    let (at, id) = start(after.map(|one| (one.note.created_at, one.id)));
    Ok(notes::table
        .filter(notes::organisation_id.eq(tenant))
        .filter(notes::customer_id.eq(customer))
        .filter(after!(notes, at, id))
        .order((notes::created_at, notes::id))
        .limit(PAGE)
        .select(Noted::as_select())
        .load(tx.conn())?)
}

/// The papers after one.
pub fn documents(
    tx: &mut Read<'_>,
    customer: CustomerId,
    after: Option<&Document>,
) -> Result<Vec<Document>> {
    let tenant = tx.scope().organisation();
    let (at, id) = start(after.map(|one| (one.created_at, one.id.0)));
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::customer_id.eq(customer))
        .filter(after!(documents, at, id))
        .order((documents::created_at, documents::id))
        .limit(PAGE)
        .select(Document::as_select())
        .load(tx.conn())?)
}

/// A difference that somebody let stand: these two values, and no other.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accepted_differences)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Acceptance {
    pub field: Field,
    pub declared: String,
    pub other: String,
    pub accepted_kind: String,
    pub accepted_id: Option<Uuid>,
    pub accepted_at: DateTime<Utc>,
}

/// The differences that somebody let stand, also those whose values are others by now: at most one a field and value.
pub fn acceptances(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Acceptance>> {
    let tenant = tx.scope().organisation();
    Ok(accepted_differences::table
        .filter(accepted_differences::organisation_id.eq(tenant))
        .filter(accepted_differences::customer_id.eq(customer))
        .select(Acceptance::as_select())
        .load(tx.conn())?)
}

/// A version of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its number; 0 is what is delivered.
    pub version: i32,
    /// What it says.
    pub policy: Policy,
    /// Who made it; nobody, where no member of staff did.
    pub by: Option<Uuid>,
    /// When; nothing for what is delivered.
    pub at: Option<DateTime<Utc>>,
}

/// The versions of the policy that the decisions of these customers name, by their numbers.
pub fn policies(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Made>> {
    let tenant = tx.scope().organisation();
    let named: Vec<Option<i32>> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq_any(customers.to_vec()))
        .filter(reviews::policy_version.is_not_null())
        .select(reviews::policy_version)
        .distinct()
        .order(reviews::policy_version)
        .load(tx.conn())?;
    let mut all = Vec::new();
    for version in named.into_iter().flatten() {
        let made: Option<(Option<Uuid>, DateTime<Utc>)> = policies::table
            .filter(policies::organisation_id.eq(tenant))
            .filter(policies::version.eq(version))
            .select((policies::made_by, policies::made_at))
            .first(tx.conn())
            .optional()?;
        let (by, at) = made.unzip();
        all.push(Made {
            version,
            policy: versions::at(tx, version)?,
            by: by.flatten(),
            at,
        });
    }
    Ok(all)
}

/// How many bytes all papers of these have.
pub fn weight(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<i64> {
    let tenant = tx.scope().organisation();
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::customer_id.eq_any(customers.to_vec()))
        .filter(documents::storage_key.is_not_null())
        .select(sql::<BigInt>("coalesce(sum(size), 0)::bigint"))
        .first(tx.conn())?)
}

/// What the log says of a customer in one entry: who, when, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: DateTime<Utc>,
    /// Staff, key, clock …
    pub kind: String,
    /// Who.
    pub by: Option<Uuid>,
    /// Their words; nothing where there are none, or where they can no longer be read.
    pub reason: Option<String>,
}

/// When, which entry, what acted, who, and what is sealed in it.
type Row = (DateTime<Utc>, Uuid, String, Option<Uuid>, Option<Vec<u8>>);

/// The newest entry about a customer that says this.
pub fn last_said(tx: &mut Read<'_>, customer: &Customer, what: What) -> Result<Option<Said>> {
    let tenant = tx.scope().organisation();
    let row: Option<Row> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant.0))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::action.eq(what.action()))
        .order((audit_entries::at.desc(), audit_entries::id.desc()))
        .select((
            audit_entries::at,
            audit_entries::id,
            audit_entries::actor_kind,
            audit_entries::actor_id,
            audit_entries::detail,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((at, id, kind, by, detail)) = row else {
        return Ok(None);
    };
    let key = audit::standing_key(tx, Some(customer.data_key))?;
    let opened = key.zip(detail).and_then(|(key, sealed)| {
        let text = key.entry_key(id).open(id, Sealed::Detail, &sealed).ok()?;
        serde_json::from_str::<Value>(&text).ok()
    });
    let reason = opened.and_then(|detail| Some(detail.get("reason")?.as_str()?.to_owned()));
    Ok(Some(Said {
        at,
        kind,
        by,
        reason,
    }))
}
