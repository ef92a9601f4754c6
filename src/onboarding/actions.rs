//! Opening a session and taking it back: by a company's own system, or by an officer.

use chrono::{DateTime, Utc};

use crate::{
    audit::event::{Change as Field, Event, What},
    customers::{
        rules::{Kind, Kyc},
        store::{self as customers, Customer},
        typed::Typed,
    },
    db::Change,
    error::{Error, Result},
    onboarding::{
        link,
        rules::{self, LASTS, Options, State},
        store::{self, New, Session},
    },
    reviews::submission,
    value::{CustomerId, OnboardingId},
};

/// What somebody asks a customer for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Of what.
    pub options: Options,
    /// The caller's own code of a branch; kept as it is and moves nothing.
    pub org_id: Option<String>,
    /// Where the customer goes afterwards.
    pub return_url: Option<String>,
}

/// Why a session was not opened, though nothing that was asked is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The identity checks need these of the customer's data, by our names, and they are empty.
    Lacks(Vec<&'static str>),
    /// These options, by their names in a form, are for persons, and the customer is a company. Our ruling: nothing is left
    /// out unsaid, since whoever asked would wait for its result.
    ForPersons(Vec<&'static str>),
}

/// Opens a session of a customer in scope. Whoever has not begun becomes a draft.
pub fn open(
    tx: &mut Change<'_>,
    customer: CustomerId,
    asked: &Asked,
) -> Result<Result<OnboardingId, Halt>> {
    let customer = customers::lock(tx, customer)?;
    let personal = rules::of_persons(asked.options.identity);
    if customer.kind == Kind::Legal && !personal.is_empty() {
        return Ok(Err(Halt::ForPersons(personal)));
    }
    let lacks = lacking(&customer, asked.options);
    if !lacks.is_empty() {
        return Ok(Err(Halt::Lacks(lacks)));
    }
    if let Some(wrong) = asked.return_url.as_deref().and_then(rules::wrong_return) {
        return Err(Error::field("return_url", wrong));
    }
    let (id, now) = (OnboardingId(tx.new_id()), tx.now());
    let options = serde_json::to_value(asked.options).map_err(anyhow::Error::new)?;
    let (kind, by) = tx.actor().who.parts();
    let new = New {
        organisation_id: tx.scope().organisation(),
        id,
        customer_id: customer.id,
        options: &options,
        org_id: asked.org_id.as_deref(),
        return_url: asked.return_url.as_deref(),
        expires_at: now + LASTS,
        created_by_kind: kind,
        created_by_id: by,
        created_at: now,
        updated_at: now,
    };
    let kept = link::kept(&link::token(tx.keys(), id, FIRST));
    store::insert(tx, &new, &kept)?;
    let (session, _) = store::find(tx, id)?;
    tx.say(
        Event::new(What::OnboardingOpened, session.subject(&customer))
            .changing(vec![Field::plain("options", (), options)]),
    );
    if customer.kyc == Kyc::None {
        match submission::submit(tx, customer.id, None) {
            // A decision about them waits for a second person: that is not in the way of asking for their data.
            Ok(()) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Ok(id))
}

/// The number in a new session's link.
const FIRST: i32 = 1;

/// What the identity checks need and the customer's data has not.
fn lacking(customer: &Customer, options: Options) -> Vec<&'static str> {
    if !options.identity.any() {
        return Vec::new();
    }
    let declared = Typed::from(customer);
    rules::needed(customer.kind)
        .filter(|field| declared.value(field).trim().is_empty())
        .collect()
}

/// Takes a session back. One that is over stays as it is.
pub fn cancel(tx: &mut Change<'_>, id: OnboardingId) -> Result<()> {
    let (session, customer) = store::lock(tx, id)?;
    let state = session.state(tx.now());
    if !rules::lawful(state, State::Cancelled) {
        return Err(Error::Refused(
            format!("This session is {} already.", state.words().to_lowercase()).into(),
        ));
    }
    end(
        tx,
        &session,
        &customer,
        State::Cancelled,
        What::OnboardingCancelled,
    )
}

/// Takes back the open sessions of somebody who was merged into another, as by hand: their links lead nowhere.
pub fn merged(tx: &mut Change<'_>, id: CustomerId) -> Result<()> {
    let customer = customers::lock_merged_too(tx, id)?;
    // Of the two, one goes on as they are.
    if customer.merged_into.is_none() {
        return Ok(());
    }
    for session in store::open_of(tx, id)? {
        cancel(tx, session)?;
    }
    Ok(())
}

/// Writes the end of a session, and says it.
pub(super) fn end(
    tx: &mut Change<'_>,
    session: &Session,
    customer: &Customer,
    to: State,
    what: What,
) -> Result<()> {
    store::set_state(tx, session.id, to)?;
    tx.say(
        Event::new(what, session.subject(customer)).changing(vec![Field::plain(
            "state",
            session.stored().as_str(),
            to.as_str(),
        )]),
    );
    Ok(())
}

/// The token of a session's link, while it works.
pub fn token(keys: &crate::keys::Keys, session: &Session, now: DateTime<Utc>) -> Option<String> {
    let works = session.state(now).is_open();
    works.then(|| link::token(keys, session.id, session.generation))
}
