//! Rounds in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    customers::{
        rules::{Kyc, ReviewType},
        store::Customer,
    },
    db::{Change, Read},
    error::Result,
    reviews::rules::State,
    schema::{customers, relations, reviews},
    value::{CustomerId, ReviewId, StaffId},
};

pub mod behind;
pub mod holding;
mod house;
pub mod proposals;
pub mod rounds;
pub mod suspicions;
pub mod told;

pub use house::{branch_code, time_zone};
use rounds::Decided;

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

/// Whether the last round of these customers that was decided ended in a refusal of any of them.
pub fn refused_last(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<bool> {
    let tenant = tx.scope().organisation();
    let last: Vec<Option<Kyc>> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq_any(customers.to_vec()))
        .filter(reviews::state.eq(State::Decided))
        .order((reviews::customer_id, reviews::round.desc()))
        .distinct_on(reviews::customer_id)
        .select(reviews::decision)
        .load(tx.conn())?;
    Ok(last.contains(&Some(Kyc::Refused)))
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
    rounds::decide(tx, id, decided)?;
    Ok(id)
}

/// Where a company's required members stand: its legal representatives, directors and owners, wherever they live.
pub fn members(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<(String, Kyc)>> {
    const REQUIRED: [&str; 4] = [
        "legal_representative",
        "director",
        "shareholder",
        "beneficial_owner",
    ];
    let tenant = tx.scope().organisation();
    let child = customers::organisation_id
        .eq(relations::organisation_id)
        .and(customers::id.eq(relations::child_id));
    Ok(relations::table
        .inner_join(customers::table.on(child))
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq(company))
        .filter(relations::role.eq_any(REQUIRED))
        .select((customers::name, customers::kyc))
        .load(tx.conn())?)
}
