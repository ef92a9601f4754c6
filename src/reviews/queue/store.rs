//! The rows of the queue and how many there are. Each list has an index in its order, for an organisation and for a
//! branch; the states are written into the statements, since a plan that does not know them cannot use these indexes.

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection as _,
    dsl::sql,
    pg::{Pg, PgRowByRowLoadingMode},
    prelude::*,
    sql_types::{Bool, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::scope::{Branches, Scope},
    customers::rules::{Kind, Kyc, ReviewType, Risk},
    db::{
        Read,
        counted::Counted,
        keyset::{above, below},
        page::{Count, Page},
    },
    error::{Error, Result},
    reviews::{
        queue::filter::{Due, Filter, Holder, Tab},
        rules::State,
    },
    schema::{customers, proposals, reviews},
    value::{BranchId, CustomerId, ProposalId, ReviewId, StaffId},
};

pub mod views;

/// A round, as the list tells it.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reviews)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Round {
    pub id: ReviewId,
    pub customer_id: CustomerId,
    pub branch_id: BranchId,
    pub round: i32,
    #[diesel(column_name = type_)]
    pub review_type: ReviewType,
    pub state: State,
    pub submitted_kind: String,
    pub submitted_id: Option<Uuid>,
    pub submitted_at: DateTime<Utc>,
    pub assignee: Option<StaffId>,
    pub claim_expires_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub decision: Option<Kyc>,
    pub decided_kind: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Round {
    /// Who holds it now.
    pub fn holder(&self, now: DateTime<Utc>) -> Option<StaffId> {
        self.assignee
            .filter(|_| self.claim_expires_at.is_none_or(|ends| ends > now))
    }
}

/// Whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Whose {
    pub name: String,
    pub short_id: String,
    pub kind: Kind,
    pub risk: Option<Risk>,
}

/// The decision that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = proposals)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Proposed {
    pub id: ProposalId,
    pub review_id: Option<ReviewId>,
    pub proposed_by: StaffId,
    pub proposed_at: DateTime<Utc>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The round.
    pub round: Round,
    /// Whose.
    pub customer: Whose,
    /// What waits for a second person.
    pub proposed: Option<Proposed>,
}

/// The key of a row in its list: a moment, and the id of the round (of the proposal, among the second approvals).
pub type Key = (DateTime<Utc>, Uuid);

impl Row {
    /// Its key on a tab.
    pub fn key(&self, tab: Tab) -> Key {
        let round = &self.round;
        let moment = match (tab, &self.proposed) {
            (Tab::Mine | Tab::Open, _) => round.due_at,
            (Tab::Waiting, _) => round.paused_at,
            (Tab::Decided, _) => round.decided_at,
            (Tab::Second, Some(proposed)) => return (proposed.proposed_at, proposed.id.0),
            (Tab::Second, None) => None,
        };
        (moment.unwrap_or(round.submitted_at), round.id.0)
    }
}

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
}

/// Where to look: each branch has its own place in the index, so few branches are asked one by one.
#[derive(Clone, Debug)]
enum Place {
    Everywhere,
    Branch(BranchId),
    Branches(Vec<BranchId>),
}

/// So many branches are asked one by one.
const ONE_BY_ONE: usize = 12;

impl Wanted {
    fn places(&self, scope: &Scope) -> Vec<Place> {
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
fn rounds() -> _ {
    let whose = customers::organisation_id
        .eq(reviews::organisation_id)
        .and(customers::id.eq(reviews::customer_id));
    reviews::table.inner_join(customers::table.on(whose))
}

/// Proposals beside their rounds, and whom these are about.
#[diesel::dsl::auto_type(no_type_alias)]
fn proposed() -> _ {
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
        let (wanted, now): (&Wanted, DateTime<Utc>) = ($wanted, $now);
        let mut query = match wanted.tab {
            Tab::Mine | Tab::Open => $query.filter(sql::<Bool>("reviews.state = 'open'")),
            Tab::Waiting => $query.filter(sql::<Bool>("reviews.state = 'waiting'")),
            Tab::Decided => $query.filter(sql::<Bool>("reviews.state = 'decided'")),
            Tab::Second => $query.filter(sql::<Bool>("proposals.state = 'open'")),
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
        if !wanted.filter.review_type.is_empty() {
            query = query.filter(reviews::type_.eq_any(wanted.filter.review_type.clone()));
        }
        query
    }};
}

/// Narrows a query that knows whom its rows are about.
macro_rules! about {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter): (_, &Filter) = ($query, $filter);
        if !filter.kind.is_empty() {
            query = query.filter(customers::kind.eq_any(filter.kind.clone()));
        }
        if !filter.risk.is_empty() {
            let ranks: Vec<i16> = filter.risk.iter().map(|risk| risk.rank()).collect();
            query = query.filter(customers::risk_rank.eq_any(ranks));
        }
        query
    }};
}

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

/// What a customer is decides which index is best, so such a list is planned with its values.
fn plan(tx: &mut Read<'_>, wanted: &Wanted) -> Result<()> {
    if wanted.filter.asks_about_customers() {
        tx.conn()
            .batch_execute("SET LOCAL plan_cache_mode = force_custom_plan")?;
    }
    Ok(())
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
        let row = |(round, customer, proposed)| Row {
            round,
            customer,
            proposed: Some(proposed),
        };
        return Ok(rows.into_iter().map(row).collect());
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
    Ok(rows.into_iter().map(row).collect())
}

fn row((round, customer): (Round, Whose)) -> Row {
    Row {
        round,
        customer,
        proposed: None,
    }
}

/// Which of these rounds wait for a second person.
fn add_proposed(tx: &mut Read<'_>, rows: &mut [Row]) -> Result<()> {
    let tenant = tx.scope().organisation();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.round.id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let found: Vec<Proposed> = proposals::table
        .filter(proposals::organisation_id.eq(tenant))
        .filter(sql::<Bool>("proposals.state = 'open'"))
        .filter(proposals::review_id.eq_any(ids))
        .select(Proposed::as_select())
        .load(tx.conn())?;
    for row in rows {
        row.proposed = found
            .iter()
            .find(|proposed| proposed.review_id == Some(row.round.id))
            .cloned();
    }
    Ok(())
}

/// How many there are, counted no further than people read.
pub fn count(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Count> {
    plan(tx, wanted)?;
    let (scope, now) = (tx.scope().clone(), tx.now());
    let mut n = 0;
    for place in wanted.places(&scope) {
        let left = Count::CAP + 1 - n;
        n += if wanted.tab == Tab::Second {
            let query = placed!(proposed().into_boxed::<Pg>(), scope, &place, proposals);
            let query = about!(narrowed!(query, wanted, now), &wanted.filter);
            Counted(query.select(proposals::id).limit(left)).get_result::<i64>(tx.conn())?
        } else if wanted.filter.asks_about_customers() {
            let query = placed!(rounds().into_boxed::<Pg>(), scope, &place, reviews);
            let query = about!(narrowed!(query, wanted, now), &wanted.filter);
            Counted(query.select(reviews::id).limit(left)).get_result::<i64>(tx.conn())?
        } else {
            let query = placed!(reviews::table.into_boxed::<Pg>(), scope, &place, reviews);
            let query = narrowed!(query, wanted, now);
            Counted(query.select(reviews::id).limit(left)).get_result::<i64>(tx.conn())?
        };
        if n > Count::CAP {
            break;
        }
    }
    Ok(Count::capped(n))
}

/// Whether this member works on anything now.
pub fn holds_something(tx: &mut Read<'_>, me: StaffId) -> Result<bool> {
    let wanted = Wanted {
        tab: Tab::Mine,
        filter: Filter::default(),
        me,
        branches: None,
        day_ends: tx.now(),
    };
    Ok(!page(tx, &wanted, None, 1)?.rows.is_empty())
}

/// Every row in the order of the list, one at a time and in constant memory.
pub fn each(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    mut each: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    let (scope, now) = (tx.scope().clone(), tx.now());
    // A file takes as long as its reader does; the limit of a page is not for it.
    tx.conn().batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL plan_cache_mode = force_custom_plan",
    )?;
    let place = match wanted.places(&scope).as_slice() {
        [one] => one.clone(),
        many => Place::Branches(
            many.iter()
                .filter_map(|place| match place {
                    Place::Branch(id) => Some(*id),
                    _ => None,
                })
                .collect(),
        ),
    };
    if wanted.tab == Tab::Second {
        let query = placed!(proposed().into_boxed::<Pg>(), scope, &place, proposals);
        let query = about!(narrowed!(query, wanted, now), &wanted.filter)
            .order((proposals::proposed_at, proposals::id))
            .select((
                Round::as_select(),
                Whose::as_select(),
                Proposed::as_select(),
            ));
        for found in
            query.load_iter::<(Round, Whose, Proposed), PgRowByRowLoadingMode>(tx.conn())?
        {
            let (round, customer, proposed) = found?;
            each(Row {
                round,
                customer,
                proposed: Some(proposed),
            })?;
        }
        return Ok(());
    }
    let query = placed!(rounds().into_boxed::<Pg>(), scope, &place, reviews);
    let query = about!(narrowed!(query, wanted, now), &wanted.filter);
    let query = match wanted.tab {
        Tab::Waiting => query.order((reviews::paused_at, reviews::id)),
        Tab::Decided => query.order((reviews::decided_at.desc(), reviews::id.desc())),
        _ => query.order((reviews::due_at, reviews::id)),
    };
    let query = query.select((Round::as_select(), Whose::as_select()));
    for found in query.load_iter::<(Round, Whose), PgRowByRowLoadingMode>(tx.conn())? {
        each(row(found?))?;
    }
    Ok(())
}

/// A key as it stands in an address.
pub fn written((at, id): Key) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

/// A key from an address.
pub fn parsed(text: &str) -> Result<Key> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some((
                DateTime::from_timestamp_micros(at.parse().ok()?)?,
                Uuid::try_parse(id).ok()?,
            ))
        })
        .ok_or(Error::BadRequest("`after` is no place in this list".into()))
}
