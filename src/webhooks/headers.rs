//! The headers of a message: one list says what is sent and what the log shows of it.

use super::enclosed;
use crate::{access::keys::rules::Face, outgoing::signature::HEADERS, value::DeliveryId};

/// Kontorion's own name for the signature; its value is that of `webhook-signature`.
const KONTORION: &str = "x-webhook-signature";

/// What stands in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The same at each attempt.
    Always(String),
    /// The second at which it is sent.
    Time,
    /// What is made with the secret at each attempt.
    Signatures,
}

impl Holds {
    /// What is sent, at this second since 1970 and with these signatures.
    pub fn sent(self, at: i64, signatures: &str) -> String {
        match self {
            Self::Always(value) => value,
            Self::Time => at.to_string(),
            Self::Signatures => signatures.to_owned(),
        }
    }
}

/// Those of a message, in their order.
pub fn of(face: Face, id: DeliveryId) -> Vec<(&'static str, Holds)> {
    let media = |media: &str| ("content-type", Holds::Always(media.to_owned()));
    // Its signature is enclosed, and so is its id.
    if face == Face::Treezor {
        return vec![media(enclosed::MEDIA)];
    }
    let [named, at, signed] = HEADERS;
    let mut headers = vec![
        media("application/json"),
        (named, Holds::Always(id.to_string())),
        (at, Holds::Time),
        (signed, Holds::Signatures),
    ];
    if face == Face::Kontorion {
        headers.push((KONTORION, Holds::Signatures));
    }
    headers
}

/// Where in its body a message carries its signature, where it does: no header has it then.
pub fn in_body(face: Face) -> Option<&'static str> {
    (face == Face::Treezor).then_some(enclosed::SIGNATURE)
}
