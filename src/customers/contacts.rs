//! Customers by what their organisation's own systems reach them by: an e-mail address, or a phone number.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Text, Uuid as SqlUuid},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    customers::{
        duplicates,
        store::{Customer, listed},
    },
    db::{Change, Read},
    error::Result,
    schema::customers,
    value::CustomerId,
};

mod named;
mod told;

use named::named;
pub(in crate::customers) use told::note;
use told::told;

diesel::define_sql_function! {
    /// Reads across the wall of row-level security by index, within the scope of the settings; at most `n`, the oldest first.
    fn customers_reached(country: Text, local: Text, n: Integer) -> Array<SqlUuid>;
}

/// No more are looked at of those who share one number.
const MOST: i32 = 1_000;
/// So many digits at the end of a number are the same in every spelling of it.
const ENDING: usize = 6;

/// What somebody is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact<'a> {
    /// An e-mail address, in any case of letters.
    Email(&'a str),
    /// A country prefix, with or without its `+`, and a number, however they are spelled: their digits count.
    Phone(&'a str, &'a str),
}

/// Waits until nobody else is about to add somebody who is reached like this: of two who come at once, the second finds
/// whom the first has added.
pub fn hold(tx: &mut Change<'_>, contact: Contact<'_>) -> Result<()> {
    let mut hash = Sha256::new();
    hash.update(tx.scope().organisation().0);
    match contact {
        Contact::Email(address) => hash.update(address.to_lowercase()),
        // However a number is spelled, it ends alike; that another waits who ends so too does no harm.
        Contact::Phone(_, number) => {
            let digits = number.bytes().rev().filter(u8::is_ascii_digit);
            hash.update(digits.take(ENDING).collect::<Vec<u8>>());
        }
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(i64::from_be_bytes(first))
        .execute(tx.conn())?;
    Ok(())
}

/// Whoever in scope is reached like this; of several, the one who was there first. Our ruling: nobody is found by what they
/// told of themselves by their own link, since it may be somebody else's. Our ruling: nor is anybody found who is there only
/// because a company's own system named them as acting for it: to that system they are three fields of the company and no
/// customer, and who is added by their address or number is one of their own.
pub fn first(tx: &mut Read<'_>, contact: Contact<'_>) -> Result<Option<Customer>> {
    let mut ids = match contact {
        Contact::Email(address) => duplicates::by_email(tx, address)?,
        Contact::Phone(prefix, number) => by_phone(tx, prefix, number)?,
    };
    let told = told(tx, &ids)?;
    let themselves = |id: &CustomerId| {
        told.iter().any(|(who, email, phone)| {
            let of_this = match contact {
                Contact::Email(_) => *email,
                Contact::Phone(..) => *phone,
            };
            who == id && of_this
        })
    };
    ids.retain(|id| !themselves(id));
    let named = named(tx, &ids)?;
    ids.retain(|id| !named.contains(id));
    oldest(tx, &ids)
}

fn by_phone(tx: &mut Read<'_>, prefix: &str, number: &str) -> Result<Vec<CustomerId>> {
    let ids: Vec<Uuid> =
        diesel::select(customers_reached(prefix, number, MOST)).get_result(tx.conn())?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

fn oldest(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<Option<Customer>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let listed = listed(tx.scope());
    Ok(customers::table
        .filter(listed)
        .filter(customers::id.eq_any(ids.to_vec()))
        .order((customers::created_at, customers::id))
        .select(Customer::as_select())
        .first(tx.conn())
        .optional()?)
}
