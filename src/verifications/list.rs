//! The list of checks: filters, pages by key, counts, and the same rows for a file.

use chrono::{DateTime, Utc};
use diesel::{
    connection::DefaultLoadingMode,
    pg::{Pg, PgRowByRowLoadingMode},
    prelude::*,
    sql_types::{Array, Integer, Text, Uuid as SqlUuid},
};

use crate::{
    access::scope::{Branches, Scope},
    customers::rules::Kind,
    db::{
        Read,
        counted::Counted,
        page::{Count, Page},
    },
    error::{Error, Result},
    schema::{customers, verification_counts, verifications},
    value::{BranchId, CustomerId, VerificationId},
    verifications::{rules::Status, store::Verification},
};

/// What a list shows; an empty filter shows everything in scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Of these customers; `None` is everybody, an empty list nobody.
    pub customers: Option<Vec<CustomerId>>,
    /// Whether a search means more customers than these.
    pub cut: bool,
    /// In these branches; `None` is every branch in scope.
    pub branches: Option<Vec<BranchId>>,
    /// With these statuses.
    pub statuses: Vec<Status>,
    /// Of these types.
    pub types: Vec<String>,
    /// By these providers.
    pub providers: Vec<String>,
    /// Started at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Started before this moment.
    pub before: Option<DateTime<Utc>>,
}

impl Criteria {
    /// Whether the counters by branch and status know how many there are.
    const fn counted(&self) -> bool {
        self.customers.is_none()
            && self.types.is_empty()
            && self.providers.is_empty()
            && self.from.is_none()
            && self.before.is_none()
    }
}

/// The key of a row in the list: newest first, and by id where two are of the same moment.
pub type Key = (DateTime<Utc>, VerificationId);

/// Whose check it is.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = customers)]
pub struct Whose {
    /// The name.
    pub name: String,
    /// What they are.
    pub kind: Kind,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
pub struct Row {
    /// The check.
    #[diesel(embed)]
    pub check: Verification,
    /// Whose.
    #[diesel(embed)]
    pub customer: Whose,
}

impl Row {
    /// Its key.
    pub const fn key(&self) -> Key {
        (self.check.created_at, self.check.id)
    }
}

/// Narrows a query over checks, joined to others or not, to a scope and to criteria.
macro_rules! narrowed {
    ($query:expr, $scope:expr, $criteria:expr) => {{
        let (scope, criteria): (&Scope, &Criteria) = ($scope, $criteria);
        let mut query = $query.filter(verifications::organisation_id.eq(scope.organisation()));
        if let Branches::Only(list) = scope.branches() {
            query = query.filter(verifications::branch_id.eq_any(list.clone()));
        }
        if let Some(list) = &criteria.branches {
            query = query.filter(verifications::branch_id.eq_any(list.clone()));
        }
        if let Some(list) = &criteria.customers {
            query = query.filter(verifications::customer_id.eq_any(list.clone()));
        }
        if !criteria.statuses.is_empty() {
            query = query.filter(verifications::status.eq_any(criteria.statuses.clone()));
        }
        if !criteria.types.is_empty() {
            query = query.filter(verifications::verification_type.eq_any(criteria.types.clone()));
        }
        if !criteria.providers.is_empty() {
            query = query.filter(verifications::provider.eq_any(criteria.providers.clone()));
        }
        if let Some(from) = criteria.from {
            query = query.filter(verifications::created_at.ge(from));
        }
        if let Some(before) = criteria.before {
            query = query.filter(verifications::created_at.lt(before));
        }
        query
    }};
}

/// Checks beside whom they are about.
#[diesel::dsl::auto_type(no_type_alias)]
fn joined() -> _ {
    let whose = customers::organisation_id
        .eq(verifications::organisation_id)
        .and(customers::id.eq(verifications::customer_id));
    verifications::table.inner_join(customers::table.on(whose))
}

/// One page, newest first, after a key.
pub fn page(
    tx: &mut Read<'_>,
    criteria: &Criteria,
    after: Option<Key>,
    size: usize,
) -> Result<Page<Row>> {
    let mut query = narrowed!(joined().into_boxed::<Pg>(), tx.scope(), criteria);
    if let Some((at, id)) = after {
        // The first condition bounds the index; the second decides among equal moments.
        query = query.filter(verifications::created_at.le(at)).filter(
            verifications::created_at
                .lt(at)
                .or(verifications::id.lt(id)),
        );
    }
    let rows = query
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .limit(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
        .select(Row::as_select())
        .load(tx.conn())?;
    Ok(Page::cut(rows, size))
}

/// Every row, newest first, one at a time as the database sends them.
pub fn each(
    tx: &mut Read<'_>,
    criteria: &Criteria,
    mut row: impl FnMut(Row) -> Result<()>,
) -> Result<()> {
    let query = narrowed!(joined().into_boxed::<Pg>(), tx.scope(), criteria)
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .select(Row::as_select());
    // A file takes as long as its reader does; the limit of a page is not for it.
    diesel::sql_query("SET LOCAL statement_timeout = 0").execute(tx.conn())?;
    for next in query.load_iter::<Row, PgRowByRowLoadingMode>(tx.conn())? {
        row(next?)?;
    }
    Ok(())
}

/// How many there are, however many those are.
pub fn total(tx: &mut Read<'_>, criteria: &Criteria) -> Result<i64> {
    let query = narrowed!(
        verifications::table.into_boxed::<Pg>(),
        tx.scope(),
        criteria
    );
    diesel::sql_query("SET LOCAL statement_timeout = 0").execute(tx.conn())?;
    Ok(query.count().get_result(tx.conn())?)
}

/// How many there are: from the counters where they know, else counted up to the cap.
pub fn count(tx: &mut Read<'_>, criteria: &Criteria) -> Result<Count> {
    if criteria.counted() {
        return counted(tx, criteria);
    }
    let query = narrowed!(
        verifications::table.into_boxed::<Pg>(),
        tx.scope(),
        criteria
    )
    .select(verifications::id)
    .limit(Count::CAP + 1);
    Ok(Count::capped(Counted(query).get_result::<i64>(tx.conn())?))
}

fn counted(tx: &mut Read<'_>, criteria: &Criteria) -> Result<Count> {
    let tenant = tx.scope().organisation();
    let mut query = verification_counts::table
        .filter(verification_counts::organisation_id.eq(tenant))
        .into_boxed::<Pg>();
    if let Branches::Only(list) = tx.scope().branches() {
        query = query.filter(verification_counts::branch_id.eq_any(list.clone()));
    }
    if let Some(list) = &criteria.branches {
        query = query.filter(verification_counts::branch_id.eq_any(list.clone()));
    }
    if !criteria.statuses.is_empty() {
        query = query.filter(verification_counts::status.eq_any(criteria.statuses.clone()));
    }
    let parts: Vec<i64> = query
        .select(verification_counts::n)
        .load_iter::<i64, DefaultLoadingMode>(tx.conn())?
        .collect::<QueryResult<_>>()?;
    Ok(Count::exact(parts.into_iter().sum::<i64>().max(0)))
}

diesel::define_sql_function! {
    /// Ids of the customers in the transaction's tenant and branches that contain every word of the term.
    fn customers_matching(words: Array<Text>, n: Integer) -> Array<SqlUuid>;
}

/// At most this many customers are looked for by a search; a search that finds more wants another word.
const MATCHES: usize = 1_000;

/// What is said where a search means more customers than that.
pub const TOO_MANY: &str = "More customers match: narrow your search.";

/// The customers whom a search means, and whether there are more of them.
pub fn matching(tx: &mut Read<'_>, term: &str) -> Result<Page<CustomerId>> {
    let words: Vec<&str> = term.split_whitespace().collect();
    let most = i32::try_from(MATCHES + 1).unwrap_or(i32::MAX);
    let found: Vec<CustomerId> =
        diesel::select(customers_matching(words, most)).get_result(tx.conn())?;
    Ok(Page::cut(found, MATCHES))
}

/// A key as it stands in an address.
pub fn written(key: Key) -> String {
    format!("{}.{}", key.0.timestamp_micros(), key.1)
}

/// A key from an address.
pub fn parsed(text: &str) -> Result<Key> {
    text.split_once('.')
        .and_then(|(at, id)| {
            Some((
                DateTime::from_timestamp_micros(at.parse().ok()?)?,
                id.parse().ok()?,
            ))
        })
        .ok_or(Error::BadRequest("`after` is no place in this list".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_nothing_else_is() {
        let key = (
            DateTime::from_timestamp_micros(1_795_000_000_123_456).expect("a moment"),
            VerificationId(uuid::Uuid::from_u128(7)),
        );
        assert_eq!(parsed(&written(key)).ok(), Some(key));
        for wrong in [
            "",
            "1",
            "x.y",
            "1795000000123456.",
            "99999999999999999999.0",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }
}
