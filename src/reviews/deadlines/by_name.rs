//! Customers of a sandbox whose names decide.

use super::{
    BATCH,
    batches::{self, Done},
};
use crate::{access::scope::Scope, db::Connection, reviews::decision::itself};

/// Decides them; says how many. All of them are looked at: whoever is hindered stays where they are, before the others.
pub(super) fn decide(conn: &mut Connection, scope: &Scope) -> Done {
    let (mut moved, mut after, mut failed) = (0, None, None);
    loop {
        let found = match conn.read(scope, |tx| itself::due(tx, after, BATCH)) {
            Ok(found) => found,
            Err(error) => return (moved, Err(error)),
        };
        let Some(last) = found.last() else {
            return (moved, failed.map_or(Ok(()), Err));
        };
        after = Some(*last);
        match batches::of(conn, scope, &found, itself::decide) {
            Ok(tried) => {
                moved += tried.moved;
                failed = failed.or(tried.failed);
            }
            Err(error) => return (moved, Err(error)),
        }
    }
}
