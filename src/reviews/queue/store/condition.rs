//! What is wanted of the queue as conditions. Put together from those that the filters ask for and no others.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::scope::{Branches, Scope},
    reviews::queue::filter::{Filter, Tab},
    schema::{customers, proposals, reviews},
    value::{BranchId, StaffId},
};

/// What the list is asked for, with all that the filter's words stand for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The tab.
    pub tab: Tab,
    /// The filter.
    pub filter: Filter,
    /// Who asks.
    pub me: StaffId,
    /// The branches that its codes name; nothing where it names none.
    pub branches: Option<Vec<BranchId>>,
    /// When today ends.
    pub day_ends: DateTime<Utc>,
    /// From when on, and before when, it was decided; of what is not, it was asked for.
    pub days: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

diesel::alias!(reviews as later_rounds: LaterRounds);

/// Whether another round followed that was not the ordinary next one.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn reopened() -> _ {
    diesel::dsl::exists(
        later_rounds
            .filter(
                later_rounds
                    .field(reviews::organisation_id)
                    .eq(reviews::organisation_id),
            )
            .filter(
                later_rounds
                    .field(reviews::customer_id)
                    .eq(reviews::customer_id),
            )
            .filter(
                later_rounds
                    .field(reviews::round)
                    .eq(reviews::round + 1_i32),
            )
            .filter(later_rounds.field(reviews::type_).ne("PERIODIC")),
    )
}

/// Where to look: each branch has its own place in the index, so few branches are asked one by one.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Everywhere,
    Branch(BranchId),
    Branches(Vec<BranchId>),
}

/// So many branches are asked one by one.
const ONE_BY_ONE: usize = 12;

impl Wanted {
    pub(super) fn places(&self, scope: &Scope) -> Vec<Place> {
        let list = match (scope.branches(), &self.branches) {
            (Branches::All, None) => return vec![Place::Everywhere],
            (Branches::All, Some(list)) | (Branches::Only(list), None) => list.clone(),
            (Branches::Only(list), Some(chosen)) => {
                let mut both = chosen.clone();
                both.retain(|branch| list.contains(branch));
                both
            }
        };
        if list.len() <= ONE_BY_ONE {
            list.into_iter().map(Place::Branch).collect()
        } else {
            vec![Place::Branches(list)]
        }
    }
}

/// Rounds beside whom they are about.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn rounds() -> _ {
    let whose = customers::organisation_id
        .eq(reviews::organisation_id)
        .and(customers::id.eq(reviews::customer_id));
    reviews::table.inner_join(customers::table.on(whose))
}

/// Proposals beside their rounds, and whom these are about.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn proposed() -> _ {
    let of = reviews::organisation_id
        .eq(proposals::organisation_id)
        .and(reviews::id.nullable().eq(proposals::review_id));
    let whose = customers::organisation_id
        .eq(proposals::organisation_id)
        .and(customers::id.eq(proposals::customer_id));
    proposals::table
        .inner_join(reviews::table.on(of))
        .inner_join(customers::table.on(whose))
}

/// Narrows a query to an organisation and a place, by the table that the list is made of.
macro_rules! placed {
    ($query:expr, $scope:expr, $place:expr, $table:ident) => {{
        let query = $query.filter($table::organisation_id.eq($scope.organisation()));
        match $place {
            Place::Everywhere => query,
            Place::Branch(id) => query.filter($table::branch_id.eq(*id)),
            Place::Branches(ids) => query.filter($table::branch_id.eq_any(ids.clone())),
        }
    }};
}

/// Narrows a query over rounds to what is wanted of them.
macro_rules! narrowed {
    ($query:expr, $wanted:expr, $now:expr) => {{
        use $crate::reviews::queue::filter::{Apart, Decider, Due, Holder, Tab};
        let (wanted, now): (&Wanted, chrono::DateTime<chrono::Utc>) = ($wanted, $now);
        let mut query = match wanted.tab {
            Tab::Mine | Tab::Open => $query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
                "reviews.state = 'open'",
            )),
            Tab::Waiting => $query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
                "reviews.state = 'waiting'",
            )),
            Tab::Decided => $query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
                "reviews.state = 'decided'",
            )),
            Tab::Second => $query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
                "proposals.state = 'open'",
            )),
        };
        let holder = match wanted.tab {
            Tab::Mine => Some(Holder::Mine),
            _ => wanted.filter.assignee,
        };
        let of = match holder {
            Some(Holder::Mine) => Some(wanted.me),
            Some(Holder::Of(staff)) => Some(staff),
            Some(Holder::Nobody) | None => None,
        };
        if let Some(staff) = of {
            query = query
                .filter(reviews::assignee.assume_not_null().eq(staff.0))
                .filter(
                    reviews::claim_expires_at
                        .is_null()
                        .or(reviews::claim_expires_at.assume_not_null().gt(now)),
                );
        } else if holder.is_some() {
            query = query.filter(
                reviews::assignee
                    .is_null()
                    .or(reviews::claim_expires_at.assume_not_null().le(now)),
            );
        }
        match wanted.filter.due {
            Some(Due::Overdue) => {
                query = query.filter(reviews::due_at.assume_not_null().lt(now));
            }
            Some(Due::Today) => {
                query = query
                    .filter(reviews::due_at.assume_not_null().ge(now))
                    .filter(reviews::due_at.assume_not_null().lt(wanted.day_ends));
            }
            None => {}
        }
        query = match &wanted.filter.decision[..] {
            [] => query,
            [one] => query.filter(reviews::decision.assume_not_null().eq(*one)),
            several => query.filter(reviews::decision.assume_not_null().eq_any(several.to_vec())),
        };
        match wanted.filter.by {
            Some(Decider::Of(staff)) => {
                query = query.filter(reviews::decided_by.assume_not_null().eq(staff.0));
            }
            Some(Decider::Nobody) => {
                query = query.filter(reviews::decided_kind.assume_not_null().ne("staff"));
            }
            None => {}
        }
        let decided = wanted.tab == Tab::Decided;
        if let Some(from) = wanted.days.0 {
            query = if decided {
                query.filter(reviews::decided_at.assume_not_null().ge(from))
            } else {
                query.filter(reviews::submitted_at.ge(from))
            };
        }
        if let Some(until) = wanted.days.1 {
            query = if decided {
                query.filter(reviews::decided_at.assume_not_null().lt(until))
            } else {
                query.filter(reviews::submitted_at.lt(until))
            };
        }
        match wanted.filter.only {
            Some(Apart::Late) => {
                let due = reviews::due_at.assume_not_null();
                query = query.filter(reviews::decided_at.assume_not_null().gt(due));
            }
            Some(Apart::Reopened) => {
                query = query.filter($crate::reviews::queue::store::condition::reopened());
            }
            None => {}
        }
        match &wanted.filter.review_type[..] {
            [] => query,
            [one] => query.filter(reviews::type_.eq(*one)),
            several => query.filter(reviews::type_.eq_any(several.to_vec())),
        }
    }};
}

/// Narrows a query over rounds by whom they are about, which rounds know. One value is compared and not looked for in a
/// list: so the index can tell, and keeps its order.
macro_rules! about {
    ($query:expr, $filter:expr) => {{
        use $crate::{reviews::queue::filter::Filter, schema::reviews};
        let (mut query, filter): (_, &Filter) = ($query, $filter);
        query = match &filter.kind[..] {
            [] => query,
            [one] => query.filter(reviews::kind.eq(*one)),
            several => query.filter(reviews::kind.eq_any(several.to_vec())),
        };
        match &filter.risk[..] {
            [] => query,
            [one] => query.filter(reviews::risk_rank.eq(one.rank())),
            several => {
                let ranks: Vec<i16> = several.iter().map(|risk| risk.rank()).collect();
                query.filter(reviews::risk_rank.eq_any(ranks))
            }
        }
    }};
}

pub(super) use {about, narrowed, placed};
