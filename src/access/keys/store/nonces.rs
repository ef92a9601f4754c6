//! Proofs that were seen and may not come again.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use super::Found;
use crate::{
    db::{Connection, Read},
    error::Result,
    schema::nonces,
};

/// Remembers a proof of a key until it would not be believed any more; false where it was seen before.
pub fn first_seen(
    conn: &mut Connection,
    found: &Found,
    proof: &[u8],
    until: DateTime<Utc>,
) -> Result<bool> {
    let hash = Sha256::digest(proof).to_vec();
    conn.bookkeep(&found.scope(), |tx| {
        let added = diesel::insert_into(nonces::table)
            .values((
                nonces::credential_id.eq(found.id),
                nonces::proof_hash.eq(hash),
                nonces::expires_at.eq(until),
            ))
            .on_conflict_do_nothing()
            .execute(tx.conn())?;
        Ok(added == 1)
    })
}

/// Removes those that would not be believed any more; says how many.
pub fn remove_outlived(tx: &mut Read<'_>) -> Result<usize> {
    let now = tx.now();
    Ok(diesel::delete(nonces::table.filter(nonces::expires_at.lt(now))).execute(tx.conn())?)
}
