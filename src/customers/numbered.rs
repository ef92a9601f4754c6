//! Customers by numbered pages, as some machines walk a list: so many to a page, the third page, of how many. (People's
//! lists go by the last row of the page before, which stays right while rows are added.)

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    customers::{
        rules::Kyc,
        store::{Condition, Customer, listed},
    },
    db::Read,
    error::Result,
    schema::customers,
};

/// What is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// The whole name: first and last, or the legal one.
    Name,
    /// First names.
    FirstName,
    /// Last name.
    LastName,
    /// The e-mail address.
    Email,
    /// The phone number, without its prefix.
    Phone,
    /// The caller's own label.
    Tag,
    /// The tax number.
    TaxId,
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// When they were added.
    Created,
    /// When they changed last.
    Updated,
    /// Their number.
    Number,
    /// Their name, last name first.
    Name,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Only those whose KYC has begun.
    pub begun: bool,
    /// Only those of whom any of these contains this text, in any case of letters.
    pub contains: Option<(Vec<Searched>, String)>,
    /// Only those added at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Only those added before this moment.
    pub before: Option<DateTime<Utc>>,
    /// Sorted by what.
    pub order: Order,
    /// The last first.
    pub descending: bool,
    /// Which page, from 1.
    pub page: i64,
    /// How many on a page.
    pub size: i64,
}

/// A page, and how many there are on all.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    /// Those on the page.
    pub rows: Vec<Customer>,
    /// How many there are on all pages.
    pub total: i64,
}

/// A page of those in scope.
pub fn page(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Numbered> {
    let condition = condition(tx, wanted);
    let total = customers::table
        .filter(condition)
        .count()
        .get_result(tx.conn())?;
    let rows = customers::table
        .filter(self::condition(tx, wanted))
        .into_boxed();
    let rows = match (wanted.order, wanted.descending) {
        (Order::Created, true) => rows.order((customers::created_at.desc(), customers::id.desc())),
        (Order::Created, false) => rows.order((customers::created_at.asc(), customers::id.asc())),
        (Order::Updated, true) => rows.order((customers::updated_at.desc(), customers::id.desc())),
        (Order::Updated, false) => rows.order((customers::updated_at.asc(), customers::id.asc())),
        (Order::Number, true) => rows.order(customers::number.desc()),
        (Order::Number, false) => rows.order(customers::number.asc()),
        (Order::Name, true) => rows.order((customers::sort_name.desc(), customers::id.desc())),
        (Order::Name, false) => rows.order((customers::sort_name.asc(), customers::id.asc())),
    };
    let skipped = (wanted.page - 1).saturating_mul(wanted.size);
    let rows = if skipped < total {
        rows.offset(skipped)
            .limit(wanted.size)
            .select(Customer::as_select())
            .load(tx.conn())?
    } else {
        Vec::new()
    };
    Ok(Numbered { rows, total })
}

fn condition(tx: &Read<'_>, wanted: &Wanted) -> Condition {
    let mut condition = listed(tx.scope());
    if wanted.begun {
        condition = Box::new(condition.and(customers::kyc.ne(Kyc::None)));
    }
    if let Some(from) = wanted.from {
        condition = Box::new(condition.and(customers::created_at.ge(from)));
    }
    if let Some(before) = wanted.before {
        condition = Box::new(condition.and(customers::created_at.lt(before)));
    }
    let Some((fields, text)) = &wanted.contains else {
        return condition;
    };
    let pattern = format!("%{}%", escaped(text));
    let any = fields
        .iter()
        .map(|field| contains(*field, pattern.clone()))
        .reduce(|all, one| Box::new(all.or(one)));
    match any {
        Some(any) => Box::new(condition.and(any)),
        None => condition,
    }
}

fn contains(field: Searched, pattern: String) -> Condition {
    match field {
        // As it is shown, which is not what is stored where somebody has no name.
        Searched::Name => Box::new(customers::name.ilike(pattern)),
        Searched::FirstName => Box::new(customers::first_name.assume_not_null().ilike(pattern)),
        Searched::LastName => Box::new(customers::last_name.assume_not_null().ilike(pattern)),
        Searched::Email => Box::new(customers::email.assume_not_null().ilike(pattern)),
        Searched::Phone => Box::new(customers::phone.assume_not_null().ilike(pattern)),
        Searched::Tag => Box::new(customers::tag.assume_not_null().ilike(pattern)),
        Searched::TaxId => Box::new(customers::tax_id.assume_not_null().ilike(pattern)),
    }
}

/// The signs of a pattern stand for themselves.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|sign| {
            let own = matches!(sign, '\\' | '%' | '_').then_some('\\');
            own.into_iter().chain([sign])
        })
        .collect()
}
