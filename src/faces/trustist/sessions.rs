//! `POST /v1/onboard/sessions`, `GET /v1/onboard/sessions/{id}`, `POST /v1/onboard/sessions/{id}/cancel`. The vendor names
//! no address for cancelling: the last one is our ruling, and whoever may open a session may take one back.

mod wire;

use serde_json::Value;
pub use wire::SessionAnswer;
use wire::{OptionsBody, SessionBody};

use super::{
    CreateSession, ReadSessions, errors,
    wire::{self as shared, fault},
};
use crate::{
    access::keys::guard::Key,
    customers::by_branch,
    db::{Change, Read},
    error::{Error, FieldError, Result},
    faces::{
        json::{Body, Given},
        once::once,
    },
    onboarding::{
        actions::{self, Asked, Halt},
        rules::{self, NEEDED},
        store::{self, Session},
    },
    value::OnboardingId,
    web::{
        input::{Desk, Input},
        reply::Reply,
    },
};

fn given<T>(value: Given<T>) -> Option<T> {
    match value {
        Given::Value(value) => Some(value),
        Given::Absent | Given::Null => None,
    }
}

pub(super) fn create(
    mut by: Key<CreateSession>,
    input: Input,
    Body { read, wrong }: Body<SessionBody>,
) -> Result<Reply<SessionAnswer>> {
    let customer = given(read.customer_id).unwrap_or_default();
    let mut asked = Asked {
        options: read.options.into_options(),
        org_id: given(read.org_id).filter(|code| !code.is_empty()),
        return_url: given(read.return_url).filter(|address| !address.is_empty()),
    };
    let mut faults = wrong;
    if customer.is_empty() && faults.iter().all(|known| known.field != "customerId") {
        faults.push(fault("customerId", "required"));
    }
    faults.extend(OptionsBody::fault(&asked.options));
    faults.extend(asked.org_id.as_deref().and_then(shared::org_id_fault));
    if let Some(why) = asked.return_url.as_deref().and_then(rules::wrong_return) {
        faults.push(fault("returnUrl", why));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let tenant = by.caller.organisation.to_string();
    let desk = input.desk.clone();
    let mut halt = None;
    let done = once(&mut by, &input, |tx| {
        let (customer, org_id) = by_branch::find(tx, &customer)?;
        // The customer's own, where the caller named none: our ruling. It is echoed and moves nothing.
        asked.org_id = asked.org_id.take().or(org_id);
        match actions::open(tx, customer.id, &asked)? {
            Ok(id) => Ok(Reply::new(&told_of(tx, &tenant, Some(&desk), id)?)),
            Err(why) => {
                halt = Some(why);
                Err(Error::Refused("not for this customer".into()))
            }
        }
    });
    match (done, halt) {
        (Err(_), Some(Halt::Lacks(fields))) => {
            let names = NEEDED.iter().filter(|(field, _)| fields.contains(field));
            let names = names.map(|(_, name)| *name).collect();
            Ok(Reply::kept(errors::missing_person_data(names)))
        }
        (Err(_), Some(Halt::ForPersons(names))) => Err(Error::Invalid(
            names
                .into_iter()
                .map(|name| FieldError {
                    field: format!("options.identity.{}", OptionsBody::named(name)).into(),
                    message: "only a person can be asked for this, and this customer is a company"
                        .into(),
                })
                .collect(),
        )),
        (done, _) => done,
    }
}

/// The path's id. What is no id is no such thing.
fn asked(input: &Input) -> Result<OnboardingId> {
    let text = input.params.get("id").map_or("", String::as_str);
    text.parse().map_err(|_| Error::NotFound)
}

/// The error of the customers' addresses names customers; here a session is what is not there.
fn or_none(done: Result<Reply<SessionAnswer>>) -> Result<Reply<SessionAnswer>> {
    match done {
        Err(Error::NotFound) => Ok(Reply::kept(errors::no_session())),
        done => done,
    }
}

pub(super) fn read(mut by: Key<ReadSessions>, input: Input) -> Result<Reply<SessionAnswer>> {
    let tenant = by.caller.organisation.to_string();
    let done = asked(&input).and_then(|id| {
        // Our ruling: the link lets in whoever holds it, so it is for those who may make one, and not for who may only look.
        let desk = by.may::<CreateSession>().then_some(&input.desk);
        let answer = by.read(|tx| told_of(tx, &tenant, desk, id))?;
        Ok(Reply::new(&answer))
    });
    or_none(done)
}

pub(super) fn cancel(mut by: Key<CreateSession>, input: Input) -> Result<Reply<SessionAnswer>> {
    let tenant = by.caller.organisation.to_string();
    let done = asked(&input).and_then(|id| {
        once(&mut by, &input, |tx: &mut Change<'_>| {
            actions::cancel(tx, id)?;
            Ok(Reply::new(&told_of(tx, &tenant, Some(&input.desk), id)?))
        })
    });
    or_none(done)
}

/// A session as the face answers about it now. `desk`: where its link leads; a session that is over has none.
fn told_of(
    tx: &mut Read<'_>,
    tenant: &str,
    desk: Option<&Desk>,
    id: OnboardingId,
) -> Result<SessionAnswer> {
    let (session, customer) = store::find(tx, id)?;
    let link = desk.and_then(|desk| link(tx, desk, &session));
    Ok(SessionAnswer::of(
        tenant,
        &session,
        customer.short_id,
        session.state(tx.now()),
        link,
    ))
}

fn link(tx: &Read<'_>, desk: &Desk, session: &Session) -> Option<String> {
    let token = actions::token(tx.keys(), session, tx.now())?;
    Some(desk.address(&crate::onboarding::link::path(&token)))
}

/// What a webhook says of a session, which is over then.
pub fn told(tx: &mut Read<'_>, id: OnboardingId) -> Result<Value> {
    let tenant = tx.scope().organisation().to_string();
    let answer = told_of(tx, &tenant, None, id)?;
    Ok(serde_json::to_value(answer).map_err(anyhow::Error::new)?)
}
