//! Proposals in the database: decisions that wait for a second person, and what came of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Timestamptz};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::{
        actor::Who,
        scope::{Branches, Scope},
    },
    customers::store::{self as customer_rows, Customer},
    db::{
        Change, Read,
        counted::Counted,
        keyset,
        page::{Count, Page},
    },
    error::{Error, Result},
    schema::{customers, proposals},
    stored_words,
    value::{BranchId, CredentialId, CustomerId, ProposalId, ReviewId, StaffId, VerificationId},
};

stored_words! {
    /// Where a proposal stands.
    State {
        /// Waits for a second person.
        Open = "open",
        /// A second person agreed.
        Approved = "approved",
        /// A second person wants something changed.
        SentBack = "sent_back",
        /// Nobody answered in time.
        Lapsed = "lapsed",
        /// The data changed meanwhile.
        Returned = "returned",
    }
}

/// Every lawful move: a proposal is answered once. The database holds it too.
pub const MOVES: &[(State, State)] = &[
    (State::Open, State::Approved),
    (State::Open, State::SentBack),
    (State::Open, State::Lapsed),
    (State::Open, State::Returned),
];

stored_words! {
    /// What is proposed.
    Kind {
        /// A decision on a round.
        Decision = "decision",
        /// A status set against the ordinary course: of a check, or of the customer.
        Override = "override",
        /// A validation taken back.
        Revocation = "revocation",
    }
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = proposals)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Proposal {
    pub id: ProposalId,
    pub customer_id: CustomerId,
    pub branch_id: BranchId,
    pub review_id: Option<ReviewId>,
    pub verification_id: Option<VerificationId>,
    pub kind: Kind,
    pub state: State,
    pub body: Value,
    pub customer_version: i32,
    pub policy_version: i32,
    pub proposed_kind: String,
    pub proposed_by: Uuid,
    pub proposed_maker: Option<StaffId>,
    pub proposed_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub points: Option<String>,
}

impl Proposal {
    /// Who proposed it: a colleague, or a key.
    pub fn proposer(&self) -> Who {
        match self.colleague() {
            Some(staff) => Who::Staff(staff),
            None => Who::Key(CredentialId(self.proposed_by)),
        }
    }

    /// Whether this member of staff proposed it, themselves or by a key that they made.
    pub fn is_of(&self, staff: StaffId) -> bool {
        self.colleague() == Some(staff) || self.proposed_maker == Some(staff)
    }

    /// The colleague who proposed it, where it was one.
    pub fn colleague(&self) -> Option<StaffId> {
        (self.proposed_kind == "staff").then_some(StaffId(self.proposed_by))
    }
}

type Condition =
    Box<dyn BoxableExpression<proposals::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>>;

/// The rows of the scope's organisation and branches: where every reading of proposals begins.
fn visible(scope: &Scope) -> Condition {
    let tenant = proposals::organisation_id.eq(scope.organisation());
    match scope.branches() {
        Branches::All => Box::new(tenant),
        Branches::Only(list) => Box::new(tenant.and(proposals::branch_id.eq_any(list.clone()))),
    }
}

/// One proposal; out of scope is not found.
pub fn find(tx: &mut Read<'_>, id: ProposalId) -> Result<Proposal> {
    let visible = visible(tx.scope());
    proposals::table
        .filter(visible)
        .filter(proposals::id.eq(id))
        .select(Proposal::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// The same, locked until the end of the change. Customer and round are locked before it, always in this order.
pub fn lock(tx: &mut Read<'_>, id: ProposalId) -> Result<Proposal> {
    let tenant = tx.scope().organisation();
    Ok(proposals::table
        .filter(proposals::organisation_id.eq(tenant))
        .filter(proposals::id.eq(id))
        .select(Proposal::as_select())
        .for_update()
        .first(tx.conn())?)
}

/// The one that waits for an answer about this customer.
pub fn open_of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Option<Proposal>> {
    let visible = visible(tx.scope());
    Ok(proposals::table
        .filter(visible)
        .filter(proposals::customer_id.eq(customer))
        .filter(proposals::state.eq(State::Open))
        .select(Proposal::as_select())
        .first(tx.conn())
        .optional()?)
}

/// The latest about a round: what was sent back, with its points.
pub fn latest_of(tx: &mut Read<'_>, review: ReviewId) -> Result<Option<Proposal>> {
    let visible = visible(tx.scope());
    Ok(proposals::table
        .filter(visible)
        .filter(proposals::review_id.eq(review))
        .order(proposals::proposed_at.desc())
        .select(Proposal::as_select())
        .first(tx.conn())
        .optional()?)
}

/// A proposal with whose it is about.
pub type Waiting = (Proposal, Customer);

/// Where a page of [`waiting`] begins: after the proposal of this moment and id.
pub type After = (DateTime<Utc>, ProposalId);

/// Those that wait for an answer, oldest first; one more than a page holds.
pub fn waiting(tx: &mut Read<'_>, after: Option<After>, size: usize) -> Result<Page<Waiting>> {
    let visible = visible(tx.scope());
    let mut query = proposals::table
        .filter(visible)
        .filter(proposals::state.eq(State::Open))
        .order((proposals::proposed_at, proposals::id))
        .limit(i64::try_from(size).unwrap_or(i64::MAX - 1) + 1)
        .select(Proposal::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(keyset::above(
            (proposals::proposed_at, proposals::id),
            (
                at.into_sql::<Timestamptz>(),
                id.into_sql::<diesel::sql_types::Uuid>(),
            ),
        ));
    }
    let page: Page<Proposal> = Page::cut(query.load(tx.conn())?, size);
    let ids: Vec<CustomerId> = page.rows.iter().map(|one| one.customer_id).collect();
    let visible = customer_rows::visible(tx.scope());
    let whose: Vec<Customer> = customers::table
        .filter(visible)
        .filter(customers::id.eq_any(ids))
        .select(Customer::as_select())
        .load(tx.conn())?;
    let whose: HashMap<CustomerId, Customer> = whose.into_iter().map(|one| (one.id, one)).collect();
    Ok(Page {
        more: page.more,
        rows: page
            .rows
            .into_iter()
            .filter_map(|one| {
                let customer = whose.get(&one.customer_id)?.clone();
                Some((one, customer))
            })
            .collect(),
    })
}

/// One with whose it is about; out of scope is not found.
pub fn one(tx: &mut Read<'_>, id: ProposalId) -> Result<Waiting> {
    let proposal = find(tx, id)?;
    let customer = customer_rows::find(tx, proposal.customer_id)?;
    Ok((proposal, customer))
}

/// How many wait for an answer.
pub fn count(tx: &mut Read<'_>) -> Result<Count> {
    let any = diesel::dsl::sql::<diesel::sql_types::Bool>("TRUE");
    counted(tx, Box::new(any))
}

/// How many of them are about a round, and so stand in the queue.
pub fn count_on_rounds(tx: &mut Read<'_>) -> Result<Count> {
    counted(tx, Box::new(proposals::review_id.is_not_null()))
}

/// How many are about no round, overrides and revocations: they stand among the approvals alone.
pub fn count_elsewhere(tx: &mut Read<'_>) -> Result<Count> {
    counted(tx, Box::new(proposals::review_id.is_null()))
}

fn counted(tx: &mut Read<'_>, such: Condition) -> Result<Count> {
    let visible = visible(tx.scope());
    let n: i64 = Counted(
        proposals::table
            .filter(visible)
            .filter(proposals::state.eq(State::Open))
            .filter(such)
            .select(proposals::id)
            .limit(Count::CAP + 1),
    )
    .get_result(tx.conn())?;
    Ok(Count::capped(n))
}

/// Those of this organisation that nobody answered in time, oldest first, at most a hundred after one of them.
pub fn lapsed(tx: &mut Read<'_>, after: Option<After>) -> Result<Vec<After>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let mut query = proposals::table
        .filter(proposals::organisation_id.eq(tenant))
        .filter(proposals::state.eq(State::Open))
        .filter(proposals::expires_at.le(now))
        .order((proposals::proposed_at, proposals::id))
        .limit(100)
        .select((proposals::proposed_at, proposals::id))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(keyset::above(
            (proposals::proposed_at, proposals::id),
            (
                at.into_sql::<Timestamptz>(),
                id.into_sql::<diesel::sql_types::Uuid>(),
            ),
        ));
    }
    Ok(query.load(tx.conn())?)
}

/// A proposal to be added, by whoever acts.
pub struct New<'a> {
    /// Whose decision.
    pub customer: &'a Customer,
    /// What it is.
    pub kind: Kind,
    /// On which round, where it is a decision.
    pub review: Option<ReviewId>,
    /// Of which check, where it overrides one.
    pub check: Option<VerificationId>,
    /// What is decided.
    pub body: &'a Value,
    /// The version of the data it is made on.
    pub customer_version: i32,
    /// The policy it is made under.
    pub policy_version: i32,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
}

/// Adds a proposal.
pub fn add(tx: &mut Change<'_>, new: &New<'_>) -> Result<ProposalId> {
    let (id, tenant, now) = (ProposalId(tx.new_id()), tx.scope().organisation(), tx.now());
    let (kind, by) = tx.actor().who.parts();
    let by = by.ok_or(Error::Forbidden)?;
    diesel::insert_into(proposals::table)
        .values((
            proposals::organisation_id.eq(tenant),
            proposals::id.eq(id),
            proposals::customer_id.eq(new.customer.id),
            proposals::branch_id.eq(new.customer.branch_id),
            proposals::review_id.eq(new.review),
            proposals::verification_id.eq(new.check),
            proposals::kind.eq(new.kind),
            proposals::body.eq(new.body),
            proposals::customer_version.eq(new.customer_version),
            proposals::policy_version.eq(new.policy_version),
            proposals::proposed_kind.eq(kind),
            proposals::proposed_by.eq(by),
            proposals::proposed_at.eq(now),
            proposals::expires_at.eq(new.expires_at),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// Writes what came of it, by whoever acts.
pub fn settle(
    tx: &mut Change<'_>,
    id: ProposalId,
    state: State,
    points: Option<&str>,
) -> Result<()> {
    let (tenant, now, by) = (tx.scope().organisation(), tx.now(), tx.actor().staff());
    diesel::update(
        proposals::table
            .filter(proposals::organisation_id.eq(tenant))
            .filter(proposals::id.eq(id)),
    )
    .set((
        proposals::state.eq(state),
        proposals::approved_by.eq(by.filter(|_| state == State::Approved)),
        proposals::settled_by.eq(by.map(|staff| staff.0)),
        proposals::settled_at.eq(now),
        proposals::points.eq(points),
    ))
    .execute(tx.conn())?;
    Ok(())
}
