//! What is told, and the log that proves it.

use std::io::Write;

use super::{ChainBroken, Making};
use crate::{
    audit::{chain, of_customer, verdict::Head},
    casefile::{
        pages::print,
        proof,
        rules::{CHAIN, ENTRIES, FACTS, INDEX},
        told::Told,
        zip,
    },
    db::Read,
    error::Result,
    jobs::results::unwritten,
};

/// How many links pass between two signs of life.
const REPORT: i64 = 10_000;

/// The facts, the page, and the customer's entries of the log: how many of these there are.
pub(super) fn tell<W: Write>(
    told: &Told<'_, '_, '_>,
    archive: &mut zip::Writer<W>,
) -> std::io::Result<u64> {
    let mut facts = archive.stream(FACTS)?;
    serde_json::to_writer_pretty(&mut facts, &told.facts())?;
    facts.end()?;
    let mut page = archive.stream(INDEX)?;
    print::write(told, &mut page)?;
    page.end()?;
    let mut lines = archive.stream(ENTRIES)?;
    let mut count = 0;
    for line in told.lines() {
        serde_json::to_writer(&mut lines, &line)?;
        lines.write_all(b"\n")?;
        count += 1;
    }
    lines.end()?;
    Ok(count)
}

/// The hashes from the customer's first entry to the signed head, computed again on the way.
pub(super) fn chain_proof<W: Write>(
    tx: &mut Read<'_>,
    making: &Making<'_>,
    first: i64,
    head: &Head,
    archive: &mut zip::Writer<W>,
) -> Result<()> {
    let mut last = Head {
        sequence: first - 1,
        chain_hash: of_customer::before(tx, first)?,
    };
    let organisation = tx.scope().organisation().0;
    let mut file = archive.stream(CHAIN).map_err(unwritten)?;
    proof::begin(&mut file, organisation, first, &last.chain_hash).map_err(unwritten)?;
    of_customer::each_link(tx, first, head.sequence, &mut |link| {
        let next = last.sequence + 1;
        let hash = chain::chain_hash(&last.chain_hash, next, link.linked_at, &link.content_hash);
        if link.sequence != next || link.chain_hash != hash {
            return Err(ChainBroken.into());
        }
        last = Head {
            sequence: next,
            chain_hash: hash,
        };
        proof::record(&mut file, link).map_err(unwritten)?;
        if next % REPORT == 0 {
            making.watch.alive()?;
        }
        Ok(())
    })?;
    if last != *head {
        return Err(ChainBroken.into());
    }
    file.end().map_err(unwritten)
}
