//! A round of type EVENT that opens and closes in one step, with a check of its own: what an override of a customer and
//! a revocation leave behind, so that each decision ever made about a customer stands on a round.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::ReviewType,
        store::{self as customers, Customer, KycState},
    },
    db::Change,
    error::Result,
    reviews::{
        rules,
        store::{self, rounds::Decided},
    },
    verifications::{
        rules::{self as checks, Status},
        store::{self as verifications, NewVerification},
    },
};

/// What happened, as it is written.
pub(super) struct Closing<'a> {
    /// To whom; held until the end of the change.
    pub customer: &'a Customer,
    /// The number of the round in the customer's row of rounds.
    pub round: i32,
    /// What was decided, by whom.
    pub decided: Decided<'a>,
    /// What the round's own check says.
    pub check: Status,
    /// Until when it says so.
    pub until: Option<DateTime<Utc>>,
    /// What the customer's row says.
    pub state: KycState,
    /// What it is called in the log.
    pub what: What,
    /// What changed.
    pub fields: Vec<Field>,
    /// Why.
    pub reason: &'a str,
}

/// Writes it: the round, its check, the customer's row, and what is said about each.
pub(super) fn close(tx: &mut Change<'_>, closing: Closing<'_>) -> Result<()> {
    let customer = closing.customer;
    let review = store::close_event(tx, customer, closing.round, &closing.decided)?;
    let own_type = rules::own_type(customer.kind);
    let check = verifications::insert(
        tx,
        &NewVerification {
            customer,
            review: Some(review),
            verification_type: own_type,
            check_type: None,
            provider: checks::MANUAL,
            status: closing.check,
            expires_at: closing.until,
        },
    )?;
    let state = KycState {
        review_type: Some(ReviewType::Event),
        last_request_at: Some(tx.now()),
        ..closing.state
    };
    customers::set_kyc(tx, customer.id, &state)?;
    let mut fields = closing.fields;
    if let Some(proposer) = closing.decided.proposed_by {
        fields.push(Field::plain(
            "proposed_by",
            Value::Null,
            proposer.id().map(|id| id.to_string()),
        ));
    }
    tx.say(
        Event::new(closing.what, Subject::Customer(customer.reference()))
            .changing(fields)
            .because(closing.reason),
    );
    // The round's own check is a subject of its own, so its page tells who made it and why.
    let own = Subject::Verification(check, customer.reference());
    tx.say(
        Event::new(What::VerificationStarted, own)
            .changing(vec![
                Field::plain("status", Value::Null, closing.check.as_str()),
                Field::plain("verification_type", Value::Null, own_type),
                Field::plain("provider", Value::Null, checks::MANUAL),
            ])
            .because(closing.reason),
    );
    Ok(())
}
