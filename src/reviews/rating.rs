//! How closely a customer is watched, set outside of a decision: by a manager, with a reason.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{Kyc, Risk},
        store as customers,
    },
    db::Change,
    error::{Error, FieldError, Result},
    reason,
    reviews::approvals,
    value::CustomerId,
};

/// Sets the risk. `version` is the customer's, as the page showed it. The day of the next review stays: the next decision
/// sets it anew.
pub fn rate(
    tx: &mut Change<'_>,
    id: CustomerId,
    version: i32,
    risk: Option<Risk>,
    reason: &str,
) -> Result<()> {
    let unrated = || FieldError {
        field: "risk".into(),
        message: "Choose a risk".into(),
    };
    let reason = reason::checked("reason", reason, "why");
    let (risk, reason) = match (risk, reason) {
        (Some(risk), Ok(reason)) => (risk, reason),
        (risk, reason) => {
            let errors = risk.is_none().then(unrated).into_iter().chain(reason.err());
            return Err(Error::Invalid(errors.collect()));
        }
    };
    let customer = customers::lock(tx, id)?;
    if customer.version != version {
        return Err(Error::Conflict(
            "the customer changed since you opened the form".into(),
        ));
    }
    if customer.risk == Some(risk) {
        return Err(Error::field("risk", "The risk is this already"));
    }
    approvals::nothing_waits(tx, id)?;
    if customer.risk == Some(Risk::High) && customer.kyc == Kyc::Pending {
        // Two people decide where the risk is high; lowering it first would leave the decision to one.
        return Err(Error::Refused(
            "A review is open: its decision says the risk, and a second person agrees.".into(),
        ));
    }
    customers::set_risk(tx, id, risk, Some(reason))?;
    customers::touch(tx, id)?;
    tx.say(
        Event::new(What::RiskSet, Subject::Customer(customer.reference()))
            .changing(vec![Field::plain(
                "risk",
                customer.risk.map(Risk::as_str),
                risk.as_str(),
            )])
            .because(reason),
    );
    Ok(())
}
