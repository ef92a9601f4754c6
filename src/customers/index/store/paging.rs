//! One page of the list and how many rows it has in all, each by the way that reads least.

use diesel::{connection::SimpleConnection as _, prelude::*};

use crate::{
    access::scope::{Branches, Scope},
    customers::index::filter::Sort,
    db::{
        Read,
        counted::Counted,
        page::{Count, Page},
    },
    error::Result,
    schema::{customer_counts, customers},
};

use super::{
    Hits, Mark, Row, Wanted,
    cells::{self, Cells},
    condition::{condition, following},
    functions::int8,
};

/// A page of the list, and how many there are.
pub fn list(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<&Mark>,
    size: usize,
) -> Result<(Page<Row>, Count)> {
    if is_of_cells(tx.scope(), wanted) {
        let cells = Cells::of(tx, wanted)?;
        let count = Count::exact(cells.customers);
        if cells.are_few(wanted.filter.order()) {
            return Ok((cells::page(tx, wanted, &cells, after, size)?, count));
        }
        return Ok((walk(tx, wanted, after, size)?, count));
    }
    let page = walk(tx, wanted, after, size)?;
    Ok((page, count(tx, wanted)?))
}

/// Whether cells tell who is meant, and more than one index would be needed without them.
fn is_of_cells(scope: &Scope, wanted: &Wanted) -> bool {
    wanted.hits.is_none() && wanted.filter.is_counted() && !has_an_index(scope, wanted)
}

/// Whether one index gives these rows in this order, whatever the values are.
fn has_an_index(scope: &Scope, wanted: &Wanted) -> bool {
    let filter = &wanted.filter;
    if matches!(scope.branches(), Branches::Only(_)) || wanted.hits.is_some() {
        return false;
    }
    if !filter.narrows() {
        return true;
    }
    let lists = [
        filter.branch.len(),
        filter.kyc.len(),
        filter.kind.len(),
        filter.risk.len(),
        filter.country.len(),
    ];
    filter.order() == Sort::Updated
        && filter.from.is_none()
        && filter.to.is_none()
        && matches!(lists, [1, 0, 0, 0, 0] | [0, 1, 0, 0, 0] | [0, 0, 0, 0, 1])
}

/// Walks the index of the order, or whatever else is planned for these values.
fn walk(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<&Mark>,
    size: usize,
) -> Result<Page<Row>> {
    let scope = tx.scope().clone();
    let sort = wanted.filter.order();
    if !has_an_index(&scope, wanted) {
        // Worth its time where the best way depends on how many rows a value has.
        tx.conn()
            .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    }
    let mut query = customers::table
        .filter(condition(&scope, wanted))
        .select(Row::as_select())
        .limit(i64::try_from(size + 1).unwrap_or(i64::MAX))
        .into_boxed();
    if let Some(mark) = after {
        query = query.filter(following(sort, mark)?);
    }
    let query = match sort {
        Sort::Updated => query.order((customers::updated_at.desc(), customers::id.desc())),
        Sort::Created => query.order((customers::created_at.desc(), customers::id.desc())),
        Sort::Name => query.order((customers::sort_name, customers::id)),
        Sort::Risk => query.order((customers::risk_rank.desc(), customers::id.desc())),
    };
    Ok(Page::cut(query.load(tx.conn())?, size))
}

/// How many the list holds: from the counters where they know, else counted as far as people read.
fn count(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Count> {
    let scope = tx.scope().clone();
    match &wanted.hits {
        Some(Hits::These(ids)) if !wanted.filter.but(|f| f.s = None).narrows() => {
            return Ok(Count::exact(i64::try_from(ids.len()).unwrap_or(i64::MAX)));
        }
        None if wanted.filter.is_counted() => {
            let counted =
                cells::counted(&scope, wanted).select(int8(diesel::dsl::sum(customer_counts::n)));
            let sum: Option<i64> = counted.get_result(tx.conn())?;
            return Ok(Count::exact(sum.unwrap_or_default()));
        }
        _ => {}
    }
    let rows = customers::table
        .filter(condition(&scope, wanted))
        .select(customers::id)
        .limit(Count::CAP + 1);
    let n: i64 = Counted(rows).get_result(tx.conn())?;
    Ok(Count::capped(n))
}
