//! Where customers pay tax: a number in each country, or a waiver that says why there is none.

pub mod actions;
pub mod by_number;
pub mod rules;
pub mod store;
pub mod typed;
mod waived;

use diesel::prelude::*;

use crate::{
    customers::tax_residences::rules::WaiverReason, db::Read, error::Result,
    schema::tax_residences, value::CustomerId,
};

/// One country in which a customer pays tax.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tax_residences)]
pub struct TaxResidence {
    /// Whose.
    pub customer_id: CustomerId,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// The number there.
    pub tax_payer_id: Option<String>,
    /// Stated instead of a number: there is none.
    pub liability_waiver: bool,
    /// Why there is none; nothing where it was stated without a reason.
    pub waiver_reason: Option<WaiverReason>,
    /// The same in the customer's words.
    pub waiver_note: Option<String>,
}

/// Those of these customers, by country.
pub fn of(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<TaxResidence>> {
    let tenant = tx.scope().organisation();
    Ok(tax_residences::table
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::customer_id.eq_any(customers.to_vec()))
        .order((tax_residences::customer_id, tax_residences::country))
        .select(TaxResidence::as_select())
        .load(tx.conn())?)
}
