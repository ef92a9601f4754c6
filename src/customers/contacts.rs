//! Customers by what their organisation's own systems reach them by: an e-mail address, or a phone number.

use diesel::{prelude::*, sql_types::BigInt};
use sha2::{Digest as _, Sha256};

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

mod told;

pub(in crate::customers) use told::note;
use told::told;

/// What somebody is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact<'a> {
    /// An e-mail address, in any case of letters.
    Email(&'a str),
    /// A country prefix, with or without its `+`, and a number as it was written.
    Phone(&'a str, &'a str),
}

/// Waits until nobody else is about to add somebody who is reached like this: of two who come at once, the second finds
/// whom the first has added.
pub fn hold(tx: &mut Change<'_>, contact: Contact<'_>) -> Result<()> {
    let mut hash = Sha256::new();
    hash.update(tx.scope().organisation().0);
    match contact {
        Contact::Email(address) => hash.update(address.to_lowercase()),
        Contact::Phone(prefix, number) => {
            hash.update(bare(prefix));
            hash.update([0]);
            hash.update(number);
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
/// told of themselves by their own link, since it may be somebody else's.
pub fn first(tx: &mut Read<'_>, contact: Contact<'_>) -> Result<Option<Customer>> {
    match contact {
        Contact::Email(address) => {
            let ids = duplicates::by_email(tx, address)?;
            let told = told(tx, &ids)?;
            let told = |id: &CustomerId| told.iter().any(|(who, email, _)| who == id && *email);
            let ids: Vec<CustomerId> = ids.into_iter().filter(|id| !told(id)).collect();
            oldest(tx, &ids)
        }
        Contact::Phone(prefix, number) => {
            let listed = listed(tx.scope());
            let known: Vec<(CustomerId, Option<String>)> = customers::table
                .filter(listed)
                .filter(customers::phone.eq(number))
                .select((customers::id, customers::phone_prefix))
                .load(tx.conn())?;
            let ids: Vec<CustomerId> = known
                .into_iter()
                .filter(|(_, known)| {
                    known
                        .as_deref()
                        .is_some_and(|one| bare(one) == bare(prefix))
                })
                .map(|(id, _)| id)
                .collect();
            let told = told(tx, &ids)?;
            let told = |id: &CustomerId| told.iter().any(|(who, _, phone)| who == id && *phone);
            let ids: Vec<CustomerId> = ids.into_iter().filter(|id| !told(id)).collect();
            oldest(tx, &ids)
        }
    }
}

fn bare(prefix: &str) -> &str {
    prefix.strip_prefix('+').unwrap_or(prefix)
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
