//! Whether a company's owners are named, judged along all paths: a person with small shares in several companies may own a
//! quarter of the one that these own together, and no relation of the company itself shows it.

use chrono::NaiveDate;

use crate::{
    customers::{ownership::reckoned, rules::Kind, store::Customer},
    db::Read,
    error::Result,
    reviews::{
        evidence::Gathered,
        prerequisites::{self, Line},
    },
};

/// A customer's checklist, a company's owners judged along all paths. Whoever judges a customer asks here.
pub fn checklist(
    tx: &mut Read<'_>,
    gathered: &Gathered,
    customer: &Customer,
    today: NaiveDate,
) -> Result<Vec<Line>> {
    let owned = owned(tx, customer)?;
    Ok(judged(gathered, customer, today, owned))
}

/// Whether somebody certainly owns a quarter or more of a company; of a person, nobody does.
pub(super) fn owned(tx: &mut Read<'_>, customer: &Customer) -> Result<bool> {
    match customer.kind {
        Kind::Legal => reckoned::owned(tx, customer.id),
        Kind::Natural | Kind::SoleTrader => Ok(false),
    }
}

/// The checklist where it is known whether somebody owns a quarter or more.
pub(super) fn judged(
    gathered: &Gathered,
    customer: &Customer,
    today: NaiveDate,
    owned: bool,
) -> Vec<Line> {
    let mut lines = gathered.checklist(customer, today);
    if owned {
        prerequisites::owned_through_others(&mut lines, customer.no_beneficial_owner);
    }
    lines
}
