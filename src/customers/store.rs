//! Customers in the database. Every function that reads them starts at [`visible`].

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{pg::Pg, prelude::*, sql_types::Bool};

use crate::{
    access::scope::{Branches, Scope},
    audit::event::CustomerRef,
    customers::rules::{Kind, Kyc, ReviewType, Risk},
    db::{Change, Read},
    error::{Error, Result},
    schema::customers,
    value::{BranchId, CustomerId, DataKeyId, OrganisationId},
};

/// A customer, whole.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Customer {
    pub id: CustomerId,
    pub number: i64,
    pub short_id: String,
    pub branch_id: BranchId,
    pub kind: Kind,
    pub legal_type: Option<i16>,
    pub title: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub phone_prefix: Option<String>,
    pub phone: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub birth_place: Option<String>,
    pub birth_country: Option<String>,
    pub nationality: Option<String>,
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub tax_id: Option<String>,
    pub occupation: Option<String>,
    pub income_range: Option<i64>,
    pub legal_name: Option<String>,
    pub legal_form: Option<String>,
    pub registration_number: Option<String>,
    pub representative_name: Option<String>,
    pub representative_email: Option<String>,
    pub representative_phone: Option<String>,
    pub distribution_country: Option<String>,
    pub us_person: bool,
    pub no_beneficial_owner: bool,
    pub tag: Option<String>,
    pub kyc: Kyc,
    pub review_type: Option<ReviewType>,
    pub risk: Option<Risk>,
    pub risk_reason: Option<String>,
    pub kyc_comment: Option<String>,
    pub last_request_at: Option<DateTime<Utc>>,
    pub last_review_at: Option<DateTime<Utc>>,
    pub next_review_on: Option<NaiveDate>,
    pub refused_at: Option<DateTime<Utc>>,
    pub merged_into: Option<CustomerId>,
    pub data_key: DataKeyId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    pub name: String,
}

impl Customer {
    /// As an audit entry points to it.
    pub const fn reference(&self) -> CustomerRef {
        CustomerRef {
            id: self.id,
            branch: self.branch_id,
            key: self.data_key,
        }
    }

    /// For a form that comes back: with the version that its sender saw, so that sending it again finds out what changed
    /// since. Only a page that has said what changed shows the version of now.
    pub fn keep_seen(&mut self, version: &str) {
        self.version = version.parse().unwrap_or(self.version);
    }
}

/// A condition on customers, put together filter by filter.
pub type Condition = Box<dyn BoxableExpression<customers::table, Pg, SqlType = Bool>>;

/// The rows of the scope's organisation and branches: where every reading of customers begins.
pub fn visible(scope: &Scope) -> Condition {
    within_branches(scope.organisation(), scope.branches())
}

/// The rows of an organisation in these branches.
pub fn within_branches(organisation: OrganisationId, branches: &Branches) -> Condition {
    let tenant = customers::organisation_id.eq(organisation);
    match branches {
        Branches::All => Box::new(tenant),
        Branches::Only(list) => Box::new(tenant.and(customers::branch_id.eq_any(list.clone()))),
    }
}

/// The same without whoever was merged into another: whom lists, counts and searches show.
pub fn listed(scope: &Scope) -> Condition {
    Box::new(visible(scope).and(customers::merged_into.is_null()))
}

/// One customer; out of scope is not found.
pub fn find(tx: &mut Read<'_>, id: CustomerId) -> Result<Customer> {
    let visible = visible(tx.scope());
    customers::table
        .filter(visible)
        .filter(customers::id.eq(id))
        .select(Customer::as_select())
        .first(tx.conn())
        .map_err(Error::from)
}

/// The same, locked until the end of the change: whoever decides about a customer holds its row first. Nothing is done
/// about whoever was merged into another.
pub fn lock(tx: &mut Read<'_>, id: CustomerId) -> Result<Customer> {
    let customer = lock_merged_too(tx, id)?;
    if customer.merged_into.is_some() {
        return Err(merged(&customer));
    }
    Ok(customer)
}

/// Why nothing is done about whoever was merged into another.
pub fn merged(customer: &Customer) -> Error {
    Error::Refused(
        format!(
            "{} was merged into another customer. Work on that one, or have the merge undone first.",
            customer.name
        )
        .into(),
    )
}

/// The same, whether or not they were merged into another: for the merge itself.
pub fn lock_merged_too(tx: &mut Read<'_>, id: CustomerId) -> Result<Customer> {
    let tenant = tx.scope().organisation();
    let customer: Customer = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq(id))
        .select(Customer::as_select())
        .for_update()
        .first(tx.conn())?;
    if tx.scope().covers(customer.branch_id) {
        Ok(customer)
    } else {
        Err(Error::NotFound)
    }
}

/// Holds the rows of all of these until the end of the change, in whatever branch they lie: whoever needs several of them
/// holds them so before any other, in the order of their ids, and two who need the same never wait for each other. Of what
/// may be seen and done it says nothing: that is judged by reading them as any other.
pub fn hold(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<()> {
    let tenant = tx.scope().organisation();
    // The rows are locked in the order in which they are sorted.
    let _: Vec<CustomerId> = customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(ids.to_vec()))
        .order(customers::id)
        .select(customers::id)
        .for_update()
        .load(tx.conn())?;
    Ok(())
}

/// One in any branch, locked for what follows from something in scope: a company whose member is no longer accepted. It
/// is locked after its member, against the usual order, so it waits for nobody: whoever is at work on it comes first, and
/// the same again a moment later finds nothing changed ([`Error::Busy`]).
pub fn lock_anywhere(tx: &mut Change<'_>, id: CustomerId) -> Result<Customer> {
    let tenant = tx.scope().organisation();
    customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq(id))
        .select(Customer::as_select())
        .for_update()
        .no_wait()
        .first(tx.conn())
        .map_err(|error| match error {
            diesel::result::Error::DatabaseError(_, ref info)
                if info.message().starts_with("could not obtain lock") =>
            {
                Error::Busy(
                    "Somebody is at work on a company behind which they stand. Try again.".into(),
                )
            }
            other => other.into(),
        })
}

/// What a move of the KYC writes on the customer's row.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct KycState {
    /// The status.
    pub kyc: Kyc,
    /// Why the last or the open review was made.
    pub review_type: Option<ReviewType>,
    /// The sentence that faces may show; never an internal comment.
    pub kyc_comment: Option<String>,
    /// When a review was last asked for.
    pub last_request_at: Option<DateTime<Utc>>,
    /// When one was last decided.
    pub last_review_at: Option<DateTime<Utc>>,
    /// When the next is due.
    pub next_review_on: Option<NaiveDate>,
    /// When it was refused, for the day it is closed.
    pub refused_at: Option<DateTime<Utc>>,
}

impl From<&Customer> for KycState {
    fn from(customer: &Customer) -> Self {
        Self {
            kyc: customer.kyc,
            review_type: customer.review_type,
            kyc_comment: customer.kyc_comment.clone(),
            last_request_at: customer.last_request_at,
            last_review_at: customer.last_review_at,
            next_review_on: customer.next_review_on,
            refused_at: customer.refused_at,
        }
    }
}

/// Writes a KYC state and raises the version.
pub fn set_kyc(tx: &mut Change<'_>, id: CustomerId, state: &KycState) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq(id)),
    )
    .set((
        state,
        customers::updated_at.eq(now),
        customers::version.eq(customers::version + 1),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Writes how closely a customer is watched, and why. The version is raised by whoever moves the KYC.
pub fn set_risk(
    tx: &mut Change<'_>,
    id: CustomerId,
    risk: Risk,
    reason: Option<&str>,
) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(
        customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq(id)),
    )
    .set((customers::risk.eq(risk), customers::risk_reason.eq(reason)))
    .execute(tx.conn())?;
    Ok(())
}

/// Raises the version because something that hangs on the customer changed.
pub fn touch(tx: &mut Change<'_>, id: CustomerId) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        customers::table
            .filter(customers::organisation_id.eq(tenant))
            .filter(customers::id.eq(id)),
    )
    .set((
        customers::updated_at.eq(now),
        customers::version.eq(customers::version + 1),
    ))
    .execute(tx.conn())?;
    Ok(())
}
