//! What a check's change does: starting one, and taking its provider's later answer. Overrides decide reviews as well, so
//! they live with the reviews.
//!
//! Starting is three steps, because nothing outside is waited for while a transaction is open: [`prepare`] reads,
//! [`Prepared::ask`] asks the provider, [`record`] writes. [`start`] does all three. A caller who must write more in the
//! same transaction (a machine's idempotency record) takes the steps itself.

use serde_json::Value;

use crate::{
    access::actor::Actor,
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        ownership::raising,
        store::{self as customers, Customer},
    },
    db::{Change, Connection, Read},
    error::{Error, FieldError, Result},
    value::{CustomerId, VerificationId},
    verifications::{
        hits::store as hits,
        providers::{Answer, Providers, Question, Received, Step, facts::Facts, watchlist},
        rules::{self, Move, Status},
        store::{self, NewVerification, Verification},
    },
};

/// What somebody asked to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What: identity, address, …
    pub verification_type: String,
    /// How: document, database, …; empty where it goes without saying.
    pub check_type: String,
    /// By whom; `manual` is the desk itself.
    pub provider: String,
    /// The number itself, where the customer's data has no place for it (an IBAN, an LEI); mostly empty.
    pub number: String,
}

impl Asked {
    /// Trimmed and checked; each field that must be mended is named.
    pub fn checked(self) -> Result<Self> {
        let asked = Self {
            verification_type: self.verification_type.trim().to_owned(),
            check_type: self.check_type.trim().to_owned(),
            number: self.number.trim().to_owned(),
            provider: match self.provider.trim() {
                "" => rules::MANUAL.to_owned(),
                named => named.to_owned(),
            },
        };
        let mut errors = Vec::new();
        let mut wrong = |field: &'static str, message: &'static str| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        if asked.verification_type.is_empty() {
            wrong("verification_type", "Say what is to be checked");
        } else if long(&asked.verification_type) {
            wrong("verification_type", "At most 255 characters");
        } else if rules::is_review(&asked.provider, &asked.verification_type) {
            wrong(
                "verification_type",
                "A manual check of type kyc or kyb is a review: request it on the customer's page",
            );
        }
        if long(&asked.check_type) {
            wrong("check_type", "At most 255 characters");
        }
        if long(&asked.provider) {
            wrong("provider", "At most 255 characters");
        }
        if asked.number.chars().count() > 64 {
            wrong("number", "At most 64 characters");
        }
        if errors.is_empty() {
            Ok(asked)
        } else {
            Err(Error::Invalid(errors))
        }
    }
}

fn long(text: &str) -> bool {
    text.chars().count() > 255
}

/// A check for which all is read that its provider needs.
pub struct Prepared {
    id: VerificationId,
    customer: CustomerId,
    asked: Asked,
    step: Step,
}

/// A check with its provider's answer, to be recorded.
pub struct Answered {
    id: VerificationId,
    customer: CustomerId,
    asked: Asked,
    answer: Answer,
}

/// First step: reads what the provider needs. `id` is a new one, which the check will have. What cannot be asked is
/// `Error::Invalid`; a customer out of scope is not found.
pub fn prepare(
    tx: &mut Read<'_>,
    providers: &Providers,
    id: VerificationId,
    customer: CustomerId,
    asked: Asked,
) -> Result<Prepared> {
    let asked = asked.checked()?;
    let facts = Facts::of(tx, customer)?;
    if facts.customer.merged_into.is_some() {
        return Err(customers::merged(&facts.customer));
    }
    let question = Question {
        check: id,
        asked: &asked,
        facts: &facts,
    };
    let step = providers.named(tx, &asked.provider)?.start(tx, &question)?;
    Ok(Prepared {
        id,
        customer,
        asked,
        step,
    })
}

impl Prepared {
    /// Second step, outside of any transaction: the provider's answer. May take seconds where the provider is elsewhere;
    /// where it is away, `Error::Unavailable`, where it refuses, `Error::Declined`, and nothing was stored.
    pub fn ask(self) -> Result<Answered> {
        Ok(Answered {
            answer: self.step.answer()?,
            id: self.id,
            customer: self.customer,
            asked: self.asked,
        })
    }
}

/// Third step: stores the check with its answer, and says so. Returns it with where it stands.
pub fn record(tx: &mut Change<'_>, answered: Answered) -> Result<(VerificationId, Status)> {
    let Answered {
        id,
        customer,
        asked,
        answer,
    } = answered;
    let customer = customers::lock(tx, customer)?;
    let answer = if asked.provider == watchlist::NAME {
        watchlist::judged(tx, customer.id, answer)?
    } else {
        answer
    };
    let check_type = Some(asked.check_type.as_str()).filter(|text| !text.is_empty());
    let new = NewVerification {
        customer: &customer,
        review: None,
        verification_type: &asked.verification_type,
        check_type,
        provider: &asked.provider,
        status: answer.status,
        expires_at: answer.expires_at,
    };
    store::insert_answered(tx, id, &new, &answer)?;
    let found = hits::keep(tx, &customer, id, &answer.hits)?;
    if found == 0 || !raising::raise(tx, &customer, LISTED)? {
        customers::touch(tx, customer.id)?;
    }
    let subject = || Subject::Verification(id, customer.reference());
    // What was typed may be anything, so it is sealed.
    tx.say(
        Event::new(What::VerificationStarted, subject()).changing(vec![
            Field::plain("status", Value::Null, Status::Pending.as_str()),
            Field::personal("verification_type", Value::Null, asked.verification_type),
            Field::personal("check_type", Value::Null, check_type),
            Field::personal("provider", Value::Null, asked.provider),
        ]),
    );
    if found > 0 {
        tx.say(
            Event::new(What::HitFound, subject()).changing(vec![Field::plain("hits", 0, found)]),
        );
    }
    if answer.status != Status::Pending {
        tx.say(told(subject(), &answer));
    }
    Ok((id, answer.status))
}

/// Why somebody who was accepted is looked at again.
const LISTED: &str = "An entry of a watchlist may be this customer.";

/// Starts a check: all three steps. The answer may be there at once; else the check is pending until its provider answers
/// or an admin sets it.
pub fn start(
    conn: &mut Connection,
    actor: &Actor,
    providers: &Providers,
    customer: CustomerId,
    asked: Asked,
) -> Result<VerificationId> {
    let id = VerificationId(conn.new_id());
    let prepared = conn.read(&actor.scope, |tx| {
        prepare(tx, providers, id, customer, asked)
    })?;
    let answered = prepared.ask()?;
    Ok(conn.change(actor, |tx| record(tx, answered))?.0)
}

/// Takes what the provider of a pending check says of it later. Pending again: it was looked at, and nothing is said.
pub fn answer(tx: &mut Change<'_>, id: VerificationId, answer: &Answer) -> Result<()> {
    let whose = store::find(tx, id)?.customer_id;
    // Of somebody who was merged away too: the answer is true of them, and their checks stay with them.
    let customer = customers::lock_merged_too(tx, whose)?;
    let check = store::lock(tx, id)?;
    take(tx, &customer, &check, answer)
}

/// The same where both are held. In whatever branch, since what is answered may follow from something in another one.
pub(super) fn take(
    tx: &mut Change<'_>,
    customer: &Customer,
    check: &Verification,
    answer: &Answer,
) -> Result<()> {
    if !rules::lawful(check.status, Move::Answer, answer.status) {
        return Err(Error::Refused(
            "This check has its answer already; a new check is a new one.".into(),
        ));
    }
    store::set_answer(tx, check, answer)?;
    customers::touch(tx, customer.id)?;
    tx.say(told(check.subject(customer), answer));
    Ok(())
}

/// Asks the provider of a pending check whether there is an answer by now, and takes it. Returns where the check stands.
pub fn poll(
    conn: &mut Connection,
    actor: &Actor,
    providers: &Providers,
    id: VerificationId,
) -> Result<Status> {
    let step = conn.read(&actor.scope, |tx| {
        let check = store::find(tx, id)?;
        if check.status != Status::Pending || check.review_id.is_some() {
            return Err(Error::Refused("This check waits for no provider.".into()));
        }
        let provider = providers.named(tx, &check.provider)?;
        provider.poll(tx, &check)
    })?;
    let Some(step) = step else {
        return Err(Error::Refused(
            "Nobody can be asked about this check: its answer comes by itself, or is given here."
                .into(),
        ));
    };
    let said = step.answer()?;
    if said.status != Status::Pending {
        conn.change(actor, |tx| answer(tx, id, &said))?;
    }
    Ok(said.status)
}

/// Takes what a provider sent by itself. The same answer twice is taken once and is no error; another one about a check
/// that has its answer is refused.
pub fn receive(
    conn: &mut Connection,
    actor: &Actor,
    providers: &Providers,
    provider: &str,
    received: &Received,
) -> Result<()> {
    let (id, said, stands) = conn.read(&actor.scope, |tx| {
        let (id, said) = providers.named(tx, provider)?.receive(tx, received)?;
        let check = store::find(tx, id)?;
        if check.provider != provider {
            return Err(Error::NotFound);
        }
        Ok((id, said, check.status))
    })?;
    if said.status == Status::Pending || said.status == stands {
        return Ok(());
    }
    conn.change(actor, |tx| answer(tx, id, &said))
}

fn told(subject: Subject, answer: &Answer) -> Event {
    let event = Event::new(What::VerificationAnswered, subject).changing(vec![Field::plain(
        "status",
        Status::Pending.as_str(),
        answer.status.as_str(),
    )]);
    match &answer.reason {
        Some(reason) => event.because(reason.as_str()),
        None => event,
    }
}
