//! A session as it is kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::event::Subject,
    customers::store::Customer,
    onboarding::rules::{Options, State},
    schema::onboard_sessions,
    value::{CustomerId, OnboardingId},
};

/// A session.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = onboard_sessions)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Session {
    pub id: OnboardingId,
    pub customer_id: CustomerId,
    state: State,
    options: Value,
    pub org_id: Option<String>,
    pub return_url: Option<String>,
    pub generation: i32,
    confirmed_at: Option<DateTime<Utc>>,
    confirmed_as: Option<String>,
    pub papers: i32,
    pub saves: i32,
    pub expires_at: DateTime<Utc>,
    pub created_by_kind: String,
    pub created_by_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Session {
    /// Where it stands at this time: over when its time is, also before the clock has written that down.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.state.is_open() && self.expires_at <= now {
            State::Expired
        } else {
            self.state
        }
    }

    /// Where it stands in the database.
    pub const fn stored(&self) -> State {
        self.state
    }

    /// Whether the customer confirmed their data as it stands now. `shown`: what stands for it now.
    pub fn confirmed(&self, shown: &str) -> bool {
        let known = self.confirmed_as.as_deref();
        self.confirmed_at.is_some() && known.is_none_or(|known| known == shown)
    }

    /// What it asks for.
    pub fn options(&self) -> Options {
        serde_json::from_value(self.options.clone()).unwrap_or_default()
    }

    /// As an audit entry points to it.
    pub const fn subject(&self, customer: &Customer) -> Subject {
        Subject::Onboarding(self.id, customer.reference())
    }
}
