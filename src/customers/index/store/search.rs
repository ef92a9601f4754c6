//! Who matches a search. What many match is found among the first rows of the list; what few match, by the index that
//! row-level security would hide.

use diesel::{
    PgConnection,
    expression::Expression,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::BigInt,
};

use crate::{
    customers::{index::filter::Sort, store::Condition},
    db::Read,
    error::Result,
    schema::customers,
    value::CustomerId,
};

use super::{
    Row, Wanted,
    functions::{customers_matching, fold},
};

/// A word shorter than this has no trigram of its own, and is looked for where words begin.
const SHORT: usize = 3;

/// A word as LIKE finds it: its own signs are no pattern.
fn escaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for letter in word.chars() {
        if matches!(letter, '\\' | '%' | '_') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// That a customer contains a word: the same condition as `customers_matching` has.
pub(super) fn contains(word: &str) -> Condition {
    let text = escaped(word);
    if word.chars().count() < SHORT {
        let first = customers::search.like(fold(format!("{text}%")));
        Box::new(first.or(customers::search.like(fold(format!("% {text}%")))))
    } else {
        Box::new(customers::search.like(fold(format!("%{text}%"))))
    }
}

/// The ids of those in scope who match, at most so many.
pub(super) fn matching(tx: &mut Read<'_>, wanted: &Wanted, most: i32) -> Result<Vec<CustomerId>> {
    let ids: Vec<uuid::Uuid> =
        diesel::select(customers_matching(&wanted.words, most)).get_result(tx.conn())?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// The matching ones among the first rows of a list, in its order.
pub(super) struct Among {
    pub(super) columns: Columns,
    /// Which rows the list has, without the search.
    pub(super) rows: Condition,
    pub(super) words: Vec<Condition>,
    pub(super) sort: Sort,
    /// How many rows are looked through.
    pub(super) first: i64,
    /// How many are wanted.
    pub(super) limit: i64,
}

pub(super) type Columns = <Row as Selectable<Pg>>::SelectExpression;

impl QueryFragment<Pg> for Among {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" FROM (SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(r#", "customers"."search" FROM "customers" WHERE "#);
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(order(self.sort));
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.first)?;
        out.push_sql(r#") AS "customers" WHERE true"#);
        for word in &self.words {
            out.push_sql(" AND ");
            word.walk_ast(out.reborrow())?;
        }
        out.push_sql(order(self.sort));
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryId for Among {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Among {
    type SqlType = <Columns as Expression>::SqlType;
}

impl RunQueryDsl<PgConnection> for Among {}

/// The order of a list, as SQL.
pub(super) const fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Updated => r#" ORDER BY "customers"."updated_at" DESC, "customers"."id" DESC"#,
        Sort::Created => r#" ORDER BY "customers"."created_at" DESC, "customers"."id" DESC"#,
        Sort::Name => r#" ORDER BY "customers"."sort_name", "customers"."id""#,
        Sort::Risk => r#" ORDER BY "customers"."risk_rank" DESC, "customers"."id" DESC"#,
    }
}
