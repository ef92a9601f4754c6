//! The rows of the list, how many there are, and who matches a search. Built from the conditions that the filters ask
//! for and no others: a catch-all `($1 IS NULL OR …)` would be planned for every filter at once.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::{connection::SimpleConnection as _, pg::PgRowByRowLoadingMode, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    customers::{
        index::filter::{Filter, Sort},
        rules::{Kind, Kyc, Risk},
    },
    db::Read,
    error::Result,
    schema::customers,
    value::{BranchId, CustomerId},
};

pub use paging::{count, list};

use condition::condition;

mod cells;
mod condition;
mod paging;
mod search;

mod functions {
    use diesel::sql_types::{Array, Integer, Text};
    diesel::define_sql_function! {
        /// Ids of the customers in scope that contain every word, at most so many.
        fn customers_matching(words: Array<Text>, n: Integer) -> Array<Uuid>;
    }
    diesel::define_sql_function! {
        /// Text without accents and case.
        fn fold(value: Text) -> Text;
    }
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Row {
    pub id: CustomerId,
    pub short_id: String,
    pub name: String,
    pub kind: Kind,
    pub branch_id: BranchId,
    pub kyc: Kyc,
    pub risk: Option<Risk>,
    pub country: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub sort_name: String,
    pub risk_rank: i16,
}

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = customers)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct FileRow {
    pub id: CustomerId,
    pub short_id: String,
    pub name: String,
    pub kind: Kind,
    pub branch_id: BranchId,
    pub kyc: Kyc,
    pub risk: Option<Risk>,
    pub country: Option<String>,
    pub email: Option<String>,
    pub tax_id: Option<String>,
    pub registration_number: Option<String>,
    pub next_review_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What the list is asked for, with all that the filter's words stand for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The filter.
    pub filter: Filter,
    /// The branches that its codes name; nothing where it names none.
    pub branches: Option<Vec<BranchId>>,
    /// In whose days `from` and `to` are read.
    pub zone: Tz,
    /// The words of the search, each of which must be there; none where nothing is searched.
    pub words: Vec<String>,
}

/// The last row of a page, after which the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    key: Key,
    id: CustomerId,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Key {
    At(DateTime<Utc>),
    Name(String),
    Rank(i16),
}

impl Row {
    /// Its page.
    pub fn href(&self) -> String {
        format!("/customers/{}", self.id)
    }

    /// The stored name of the risk, empty where nobody has rated it.
    pub fn risk_name(&self) -> &'static str {
        self.risk.map_or("", Risk::as_str)
    }

    /// This row as the last of a page.
    pub fn mark(&self, sort: Sort) -> Mark {
        let key = match sort {
            Sort::Updated => Key::At(self.updated_at),
            Sort::Created => Key::At(self.created_at),
            Sort::Name => Key::Name(self.sort_name.clone()),
            Sort::Risk => Key::Rank(self.risk_rank),
        };
        Mark { key, id: self.id }
    }
}

/// How many rows the list has, however many those are. A named job: it may take longer than a page's statement.
pub fn total(tx: &mut Read<'_>, wanted: &Wanted) -> Result<i64> {
    let scope = tx.scope().clone();
    at_leisure(tx)?;
    let query = customers::table.filter(condition(&scope, wanted, None));
    Ok(query.count().get_result(tx.conn())?)
}

/// For what may take as long as it takes, planned for its own values.
fn at_leisure(tx: &mut Read<'_>) -> Result<()> {
    Ok(tx.conn().batch_execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL plan_cache_mode = force_custom_plan",
    )?)
}

/// Every row of the list in its order, one at a time and in constant memory. A named job: it may take longer than a
/// page's statement.
pub fn each(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    mut row: impl FnMut(FileRow) -> Result<()>,
) -> Result<()> {
    let scope = tx.scope().clone();
    at_leisure(tx)?;
    let query = customers::table
        .filter(condition(&scope, wanted, None))
        .select(FileRow::as_select())
        .into_boxed();
    let query = match wanted.filter.order() {
        Sort::Updated => query.order((customers::updated_at.desc(), customers::id.desc())),
        Sort::Created => query.order((customers::created_at.desc(), customers::id.desc())),
        Sort::Name => query.order((customers::sort_name, customers::id)),
        Sort::Risk => query.order((customers::risk_rank.desc(), customers::id.desc())),
    };
    for found in query.load_iter::<FileRow, PgRowByRowLoadingMode>(tx.conn())? {
        row(found?)?;
    }
    Ok(())
}
