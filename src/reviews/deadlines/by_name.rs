//! Customers of a sandbox whose names decide.

use super::{BATCH, moved_of};
use crate::{access::scope::Scope, db::Connection, error::Result, reviews::decision::itself};

/// Decides them; says how many. All of them are looked at: whoever is hindered stays where they are, before the others.
pub(super) fn decide(conn: &mut Connection, scope: &Scope) -> Result<usize> {
    let (mut moved, mut after) = (0, None);
    loop {
        let found = conn.read(scope, |tx| itself::due(tx, after, BATCH))?;
        let Some(last) = found.last() else {
            return Ok(moved);
        };
        after = Some(*last);
        moved += moved_of(conn, scope, &found, itself::decide)?;
    }
}
