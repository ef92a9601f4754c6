//! A session's link. Its token is made of the server's key, the session and a number that a replacement would raise, so that
//! the link can be shown again without being kept; the database holds the token's hash alone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{keys::Keys, value::OnboardingId};

/// The length of a token: 256 bits, six to a character.
const LENGTH: usize = 43;

/// The token of a session.
pub fn token(keys: &Keys, session: OnboardingId, generation: i32) -> String {
    URL_SAFE_NO_PAD.encode(keys.secret().onboarding_token(session.0, generation))
}

/// What is kept of a token.
pub fn kept(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// What a token that somebody brings would be kept as; nothing where it cannot be one.
pub fn brought(token: &str) -> Option<Vec<u8>> {
    let fits = token.len() == LENGTH
        && token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then(|| kept(token))
}

/// The path of a link.
pub fn path(token: &str) -> String {
    format!("/onboard/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::SecretKey;

    #[test]
    fn a_token_is_made_again_alike_and_for_nothing_else() {
        let keys =
            |digits: &str| Keys::new(SecretKey::from_hex(&digits.repeat(32)).expect("a key"));
        let [one, other] = [1, 2].map(|id| OnboardingId(uuid::Uuid::from_u128(id)));
        let made = token(&keys("5e"), one, 1);
        assert_eq!(made, token(&keys("5e"), one, 1));
        assert_eq!(brought(&made), Some(kept(&made)));
        for another in [
            token(&keys("5e"), other, 1),
            token(&keys("5e"), one, 2),
            token(&keys("5f"), one, 1),
        ] {
            assert_ne!(made, another);
        }
        for wrong in ["", "..", &made[1..], &format!("{made}x"), &"é".repeat(22)] {
            assert_eq!(brought(wrong), None, "{wrong}");
        }
    }
}
