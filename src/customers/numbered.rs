//! Customers by numbered pages, as some machines walk a list: so many to a page, the third page, of how many. (People's
//! lists go by the last row of the page before, which stays right while rows are added.)

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection as _,
    dsl::{exists, sql},
    helper_types::IntoBoxed,
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Nullable},
};

mod search;

use crate::{
    access::scope::Branches,
    customers::{
        rules::Kyc,
        store::{Condition, Customer, listed},
    },
    db::Read,
    error::Result,
    schema::{customer_counts, customers, kyc_begun},
    value::CustomerId,
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
    /// When they were added; of those whose KYC has begun, when its present round began.
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
    /// Only those added at this moment or later; of those whose KYC has begun, those whose present round began then.
    pub from: Option<DateTime<Utc>>,
    /// The same before this moment.
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
    if !wanted.is_counted() {
        // How many rows a value has decides what the best way is.
        tx.conn()
            .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    }
    let among = search::among(tx, wanted)?;
    let among = among.as_deref();
    let total = total(tx, wanted, among)?;
    let skipped = (wanted.page - 1).saturating_mul(wanted.size);
    let rows = if skipped >= total {
        Vec::new()
    } else if wanted.begun && wanted.order == Order::Created {
        by_beginning(tx, wanted, among, skipped)?
    } else {
        in_order(tx, wanted, among, skipped)?
    };
    Ok(Numbered { rows, total })
}

impl Wanted {
    /// Whether the counters know how many there are.
    const fn is_counted(&self) -> bool {
        self.contains.is_none() && self.from.is_none() && self.before.is_none()
    }
}

/// How many there are on all pages.
fn total(tx: &mut Read<'_>, wanted: &Wanted, among: Option<&[CustomerId]>) -> Result<i64> {
    if wanted.begun && (wanted.from.is_some() || wanted.before.is_some()) {
        let rounds = rounds(tx, wanted, among);
        return Ok(rounds.count().get_result(tx.conn())?);
    }
    if !wanted.is_counted() {
        return Ok(customers::table
            .filter(condition(tx, wanted, among))
            .count()
            .get_result(tx.conn())?);
    }
    let scope = tx.scope();
    let mut counted = customer_counts::table
        .filter(customer_counts::organisation_id.eq(scope.organisation()))
        .select(sql::<Nullable<BigInt>>("sum(n)::bigint"))
        .into_boxed();
    if let Branches::Only(list) = scope.branches() {
        counted = counted.filter(customer_counts::branch_id.eq_any(list.clone()));
    }
    if wanted.begun {
        counted = counted.filter(customer_counts::kyc.ne(Kyc::None));
    }
    let sum: Option<i64> = counted.get_result(tx.conn())?;
    Ok(sum.unwrap_or_default())
}

fn in_order(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    among: Option<&[CustomerId]>,
    skipped: i64,
) -> Result<Vec<Customer>> {
    let condition = condition(tx, wanted, among);
    let condition = match begun(wanted) {
        Some(then) => Box::new(condition.and(then)),
        None => condition,
    };
    let rows = customers::table.filter(condition).into_boxed();
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
    Ok(rows
        .offset(skipped)
        .limit(wanted.size)
        .select(Customer::as_select())
        .load(tx.conn())?)
}

/// A page of those whose KYC has begun, in the order in which the present round of each did.
fn by_beginning(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    among: Option<&[CustomerId]>,
    skipped: i64,
) -> Result<Vec<Customer>> {
    // Where the round is asked for alone, a plan for these very numbers walks its index.
    tx.conn()
        .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    let begun = rounds(tx, wanted, among);
    let begun = if wanted.descending {
        begun.order((kyc_begun::at.desc(), kyc_begun::customer_id.desc()))
    } else {
        begun.order((kyc_begun::at.asc(), kyc_begun::customer_id.asc()))
    };
    let ids: Vec<CustomerId> = begun
        .offset(skipped)
        .limit(wanted.size)
        .select(kyc_begun::customer_id)
        .load(tx.conn())?;
    let mut rows: Vec<Customer> = customers::table
        .filter(listed(tx.scope()))
        .filter(customers::id.eq_any(ids.clone()))
        .select(Customer::as_select())
        .load(tx.conn())?;
    rows.sort_by_key(|one| ids.iter().position(|id| *id == one.id));
    Ok(rows)
}

/// The rounds of those who are asked for, of the days that are asked for.
fn rounds(
    tx: &Read<'_>,
    wanted: &Wanted,
    among: Option<&[CustomerId]>,
) -> IntoBoxed<'static, kyc_begun::table, Pg> {
    let tenant = tx.scope().organisation();
    let those = customers::table
        .filter(condition(tx, wanted, among))
        .into_boxed()
        .select(customers::id);
    let mut rounds = kyc_begun::table
        .into_boxed()
        .filter(kyc_begun::organisation_id.eq(tenant))
        .filter(kyc_begun::customer_id.eq_any(those));
    if let Some(from) = wanted.from {
        rounds = rounds.filter(kyc_begun::at.ge(from));
    }
    if let Some(before) = wanted.before {
        rounds = rounds.filter(kyc_begun::at.lt(before));
    }
    rounds
}

/// Those whose present round began on the days that are asked for.
fn begun(wanted: &Wanted) -> Option<Condition> {
    let round = kyc_begun::table
        .filter(kyc_begun::organisation_id.eq(customers::organisation_id))
        .filter(kyc_begun::customer_id.eq(customers::id));
    let (from, before) = (
        |at: DateTime<Utc>| kyc_begun::at.ge(at),
        |at: DateTime<Utc>| kyc_begun::at.lt(at),
    );
    match (wanted.begun, wanted.from, wanted.before) {
        (false, ..) | (true, None, None) => None,
        (true, Some(at), None) => Some(Box::new(exists(round.filter(from(at))))),
        (true, None, Some(at)) => Some(Box::new(exists(round.filter(before(at))))),
        (true, Some(first), Some(last)) => Some(Box::new(exists(
            round.filter(from(first)).filter(before(last)),
        ))),
    }
}

/// Who is asked for; of those whose KYC has begun, on whatever day it did.
fn condition(tx: &Read<'_>, wanted: &Wanted, among: Option<&[CustomerId]>) -> Condition {
    let mut condition = listed(tx.scope());
    let mut and = |one: Condition| {
        let before = std::mem::replace(&mut condition, Box::new(customers::id.is_not_null()));
        condition = Box::new(before.and(one));
    };
    if let Some(ids) = among {
        and(Box::new(customers::id.eq_any(ids.to_vec())));
    }
    if wanted.begun {
        and(Box::new(customers::kyc.ne(Kyc::None)));
    }
    if !wanted.begun {
        if let Some(from) = wanted.from {
            and(Box::new(customers::created_at.ge(from)));
        }
        if let Some(before) = wanted.before {
            and(Box::new(customers::created_at.lt(before)));
        }
    }
    if let Some((fields, text)) = &wanted.contains
        && let Some(any) = search::condition(fields, text)
    {
        and(any);
    }
    condition
}
