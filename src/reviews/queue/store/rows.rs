//! A row of the queue, and where it stands in its list.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    customers::rules::{Kind, Kyc, ReviewType, Risk},
    error::{Error, Result},
    reviews::{queue::filter::Tab, rules::State},
    schema::{customers, proposals, reviews},
    value::{BranchId, CustomerId, ProposalId, ReviewId, StaffId},
};

/// A round, as the list tells it.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Round {
    pub id: ReviewId,
    pub customer_id: CustomerId,
    pub branch_id: BranchId,
    pub round: i32,
    #[diesel(column_name = type_)]
    pub review_type: ReviewType,
    pub state: State,
    pub submitted_kind: String,
    pub submitted_id: Option<Uuid>,
    pub submitted_maker: Option<StaffId>,
    pub submitted_at: DateTime<Utc>,
    pub assignee: Option<StaffId>,
    pub claim_expires_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub decision: Option<Kyc>,
    pub decided_kind: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Round {
    /// Whether this member of staff submitted it, themselves or by a key that they made.
    pub fn submitted_by(&self, staff: StaffId) -> bool {
        let own = self.submitted_kind == "staff" && self.submitted_id == Some(staff.0);
        own || self.submitted_maker == Some(staff)
    }

    /// Who holds it now.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<StaffId> {
        self.assignee
            .filter(|_| self.claim_expires_at.is_none_or(|ends| ends > now))
    }
}

/// Whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Whose {
    pub name: String,
    pub short_id: String,
    pub kind: Kind,
    pub risk: Option<Risk>,
}

/// The decision that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = proposals)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Proposed {
    pub id: ProposalId,
    pub customer_id: CustomerId,
    pub proposed_by: StaffId,
    pub proposed_at: DateTime<Utc>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The round.
    pub round: Round,
    /// Whose.
    pub customer: Whose,
    /// What waits for a second person.
    pub proposed: Option<Proposed>,
}

/// The key of a row in its list: a moment, and the id of the round (of the proposal, among the second approvals).
pub type Key = (DateTime<Utc>, Uuid);

impl Row {
    /// Its key on a tab.
    pub fn key(&self, tab: Tab) -> Key {
        let round = &self.round;
        let moment = match (tab, &self.proposed) {
            (Tab::Mine | Tab::Open, _) => round.due_at,
            (Tab::Waiting, _) => round.paused_at,
            (Tab::Decided, _) => round.decided_at,
            (Tab::Second, Some(proposed)) => return (proposed.proposed_at, proposed.id.0),
            (Tab::Second, None) => None,
        };
        (moment.unwrap_or(round.submitted_at), round.id.0)
    }
}

impl From<(Round, Whose)> for Row {
    fn from((round, customer): (Round, Whose)) -> Self {
        Self {
            round,
            customer,
            proposed: None,
        }
    }
}

impl From<(Round, Whose, Proposed)> for Row {
    fn from((round, customer, proposed): (Round, Whose, Proposed)) -> Self {
        Self {
            round,
            customer,
            proposed: Some(proposed),
        }
    }
}

/// A key as it stands in an address.
pub fn written((at, id): Key) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

/// A key from an address.
pub fn parsed(text: &str) -> Result<Key> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some((
                DateTime::from_timestamp_micros(at.parse().ok()?)?,
                Uuid::try_parse(id).ok()?,
            ))
        })
        .ok_or(Error::BadRequest("`after` is no place in this list".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_nothing_else_is() {
        let at = DateTime::from_timestamp_micros(1_795_000_000_123_456).expect("a moment");
        let key = (at, Uuid::from_u128(7));
        assert_eq!(parsed(&written(key)).ok(), Some(key));
        for wrong in [
            "",
            "1",
            "x.y",
            "1795000000123456.",
            "99999999999999999999.0",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
