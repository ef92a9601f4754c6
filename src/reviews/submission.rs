//! Data is submitted before a review is asked for: a customer who has not begun becomes a draft, and one who was refused
//! or closed begins anew.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{self as kyc, Kyc, Move},
        store::{self as customers, KycState},
    },
    db::Change,
    error::{Error, Result},
    reviews::{approvals, retry},
    value::CustomerId,
};

/// Makes a draft of a customer. `version` is the customer's, where the asker saw one.
pub fn submit(tx: &mut Change<'_>, id: CustomerId, version: Option<i32>) -> Result<()> {
    let customer = customers::lock(tx, id)?;
    if version.is_some_and(|seen| seen != customer.version) {
        return Err(Error::Conflict(
            "the customer changed since you opened the page".into(),
        ));
    }
    let lawful = [Move::Submit, Move::Resubmit]
        .into_iter()
        .any(|by| kyc::lawful(customer.kyc, by, Kyc::Draft));
    if !lawful {
        return Err(Error::Refused(
            "A draft begins before the first review, or after a refusal.".into(),
        ));
    }
    retry::allowed(tx, &customer)?;
    approvals::nothing_waits(tx, id)?;
    let state = KycState {
        kyc: Kyc::Draft,
        review_type: None,
        kyc_comment: None,
        refused_at: None,
        ..KycState::from(&customer)
    };
    customers::set_kyc(tx, id, &state)?;
    tx.say(
        Event::new(What::KycMoved, Subject::Customer(customer.reference())).changing(vec![
            Field::plain("kyc", customer.kyc.as_str(), Kyc::Draft.as_str()),
        ]),
    );
    Ok(())
}
