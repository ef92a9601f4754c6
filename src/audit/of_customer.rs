//! One customer's part of the log: their entries by their places in the chain, and the hashes of all that lies between
//! those places, by which the entries can be proven without showing anybody else's.

use chrono::{DateTime, Utc};
use diesel::{
    pg::PgRowByRowLoadingMode,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    chain::{Entry, GENESIS, Hash},
    verify::{LINKS, Row, hash},
    walk::Link,
};
use crate::{
    db::Read,
    error::{Error, Result},
    schema::{audit_entries as entries, audit_links as links},
};

/// The places of a customer's entries in the chain, up to one of them, in its order. Eight bytes an entry.
pub fn places(tx: &mut Read<'_>, customer: Uuid, upto: i64) -> Result<Vec<i64>> {
    let organisation = tx.scope().organisation().0;
    let link = links::organisation_id
        .eq(entries::organisation_id)
        .and(links::entry_id.eq(entries::id));
    Ok(entries::table
        .inner_join(links::table.on(link))
        .filter(entries::organisation_id.eq(organisation))
        .filter(entries::customer_id.eq(customer))
        .filter(links::sequence.le(upto))
        .order(links::sequence)
        .select(links::sequence)
        .load(tx.conn())?)
}

/// The links at these places, each with its entry, in the order of the chain. An entry that is gone is our own fault.
pub fn at(tx: &mut Read<'_>, places: &[i64]) -> Result<Vec<(Link, Entry)>> {
    let organisation = tx.scope().organisation().0;
    let rows: Vec<Row> = sql_query(LINKS)
        .sql("l.sequence = ANY($2) ORDER BY l.sequence")
        .bind::<SqlUuid, _>(organisation)
        .bind::<Array<BigInt>, _>(places)
        .load(tx.conn())?;
    rows.into_iter()
        .map(|row| {
            if row.present() {
                Ok((row.link(), row.entry(organisation)))
            } else {
                Err(Error::Internal(anyhow::anyhow!("an audit entry is gone")))
            }
        })
        .collect()
}

/// The hash that the link at a place follows.
pub fn before(tx: &mut Read<'_>, place: i64) -> Result<Hash> {
    if place <= 1 {
        return Ok(GENESIS);
    }
    let organisation = tx.scope().organisation().0;
    let stored: Vec<u8> = links::table
        .find((organisation, place - 1))
        .select(links::chain_hash)
        .first(tx.conn())?;
    Ok(hash(&stored))
}

/// Streams the links from one place to another, in the order of the chain, whatever their entries are.
pub fn each_link(
    tx: &mut Read<'_>,
    from: i64,
    upto: i64,
    each: &mut dyn FnMut(&Link) -> Result<()>,
) -> Result<()> {
    let organisation = tx.scope().organisation().0;
    sql_query("SELECT set_config('statement_timeout', '0', true)").execute(tx.conn())?;
    let rows = links::table
        .filter(links::organisation_id.eq(organisation))
        .filter(links::sequence.between(from, upto))
        .order(links::sequence)
        .select((
            links::sequence,
            links::linked_at,
            links::content_hash,
            links::chain_hash,
        ))
        .load_iter::<(i64, DateTime<Utc>, Vec<u8>, Vec<u8>), PgRowByRowLoadingMode>(tx.conn())?;
    for row in rows {
        let (sequence, linked_at, content_hash, chain_hash) = row?;
        each(&Link {
            sequence,
            linked_at,
            content_hash: hash(&content_hash),
            chain_hash: hash(&chain_hash),
        })?;
    }
    Ok(())
}
