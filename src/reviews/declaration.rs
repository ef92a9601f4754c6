//! A company's own system declares who its customer is, so that a review can be asked for: the data is edited, and the KYC
//! becomes a draft where it is none yet.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        actions::{self, Halt},
        by_branch,
        declared::Declared,
        kinds,
        ownership::{named, store as structure},
        rules::{Kind, Kyc},
        store::{self as customers, Customer},
    },
    db::Change,
    error::{Error, Result},
    reviews::{
        rules::{self, State},
        store, submission,
    },
    value::CustomerId,
    verifications::store as checks,
};

/// What is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// As it is kept.
    pub declared: Declared,
    /// The income as it was sent, where another number is kept of it: the log has both.
    pub income_sent: Option<String>,
}

/// Said while a review is open.
const OPEN: &str = "A review of this customer is open. Nothing was changed.";
/// Said of somebody who is accepted.
const ACCEPTED: &str = "This customer is validated. Nothing was changed.";

/// Holds a customer, in scope, until the end of the change. Where it is or is to be a company, whoever stands behind companies
/// is held before it, as everywhere.
pub fn hold(tx: &mut Change<'_>, id: CustomerId, company: bool) -> Result<Customer> {
    let (found, _) = by_branch::find(tx, &id.to_string())?;
    if company || found.kind == Kind::Legal {
        structure::hold_structure(tx)?;
    }
    by_branch::hold(tx, &id.to_string())
}

/// Declares a customer's data: `declared` makes it of the customer as it stands, and is not asked where nothing may be
/// declared. Before the first review, and while the customer owes something, the data is edited; after a refusal a draft
/// begins anew, where one may; while a review is open or the customer is accepted it is refused. Who is named as acting for a
/// company becomes its representative. Says whether anything changed. What a customer is may change only before a decision: `Error::Invalid` on `kind` otherwise.
pub fn declare(
    tx: &mut Change<'_>,
    id: CustomerId,
    declared: impl FnOnce(&Customer) -> Result<Declaration>,
) -> Result<bool> {
    let customer = customers::lock(tx, id)?;
    let begins = match customer.kyc {
        Kyc::None | Kyc::Refused | Kyc::Canceled => true,
        Kyc::Draft | Kyc::Incomplete => false,
        Kyc::Pending => return Err(Error::Refused(OPEN.into())),
        Kyc::Validated | Kyc::ReviewNeeded => return Err(Error::Refused(ACCEPTED.into())),
    };
    let Declaration {
        declared,
        income_sent,
    } = declared(&customer)?;
    if customer.kind == Kind::Legal && declared.kind != Kind::Legal {
        named::forget(tx, &customer)?;
    }
    kinds::may_become(tx, &customer, declared.kind)?;
    if begins {
        submission::submit(tx, id, None)?;
    }
    let present = customers::find(tx, id)?;
    let changed = match edit(tx, &present, &declared)? {
        Ok(()) => {
            if let Some(sent) = income_sent {
                let sent = vec![Field::personal("income_range_sent", (), sent)];
                let subject = Subject::Customer(customer.reference());
                tx.say(Event::new(What::CustomerEdited, subject).changing(sent));
            }
            true
        }
        Err(Halt::Unchanged) => begins,
        Err(_) => {
            return Err(Error::Conflict(
                "the customer changed meanwhile; read it again".into(),
            ));
        }
    };
    let followed = named::follow(tx, &customer)?;
    Ok(changed || followed)
}

/// Saves what a machine declared of a customer whom it holds, which may make another kind of it: `Error::Invalid` on `kind` while
/// a review is open, and once anything was decided.
pub fn edit(
    tx: &mut Change<'_>,
    customer: &Customer,
    declared: &Declared,
) -> Result<Result<(), Halt>> {
    let other_kind = declared.kind != customer.kind;
    if other_kind && customer.kyc == Kyc::Pending {
        return Err(Error::field("kind", OPEN));
    }
    // Whoever is alike is shown side by side at the desk.
    let done = actions::edit(tx, customer.id, declared, customer.version, true)?;
    if done.is_ok() && other_kind {
        own_check_follows(tx, customer.id, declared.kind)?;
    }
    Ok(done)
}

/// A round that waits for its customer goes on with the check that it has, whose type says what the customer is.
fn own_check_follows(tx: &mut Change<'_>, id: CustomerId, kind: Kind) -> Result<()> {
    let waiting = store::latest(tx, id)?.filter(|round| round.state == State::Waiting);
    let own = match waiting {
        Some(round) => checks::of_review(tx, round.id)?,
        None => None,
    };
    match own {
        Some(check) => checks::set_type(tx, check.id, rules::own_type(kind)),
        None => Ok(()),
    }
}
