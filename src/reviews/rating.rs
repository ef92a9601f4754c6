//! How closely a customer is watched, set outside of a decision: by a manager, with a reason.

use chrono::DateTime;
use diesel::prelude::*;
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{Kyc, Risk},
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    error::{Error, FieldError, Result},
    reason,
    reviews::approvals,
    schema::audit_entries,
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

/// The risk by which it is judged whether two people must decide: high as well for whoever was lowered from high since
/// they were last decided, so that nobody who lowers it decides alone what two would have decided.
pub fn judged(tx: &mut Read<'_>, customer: &Customer) -> Result<Option<Risk>> {
    if customer.risk == Some(Risk::High) {
        return Ok(customer.risk);
    }
    let tenant = tx.scope().organisation().0;
    let since = customer.last_review_at.unwrap_or(DateTime::UNIX_EPOCH);
    let before: Vec<Value> = audit_entries::table
        .filter(audit_entries::organisation_id.eq(tenant))
        .filter(audit_entries::customer_id.eq(customer.id.0))
        .filter(audit_entries::action.eq(What::RiskSet.action()))
        .filter(audit_entries::at.gt(since))
        .select(audit_entries::changes)
        .load(tx.conn())?;
    let was_high = before
        .iter()
        .any(|changes| changes["risk"]["before"] == Risk::High.as_str());
    Ok(if was_high {
        Some(Risk::High)
    } else {
        customer.risk
    })
}
