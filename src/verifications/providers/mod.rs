//! Providers: who answers a check. A person at the desk (`manual`), rules that need no network (`vouch_checks`), lists of
//! names that the operator loads (`watchlist`), and whoever an admin sets up elsewhere (`http`).
//!
//! A provider is asked in three steps, so that nothing outside is waited for while a transaction is open: it reads what
//! it needs ([`Provider::start`], within a transaction that reads), it asks whoever it must ask ([`Step::Ask`], outside
//! of any), and its answer is stored with the check (`verifications::actions`).

pub mod facts;
pub mod http;
mod manual;
mod turns;
mod vouch_checks;
pub mod watchlist;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::{
    db::Read,
    error::Result,
    outgoing::Client,
    value::VerificationId,
    verifications::{
        actions::Asked,
        hits::store::Found,
        rules::{MANUAL, Status},
        store::Verification,
    },
};

use facts::Facts;

/// What a provider says of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Pending where it will say more later.
    pub status: Status,
    /// What the provider calls this check; at most 255 characters.
    pub reference: Option<String>,
    /// Why, in a sentence; at most 1,000 characters.
    pub reason: Option<String>,
    /// All it says, among it which rule failed.
    pub payload: Option<Map<String, Value>>,
    /// Until when it holds.
    pub expires_at: Option<DateTime<Utc>>,
    /// Entries of lists that may be the customer, for an officer to say.
    pub hits: Vec<Found>,
}

impl Answer {
    /// No answer yet, and nothing to tell.
    pub const fn pending() -> Self {
        Self {
            status: Status::Pending,
            reference: None,
            reason: None,
            payload: None,
            expires_at: None,
            hits: Vec::new(),
        }
    }
}

/// What a provider is asked.
pub struct Question<'a> {
    /// The id that the check will have: the same at every attempt, and what a later answer names.
    pub check: VerificationId,
    /// What is to be checked.
    pub asked: &'a Asked,
    /// What is known of the customer.
    pub facts: &'a Facts,
}

/// Asks somebody outside. Called once, outside of any transaction; whoever is away is `Error::Unavailable`, whoever is there
/// and does not take the question `Error::Declined`.
pub type Asking = Box<dyn FnOnce() -> Result<Answer> + Send>;

/// How a provider goes on once it has read what it needs.
pub enum Step {
    /// It needs nobody outside.
    Answered(Answer),
    /// It must ask somebody.
    Ask(Asking),
}

impl Step {
    /// The answer, asked for where it must be. Outside of any transaction.
    pub fn answer(self) -> Result<Answer> {
        match self {
            Self::Answered(answer) => Ok(answer),
            Self::Ask(asking) => asking(),
        }
    }
}

/// What a provider sent by itself, as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The id of the message, which its signature covers.
    pub id: String,
    /// When it was sent, in seconds since 1970, as it was written.
    pub timestamp: String,
    /// Signatures, one of which must fit.
    pub signature: String,
    /// The body as it came: what was signed.
    pub body: Vec<u8>,
}

/// Who answers checks.
pub trait Provider {
    /// Begins a check: reads within the transaction, and says how it goes on. What cannot be asked of this provider is
    /// `Error::Invalid`.
    fn start(&self, tx: &mut Read<'_>, question: &Question<'_>) -> Result<Step>;

    /// Asks after a check that is pending; nothing where the provider answers by itself or not at all.
    fn poll(&self, _tx: &mut Read<'_>, _check: &Verification) -> Result<Option<Step>> {
        Ok(None)
    }

    /// Reads what the provider sent by itself: which check it is about and what it says. `Error::Unauthenticated` where
    /// it is not signed as agreed, `Error::NotFound` where this provider never sends anything.
    fn receive(
        &self,
        _tx: &mut Read<'_>,
        _received: &Received,
    ) -> Result<(VerificationId, Answer)> {
        Err(crate::error::Error::NotFound)
    }
}

/// Names under which Vouch itself answers; a configured provider cannot have one.
pub const BUILT_IN: [&str; 3] = [MANUAL, vouch_checks::NAME, watchlist::NAME];

/// All providers of an installation, for all requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Providers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: Client,
    breakers: http::Breakers,
    turns: turns::Turns,
    public_url: String,
}

impl Providers {
    /// `public_url`: where this installation is reached, for answers that come later; without a slash at its end.
    pub fn new(client: Client, public_url: impl Into<String>) -> Self {
        Self(Arc::new(Shared {
            client,
            breakers: http::Breakers::default(),
            turns: turns::Turns::default(),
            public_url: public_url.into(),
        }))
    }

    /// The provider with this name. A name that nobody has is a person's: `manual`.
    pub fn named(&self, tx: &mut Read<'_>, name: &str) -> Result<Box<dyn Provider>> {
        Ok(match name {
            MANUAL => Box::new(manual::Manual),
            vouch_checks::NAME => Box::new(vouch_checks::VouchChecks),
            watchlist::NAME => Box::new(watchlist::Watchlist),
            other => match http::Http::named(tx, self, other)? {
                Some(configured) => Box::new(configured),
                None => Box::new(manual::Manual),
            },
        })
    }

    /// What asks elsewhere.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    fn breakers(&self) -> &http::Breakers {
        &self.0.breakers
    }

    fn turns(&self) -> &turns::Turns {
        &self.0.turns
    }

    fn public_url(&self) -> &str {
        &self.0.public_url
    }
}
