//! Counts that Diesel's builder lacks: one that stops, and a sum of counts as a number.

use diesel::{
    pg::{Pg, PgConnection},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::RunQueryDsl,
    result::QueryResult,
    sql_types::BigInt,
};

pub use functions::int8;

mod functions {
    use diesel::sql_types::{Nullable, Numeric};
    diesel::define_sql_function! {
        /// A sum of counts as a plain number again.
        fn int8(value: Nullable<Numeric>) -> Nullable<BigInt>;
    }
}

/// How many rows a query gives. The query carries the LIMIT at which counting stops: an uncapped count reads a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Counted<Q>(pub Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<PgConnection> for Counted<Q> {}
