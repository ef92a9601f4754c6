//! What both ways of signing share.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// HMAC-SHA256 (RFC 2104, FIPS 180-4).
pub fn mac(secret: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes a key of any length.
    Hmac::<Sha256>::new_from_slice(secret).map_or_else(
        |_| Vec::new(),
        |mac| {
            mac.chain_update(text.as_bytes())
                .finalize()
                .into_bytes()
                .to_vec()
        },
    )
}

/// SHA-256, in base64.
pub fn hash(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// Whether a base64 text is these bytes; takes the same time wherever they differ.
pub fn same(text: &str, bytes: &[u8]) -> bool {
    STANDARD
        .decode(text)
        .is_ok_and(|claimed| !bytes.is_empty() && bool::from(claimed.ct_eq(bytes)))
}
