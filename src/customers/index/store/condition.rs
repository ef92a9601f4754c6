//! The filter as conditions on rows: those that were asked for and no others.

use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Bool, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};

use crate::{
    access::scope::Scope,
    customers::{
        index::filter::Sort,
        store::{Condition, listed, visible},
    },
    db::keyset::{above, below},
    error::{Error, Result},
    schema::customers,
    value::CustomerId,
};

use super::{Key, Mark, Wanted, search};

pub(super) fn with<E>(condition: Condition, other: E) -> Condition
where
    E: BoxableExpression<customers::table, Pg, SqlType = Bool> + 'static,
{
    let other: Condition = Box::new(other);
    Box::new(condition.and(other))
}

/// One value is compared, so that an index that leads with it also gives the order; several are a list.
macro_rules! one_of {
    ($condition:expr, $column:expr, $values:expr) => {
        match &$values[..] {
            [one] => with($condition, $column.eq(one.clone())),
            several => with($condition, $column.eq_any(several.to_vec())),
        }
    };
}

/// The rows that the filter asks for, of those in scope. `ids`: who matches the search, where that is known; else each
/// row is asked for the words.
pub(super) fn condition(scope: &Scope, wanted: &Wanted, ids: Option<&[CustomerId]>) -> Condition {
    let condition = if wanted.filter.merged.is_some() {
        with(visible(scope), customers::merged_into.is_not_null())
    } else {
        listed(scope)
    };
    narrowed(condition, wanted, ids)
}

/// These rows, narrowed by what the filter asks for.
pub(super) fn narrowed(
    mut condition: Condition,
    wanted: &Wanted,
    ids: Option<&[CustomerId]>,
) -> Condition {
    let filter = &wanted.filter;
    if let Some(branches) = &wanted.branches {
        condition = one_of!(condition, customers::branch_id, branches);
    }
    if !filter.kyc.is_empty() {
        condition = one_of!(condition, customers::kyc, filter.kyc);
    }
    if !filter.kind.is_empty() {
        condition = one_of!(condition, customers::kind, filter.kind);
    }
    if !filter.risk.is_empty() {
        let ranks: Vec<i16> = filter.risk.iter().map(|risk| risk.rank()).collect();
        condition = one_of!(condition, customers::risk_rank, ranks);
    }
    if !filter.country.is_empty() {
        condition = match &filter.country[..] {
            [one] => with(
                condition,
                customers::country.assume_not_null().eq(one.clone()),
            ),
            several => with(
                condition,
                customers::country
                    .assume_not_null()
                    .eq_any(several.to_vec()),
            ),
        };
    }
    let (from, until) = filter.created(wanted.zone);
    if let Some(from) = from {
        condition = with(condition, customers::created_at.ge(from));
    }
    if let Some(until) = until {
        condition = with(condition, customers::created_at.lt(until));
    }
    if let Some(ids) = ids {
        return with(condition, customers::id.eq_any(ids.to_vec()));
    }
    wanted.words.iter().fold(condition, |condition, word| {
        with(condition, search::contains(word))
    })
}

/// The rows that follow a mark. A mark of another order is none of ours.
pub(super) fn following(sort: Sort, mark: &Mark) -> Result<Condition> {
    let id = mark.id.into_sql::<SqlUuid>();
    Ok(match (sort, &mark.key) {
        (Sort::Updated, Key::At(at)) => Box::new(below(
            (customers::updated_at, customers::id),
            ((*at).into_sql::<Timestamptz>(), id),
        )),
        (Sort::Created, Key::At(at)) => Box::new(below(
            (customers::created_at, customers::id),
            ((*at).into_sql::<Timestamptz>(), id),
        )),
        (Sort::Name, Key::Name(name)) => Box::new(above(
            (customers::sort_name, customers::id),
            (name.clone().into_sql::<Text>(), id),
        )),
        (Sort::Risk, Key::Rank(rank)) => Box::new(below(
            (customers::risk_rank, customers::id),
            ((*rank).into_sql::<SmallInt>(), id),
        )),
        _ => return Err(Error::BadRequest("this page is of another list".into())),
    })
}
