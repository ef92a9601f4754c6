//! Signed requests: how a caller of the Trustist face proves that it holds a key's secret without sending it.
//!
//! Two ways with the same keys: HMAC-SHA256 over a string of the request's parts ([`hmac`]), and Hawk ([`hawk`]). Both are
//! pure: they are given the request and the time and say what the caller claims and whether its proof holds. Whether a
//! proof was seen before is the store's to know.

pub mod hawk;
pub mod hmac;
mod parts;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

/// A request, as its signature covers it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Upper-case method.
    pub method: &'a str,
    /// Path and query as they were received.
    pub target: &'a str,
    /// Names in lower case, and values. What came more than once is empty: nobody can say which was meant.
    pub headers: &'a HashMap<String, String>,
    /// The body as it was received.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A header's value; empty where it came more than once.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What a caller claims, read without believing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `Authorization: HMAC-SHA256 …`.
    Hmac(hmac::Claim),
    /// `Authorization: Hawk …`.
    Hawk(hawk::Claim),
}

impl Claim {
    /// Reads the `Authorization` header; nothing where it is neither.
    pub fn of(request: &Request<'_>) -> Option<Self> {
        let (scheme, rest) = request.header("authorization")?.trim().split_once(' ')?;
        if scheme.eq_ignore_ascii_case("HMAC-SHA256") {
            hmac::Claim::of(request, rest).map(Self::Hmac)
        } else if scheme.eq_ignore_ascii_case("Hawk") {
            hawk::Claim::of(rest).map(Self::Hawk)
        } else {
            None
        }
    }

    /// The id of the key that the caller claims to hold.
    pub fn key_id(&self) -> &str {
        match self {
            Self::Hmac(claim) => &claim.credential,
            Self::Hawk(claim) => &claim.id,
        }
    }

    /// Whether the proof holds with this secret at this time, and then what makes this proof unlike any other. `window`:
    /// how far the time of [`hmac`] may be off; Hawk has its own.
    pub fn proven(
        &self,
        request: &Request<'_>,
        secret: &[u8],
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Option<Proof> {
        match self {
            Self::Hmac(claim) => claim.proven(request, secret, now, window),
            Self::Hawk(claim) => claim.proven(request, secret, now),
        }
    }
}

/// A proof that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What may come once: the signature, or Hawk's nonce with its time.
    pub once: Vec<u8>,
    /// Until when it would be believed again, so how long it must be remembered.
    pub until: DateTime<Utc>,
    /// Whether it may come once even where nothing is changed. (HMAC without a nonce: two equal GETs in a second are two
    /// questions, not a replay.)
    pub always: bool,
}
