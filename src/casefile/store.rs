//! What hangs on a customer, page by page in the order in which it came: a case file leaves nothing out, and yet holds no
//! more than a page of it in memory. Whoever calls these has found the customer in scope.

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use uuid::Uuid;

use crate::{
    customers::notes::Note,
    db::Read,
    documents::{fields::rules::Field, store::Document},
    error::Result,
    reviews::store::rounds::Review,
    schema::{accepted_differences, documents, hits, notes, reviews, verifications},
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

/// How many bytes all papers have.
pub fn weight(tx: &mut Read<'_>, customer: CustomerId) -> Result<i64> {
    let tenant = tx.scope().organisation();
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::customer_id.eq(customer))
        .filter(documents::storage_key.is_not_null())
        .select(sql::<BigInt>("coalesce(sum(size), 0)::bigint"))
        .first(tx.conn())?)
}
