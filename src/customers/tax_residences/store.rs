//! Tax residences as they are kept and written, one at a time.

use diesel::prelude::*;

use crate::{
    customers::tax_residences::rules::WaiverReason,
    db::{Change, Read},
    error::{Error, Result},
    schema::tax_residences,
    value::{CustomerId, TaxResidenceId},
};

/// One country in which a customer pays tax, with why there is no number.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = tax_residences)]
pub struct Residence {
    /// Its id.
    pub id: TaxResidenceId,
    /// ISO 3166-1, two letters.
    pub country: String,
    /// The number there.
    pub tax_payer_id: Option<String>,
    /// Why there is none.
    pub waiver_reason: Option<WaiverReason>,
    /// The same in the customer's words.
    pub waiver_note: Option<String>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The country.
    pub country: String,
    /// The number, or why there is none.
    pub number: Result<String, (WaiverReason, Option<String>)>,
}

/// All of a customer, by country.
pub fn list(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Residence>> {
    let tenant = tx.scope().organisation();
    Ok(tax_residences::table
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::customer_id.eq(customer))
        .order(tax_residences::country)
        .select(Residence::as_select())
        .load(tx.conn())?)
}

/// One of a customer.
pub fn find(tx: &mut Read<'_>, customer: CustomerId, id: TaxResidenceId) -> Result<Residence> {
    let tenant = tx.scope().organisation();
    tax_residences::table
        .filter(tax_residences::organisation_id.eq(tenant))
        .filter(tax_residences::customer_id.eq(customer))
        .filter(tax_residences::id.eq(id))
        .select(Residence::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

#[derive(AsChangeset, Insertable)]
#[diesel(table_name = tax_residences, treat_none_as_null = true)]
struct Columns<'a> {
    country: &'a str,
    tax_payer_id: Option<String>,
    liability_waiver: bool,
    waiver_reason: Option<WaiverReason>,
    waiver_note: Option<String>,
}

impl<'a> From<&'a Wanted> for Columns<'a> {
    fn from(wanted: &'a Wanted) -> Self {
        let waiver = wanted.number.as_ref().err();
        Self {
            country: &wanted.country,
            tax_payer_id: wanted.number.clone().ok(),
            liability_waiver: waiver.is_some(),
            waiver_reason: waiver.map(|(reason, _)| *reason),
            waiver_note: waiver.and_then(|(_, note)| note.clone()),
        }
    }
}

/// Adds one.
pub fn insert(tx: &mut Change<'_>, customer: CustomerId, wanted: &Wanted) -> Result<()> {
    let (tenant, now, id) = (
        tx.scope().organisation(),
        tx.now(),
        TaxResidenceId(tx.new_id()),
    );
    diesel::insert_into(tax_residences::table)
        .values((
            Columns::from(wanted),
            tax_residences::organisation_id.eq(tenant),
            tax_residences::id.eq(id),
            tax_residences::customer_id.eq(customer),
            tax_residences::created_at.eq(now),
            tax_residences::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes one anew.
pub fn update(tx: &mut Change<'_>, id: TaxResidenceId, wanted: &Wanted) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(tax_residences::table.find((tenant.0, id.0)))
        .set((Columns::from(wanted), tax_residences::updated_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes one away.
pub fn delete(tx: &mut Change<'_>, id: TaxResidenceId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::delete(tax_residences::table.find((tenant.0, id.0))).execute(tx.conn())?;
    Ok(())
}
