//! Failed attempts, counted by the HMAC of what failed: neither e-mails nor addresses stand in the table.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    access::rules::{self, Counted, Failures},
    db::Read,
    error::Result,
    schema::sign_in_delays::dsl as delays,
    seal::SecretKey,
};

/// Whose failures, as they are found in the table.
#[derive(Clone, Debug)]
pub struct Subject {
    counted: Counted,
    hmac: Vec<u8>,
}

impl Subject {
    /// The failures of one e-mail, address or member.
    pub fn new(secret: &SecretKey, counted: Counted, value: &str) -> Self {
        let kind = match counted {
            Counted::Email => "delay-email ",
            Counted::Address => "delay-address ",
            Counted::Code => "delay-code ",
        };
        Self {
            counted,
            // An HMAC under a key of its own; case and spaces do not make a new subject.
            hmac: secret
                .email_index(&format!("{kind}{}", value.trim()))
                .to_vec(),
        }
    }
}

/// How many seconds the next attempt must still wait, for whichever subject waits longest.
pub fn wait(tx: &mut Read<'_>, subjects: &[Subject]) -> Result<Option<u64>> {
    let hmacs: Vec<&[u8]> = subjects.iter().map(|subject| &subject.hmac[..]).collect();
    let next: Vec<DateTime<Utc>> = delays::sign_in_delays
        .filter(delays::subject_hmac.eq_any(hmacs))
        .select(delays::next_at)
        .load(tx.conn())?;
    let latest = next.into_iter().max();
    Ok(latest.and_then(|latest| rules::seconds_left(latest, tx.now())))
}

/// Counts one more failure of each.
pub fn failed(tx: &mut Read<'_>, subjects: &[Subject]) -> Result<()> {
    let now = tx.now();
    for subject in subjects {
        let before: Option<(i32, DateTime<Utc>, DateTime<Utc>)> = delays::sign_in_delays
            .find(&subject.hmac)
            .select((delays::failures, delays::last_at, delays::next_at))
            .for_update()
            .first(tx.conn())
            .optional()?;
        let before = before.map(|(count, last_at, next_at)| Failures {
            count,
            last_at,
            next_at,
        });
        let after = rules::one_more(before, subject.counted, now);
        let row = (
            delays::failures.eq(after.count),
            delays::last_at.eq(after.last_at),
            delays::next_at.eq(after.next_at),
        );
        diesel::insert_into(delays::sign_in_delays)
            .values((delays::subject_hmac.eq(&subject.hmac), row))
            .on_conflict(delays::subject_hmac)
            .do_update()
            .set(row)
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Forgets the failures of one, and of everybody whose last is long ago.
pub fn forget(tx: &mut Read<'_>, subject: &Subject) -> Result<()> {
    let long_ago = tx.now() - rules::FORGET;
    diesel::delete(
        delays::sign_in_delays.filter(
            delays::subject_hmac
                .eq(&subject.hmac)
                .or(delays::last_at.lt(long_ago)),
        ),
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Removes the failures of everybody whose last is long ago; how many.
pub fn remove_old(tx: &mut Read<'_>) -> Result<usize> {
    let long_ago = tx.now() - rules::FORGET;
    let old = delays::sign_in_delays.filter(delays::last_at.lt(long_ago));
    Ok(diesel::delete(old).execute(tx.conn())?)
}
