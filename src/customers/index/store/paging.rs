//! One page of the list and how many rows it has in all, each by the way that reads least.

use diesel::{connection::SimpleConnection as _, pg::Pg, prelude::*};

use crate::{
    access::scope::{Branches, Scope},
    customers::{
        index::filter::Sort,
        store::{listed, visible},
    },
    db::{
        Read,
        counted::{Counted, int8},
        page::{Count, Page},
    },
    error::Result,
    schema::{customer_counts, customers},
    value::CustomerId,
};

use super::{
    Mark, Row, Wanted,
    cells::{self, Cells},
    condition::{condition, following, narrowed, with},
    search::{self, Among},
};

/// A tenant with more customers than this counts what a search finds after its rows are shown.
const LARGE: i64 = 20_000;
/// So many rows are looked through for what many match: in two milliseconds, so that little is lost where few do.
const FIRST: i64 = 400;
/// Up to so many matches are taken from the index whole; more are found by walking the list.
const FEW: i64 = 3_000;

/// A page of the list, and how many there are.
pub fn list(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<&Mark>,
    size: usize,
) -> Result<(Page<Row>, Count)> {
    if !wanted.words.is_empty() {
        return searched(tx, wanted, after, size);
    }
    if is_of_cells(tx.scope(), wanted) {
        let cells = Cells::of(tx, wanted)?;
        let count = Count::exact(cells.customers);
        let (wide, all) = (
            i64::try_from(size).unwrap_or(i64::MAX),
            everybody(tx, wanted)?,
        );
        if cells.beat_a_walk(wanted.filter.order(), wide, all) {
            return Ok((cells::page(tx, wanted, &cells, after, size)?, count));
        }
        return Ok((walk(tx, wanted, None, after, size)?, count));
    }
    let page = walk(tx, wanted, None, after, size)?;
    Ok((page, count(tx, wanted)?))
}

/// A page of those who match a search.
fn searched(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<&Mark>,
    size: usize,
) -> Result<(Page<Row>, Count)> {
    plan_by_values(tx)?;
    if wanted.filter.merged.is_some() {
        // Few, found by their own index; the search of the others does not know them.
        let page = walk(tx, wanted, None, after, size)?;
        return Ok((page, count_among(tx, wanted, None)?));
    }
    let large = everybody(tx, wanted)? > LARGE;
    if !wanted.filter.but(|filter| filter.s = None).narrows() {
        let found = among_the_first(tx, wanted, after, size)?;
        if found.more {
            let count = if large {
                Count::later(size)
            } else {
                count(tx, wanted)?
            };
            return Ok((found, count));
        }
    }
    let ids = search::matching(tx, wanted, i32::try_from(FEW + 1).unwrap_or(i32::MAX))?;
    if i64::try_from(ids.len()).unwrap_or(i64::MAX) > FEW {
        let page = walk(tx, wanted, None, after, size)?;
        let count = if large && page.more {
            Count::later(size)
        } else {
            count(tx, wanted)?
        };
        return Ok((page, count));
    }
    let page = walk(tx, wanted, Some(&ids), after, size)?;
    let count = count_among(tx, wanted, Some(&ids))?;
    Ok((page, count))
}

/// How many customers the scope has.
fn everybody(tx: &mut Read<'_>, wanted: &Wanted) -> Result<i64> {
    let all = Wanted {
        filter: wanted.filter.cleared(),
        branches: None,
        words: Vec::new(),
        zone: wanted.zone,
    };
    let counted =
        cells::counted(tx.scope(), &all).select(int8(diesel::dsl::sum(customer_counts::n)));
    let sum: Option<i64> = counted.get_result(tx.conn())?;
    Ok(sum.unwrap_or_default())
}

/// A page of what is found among the first rows of the list, after the mark.
fn among_the_first(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<&Mark>,
    size: usize,
) -> Result<Page<Row>> {
    let sort = wanted.filter.order();
    let mut rows = listed(tx.scope());
    if let Some(mark) = after {
        rows = with(rows, following(sort, mark)?);
    }
    let among = Among {
        columns: <Row as Selectable<Pg>>::construct_selection(),
        rows,
        words: wanted
            .words
            .iter()
            .map(|word| search::contains(word))
            .collect(),
        sort,
        first: FIRST,
        limit: i64::try_from(size + 1).unwrap_or(i64::MAX),
    };
    Ok(Page::cut(among.load(tx.conn())?, size))
}

/// Whether cells tell who is meant, and more than one index would be needed without them.
fn is_of_cells(scope: &Scope, wanted: &Wanted) -> bool {
    wanted.filter.is_counted() && !has_an_index(scope, wanted)
}

/// Whether one index gives these rows in this order, whatever the values are.
fn has_an_index(scope: &Scope, wanted: &Wanted) -> bool {
    let filter = &wanted.filter;
    if matches!(scope.branches(), Branches::Only(_)) || !wanted.words.is_empty() {
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

/// Has the next statements planned with their values: worth its time where the best way depends on how many rows a
/// value has, and where a word of a search would else be folded anew for each row.
fn plan_by_values(tx: &mut Read<'_>) -> Result<()> {
    tx.conn()
        .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    Ok(())
}

/// Walks the index of the order, or whatever else is planned for these values.
fn walk(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    ids: Option<&[CustomerId]>,
    after: Option<&Mark>,
    size: usize,
) -> Result<Page<Row>> {
    let scope = tx.scope().clone();
    let sort = wanted.filter.order();
    if !has_an_index(&scope, wanted) {
        plan_by_values(tx)?;
    }
    let mut query = customers::table
        .filter(condition(&scope, wanted, ids))
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
pub fn count(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Count> {
    if wanted.words.is_empty() || wanted.filter.merged.is_some() {
        if wanted.filter.is_counted() {
            let scope = tx.scope().clone();
            let counted =
                cells::counted(&scope, wanted).select(int8(diesel::dsl::sum(customer_counts::n)));
            let sum: Option<i64> = counted.get_result(tx.conn())?;
            return Ok(Count::exact(sum.unwrap_or_default()));
        }
        return count_among(tx, wanted, None);
    }
    // One more than is ever counted tells whether there are more.
    let most = i32::try_from(Count::CAP + 1).unwrap_or(i32::MAX);
    let ids = search::matching(tx, wanted, most)?;
    if i64::try_from(ids.len()).unwrap_or(i64::MAX) > Count::CAP {
        count_among(tx, wanted, None)
    } else {
        count_among(tx, wanted, Some(&ids))
    }
}

/// The same, of these where it is known who matches the search.
fn count_among(tx: &mut Read<'_>, wanted: &Wanted, ids: Option<&[CustomerId]>) -> Result<Count> {
    let filter = &wanted.filter;
    if let Some(ids) = ids
        && !filter.but(|filter| filter.s = None).narrows()
    {
        return Ok(Count::exact(i64::try_from(ids.len()).unwrap_or(i64::MAX)));
    }
    let scope = tx.scope().clone();
    let merged = customers::table
        .filter(with(
            narrowed(visible(&scope), wanted, ids),
            customers::merged_into.is_not_null(),
        ))
        .select(customers::id)
        .limit(Count::CAP + 1);
    let merged: i64 = Counted(merged).get_result(tx.conn())?;
    if filter.merged.is_some() {
        return Ok(Count::capped(merged));
    }
    // All are counted, and the few who were merged taken off: whether a row was merged stands in no index of a list, so
    // asking each row would read them all.
    let rows = customers::table
        .filter(narrowed(visible(&scope), wanted, ids))
        .select(customers::id)
        .limit(Count::CAP + 1 + merged);
    let n: i64 = Counted(rows).get_result(tx.conn())?;
    Ok(Count::capped(n - merged))
}
