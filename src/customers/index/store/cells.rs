//! Cells: everything a list is filtered by, taken together. The counters know every cell that has customers, so a
//! narrow filter is the newest rows of a few cells, merged, and never a walk through a tenant.

use std::collections::HashMap;

use diesel::{
    PgConnection,
    expression::Expression,
    helper_types::IntoBoxed,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, SmallInt, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    access::scope::{Branches, Scope},
    customers::{
        index::filter::Sort,
        rules::{Kind, Kyc},
        store::Condition,
    },
    db::{Read, page::Page},
    error::Result,
    schema::customer_counts,
    value::BranchId,
};

use super::{Mark, Row, Wanted, condition::following, search::order};

/// So many rows are read and sorted in two or three milliseconds.
const FEW: i64 = 2_000;

/// The cells that a filter asks for and that have customers, column by column.
#[derive(Debug, Default)]
pub(super) struct Cells {
    branches: Vec<Uuid>,
    kycs: Vec<String>,
    kinds: Vec<String>,
    ranks: Vec<i16>,
    countries: Vec<String>,
    counts: Vec<i64>,
    /// How many customers they hold together.
    pub(super) customers: i64,
}

impl Cells {
    /// Asks the counters.
    pub(super) fn of(tx: &mut Read<'_>, wanted: &Wanted) -> Result<Self> {
        let scope = tx.scope().clone();
        let counted: Vec<(BranchId, Kyc, Kind, i16, String, i64)> = counted(&scope, wanted)
            .select((
                customer_counts::branch_id,
                customer_counts::kyc,
                customer_counts::kind,
                customer_counts::risk_rank,
                customer_counts::country,
                customer_counts::n,
            ))
            .load(tx.conn())?;
        // What was counted since the counters were last folded stands in rows of its own.
        let mut sums = HashMap::new();
        for (branch, kyc, kind, rank, country, n) in counted {
            *sums
                .entry((branch.0, kyc.as_str(), kind.as_str(), rank, country))
                .or_insert(0) += n;
        }
        let mut cells = Self::default();
        for ((branch, kyc, kind, rank, country), n) in sums {
            if n > 0 {
                cells.branches.push(branch);
                cells.kycs.push(kyc.to_owned());
                cells.kinds.push(kind.to_owned());
                cells.ranks.push(rank);
                cells.countries.push(country);
                cells.counts.push(n);
                cells.customers += n;
            }
        }
        Ok(cells)
    }

    /// Whether reading them beats walking the list's own order until a page is full, in a scope of so many customers.
    pub(super) fn beat_a_walk(&self, sort: Sort, size: i64, everybody: i64) -> bool {
        // The newest of a cell are the head of its index. In any other order all of them are read.
        let read = match sort {
            Sort::Updated => self.counts.iter().map(|n| (*n).min(size + 1)).sum(),
            _ => self.customers,
        };
        let walked = size * everybody / self.customers.max(1);
        read <= FEW || read <= walked
    }
}

/// One value is compared, so that an index that leads with it is used to its end; several are a list.
macro_rules! narrow {
    ($query:expr, $column:expr, $values:expr) => {
        match &$values[..] {
            [] => $query,
            [one] => $query.filter($column.eq(one.clone())),
            several => $query.filter($column.eq_any(several.to_vec())),
        }
    };
}

/// The counters of what the filter asks for, within the scope.
pub(super) fn counted(
    scope: &Scope,
    wanted: &Wanted,
) -> IntoBoxed<'static, customer_counts::table, Pg> {
    let filter = &wanted.filter;
    let mut query = customer_counts::table
        .into_boxed()
        .filter(customer_counts::organisation_id.eq(scope.organisation()));
    if let Branches::Only(list) = scope.branches() {
        query = query.filter(customer_counts::branch_id.eq_any(list.clone()));
    }
    if let Some(branches) = &wanted.branches {
        query = query.filter(customer_counts::branch_id.eq_any(branches.clone()));
    }
    let ranks: Vec<i16> = filter.risk.iter().map(|risk| risk.rank()).collect();
    let query = narrow!(query, customer_counts::kyc, filter.kyc);
    let query = narrow!(query, customer_counts::kind, filter.kind);
    let query = narrow!(query, customer_counts::risk_rank, ranks);
    narrow!(query, customer_counts::country, filter.country)
}

/// One page of the rows of these cells.
pub(super) fn page(
    tx: &mut Read<'_>,
    wanted: &Wanted,
    cells: &Cells,
    after: Option<&Mark>,
    size: usize,
) -> Result<Page<Row>> {
    let sort = wanted.filter.order();
    let rows = Rows {
        columns: <Row as Selectable<Pg>>::construct_selection(),
        organisation: tx.scope().organisation().0,
        cells,
        sort,
        following: after.map(|mark| following(sort, mark)).transpose()?,
        limit: i64::try_from(size + 1).unwrap_or(i64::MAX),
    };
    Ok(Page::cut(rows.load(tx.conn())?, size))
}

/// Rows of cells in the order of the list: what Diesel's builder lacks is LATERAL.
struct Rows<'a> {
    columns: Columns,
    organisation: Uuid,
    cells: &'a Cells,
    sort: Sort,
    following: Option<Condition>,
    limit: i64,
}

type Columns = <Row as Selectable<Pg>>::SelectExpression;

impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let order = order(self.sort);
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.cells.branches)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.cells.kycs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.cells.kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SmallInt>, _>(&self.cells.ranks)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.cells.countries)?;
        out.push_sql(") AS cell (branch_id, kyc, kind, risk_rank, country), LATERAL (");
        out.push_sql("SELECT ");
        self.columns.walk_ast(out.reborrow())?;
        out.push_sql(r#" FROM "customers" WHERE "customers"."organisation_id" = "#);
        out.push_bind_param::<SqlUuid, _>(&self.organisation)?;
        out.push_sql(
            " AND branch_id = cell.branch_id AND kyc = cell.kyc AND kind = cell.kind              AND risk_rank = cell.risk_rank AND cell_country = cell.country AND merged_into IS NULL",
        );
        if let Some(following) = &self.following {
            out.push_sql(" AND ");
            following.walk_ast(out.reborrow())?;
        }
        if self.sort == Sort::Updated {
            out.push_sql(order);
            out.push_sql(" LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
        }
        out.push_sql(r#") AS "customers""#);
        out.push_sql(order);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryId for Rows<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Rows<'_> {
    type SqlType = <Columns as Expression>::SqlType;
}

impl RunQueryDsl<PgConnection> for Rows<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(counts: &[i64]) -> Cells {
        Cells {
            counts: counts.to_vec(),
            customers: counts.iter().sum(),
            ..Cells::default()
        }
    }

    #[test]
    fn few_rows_are_read_and_many_are_met_on_the_way() {
        let narrow = cells(&[3, 900, 12]);
        assert!(narrow.beat_a_walk(Sort::Updated, 50, 1_000_000));
        assert!(narrow.beat_a_walk(Sort::Name, 50, 1_000_000));
        // Half of everybody, in many cells: a page is full after a hundred rows.
        let wide = cells(&[5_000; 100]);
        assert!(!wide.beat_a_walk(Sort::Updated, 50, 1_000_000));
        assert!(!wide.beat_a_walk(Sort::Name, 50, 1_000_000));
        // One in a thousand, in many cells of few: walking would pass fifty thousand rows.
        let scattered = cells(&[20; 150]);
        assert!(scattered.beat_a_walk(Sort::Updated, 50, 3_000_000));
    }
}
