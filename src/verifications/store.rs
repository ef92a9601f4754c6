//! Checks in the database. Every function that reads them starts at [`visible`].

use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Bool};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::scope::{Branches, Scope},
    audit::event::Subject,
    customers::store::Customer,
    db::{Change, Read},
    error::{Error, Result},
    schema::verifications,
    value::{BranchId, CustomerId, ReviewId, VerificationId},
    verifications::{providers::Answer, rules::Status},
};

/// A check, whole.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = verifications)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Verification {
    pub id: VerificationId,
    pub number: i64,
    pub customer_id: CustomerId,
    pub branch_id: BranchId,
    pub review_id: Option<ReviewId>,
    pub verification_type: String,
    pub check_type: Option<String>,
    pub provider: String,
    pub provider_reference: Option<String>,
    pub status: Status,
    pub reason: Option<String>,
    pub result_payload: Option<Value>,
    pub started_by_kind: String,
    pub started_by_id: Option<Uuid>,
    pub actor_kind: Option<String>,
    pub actor_id: Option<Uuid>,
    pub verified_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_checked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Verification {
    /// As an audit entry points to it; `customer` is whose it is.
    pub const fn subject(&self, customer: &Customer) -> Subject {
        Subject::Verification(self.id, customer.reference())
    }
}

/// A condition on checks.
pub type Condition = Box<dyn BoxableExpression<verifications::table, Pg, SqlType = Bool>>;

/// The rows of the scope's organisation and branches: where every reading of checks begins.
pub fn visible(scope: &Scope) -> Condition {
    let tenant = verifications::organisation_id.eq(scope.organisation());
    match scope.branches() {
        Branches::All => Box::new(tenant),
        Branches::Only(list) => Box::new(tenant.and(verifications::branch_id.eq_any(list.clone()))),
    }
}

/// One check; out of scope is not found.
pub fn find(tx: &mut Read<'_>, id: VerificationId) -> Result<Verification> {
    let visible = visible(tx.scope());
    verifications::table
        .filter(visible)
        .filter(verifications::id.eq(id))
        .select(Verification::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// The same in whichever branch: for what a change says about a check, which is the organisation's.
pub fn of_tenant(tx: &mut Read<'_>, id: VerificationId) -> Result<Verification> {
    let tenant = tx.scope().organisation();
    Ok(verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::id.eq(id))
        .select(Verification::as_select())
        .first(tx.conn())?)
}

/// One check, locked until the end of the change. The customer's row is locked before it, always in this order.
pub fn lock(tx: &mut Read<'_>, id: VerificationId) -> Result<Verification> {
    let tenant = tx.scope().organisation();
    let check: Verification = verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::id.eq(id))
        .select(Verification::as_select())
        .for_update()
        .first(tx.conn())?;
    if tx.scope().covers(check.branch_id) {
        Ok(check)
    } else {
        Err(Error::NotFound)
    }
}

/// The check that a round owns.
pub fn of_review(tx: &mut Read<'_>, review: ReviewId) -> Result<Option<Verification>> {
    let visible = visible(tx.scope());
    Ok(verifications::table
        .filter(visible)
        .filter(verifications::review_id.eq(review))
        .select(Verification::as_select())
        .first(tx.conn())
        .optional()?)
}

/// A customer's checks, newest first, at most so many.
pub fn of_customer(
    tx: &mut Read<'_>,
    customer: CustomerId,
    limit: i64,
) -> Result<Vec<Verification>> {
    let visible = visible(tx.scope());
    Ok(verifications::table
        .filter(visible)
        .filter(verifications::customer_id.eq(customer))
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .limit(limit)
        .select(Verification::as_select())
        .load(tx.conn())?)
}

/// A customer's checks by one provider that have no answer yet, oldest first, held until the end of the change. In whatever
/// branch: the caller holds the customer.
pub fn waiting(
    tx: &mut Change<'_>,
    customer: CustomerId,
    provider: &str,
) -> Result<Vec<Verification>> {
    let tenant = tx.scope().organisation();
    Ok(verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::customer_id.eq(customer))
        .filter(verifications::provider.eq(provider))
        .filter(verifications::status.eq(Status::Pending))
        .order((verifications::created_at, verifications::id))
        .limit(1_000)
        .select(Verification::as_select())
        .for_update()
        .load(tx.conn())?)
}

/// A check to be added.
pub struct NewVerification<'a> {
    /// Whose.
    pub customer: &'a Customer,
    /// The round that owns it.
    pub review: Option<ReviewId>,
    /// What is checked.
    pub verification_type: &'a str,
    /// How.
    pub check_type: Option<&'a str>,
    /// By whom.
    pub provider: &'a str,
    /// With which result.
    pub status: Status,
    /// Until when the result counts.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Adds a check, started by whoever acts.
pub fn insert(tx: &mut Change<'_>, new: &NewVerification<'_>) -> Result<VerificationId> {
    let id = VerificationId(tx.new_id());
    insert_answered(tx, id, new, &Answer::pending())?;
    Ok(id)
}

/// The same under an id of the caller's, with what its provider said at once. Status and day are those of `new`.
pub fn insert_answered(
    tx: &mut Change<'_>,
    id: VerificationId,
    new: &NewVerification<'_>,
    said: &Answer,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (actor_kind, actor_id) = tx.actor().who.parts();
    let answered = new.status != Status::Pending;
    diesel::insert_into(verifications::table)
        .values((
            verifications::organisation_id.eq(tenant),
            verifications::id.eq(id),
            // Without a number: the trigger takes the organisation's next.
            verifications::customer_id.eq(new.customer.id),
            verifications::branch_id.eq(new.customer.branch_id),
            verifications::review_id.eq(new.review),
            verifications::verification_type.eq(new.verification_type),
            verifications::check_type.eq(new.check_type),
            verifications::provider.eq(new.provider),
            verifications::status.eq(new.status),
            verifications::started_by_kind.eq(actor_kind),
            verifications::started_by_id.eq(actor_id),
            verifications::actor_kind.eq(answered.then_some(actor_kind)),
            verifications::actor_id.eq(actor_id.filter(|_| answered)),
            verifications::verified_at.eq((new.status == Status::Verified).then_some(now)),
            verifications::expires_at.eq(new.expires_at),
            (
                verifications::provider_reference.eq(said.reference.as_deref()),
                verifications::reason.eq(said.reason.as_deref()),
                verifications::result_payload.eq(said.payload.clone().map(Value::Object)),
                verifications::last_checked_at.eq(said.payload.is_some().then_some(now)),
                verifications::created_at.eq(now),
                verifications::updated_at.eq(now),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes a provider's later answer. What it does not say again stays as it was.
pub fn set_answer(tx: &mut Change<'_>, check: &Verification, said: &Answer) -> Result<()> {
    set_status(tx, check, said.status, said.expires_at)?;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let reference = said
        .reference
        .as_ref()
        .or(check.provider_reference.as_ref());
    let reason = said.reason.as_ref().or(check.reason.as_ref());
    let payload = said.payload.clone().map(Value::Object);
    diesel::update(
        verifications::table
            .filter(verifications::organisation_id.eq(tenant))
            .filter(verifications::id.eq(check.id)),
    )
    .set((
        verifications::provider_reference.eq(reference),
        verifications::reason.eq(reason),
        verifications::result_payload.eq(payload.or_else(|| check.result_payload.clone())),
        verifications::last_checked_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Writes where a check stands now, and who moved it. A check that becomes verified keeps the time, and the day until
/// which it counts; for any other move the day stays.
pub fn set_status(
    tx: &mut Change<'_>,
    check: &Verification,
    status: Status,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (actor_kind, actor_id) = tx.actor().who.parts();
    let verified = status == Status::Verified;
    diesel::update(
        verifications::table
            .filter(verifications::organisation_id.eq(tenant))
            .filter(verifications::id.eq(check.id)),
    )
    .set((
        verifications::status.eq(status),
        verifications::actor_kind.eq(actor_kind),
        verifications::actor_id.eq(actor_id),
        verifications::verified_at.eq(if verified {
            Some(now)
        } else {
            check.verified_at
        }),
        verifications::expires_at.eq(if verified {
            expires_at
        } else {
            check.expires_at
        }),
        verifications::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Writes why a check ended, where the round that owns it says so.
pub fn set_reason(tx: &mut Change<'_>, id: VerificationId, reason: &str) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        verifications::table
            .filter(verifications::organisation_id.eq(tenant))
            .filter(verifications::id.eq(id)),
    )
    .set(verifications::reason.eq(reason))
    .execute(tx.conn())?;
    Ok(())
}

/// Writes what is checked, of a check that a round owns: it is of whatever its customer is.
pub fn set_type(tx: &mut Change<'_>, id: VerificationId, verification_type: &str) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        verifications::table
            .filter(verifications::organisation_id.eq(tenant))
            .filter(verifications::id.eq(id))
            .filter(verifications::verification_type.ne(verification_type)),
    )
    .set((
        verifications::verification_type.eq(verification_type),
        verifications::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}
