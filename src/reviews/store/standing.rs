//! Where customers stand, as far as others are judged by it.

use diesel::prelude::*;

use crate::{
    customers::rules::Kyc,
    db::Read,
    error::Result,
    reviews::rules::State,
    schema::{customers, relations, reviews},
    value::CustomerId,
};

/// Whether the last round of these customers that was decided ended in a refusal of any of them.
pub fn refused_last(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let last: Vec<Option<Kyc>> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq_any(customers.to_vec()))
        .filter(reviews::state.eq(State::Decided))
        .order((reviews::customer_id, reviews::round.desc()))
        .distinct_on(reviews::customer_id)
        .select(reviews::decision)
        .load(tx.conn())?;
    Ok(last.contains(&Some(Kyc::Refused)))
}

/// Where a company's required members stand: its legal representatives, directors and owners, wherever they live.
pub fn members(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<(String, Kyc)>> {
    const REQUIRED: [&str; 4] = [
        "legal_representative",
        "director",
        "shareholder",
        "beneficial_owner",
    ];
    let tenant = tx.scope().organisation();
    let child = customers::organisation_id
        .eq(relations::organisation_id)
        .and(customers::id.eq(relations::child_id));
    Ok(relations::table
        .inner_join(customers::table.on(child))
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq(company))
        .filter(relations::role.eq_any(REQUIRED))
        .select((customers::name, customers::kyc))
        .load(tx.conn())?)
}
