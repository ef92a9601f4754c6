//! The rows of the queue and how many there are. Each list has an index in its order, for an organisation and for a
//! branch; the states are written into the statements, since a plan that does not know them cannot use these indexes.

use diesel::{
    connection::SimpleConnection as _,
    dsl::{exists, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::scope::Branches,
    db::{
        Read,
        counted::{Counted, int8},
        keyset::{above, below},
        page::{Count, Page},
    },
    error::Result,
    reviews::queue::filter::{Filter, Tab},
    schema::{proposals, review_days, reviews},
    value::StaffId,
};

use condition::{Place, about, narrowed, placed, proposed, rounds};

pub use condition::Wanted;
pub use each::each;
pub use rows::{Key, Proposed, Round, Row, Whose, parsed, written};

pub mod views;

mod condition;
mod each;
mod rows;

/// One page, the most urgent first (what is decided: the newest first), after a key.
pub fn page(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    after: Option<Key>,
    size: usize,
) -> Result<Page<Row>> {
    plan(tx, wanted)?;
    let (places, limit) = (wanted.places(tx.scope()), size.saturating_add(1));
    let several = places.len() > 1;
    let mut rows = Vec::new();
    for place in places {
        rows.append(&mut some(tx, wanted, &place, after, limit)?);
    }
    if several {
        rows.sort_by_key(|row| row.key(wanted.tab));
        if wanted.tab == Tab::Decided {
            rows.reverse();
        }
    }
    let mut page = Page::cut(rows, size);
    if matches!(wanted.tab, Tab::Mine | Tab::Open) {
        add_proposed(tx, &mut page.rows)?;
    }
    Ok(page)
}

/// How these statements are planned. A plan that does not know the limit would start workers for fifty rows; and what a
/// list is narrowed to decides which index is best, so such a list is planned with its values.
fn plan(tx: &mut Read<'_>, wanted: &Wanted) -> Result<()> {
    let settings = if wanted.filter.asks_about_rounds() {
        "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL plan_cache_mode = force_custom_plan"
    } else {
        "SET LOCAL max_parallel_workers_per_gather = 0"
    };
    Ok(tx.conn().batch_execute(settings)?)
}

fn some(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    place: &Place,
    after: Option<Key>,
    limit: usize,
) -> Result<Vec<Row>> {
    let (scope, now) = (tx.scope().clone(), tx.now());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let after = after.map(|(at, id)| (at.into_sql::<Timestamptz>(), id.into_sql::<SqlUuid>()));
    if wanted.tab == Tab::Second {
        let query = placed!(proposed().into_boxed::<Pg>(), scope, place, proposals);
        let mut query = about!(narrowed!(query, wanted, now), &wanted.filter);
        if let Some(key) = after {
            query = query.filter(above((proposals::proposed_at, proposals::id), key));
        }
        let rows: Vec<(Round, Whose, Proposed)> = query
            .order((proposals::proposed_at, proposals::id))
            .limit(limit)
            .select((
                Round::as_select(),
                Whose::as_select(),
                Proposed::as_select(),
            ))
            .load(tx.conn())?;
        return Ok(rows.into_iter().map(Row::from).collect());
    }
    let query = placed!(rounds().into_boxed::<Pg>(), scope, place, reviews);
    let mut query = about!(narrowed!(query, wanted, now), &wanted.filter);
    query = match (wanted.tab, after) {
        (_, None) => query,
        (Tab::Waiting, Some(key)) => query.filter(above(
            (reviews::paused_at.assume_not_null(), reviews::id),
            key,
        )),
        (Tab::Decided, Some(key)) => query.filter(below(
            (reviews::decided_at.assume_not_null(), reviews::id),
            key,
        )),
        (_, Some(key)) => {
            query.filter(above((reviews::due_at.assume_not_null(), reviews::id), key))
        }
    };
    query = match wanted.tab {
        Tab::Waiting => query.order((reviews::paused_at, reviews::id)),
        Tab::Decided => query.order((reviews::decided_at.desc(), reviews::id.desc())),
        _ => query.order((reviews::due_at, reviews::id)),
    };
    let rows: Vec<(Round, Whose)> = query
        .limit(limit)
        .select((Round::as_select(), Whose::as_select()))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// Which of these wait for a second person: about the round, or about its customer, whom nobody decides about meanwhile.
fn add_proposed(tx: &mut Read<'_>, rows: &mut [Row]) -> Result<()> {
    let tenant = tx.scope().organisation();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.round.customer_id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found: Vec<Proposed> = proposals::table
        .filter(proposals::organisation_id.eq(tenant))
        .filter(sql::<Bool>("proposals.state = 'open'"))
        .filter(proposals::customer_id.eq_any(ids))
        .select(Proposed::as_select())
        .load(tx.conn())?;
    for row in rows {
        row.proposed = found
            .iter()
            .find(|proposed| proposed.customer_id == row.round.customer_id)
            .cloned();
    }
    Ok(())
}

/// How many there are. What is open in whole branches is known from the counts of each day, and shown as far as people
/// read; anything narrower is counted no further than they plan by, and the rest once the rows are shown.
pub fn count_of_work(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Count> {
    let narrowed = wanted.filter.assignee.is_some() || wanted.filter.asks_about_rounds();
    if wanted.tab == Tab::Open && !narrowed {
        return Ok(Count::capped(open(tx, wanted)?));
    }
    plan(tx, wanted)?;
    let n = counted(tx, wanted, Count::WORK + 1)?;
    let count = Count::capped_at(n, Count::WORK);
    Ok(Count {
        later: count.more,
        ..count
    })
}

/// How many are open, by the counts of each day.
fn open(tx: &mut Read<'_>, wanted: &Wanted) -> Result<i64> {
    let scope = tx.scope().clone();
    let mut n = 0;
    for place in wanted.places(&scope) {
        let days = placed!(
            review_days::table.into_boxed::<Pg>(),
            scope,
            &place,
            review_days
        );
        let sum: Option<i64> = days
            .filter(review_days::state.eq("open"))
            .select(int8(diesel::dsl::sum(review_days::n)))
            .get_result(tx.conn())?;
        n += sum.unwrap_or_default();
    }
    Ok(n)
}

/// How many there are, counted no further than people read.
pub fn count(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Count> {
    plan(tx, wanted)?;
    Ok(Count::capped(counted(tx, wanted, Count::CAP + 1)?))
}

/// How many there are, however many those are.
pub fn total(tx: &mut Read<'_>, wanted: &Wanted) -> Result<i64> {
    plan(tx, wanted)?;
    tx.conn().batch_execute("SET LOCAL statement_timeout = 0")?;
    counted(tx, wanted, i64::MAX)
}

/// How many there are, counted no further than `most`.
fn counted(tx: &mut Read<'_>, wanted: &Wanted, most: i64) -> Result<i64> {
    let (scope, now) = (tx.scope().clone(), tx.now());
    let mut n = 0;
    for place in wanted.places(&scope) {
        let left = most - n;
        n += if wanted.tab == Tab::Second && !wanted.filter.asks_about_rounds() {
            let query = placed!(
                proposals::table.into_boxed::<Pg>(),
                scope,
                &place,
                proposals
            )
            .filter(sql::<Bool>("proposals.state = 'open'"))
            .filter(proposals::review_id.is_not_null());
            Counted(query.select(proposals::id).limit(left)).get_result::<i64>(tx.conn())?
        } else if wanted.tab == Tab::Second {
            let query = placed!(proposed().into_boxed::<Pg>(), scope, &place, proposals);
            let query = about!(narrowed!(query, wanted, now), &wanted.filter);
            Counted(query.select(proposals::id).limit(left)).get_result::<i64>(tx.conn())?
        } else {
            let query = placed!(reviews::table.into_boxed::<Pg>(), scope, &place, reviews);
            let query = about!(narrowed!(query, wanted, now), &wanted.filter);
            Counted(query.select(reviews::id).limit(left)).get_result::<i64>(tx.conn())?
        };
        if n >= most {
            break;
        }
    }
    Ok(n)
}

/// Whether a round in scope waits for a second person who may be this member: it is not what they proposed. What is asked
/// about no round does not stand in the queue.
pub fn waits_for_a_second(tx: &mut Read<'_>, me: StaffId) -> Result<bool> {
    let scope = tx.scope().clone();
    let waiting = proposals::table
        .filter(proposals::organisation_id.eq(scope.organisation()))
        .filter(sql::<Bool>("proposals.state = 'open'"))
        .filter(proposals::review_id.is_not_null())
        .filter(proposals::proposed_by.ne(me.0))
        .filter(
            proposals::proposed_maker
                .is_null()
                .or(proposals::proposed_maker.assume_not_null().ne(me.0)),
        );
    let found = match scope.branches() {
        Branches::All => diesel::select(exists(waiting)).get_result(tx.conn()),
        Branches::Only(list) => {
            let here = waiting.filter(proposals::branch_id.eq_any(list.clone()));
            diesel::select(exists(here)).get_result(tx.conn())
        }
    };
    Ok(found?)
}

/// Whether this member works on anything now.
pub fn holds_something(tx: &mut Read<'_>, me: StaffId) -> Result<bool> {
    let wanted = Wanted {
        tab: Tab::Mine,
        filter: Filter::default(),
        me,
        branches: None,
        day_ends: tx.now(),
        days: (None, None),
    };
    Ok(!page(tx, &wanted, None, 1)?.rows.is_empty())
}
