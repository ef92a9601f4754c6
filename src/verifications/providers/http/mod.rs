//! A provider that is reached over HTTP: whoever answers checks elsewhere and speaks the few lines below.
//!
//! Asked: `POST` to the provider's address, signed as Standard Webhooks are (`webhook-id` is the check's id and the same at
//! each attempt), with a JSON body `{"type": "verification.start", "timestamp", "data"}`. Its answer, at once with 200 or
//! later by `POST` to `callback_url` signed alike, is `{"verification_id", "status": "pending" | "verified" | "failed",
//! "reference", "reason", "expires_at", "result"}`; at once the first may be left out, and 202 or 204 mean pending.

pub mod actions;
mod breaker;
pub mod store;
mod wire;

use chrono::{DateTime, Utc};

use super::{Answer, Provider, Providers, Question, Received, Step};
use crate::{
    db::Read,
    error::{Error, Result},
    outgoing::signature::Secret,
    value::{OrganisationId, VerificationId},
    verifications::store::Verification,
};

pub use breaker::Breakers;
use store::Configured;

/// One such provider, with what it takes to ask it.
pub struct Http {
    providers: Providers,
    organisation: OrganisationId,
    configured: Configured,
    secret: Secret,
}

impl Http {
    /// The organisation's provider with this name, where it has one.
    pub fn named(tx: &mut Read<'_>, providers: &Providers, name: &str) -> Result<Option<Self>> {
        let Some(configured) = store::by_name(tx, name)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            providers: providers.clone(),
            organisation: tx.scope().organisation(),
            secret: configured.secret(tx)?,
            configured,
        }))
    }

    fn callback_url(&self) -> String {
        format!(
            "{}/callbacks/{}/{}",
            self.providers.public_url(),
            self.configured.name,
            self.organisation
        )
    }

    /// Asks, outside of any transaction.
    fn asking(self, check: VerificationId, body: Vec<u8>, now: DateTime<Utc>) -> Step {
        Step::Ask(Box::new(move || {
            let whose = (self.organisation, self.configured.id);
            self.providers.breakers().guard(whose, now, || {
                let _turn = self.providers.turns().take(self.organisation)?;
                wire::ask(
                    self.providers.client(),
                    &self.configured,
                    &self.secret,
                    check,
                    &body,
                    now,
                )
            })
        }))
    }
}

/// A provider as it stands in a box; `start` takes what it needs of it.
impl Provider for Http {
    fn start(&self, _tx: &mut Read<'_>, question: &Question<'_>) -> Result<Step> {
        let now = question.facts.now;
        let body = wire::start(question, &self.callback_url(), now)?;
        Ok(self.again().asking(question.check, body, now))
    }

    fn poll(&self, tx: &mut Read<'_>, check: &Verification) -> Result<Option<Step>> {
        let now = tx.now();
        let body = wire::poll(check, &self.callback_url(), now)?;
        Ok(Some(self.again().asking(check.id, body, now)))
    }

    fn receive(&self, tx: &mut Read<'_>, received: &Received) -> Result<(VerificationId, Answer)> {
        let Received {
            id,
            timestamp,
            signature,
            body,
        } = received;
        if !self
            .secret
            .verifies(id, timestamp, signature, body, tx.now())
        {
            return Err(Error::Unauthenticated);
        }
        let (check, answer) = wire::read(body)?;
        let check = check.ok_or_else(|| {
            Error::field("verification_id", "say which verification this is about")
        })?;
        Ok((check, answer))
    }
}

impl Http {
    fn again(&self) -> Self {
        Self {
            providers: self.providers.clone(),
            organisation: self.organisation,
            configured: self.configured.clone(),
            secret: self.secret.clone(),
        }
    }
}
