//! In an organisation that tries things out, a person whose last name ends in `.validated` or `.refused` is decided so by the
//! clock, whatever papers there are: whoever writes a system against a face sees every end without an officer.

use diesel::prelude::*;

use super::{Case, Decision, Kyc, Language, Risk, settle};
use crate::{
    customers::{rules::Kind, store::Customer},
    db::{Change, Read},
    error::Result,
    organisations::store as organisations,
    reviews::{
        rules::State,
        store::{proposals, rounds},
    },
    schema::customers,
    value::CustomerId,
};

/// The ends of names, and what each decides.
const ENDS: [(&str, Kyc); 2] = [(".validated", Kyc::Validated), (".refused", Kyc::Refused)];
/// For colleagues, and for the customer where the end is a refusal.
const COMMENT: &str = "Decided by the last name, in a sandbox.";

/// What the name of a customer decides, in an organisation that tries things out; nothing anywhere else.
pub fn decides(tx: &mut Read<'_>, customer: &Customer) -> Result<Option<Kyc>> {
    let name = customer.last_name.as_deref().unwrap_or_default();
    let end = ENDS.iter().find(|(end, _)| name.ends_with(end));
    match end {
        Some((_, to)) if customer.kind != Kind::Legal && organisations::is_sandbox(tx)? => {
            Ok(Some(*to))
        }
        _ => Ok(None),
    }
}

/// Who waits for that, at most so many behind one.
pub fn due(tx: &mut Read<'_>, after: Option<CustomerId>, most: i64) -> Result<Vec<CustomerId>> {
    if !organisations::is_sandbox(tx)? {
        return Ok(Vec::new());
    }
    let tenant = tx.scope().organisation();
    let [good, bad] = ENDS.map(|(end, _)| format!("%{end}"));
    let name = customers::last_name;
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::kyc.eq(Kyc::Pending))
        .filter(name.like(good).or(name.like(bad)))
        .filter(customers::id.gt(after.unwrap_or(CustomerId(uuid::Uuid::nil()))))
        .order(customers::id)
        .limit(most)
        .select(customers::id)
        .load(tx.conn())?)
}

/// Decides one; says how many were, since nothing is done about whom an officer works on, or whom two would decide about.
pub fn decide(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let Some(to) = decides(tx, customer)? else {
        return Ok(0);
    };
    let Some(round) = rounds::latest(tx, customer.id)? else {
        return Ok(0);
    };
    // Whoever takes the round waits from here on; who had it before is seen.
    let case = Case::held(tx, round.id)?;
    if case.review.state != State::Open || case.review.holder(tx.now()).is_some() {
        return Ok(0);
    }
    let decision = Decision {
        decision: to,
        reasons: Vec::new(),
        risk: (to == Kyc::Validated).then(|| customer.risk.unwrap_or(Risk::Low)),
        retry: false,
        comment: COMMENT.to_owned(),
        message: if to == Kyc::Refused { COMMENT } else { "" }.to_owned(),
        language: Language::En,
        members: String::new(),
    };
    let hindered = (to == Kyc::Validated && case.open_hits > 0)
        || proposals::open_of(tx, customer.id)?.is_some()
        || case.needs_second(tx, &decision)?;
    if hindered {
        return Ok(0);
    }
    settle(tx, &case, &case.customer, &case.review, &decision, None)?;
    Ok(1)
}
