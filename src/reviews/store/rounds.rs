//! Open rounds in the database: written when a review is requested, claimed, paused and resumed.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Interval, Timestamptz},
};
use uuid::Uuid;

use crate::{
    access::{
        actor::Who,
        scope::{Branches, Scope},
    },
    customers::{
        rules::{Kyc, ReviewType, Risk},
        store::Customer,
    },
    db::{Change, Read},
    error::{Error, Result},
    reviews::{rules::State, store::declared::declared},
    schema::{proposals, reviews},
    value::{BranchId, CustomerId, ReviewId, StaffId},
};

/// A round, whole.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Review {
    pub id: ReviewId,
    pub number: i64,
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
    pub snapshot: serde_json::Value,
    pub assignee: Option<StaffId>,
    pub claim_expires_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub decision: Option<Kyc>,
    pub retry: Option<bool>,
    pub risk: Option<Risk>,
    pub reason_codes: Vec<String>,
    pub comment: Option<String>,
    pub message: Option<String>,
    pub decided_kind: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
    pub countersigned_by: Option<StaffId>,
    pub countersigned_at: Option<DateTime<Utc>>,
    pub policy_version: Option<i32>,
}

impl Review {
    /// Who holds it now: a claim ends by itself after some time without activity.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<StaffId> {
        self.assignee
            .filter(|_| self.claim_expires_at.is_none_or(|ends| ends > now))
    }

    /// Whether this member of staff submitted it, themselves or by a key that they made, and so may not decide it.
    pub fn submitted_by(&self, staff: StaffId) -> bool {
        let own = self.submitted_kind == "staff" && self.submitted_id == Some(staff.0);
        own || self.submitted_maker == Some(staff)
    }
}

/// A condition on rounds, put together filter by filter.
pub type Condition =
    Box<dyn BoxableExpression<reviews::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>>;

/// The rows of the scope's organisation and branches: where every reading of rounds begins.
pub fn visible(scope: &Scope) -> Condition {
    let tenant = reviews::organisation_id.eq(scope.organisation());
    match scope.branches() {
        Branches::All => Box::new(tenant),
        Branches::Only(list) => Box::new(tenant.and(reviews::branch_id.eq_any(list.clone()))),
    }
}

/// One round; out of scope is not found.
pub fn find(tx: &mut Read<'_>, id: ReviewId) -> Result<Review> {
    let visible = visible(tx.scope());
    reviews::table
        .filter(visible)
        .filter(reviews::id.eq(id))
        .select(Review::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// The same, locked until the end of the change. Its customer's row is locked before it, always in this order.
pub fn lock(tx: &mut Read<'_>, id: ReviewId) -> Result<Review> {
    let tenant = tx.scope().organisation();
    let review: Review = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::id.eq(id))
        .select(Review::as_select())
        .for_update()
        .first(tx.conn())?;
    if tx.scope().covers(review.branch_id) {
        Ok(review)
    } else {
        Err(Error::NotFound)
    }
}

/// The customer's latest round, whole. Who calls this has found the customer in scope.
pub fn latest(tx: &mut Read<'_>, customer: CustomerId) -> Result<Option<Review>> {
    let tenant = tx.scope().organisation();
    Ok(reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(Review::as_select())
        .first(tx.conn())
        .optional()?)
}

/// Opens a round, submitted by whoever acts, with what was declared at that moment.
pub fn open(
    tx: &mut Change<'_>,
    customer: &Customer,
    round: i32,
    review_type: ReviewType,
    due_at: DateTime<Utc>,
) -> Result<ReviewId> {
    let snapshot = declared(tx, customer)?;
    let (id, tenant, now) = (ReviewId(tx.new_id()), tx.scope().organisation(), tx.now());
    let (kind, who) = tx.actor().who.parts();
    diesel::insert_into(reviews::table)
        .values((
            reviews::organisation_id.eq(tenant),
            reviews::id.eq(id),
            reviews::customer_id.eq(customer.id),
            reviews::branch_id.eq(customer.branch_id),
            reviews::round.eq(round),
            reviews::type_.eq(review_type),
            reviews::state.eq(State::Open),
            reviews::submitted_kind.eq(kind),
            reviews::submitted_id.eq(who),
            reviews::submitted_at.eq(now),
            reviews::snapshot.eq(snapshot),
            reviews::due_at.eq(due_at),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// The clock stops: the customer owes something. Nobody holds the round meanwhile.
pub fn pause(tx: &mut Change<'_>, id: ReviewId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set((
        reviews::state.eq(State::Waiting),
        reviews::paused_at.eq(now),
        reviews::looked.eq(
            diesel::dsl::sql::<Array<Timestamptz>>("array_append(looked, ")
                .bind::<Timestamptz, _>(now)
                .sql(")"),
        ),
        reviews::assignee.eq(None::<Uuid>),
        reviews::claim_expires_at.eq(None::<DateTime<Utc>>),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// The clock goes on, with what was left of it, and what is declared by now is what was submitted.
pub fn resume(
    tx: &mut Change<'_>,
    customer: &Customer,
    review: &Review,
    due_at: DateTime<Utc>,
) -> Result<()> {
    let snapshot = declared(tx, customer)?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let paused = review
        .paused_at
        .map_or_else(chrono::TimeDelta::zero, |at| now - at);
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(review.id)),
    )
    .set((
        reviews::state.eq(State::Open),
        reviews::paused_at.eq(None::<DateTime<Utc>>),
        reviews::paused_for
            .eq(diesel::dsl::sql::<Interval>("paused_for + ").bind::<Interval, _>(paused)),
        reviews::due_at.eq(due_at),
        reviews::snapshot.eq(snapshot),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// What the customer reads, and the code of its language.
pub type Message<'a> = (&'a str, &'a str);

/// What an officer said when the customer was asked for more: it stands on the round until it is decided.
pub fn ask_for_more(
    tx: &mut Change<'_>,
    id: ReviewId,
    reasons: &[String],
    comment: Option<&str>,
    message: Option<Message<'_>>,
) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set((
        reviews::reason_codes.eq(reasons),
        reviews::comment.eq(comment),
        reviews::message.eq(message.map(|(text, _)| text)),
        reviews::message_language.eq(message.map(|(_, language)| language)),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Taken back before anybody claimed it.
pub fn withdraw(tx: &mut Change<'_>, id: ReviewId) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set(reviews::state.eq(State::Withdrawn))
    .execute(tx.conn())?;
    Ok(())
}

/// Who holds it and until when; nobody, for nothing.
pub fn hold(
    tx: &mut Change<'_>,
    id: ReviewId,
    holder: Option<(StaffId, DateTime<Utc>)>,
) -> Result<()> {
    let tenant = tx.scope().organisation();
    let (assignee, ends) = holder.unzip();
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set((
        reviews::assignee.eq(assignee.map(|staff| staff.0)),
        reviews::claim_expires_at.eq(ends),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Whose it is until they give it back, or somebody else is given it; nobody's, for nothing.
pub fn give(tx: &mut Change<'_>, id: ReviewId, to: Option<StaffId>) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set((
        reviews::assignee.eq(to.map(|staff| staff.0)),
        reviews::claim_expires_at.eq(None::<DateTime<Utc>>),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// The most urgent open round in scope that nobody holds and that this member did not submit, locked; what somebody
/// else has locked is passed over, so that two who ask at once get two.
pub fn next(tx: &mut Read<'_>, staff: StaffId) -> Result<Option<Review>> {
    let (now, visible) = (tx.now(), visible(tx.scope()));
    let free = reviews::assignee
        .is_null()
        .or(reviews::claim_expires_at.assume_not_null().le(now));
    let own = reviews::submitted_kind
        .eq("staff")
        .and(reviews::submitted_id.assume_not_null().eq(staff.0));
    let hand = reviews::submitted_maker
        .is_not_null()
        .and(reviews::submitted_maker.assume_not_null().eq(staff.0));
    // About whom a second person is asked, nobody else decides meanwhile.
    let asked = proposals::table
        .filter(proposals::organisation_id.eq(reviews::organisation_id))
        .filter(proposals::customer_id.eq(reviews::customer_id))
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
            "proposals.state = 'open'",
        ));
    Ok(reviews::table
        .filter(visible)
        // Written out, since the index of open rounds is chosen by the statement's text.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
            "reviews.state = 'open'",
        ))
        .filter(free)
        .filter(diesel::dsl::not(own))
        .filter(diesel::dsl::not(hand))
        .filter(diesel::dsl::not(diesel::dsl::exists(asked)))
        .order((reviews::due_at, reviews::id))
        .select(Review::as_select())
        .for_update()
        .skip_locked()
        .first(tx.conn())
        .optional()?)
}

/// What a decision writes on its round.
pub struct Decided<'a> {
    /// What was decided.
    pub decision: Kyc,
    /// How closely the customer is to be watched.
    pub risk: Option<Risk>,
    /// Whether a refused customer may try again at once.
    pub retry: Option<bool>,
    /// Why, by the policy's codes.
    pub reasons: &'a [String],
    /// For colleagues.
    pub comment: Option<&'a str>,
    /// For the customer.
    pub message: Option<Message<'a>>,
    /// The policy's version.
    pub policy_version: i32,
    /// Who decided, where it was not whoever acts: the proposer, when a second person agrees.
    pub proposed_by: Option<Who>,
}

/// Writes a decision, and what was declared as it was taken. Where somebody proposed it, whoever acts countersigns.
pub fn decide(
    tx: &mut Change<'_>,
    customer: &Customer,
    id: ReviewId,
    decided: &Decided<'_>,
) -> Result<()> {
    let snapshot = declared(tx, customer)?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let acts = tx.actor().who;
    let (kind, who) = decided.proposed_by.unwrap_or(acts).parts();
    let countersigned = decided.proposed_by.is_some();
    diesel::update(
        reviews::table
            .filter(reviews::organisation_id.eq(tenant))
            .filter(reviews::id.eq(id)),
    )
    .set((
        reviews::state.eq(State::Decided),
        reviews::decision.eq(decided.decision),
        reviews::risk.eq(decided.risk),
        reviews::retry.eq(decided.retry),
        reviews::reason_codes.eq(decided.reasons),
        reviews::comment.eq(decided.comment),
        reviews::message.eq(decided.message.map(|(text, _)| text)),
        reviews::snapshot.eq(snapshot),
        reviews::assignee.eq(None::<Uuid>),
        reviews::claim_expires_at.eq(None::<DateTime<Utc>>),
        (
            reviews::decided_kind.eq(kind),
            reviews::decided_by.eq(who),
            reviews::decided_at.eq(now),
            reviews::countersigned_by.eq(acts.id().filter(|_| countersigned)),
            reviews::countersigned_at.eq(countersigned.then_some(now)),
            reviews::policy_version.eq(decided.policy_version),
            reviews::message_language.eq(decided.message.map(|(_, language)| language)),
        ),
    ))
    .execute(tx.conn())?;
    Ok(())
}
