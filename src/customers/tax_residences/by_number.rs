//! Tax residences as machines ask for them: one by its number, or a page of a list.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    customers::{
        by_number::{Asked, Sort},
        store as customers,
    },
    db::Read,
    error::Result,
    schema::{customers as customer_rows, tax_residences},
    value::{CustomerId, TaxResidenceId},
};

/// One country in which a customer pays tax.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tax_residences)]
pub struct Numbered {
    /// Its id.
    pub id: TaxResidenceId,
    /// Its number.
    pub number: i64,
    /// Whose.
    pub customer_id: CustomerId,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// The number there.
    pub tax_payer_id: Option<String>,
    /// Stated instead of a number: there is none.
    pub liability_waiver: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// The one with this number; of a customer out of scope it is not found.
pub fn find(tx: &mut Read<'_>, number: i64) -> Result<Numbered> {
    let tenant = tx.scope().organisation();
    let found: Numbered = tax_residences::table
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::number.eq(number))
        .select(Numbered::as_select())
        .first(tx.conn())?;
    customers::find(tx, found.customer_id)?;
    Ok(found)
}

/// The one of a customer in this country. Who calls has found the customer in scope.
pub fn in_country(tx: &mut Read<'_>, customer: CustomerId, country: &str) -> Result<Numbered> {
    let tenant = tx.scope().organisation();
    Ok(tax_residences::table
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::customer_id.eq(customer))
        .filter(tax_residences::country.eq(country.to_owned()))
        .select(Numbered::as_select())
        .first(tx.conn())?)
}

/// A page of those of customers in scope.
pub fn page(tx: &mut Read<'_>, asked: &Asked) -> Result<Vec<Numbered>> {
    let tenant = tx.scope().organisation();
    let mut whose = customer_rows::table
        .filter(customers::listed(tx.scope()))
        .select(customer_rows::id)
        .into_boxed();
    if let Some(number) = asked.number {
        whose = whose.filter(customer_rows::number.eq(number));
    }
    let theirs = customer_rows::organisation_id
        .eq(tax_residences::organisation_id)
        .and(customer_rows::id.eq(tax_residences::customer_id));
    let mut rows = tax_residences::table
        .inner_join(customer_rows::table.on(theirs))
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::customer_id.eq_any(whose))
        .into_boxed();
    let (created, updated) = (tax_residences::created_at, tax_residences::updated_at);
    if let Some(from) = asked.created.0 {
        rows = rows.filter(created.ge(from));
    }
    if let Some(until) = asked.created.1 {
        rows = rows.filter(created.le(until));
    }
    if let Some(from) = asked.updated.0 {
        rows = rows.filter(updated.ge(from));
    }
    if let Some(until) = asked.updated.1 {
        rows = rows.filter(updated.le(until));
    }
    let (number, user) = (tax_residences::number, customer_rows::number);
    rows = match (asked.sort, asked.ascending) {
        (Sort::Created, true) => rows.order((created, number)),
        (Sort::Created, false) => rows.order((created.desc(), number.desc())),
        (Sort::Updated, true) => rows.order((updated, number)),
        (Sort::Updated, false) => rows.order((updated.desc(), number.desc())),
        (Sort::Number, true) => rows.order((user, number)),
        (Sort::Number, false) => rows.order((user.desc(), number.desc())),
    };
    Ok(rows
        .offset(asked.skip)
        .limit(asked.take)
        .select(Numbered::as_select())
        .load(tx.conn())?)
}
