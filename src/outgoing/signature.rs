//! Signatures of messages between machines, as Standard Webhooks lays them out: HMAC-SHA256 over the message's id, the
//! second it was sent, and its body, with a point between each.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::seal::SealError;

/// The names of the three headers.
pub const HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// How far the clocks of two machines may be apart, and how old a message may be.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// What both sides know: 32 random bytes, written as `whsec_` and their base64.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A new one.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = vec![0; 32];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// One as it was written; nothing where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// As it is written: shown once, then sealed.
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    /// The signature of a message: `v1,` and base64. `timestamp` in seconds since 1970.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mac = self.mac(id, &timestamp.to_string(), body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// Whether one of the signatures (spaces between them) is of this message, and it was sent within five minutes of
    /// `now`. Compares in constant time.
    pub fn verifies(
        &self,
        id: &str,
        timestamp: &str,
        signatures: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> bool {
        let sent = timestamp
            .parse()
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let fresh = sent.is_some_and(|sent: DateTime<Utc>| (now - sent).abs() <= WINDOW);
        let given = signatures
            .split(' ')
            .filter_map(|one| one.strip_prefix("v1,"));
        let mut good = false;
        for one in given.take(8) {
            let Ok(bytes) = STANDARD.decode(one) else {
                continue;
            };
            good |= self.mac(id, timestamp, body).verify_slice(&bytes).is_ok();
        }
        fresh && good && !id.is_empty()
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        let mut block = [0; 64];
        // At most 64 bytes, and what is shorter is filled with zeros: that is how HMAC takes a key.
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn the_specification_s_example_holds_and_nothing_near_it() {
        let secret = Secret::read(SECRET).expect("a secret");
        assert_eq!(secret.sign(ID, 1_614_265_330, BODY), SIGNATURE);
        let at = |seconds| DateTime::from_timestamp(seconds, 0).expect("a time");
        let now = at(1_614_265_330);
        let verifies =
            |id, time, signature: &str, body, now| secret.verifies(id, time, signature, body, now);
        let time = "1614265330";
        assert!(verifies(ID, time, SIGNATURE, BODY, now));
        let two = format!("v1,AAAA v2,x {SIGNATURE}");
        assert!(verifies(ID, time, &two, BODY, at(1_614_265_630)));
        assert!(!verifies(ID, time, SIGNATURE, BODY, at(1_614_265_631)));
        assert!(!verifies(ID, time, SIGNATURE, BODY, at(1_614_265_029)));
        assert!(!verifies("msg_x", time, SIGNATURE, BODY, now));
        assert!(!verifies(ID, "1614265331", SIGNATURE, BODY, now));
        assert!(!verifies(ID, time, SIGNATURE, b"{}", now));
        for wrong in ["", "v1,", "v1,!", &SIGNATURE[3..]] {
            assert!(!verifies(ID, time, wrong, BODY, now), "{wrong}");
        }
        assert!(!verifies(ID, "99999999999999999999", SIGNATURE, BODY, now));
    }

    #[test]
    fn a_secret_reads_as_it_was_written() {
        let secret = Secret::random().expect("randomness");
        let again = Secret::read(&secret.text()).expect("a secret");
        assert_eq!(secret.0, again.0);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        for wrong in ["", "whsec_", "whsec_AAAA", &secret.text()[6..]] {
            assert!(Secret::read(wrong).is_none(), "{wrong}");
        }
    }
}
