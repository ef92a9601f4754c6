//! The overview's numbers, from counters and from the short indexes of open reviews.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{connection::SimpleConnection as _, prelude::*};

use crate::{
    access::scope::Branches,
    customers::rules::Kyc,
    db::{
        Read,
        counted::{Counted, int8},
        page::Count,
    },
    error::Result,
    reviews::store::proposals,
    schema::{customer_counts, review_days, reviews, verification_counts},
    value::{BranchId, StaffId},
};

pub mod decided;

/// Keeps a query to the branches in scope.
macro_rules! in_scope {
    ($query:expr, $scope:expr, $column:expr) => {
        match $scope.branches() {
            Branches::All => $query,
            Branches::Only(list) => $query.filter($column.eq_any(list.clone())),
        }
    };
}

/// How many customers each branch has in each status.
pub fn customers(tx: &mut Read<'_>) -> Result<Vec<(BranchId, Kyc, i64)>> {
    let scope = tx.scope().clone();
    let query = customer_counts::table
        .filter(customer_counts::organisation_id.eq(scope.organisation()))
        .group_by((customer_counts::branch_id, customer_counts::kyc))
        .select((
            customer_counts::branch_id,
            customer_counts::kyc,
            int8(diesel::dsl::sum(customer_counts::n)),
        ))
        .into_boxed();
    let query = in_scope!(query, scope, customer_counts::branch_id);
    let rows: Vec<(BranchId, Kyc, Option<i64>)> = query.load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(branch, kyc, n)| (branch, kyc, n.unwrap_or_default()))
        .collect())
}

/// How many checks are pending.
pub fn pending_verifications(tx: &mut Read<'_>) -> Result<i64> {
    let scope = tx.scope().clone();
    let query = verification_counts::table
        .filter(verification_counts::organisation_id.eq(scope.organisation()))
        .filter(verification_counts::status.eq("pending"))
        .select(int8(diesel::dsl::sum(verification_counts::n)))
        .into_boxed();
    let query = in_scope!(query, scope, verification_counts::branch_id);
    let sum: Option<i64> = query.get_result(tx.conn())?;
    Ok(sum.unwrap_or_default())
}

/// Reviews by state ('open', or the decision) and day; only days from `since` on, where it is given.
pub fn days(
    tx: &mut Read<'_>,
    open: bool,
    since: Option<NaiveDate>,
) -> Result<Vec<(String, NaiveDate, i64)>> {
    let scope = tx.scope().clone();
    let mut query = review_days::table
        .filter(review_days::organisation_id.eq(scope.organisation()))
        .group_by((review_days::state, review_days::day))
        .select((
            review_days::state,
            review_days::day,
            int8(diesel::dsl::sum(review_days::n)),
        ))
        .into_boxed();
    query = if open {
        query.filter(review_days::state.eq("open"))
    } else {
        query.filter(review_days::state.eq_any(DECISIONS))
    };
    if let Some(since) = since {
        query = query.filter(review_days::day.ge(since));
    }
    let query = in_scope!(query, scope, review_days::branch_id);
    let rows: Vec<(String, NaiveDate, Option<i64>)> = query.load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(state, day, n)| (state, day, n.unwrap_or_default()))
        .collect())
}

/// Every outcome of a review.
const DECISIONS: [&str; 5] = ["validated", "refused", "review_needed", "canceled", "draft"];

/// Open reviews that are late, that are due later today, and those that one member works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Due before now.
    pub overdue: Count,
    /// Due from now until the day ends.
    pub today: Count,
    /// Claimed by the member.
    pub mine: Count,
    /// Decided by one person, and waiting for a second: of rounds alone for whoever reads it in the queue.
    pub second: Count,
}

/// Counts the work, each number no further than people plan by.
/// `approves`: whether whoever asks may agree, and so sees what is proposed beside rounds too.
pub fn work(
    tx: &mut Read<'_>,
    me: StaffId,
    day_ends: DateTime<Utc>,
    approves: bool,
) -> Result<Work> {
    // The indexes hold open reviews only, which a plan that does not know the value cannot use.
    tx.conn()
        .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    let (scope, now) = (tx.scope().clone(), tx.now());
    let open = || {
        let query = reviews::table
            .filter(reviews::organisation_id.eq(scope.organisation()))
            .filter(reviews::state.eq("open"))
            .select(reviews::id)
            .limit(Count::WORK + 1)
            .into_boxed();
        in_scope!(query, scope, reviews::branch_id)
    };
    let overdue: i64 = Counted(open().filter(reviews::due_at.lt(now))).get_result(tx.conn())?;
    let today: i64 = Counted(
        open()
            .filter(reviews::due_at.ge(now))
            .filter(reviews::due_at.lt(day_ends)),
    )
    .get_result(tx.conn())?;
    let mine: i64 = Counted(
        open()
            .filter(reviews::assignee.eq(me.0))
            // A claim ends by itself after some time without activity.
            .filter(
                reviews::claim_expires_at
                    .is_null()
                    .or(reviews::claim_expires_at.gt(now)),
            ),
    )
    .get_result(tx.conn())?;
    Ok(Work {
        overdue: Count::capped_at(overdue, Count::WORK),
        today: Count::capped_at(today, Count::WORK),
        mine: Count::capped_at(mine, Count::WORK),
        second: if approves {
            proposals::count(tx)?
        } else {
            proposals::count_on_rounds(tx)?
        },
    })
}
