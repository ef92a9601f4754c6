//! Something happened to a company that was accepted: its owners changed, or a member is no longer accepted. It must be
//! looked at again, whatever its day.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        ownership::store::companies_of,
        rules::{self, Kyc, Move, ReviewType},
        store::{self, Customer, KycState},
    },
    db::Change,
    error::{Error, Result},
    value::CustomerId,
};

/// Moves a validated customer, held until the end of the change, to "review needed"; any other stays where it is. Says
/// whether it moved; its version is raised where it did.
pub fn raise(tx: &mut Change<'_>, customer: &Customer, reason: &str) -> Result<bool> {
    if !rules::lawful(customer.kyc, Move::RaiseEvent, Kyc::ReviewNeeded) {
        return Ok(false);
    }
    let state = KycState {
        kyc: Kyc::ReviewNeeded,
        review_type: Some(ReviewType::Event),
        ..KycState::from(customer)
    };
    store::set_kyc(tx, customer.id, &state)?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(customer.reference()))
            .changing(vec![Field::plain(
                "kyc",
                customer.kyc.as_str(),
                Kyc::ReviewNeeded.as_str(),
            )])
            .because(reason),
    );
    Ok(true)
}

/// A required member is no longer accepted: the validated companies it stands behind are looked at again, in the same
/// change. Companies outside of the actor's branches are moved too, since what was decided about them no longer holds.
pub fn raise_companies_of(tx: &mut Change<'_>, member: CustomerId, reason: &str) -> Result<()> {
    for company in companies_of(tx, member)? {
        match store::lock_anywhere(tx, company) {
            Ok(company) => raise(tx, &company, reason)?,
            Err(Error::NotFound) => false,
            Err(other) => return Err(other),
        };
    }
    Ok(())
}
