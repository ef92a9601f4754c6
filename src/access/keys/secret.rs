//! The secrets of keys: made here, shown once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::{
    access::keys::rules::{Face, Kind, Proof},
    seal::{DataKey, SealError, SecretKey},
    value::CredentialId,
};

/// A new key's id and secret. The id may be told to anybody; the secret to whoever holds the key.
pub struct Fresh {
    /// The public half: `Credential`, Hawk's `id`, `client_id`.
    pub key_id: String,
    /// The secret half.
    pub secret: String,
}

/// 128 random bits for the id, 256 for the secret, in the form of the face: a bearer of Kontorion begins with `sk_live_`
/// or `sk_test_` and goes on with 64 hexadecimal digits.
pub fn fresh(face: Face, kind: Kind) -> Result<Fresh, SealError> {
    let mut id = [0; 16];
    let mut secret = [0; 32];
    for bytes in [&mut id[..], &mut secret[..]] {
        getrandom::fill(bytes).map_err(|_| SealError::NoRandomness)?;
    }
    Ok(Fresh {
        key_id: format!("{}_{}", prefix(face), hex::encode(id)),
        secret: match face.proof() {
            Proof::Bearer => format!("sk_{kind}_{}", hex::encode(secret)),
            Proof::Secret => URL_SAFE_NO_PAD.encode(secret),
        },
    })
}

const fn prefix(face: Face) -> &'static str {
    match face {
        Face::Truust => "tru",
        Face::Trustist => "tst",
        Face::Treezor => "tre",
        Face::Kontorion => "kon",
    }
}

/// What a key is found by: the hash of what its callers send in clear.
pub fn index(sent: &str) -> Vec<u8> {
    Sha256::digest(sent.as_bytes()).to_vec()
}

/// The key under which secrets that sign are sealed.
pub fn sealing_key(secret: &SecretKey) -> DataKey {
    secret.purpose("api-key-secrets")
}

/// What a sealed secret is bound to.
pub fn bound_to(id: CredentialId) -> Vec<u8> {
    format!("credential {id}").into_bytes()
}
