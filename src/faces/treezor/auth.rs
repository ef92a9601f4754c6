//! Who calls: by a token, or, where tokens are given out, by the client's credentials (RFC 6749, 2.3.1).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq as _;

use super::oauth;
use crate::{
    access::keys::{
        rules::Face,
        secret,
        store::{self, Found},
        token,
    },
    db::Connection,
    error::{Error, Result},
    faces::identify::{NOBODYS, sent_as},
    web::input::Input,
};

/// The key that a token stands for, with as much of its permissions as the token opens.
pub(in crate::faces) fn by_token(conn: &mut Connection, input: &Input) -> Result<Option<Found>> {
    let sent = sent_as(input, "bearer");
    let claims =
        sent.and_then(|text| token::read(conn.keys().secret(), Face::Treezor, text, conn.now()));
    let Some(claims) = claims else {
        return Ok(None);
    };
    let found = store::by_hash(conn, &secret::index(&claims.client_id))?;
    Ok(found.filter(|found| claims.is_of(found)).map(|mut found| {
        found.permissions.retain(|one| claims.opens(one));
        found
    }))
}

/// The key whose id and secret were sent.
pub(in crate::faces) fn by_credentials(
    conn: &mut Connection,
    input: &Input,
) -> Result<Option<Found>> {
    let Some((id, sent)) = credentials(input)? else {
        return Ok(None);
    };
    let found = store::by_hash(conn, &secret::index(&id))?;
    let found = found.filter(|found| found.face == Face::Treezor);
    // For a key that is not there a secret is compared all the same, so that the time tells nothing.
    let held = found.as_ref().and_then(|found| found.secret.as_deref());
    let same = bool::from(held.unwrap_or(NOBODYS).ct_eq(sent.as_bytes()));
    Ok(found.filter(|_| same))
}

/// By HTTP Basic or in the form, not both. Ids and secrets of ours have no character that either way would write otherwise.
fn credentials(input: &Input) -> Result<Option<(String, String)>> {
    let basic = sent_as(input, "basic");
    let form = oauth::pairs(input).unwrap_or_default();
    let id = oauth::one(&form, "client_id")?;
    let secret = oauth::one(&form, "client_secret")?;
    match (basic, id, secret) {
        (Some(_), _, Some(_)) => Err(Error::BadRequest(
            "send the client's secret once: by HTTP Basic or in the form".into(),
        )),
        (Some(basic), id, None) => {
            Ok(opened(basic).filter(|(known, _)| id.is_none_or(|id| id == known)))
        }
        (None, Some(id), Some(secret)) => Ok(Some((id.to_owned(), secret.to_owned()))),
        (None, _, _) => Ok(None),
    }
}

fn opened(basic: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(basic).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
