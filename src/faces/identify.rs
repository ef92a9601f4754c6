//! Who calls: the key behind a machine's request. Every failure is the same to the caller.

use crate::{
    access::{
        keys::{
            limits::Limits,
            rules::{Face, Kind},
            secret,
            store::{self, Found, nonces},
        },
        signed::{Claim, Proof, Request},
    },
    db::Connection,
    error::{Error, Result},
    web::input::Input,
};

/// The key that the request proves to hold, of this face, counted against what it is allowed. A proof that may come once is
/// remembered after that: whoever was told to wait sends the same again.
pub fn identify(
    face: Face,
    conn: &mut Connection,
    input: &Input,
    limits: &Limits,
) -> Result<Found> {
    let found = match face {
        Face::Trustist => signed(conn, input)?,
        Face::Truust | Face::Kontorion => bearer(conn, input)?.map(|found| (found, None)),
        Face::Treezor => None,
    };
    let (found, once) = found
        .filter(|(found, _)| found.face == face)
        .ok_or(Error::Unauthenticated)?;
    limits.count(found.id)?;
    if let Some(proof) = once
        && !nonces::first_seen(conn, &found, &proof.once, proof.until)?
    {
        return Err(Error::Unauthenticated);
    }
    store::touch(conn, &found)?;
    Ok(found)
}

/// The key whose secret is sent itself. Its hash is what it is found by, so no comparison takes a time that tells of it.
fn bearer(conn: &mut Connection, input: &Input) -> Result<Option<Found>> {
    let sent = input.headers.get("authorization");
    let token = sent.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        let token = token.trim();
        // The ids by which keys that sign are found are not secret: they never open anything here.
        (scheme.eq_ignore_ascii_case("bearer") && token.starts_with("sk_")).then_some(token)
    });
    match token {
        Some(token) => store::by_hash(conn, &secret::index(token)),
        None => Ok(None),
    }
}

/// For a key that is not there: a proof is judged all the same, so that the time tells nothing.
const NOBODYS: &[u8] = b"the secret of a key that nobody has";

/// The key, and its proof where that may come once.
fn signed(conn: &mut Connection, input: &Input) -> Result<Option<(Found, Option<Proof>)>> {
    let request = Request {
        method: &input.method,
        target: &input.target_as_received,
        headers: &input.headers,
        body: &input.body,
    };
    let Some(claim) = Claim::of(&request) else {
        return Ok(None);
    };
    // A merchant's key has no tenant, so it opens nothing and nothing of it is remembered.
    let found = store::by_hash(conn, &secret::index(claim.key_id()))?
        .filter(|found| found.face == Face::Trustist && found.kind != Kind::Merchant);
    let held = found.as_ref().and_then(|found| found.secret.as_deref());
    let secret = held.unwrap_or(NOBODYS);
    let proof = claim.proven(&request, secret, conn.now(), input.signed_within);
    let (Some(found), Some(proof)) = (found, proof) else {
        return Ok(None);
    };
    let safe = matches!(input.method.as_str(), "GET" | "HEAD");
    let once = proof.always || !safe;
    Ok(Some((found, Some(proof).filter(|_| once))))
}
