//! What hangs on a customer, page by page in the order in which it came: a case file leaves nothing out, and yet holds no
//! more than a page of it in memory. Whoever calls these has found the customer in scope.

use std::{cell::RefCell, vec};

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use uuid::Uuid;

use crate::{
    customers::notes::Note,
    db::Read,
    documents::store::Document,
    error::{Error, Result},
    reviews::store::rounds::Review,
    schema::{documents, notes, reviews, verifications},
    value::CustomerId,
    verifications::store::Verification,
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

/// One reading of a customer, from which several writers take rows as they go. What goes wrong meanwhile ends their rows
/// and is kept, since a template cannot fail with it.
pub struct Source<'a, 'tx> {
    tx: RefCell<&'a mut Read<'tx>>,
    /// Whose.
    pub customer: CustomerId,
    failed: RefCell<Option<Error>>,
}

/// The function that reads a page.
type Fetch<T> = fn(&mut Read<'_>, CustomerId, Option<&T>) -> Result<Vec<T>>;

impl<'a, 'tx> Source<'a, 'tx> {
    /// Begins.
    pub const fn new(tx: &'a mut Read<'tx>, customer: CustomerId) -> Self {
        Self {
            tx: RefCell::new(tx),
            customer,
            failed: RefCell::new(None),
        }
    }

    /// Asks the database something; nothing once something went wrong.
    pub fn ask<T>(&self, ask: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Option<T> {
        if self.failed.borrow().is_some() {
            return None;
        }
        match ask(&mut self.tx.borrow_mut()) {
            Ok(answer) => Some(answer),
            Err(error) => {
                *self.failed.borrow_mut() = Some(error);
                None
            }
        }
    }

    /// All rows that a function reads page by page.
    pub fn rows<'s, T: Clone + 's>(&'s self, fetch: Fetch<T>) -> impl Iterator<Item = T> + 's {
        let (mut page, mut last): (vec::IntoIter<T>, Option<T>) = (Vec::new().into_iter(), None);
        std::iter::from_fn(move || {
            if page.len() == 0 {
                page = self
                    .ask(|tx| fetch(tx, self.customer, last.as_ref()))?
                    .into_iter();
            }
            let row = page.next()?;
            last = Some(row.clone());
            Some(row)
        })
    }

    /// What went wrong, if anything did.
    pub fn end(&self) -> Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
