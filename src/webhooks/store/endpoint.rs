//! An endpoint as it is kept, and what it signs with.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    access::keys::rules::Face,
    audit::store as audit,
    db::Read,
    error::{Error, Result},
    outgoing::signature::Secret,
    schema::webhook_endpoints as endpoints,
    value::{BranchId, WebhookId},
    webhooks::rules::{self, Because},
};

/// An endpoint, with its secrets sealed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = endpoints)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Endpoint {
    pub id: WebhookId,
    pub face: Face,
    pub url: String,
    pub name: String,
    pub events: Vec<String>,
    pub branches: Option<Vec<BranchId>>,
    sealed_secret: String,
    previous_secret: Option<String>,
    pub previous_until: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_because: Option<Because>,
    pub failing_since: Option<DateTime<Utc>>,
    pub created_by_kind: String,
    pub created_by_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Endpoint {
    /// Whether it is told anything.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// What people call it: its name, or its address where it has none.
    pub fn words(&self) -> &str {
        if self.name.is_empty() {
            &self.url
        } else {
            &self.name
        }
    }

    /// How often a message to it is tried and over how long, in words.
    pub const fn schedule_words(&self) -> &'static str {
        rules::schedule_words(self.face)
    }

    /// Whether an old secret signs beside a new one for a day.
    pub const fn both_sign(&self) -> bool {
        rules::both_sign(self.face)
    }

    /// What its messages are signed with at this time: one secret, or two in the day after it was replaced.
    pub fn secrets(&self, tx: &mut Read<'_>) -> Result<Vec<Secret>> {
        let key = audit::organisation_key(tx)?;
        let now = tx.now();
        let previous = self
            .previous_secret
            .as_ref()
            .filter(|_| self.previous_until.is_some_and(|until| now < until));
        [Some(&self.sealed_secret), previous]
            .into_iter()
            .flatten()
            .map(|sealed| {
                let text = key.open_text(&purpose(self.id), sealed)?;
                Secret::read(&text)
                    .ok_or_else(|| Error::Internal(anyhow::anyhow!("a webhook's secret is none")))
            })
            .collect()
    }
}

/// What a secret is sealed for: its row.
pub(super) fn purpose(id: WebhookId) -> String {
    format!("webhook-secret {id}")
}
