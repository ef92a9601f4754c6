//! Removing what nobody looks up any more.

use diesel::{RunQueryDsl as _, sql_types::Uuid as SqlUuid};

use super::store::log;
use crate::{access::scope::Scope, db::Connection, error::Result, value::OrganisationId};

/// How many messages one transaction removes.
const BATCH: i64 = 500;

#[derive(diesel::QueryableByName)]
struct Served {
    #[diesel(sql_type = SqlUuid)]
    id: OrganisationId,
}

/// Removes messages that ended thirty days ago or more, of every organisation. Returns how many.
pub fn forget(conn: &mut Connection) -> Result<usize> {
    let everybody = Scope::system(OrganisationId::INSTALLATION);
    let served: Vec<Served> = conn.read(&everybody, |tx| {
        Ok(diesel::sql_query("SELECT organisations_served() AS id").load(tx.conn())?)
    })?;
    let mut gone = 0;
    for Served { id } in served {
        loop {
            let removed = conn.bookkeep(&Scope::system(id), |tx| log::forget(tx, BATCH))?;
            gone += removed;
            if removed == 0 {
                break;
            }
        }
    }
    Ok(gone)
}
