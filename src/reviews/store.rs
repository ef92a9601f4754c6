//! Rounds in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    customers::{rules::ReviewType, store::Customer},
    db::{Change, Read},
    error::Result,
    reviews::rules::State,
    schema::reviews,
    value::{CustomerId, ReviewId, StaffId},
};

pub mod asked;
pub mod behind;
pub mod declared;
pub mod hand;
pub mod holding;
mod house;
pub mod looks;
pub mod proposals;
pub mod rounds;
mod standing;
pub mod suspicions;
pub mod told;

pub use house::{branch_code, time_zone};
use rounds::Decided;
pub use standing::{members, refused_last};

/// A round, as far as overrides need it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Round {
    pub id: ReviewId,
    pub round: i32,
    pub state: State,
    pub submitted_kind: String,
    pub submitted_id: Option<Uuid>,
    pub submitted_maker: Option<StaffId>,
    pub submitted_at: DateTime<Utc>,
    pub decision: Option<String>,
}

impl Round {
    /// The member of staff who submitted it, themselves or by a key that they made.
    pub fn hand(&self) -> Option<StaffId> {
        let own = self.submitted_id.filter(|_| self.submitted_kind == "staff");
        own.map(StaffId).or(self.submitted_maker)
    }
}

/// The customer's latest round, where there was one. Who calls this has found the customer in scope.
pub fn latest(tx: &mut Read<'_>, customer: CustomerId) -> Result<Option<Round>> {
    let tenant = tx.scope().organisation();
    Ok(reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(Round::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Adds a round of type EVENT that is submitted and decided in one step, by whoever acts or by whoever proposed it.
pub fn close_event(
    tx: &mut Change<'_>,
    customer: &Customer,
    round: i32,
    decided: &Decided<'_>,
) -> Result<ReviewId> {
    let (id, tenant, now) = (ReviewId(tx.new_id()), tx.scope().organisation(), tx.now());
    let (kind, who) = match decided.proposed_by {
        Some(proposer) => proposer.parts(),
        None => tx.actor().who.parts(),
    };
    diesel::insert_into(reviews::table)
        .values((
            reviews::organisation_id.eq(tenant),
            reviews::id.eq(id),
            reviews::customer_id.eq(customer.id),
            reviews::branch_id.eq(customer.branch_id),
            reviews::round.eq(round),
            reviews::type_.eq(ReviewType::Event),
            reviews::state.eq(State::Open),
            reviews::submitted_kind.eq(kind),
            reviews::submitted_id.eq(who),
            reviews::submitted_at.eq(now),
            // Open for no longer than this statement and the next; what is open is due.
            reviews::due_at.eq(now),
        ))
        .execute(tx.conn())?;
    rounds::decide(tx, customer, id, decided)?;
    Ok(id)
}
