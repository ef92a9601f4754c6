//! Suspicions in the database. Row-level security shows them to managers and admins alone.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

use crate::{
    access::scope::{Branches, Scope},
    audit::store as audit,
    customers::store::Customer,
    db::{Change, Read},
    error::{Error, Result},
    schema::suspicions,
    stored_words,
    value::{BranchId, CustomerId, ReviewId, StaffId, SuspicionId},
};

stored_words! {
    /// Where a suspicion stands.
    State {
        /// The managers have it.
        Open = "open",
        /// It was reported to the authority.
        Reported = "reported",
        /// There was nothing to it.
        Unfounded = "unfounded",
    }
}

/// Every lawful move: a suspicion is closed once. The database holds it too.
pub const MOVES: &[(State, State)] = &[
    (State::Open, State::Reported),
    (State::Open, State::Unfounded),
];

/// A suspicion.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = suspicions)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Suspicion {
    pub id: SuspicionId,
    pub customer_id: CustomerId,
    pub branch_id: BranchId,
    pub review_id: ReviewId,
    pub sealed: String,
    pub state: State,
    pub raised_by: StaffId,
    pub raised_at: DateTime<Utc>,
    pub closed_by: Option<StaffId>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Suspicion {
    /// What was seen; nothing where a lawful erasure destroyed the customer's key.
    pub fn text(&self, tx: &mut Read<'_>, customer: &Customer) -> Result<Option<String>> {
        let key = audit::standing_key(tx, Some(customer.data_key))?;
        Ok(key.and_then(|key| key.open_text(PURPOSE, &self.sealed).ok()))
    }
}

/// What the text is sealed for.
const PURPOSE: &str = "suspicion";

/// More than this no page shows.
const MOST: i64 = 200;

type Condition = Box<
    dyn BoxableExpression<suspicions::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>,
>;

/// The rows of the scope's organisation and branches: where every reading of suspicions begins.
fn visible(scope: &Scope) -> Condition {
    let tenant = suspicions::organisation_id.eq(scope.organisation());
    match scope.branches() {
        Branches::All => Box::new(tenant),
        Branches::Only(list) => Box::new(tenant.and(suspicions::branch_id.eq_any(list.clone()))),
    }
}

/// Those that the managers have, oldest first.
pub fn open(tx: &mut Read<'_>) -> Result<Vec<Suspicion>> {
    let visible = visible(tx.scope());
    Ok(suspicions::table
        .filter(visible)
        .filter(suspicions::state.eq(State::Open))
        .order((suspicions::raised_at, suspicions::id))
        .limit(MOST)
        .select(Suspicion::as_select())
        .load(tx.conn())?)
}

/// Those about one customer, newest first.
pub fn of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Suspicion>> {
    if !tx.scope().confided() {
        return Ok(Vec::new());
    }
    let visible = visible(tx.scope());
    Ok(suspicions::table
        .filter(visible)
        .filter(suspicions::customer_id.eq(customer))
        .order((suspicions::raised_at.desc(), suspicions::id.desc()))
        .limit(MOST)
        .select(Suspicion::as_select())
        .load(tx.conn())?)
}

/// One, held until the end of the change; out of scope is not found.
pub fn lock(tx: &mut Read<'_>, id: SuspicionId) -> Result<Suspicion> {
    let visible = visible(tx.scope());
    suspicions::table
        .filter(visible)
        .filter(suspicions::id.eq(id))
        .select(Suspicion::as_select())
        .for_update()
        .first(tx.conn())
        .map_err(Error::from)
}

/// Keeps one, raised by whoever acts.
pub fn add(tx: &mut Change<'_>, customer: &Customer, review: ReviewId, text: &str) -> Result<()> {
    let (id, tenant, now) = (
        SuspicionId(tx.new_id()),
        tx.scope().organisation(),
        tx.now(),
    );
    let by = tx.actor().staff().ok_or(Error::Forbidden)?;
    let sealed = audit::data_key(tx, Some(customer.data_key))?
        .seal_text(PURPOSE, text)
        .map_err(anyhow::Error::new)?;
    diesel::insert_into(suspicions::table)
        .values((
            suspicions::organisation_id.eq(tenant),
            suspicions::id.eq(id),
            suspicions::customer_id.eq(customer.id),
            suspicions::branch_id.eq(customer.branch_id),
            suspicions::review_id.eq(review),
            suspicions::sealed.eq(sealed),
            suspicions::raised_by.eq(by),
            suspicions::raised_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes what came of one, by whoever acts.
pub fn close(tx: &mut Change<'_>, id: SuspicionId, state: State) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let by = tx.actor().staff().ok_or(Error::Forbidden)?;
    diesel::update(
        suspicions::table
            .filter(suspicions::organisation_id.eq(tenant))
            .filter(suspicions::id.eq(id)),
    )
    .set((
        suspicions::state.eq(state),
        suspicions::closed_by.eq(by),
        suspicions::closed_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}

diesel::define_sql_function! {
    /// Whether the managers suspect one of these customers, or did after a moment: all that others may learn of it.
    fn suspected_since(customers: sql_types::Array<sql_types::Uuid>, since: sql_types::Timestamptz) -> sql_types::Bool;
}

/// Whether the managers suspect one of these customers, or closed a suspicion after `since`. Anybody's decision asks this
/// and tells nobody.
pub fn suspected(tx: &mut Read<'_>, all: &[CustomerId], since: DateTime<Utc>) -> Result<bool> {
    Ok(diesel::select(suspected_since(all.to_vec(), since)).get_result(tx.conn())?)
}
