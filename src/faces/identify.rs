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
    faces::treezor,
    web::input::Input,
};

/// The key that the request proves to hold, of this face, counted against what it is allowed. A proof that may come once is
/// remembered after that: whoever was told to wait sends the same again. `path` is the route's own: an address may be written
/// in several ways, and only one of them would be told apart from the others.
pub fn identify(
    (face, path): (Face, &str),
    conn: &mut Connection,
    input: &Input,
    limits: &Limits,
) -> Result<Found> {
    let found = match face {
        Face::Trustist => signed(conn, input)?,
        Face::Truust | Face::Kontorion => bearer(conn, input)?.map(|found| (found, None)),
        Face::Treezor if path == treezor::TOKEN => {
            treezor::auth::by_credentials(conn, input)?.map(|found| (found, None))
        }
        Face::Treezor => treezor::auth::by_token(conn, input)?.map(|found| (found, None)),
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

/// The key of this face that stands behind what the headers claim, before the body came that a proof may cover. It proves
/// nothing where keys sign, and is asked only of those who are about to send much, with which nobody asks for a token:
/// [`identify`] judges them afterwards.
pub fn claimed(face: Face, conn: &mut Connection, input: &Input) -> Result<Option<Found>> {
    let found = match face {
        Face::Trustist => {
            let request = Request {
                method: &input.method,
                target: &input.target_as_received,
                headers: &input.headers,
                body: &[],
            };
            match Claim::of(&request) {
                Some(claim) => store::by_hash(conn, &secret::index(claim.key_id()))?,
                None => None,
            }
        }
        Face::Truust | Face::Kontorion => bearer(conn, input)?,
        Face::Treezor => treezor::auth::by_token(conn, input)?,
    };
    Ok(found.filter(|found| found.face == face && found.kind != Kind::Merchant))
}

/// The key whose secret is sent itself. Its hash is what it is found by, so no comparison takes a time that tells of it.
fn bearer(conn: &mut Connection, input: &Input) -> Result<Option<Found>> {
    // The ids by which keys that sign are found are not secret: they never open anything here.
    let token = sent_as(input, "bearer").filter(|token| token.starts_with("sk_"));
    match token {
        Some(token) => store::by_hash(conn, &secret::index(token)),
        None => Ok(None),
    }
}

/// What stands behind a scheme of the `Authorization` header, where it is this one.
pub(in crate::faces) fn sent_as<'a>(input: &'a Input, scheme: &str) -> Option<&'a str> {
    let (sent, rest) = input.headers.get("authorization")?.split_once(' ')?;
    sent.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// For a key that is not there: a proof is judged all the same, so that the time tells nothing.
pub(in crate::faces) const NOBODYS: &[u8] = b"the secret of a key that nobody has";

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
