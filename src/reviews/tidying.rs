//! What the clock tidies up: counters are folded; sessions, failed sign-ins and proofs that no longer count are removed.

use diesel::{prelude::*, sql_types::BigInt};

use crate::{
    access::{
        keys::store::{answers, nonces},
        scope::Scope,
        store::{delays, sessions},
    },
    db::Connection,
    error::Result,
    value::OrganisationId,
};

#[derive(QueryableByName)]
struct Folded {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Counters are differences that triggers appended: what stands for one key becomes one row. Answers that machines may ask
/// for again go after a day. Only one at a time does this for an organisation: the lock is let go at commit, and who does not
/// get it leaves it to the other.
pub fn fold(conn: &mut Connection, scope: &Scope) -> Result<usize> {
    conn.bookkeep(scope, |tx| {
        let mut folded = 0;
        for (table, columns) in COUNTERS {
            let gone: Folded = diesel::sql_query(fold_sql(table, columns)).get_result(tx.conn())?;
            folded += gone.n;
        }
        answers::remove_old(tx)?;
        Ok(usize::try_from(folded).unwrap_or_default())
    })
}

/// Tables of counters, each with what it counts by.
const COUNTERS: [(&str, &str); 3] = [
    (
        "customer_counts",
        "branch_id, kyc, kind, risk_rank, country",
    ),
    ("verification_counts", "branch_id, status"),
    ("review_days", "branch_id, state, day"),
];

/// Answers how many rows there are fewer. A tenant with as many rows as keys is left as it is.
fn fold_sql(table: &str, columns: &str) -> String {
    format!(
        "WITH crowded AS MATERIALIZED (
            SELECT FROM {table} WHERE organisation_id = current_organisation()
            HAVING count(*) > count(DISTINCT ({columns}))
               AND pg_try_advisory_xact_lock(hashtext('{table}'), hashtext(current_organisation()::text))
        ), gone AS (
            DELETE FROM {table} WHERE organisation_id = current_organisation() AND EXISTS (SELECT FROM crowded)
            RETURNING {columns}, n
        ), kept AS (
            INSERT INTO {table} (organisation_id, {columns}, n)
            SELECT current_organisation(), {columns}, sum(n) FROM gone GROUP BY {columns} HAVING sum(n) <> 0
            RETURNING 1
        ) SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept) AS n"
    )
}

/// Removes, for all organisations, sessions older than any may become, failed sign-ins that no longer delay anybody, and proofs
/// that nobody would believe any more.
pub fn forget(conn: &mut Connection) -> Result<usize> {
    let everybody = Scope::system(OrganisationId::INSTALLATION);
    conn.bookkeep(&everybody, |tx| {
        Ok(sessions::remove_outlived(tx)? + delays::remove_old(tx)? + nonces::remove_outlived(tx)?)
    })
}
