//! Answers that machines may ask for again: under the hash of the name that the machine gave its request.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{prelude::*, sql_types::BigInt};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    audit::store::organisation_key,
    db::Read,
    error::{Error, Result},
    schema::idempotency_records as records,
    value::CredentialId,
};

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How long a request that asks somebody else first counts as being at work.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A request that its sender named.
#[derive(Clone, Debug)]
pub struct Named {
    credential: CredentialId,
    key_hash: Vec<u8>,
    request_hash: Vec<u8>,
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The HTTP status.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body: text, since faces answer JSON.
    pub body: String,
}

impl Named {
    /// A request by its name and by what it asks.
    pub fn new(credential: CredentialId, name: &str, request: &[&[u8]]) -> Self {
        let mut asked = Sha256::new();
        for part in request {
            asked.update(part.len().to_be_bytes());
            asked.update(part);
        }
        Self {
            credential,
            key_hash: Sha256::digest(name).to_vec(),
            request_hash: asked.finalize().to_vec(),
        }
    }

    /// A request by a tag in its query. No header names one so, since none may hold a control character.
    pub fn tagged(credential: CredentialId, tag: &str, method: &str, path: &str) -> Self {
        let name = format!("tag\0{tag}");
        Self::new(credential, &name, &[method.as_bytes(), path.as_bytes()])
    }

    /// What the sealed answer is bound to.
    fn bound_to(&self) -> String {
        let key = hex::encode(&self.key_hash);
        format!("idempotency {} {key}", self.credential)
    }

    /// A number for the lock that a request holds until it commits.
    fn lock(&self) -> i64 {
        let mut hash = Sha256::new();
        hash.update(self.credential.0);
        hash.update(&self.key_hash);
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        i64::from_be_bytes(first)
    }
}

diesel::define_sql_function! {
    /// Takes a lock until the transaction ends; false where somebody else has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Holds a request's name until the transaction ends, and says what was answered to it before. Refused while the first
/// one is at work, and where something else was asked under this name.
pub fn hold(tx: &mut Read<'_>, named: &Named) -> Result<Option<Kept>> {
    let held: bool =
        diesel::select(pg_try_advisory_xact_lock(named.lock())).get_result(tx.conn())?;
    if !held {
        return Err(at_work());
    }
    let now = tx.now();
    match earlier(tx, named)? {
        Some((hash, _, _)) if hash != named.request_hash => Err(Error::KeyReused),
        Some((_, Some(sealed), _)) => opened(tx, named, &sealed).map(Some),
        Some((_, None, Some(ends))) if ends > now => Err(at_work()),
        Some(_) | None => Ok(None),
    }
}

fn at_work() -> Error {
    Error::Refused("The first request with this Idempotency-Key is still at work.".into())
}

type Earlier = (Vec<u8>, Option<String>, Option<DateTime<Utc>>);

fn earlier(tx: &mut Read<'_>, named: &Named) -> Result<Option<Earlier>> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    Ok(records::table
        .find((tenant, named.credential, &named.key_hash))
        .filter(records::created_at.gt(now - KEPT))
        .select((
            records::request_hash,
            records::answer,
            records::lease_ends_at,
        ))
        .first(tx.conn())
        .optional()?)
}

fn opened(tx: &mut Read<'_>, named: &Named, sealed: &str) -> Result<Kept> {
    let text = organisation_key(tx)?.open_text(&named.bound_to(), sealed)?;
    Ok(serde_json::from_str(&text).map_err(anyhow::Error::new)?)
}

/// Keeps the answer, in the transaction of the effect.
pub fn keep(tx: &mut Read<'_>, named: &Named, answer: &Kept) -> Result<()> {
    let text = serde_json::to_string(answer).map_err(anyhow::Error::new)?;
    let sealed = organisation_key(tx)?.seal_text(&named.bound_to(), &text)?;
    write(tx, named, Some(sealed), None)
}

/// Says that a request is at work which asks somebody else before it has its effect.
pub fn begin(tx: &mut Read<'_>, named: &Named) -> Result<()> {
    let ends = tx.now() + LEASE;
    write(tx, named, None, Some(ends))
}

/// It came to nothing: its name is free again.
pub fn give_up(tx: &mut Read<'_>, named: &Named) -> Result<()> {
    let tenant = tx.scope().organisation();
    let row = records::table.find((tenant, named.credential, &named.key_hash));
    diesel::delete(row)
        .filter(records::answer.is_null())
        .execute(tx.conn())?;
    Ok(())
}

fn write(
    tx: &mut Read<'_>,
    named: &Named,
    answer: Option<String>,
    lease_ends_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let row = (
        records::request_hash.eq(&named.request_hash),
        records::answer.eq(answer),
        records::lease_ends_at.eq(lease_ends_at),
        records::created_at.eq(now),
    );
    diesel::insert_into(records::table)
        .values((
            records::organisation_id.eq(tenant),
            records::credential_id.eq(named.credential),
            records::key_hash.eq(&named.key_hash),
            row.clone(),
        ))
        .on_conflict((
            records::organisation_id,
            records::credential_id,
            records::key_hash,
        ))
        .do_update()
        .set(row)
        .execute(tx.conn())?;
    Ok(())
}

/// Removes what is kept no longer; says how many.
pub fn remove_old(tx: &mut Read<'_>) -> Result<usize> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let old = records::table
        .filter(records::organisation_id.eq(tenant))
        .filter(records::created_at.le(now - KEPT));
    Ok(diesel::delete(old).execute(tx.conn())?)
}
