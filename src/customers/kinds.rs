//! What a customer is, a person or a company, may change only while nothing rests on it.

use crate::{
    customers::{
        relations,
        rules::{Kind, Kyc, MemberRole},
        store::Customer,
    },
    db::Read,
    error::{Error, Result},
};

/// Said of somebody about whom anything was ever decided.
const DECIDED: &str = "It cannot be changed once the customer was decided about";
/// Said of a company.
const MEMBERS: &str = "This company has members. Remove them first";
/// Said of a person who would be a company.
const ROLE: &str =
    "This person has a role in a company that was given to a person. Remove it first";

/// Whether a customer may become of this kind: `Error::Invalid` on `kind` where they may not. What was decided in any round,
/// also in one before the last, was decided about a person, or about a company with those behind it; and a role
/// that was given to a person is no company's.
pub fn may_become(tx: &mut Read<'_>, customer: &Customer, kind: Kind) -> Result<()> {
    if kind == customer.kind {
        return Ok(());
    }
    let refuse = |why: &'static str| Err(Error::field("kind", why));
    let now = matches!(
        customer.kyc,
        Kyc::Validated | Kyc::ReviewNeeded | Kyc::Refused | Kyc::Canceled
    );
    if now || customer.last_review_at.is_some() {
        return refuse(DECIDED);
    }
    if customer.kind == Kind::Legal && !relations::below(tx, customer.id)?.is_empty() {
        return refuse(MEMBERS);
    }
    // A company may hold shares; whoever was given another role was given it as a person.
    let personal = relations::above(tx, customer.id)?
        .into_iter()
        .any(|one| one.role != MemberRole::Shareholder);
    if kind == Kind::Legal && personal {
        return refuse(ROLE);
    }
    Ok(())
}
