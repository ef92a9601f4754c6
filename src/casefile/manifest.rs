//! The manifest: every file of a case file by name, size and hash, signed with the key that signs the audit log's
//! checkpoints.

use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::audit::checkpoint::Hex;

/// A file as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name in the archive.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: Hex<32>,
}

/// Whom a case file was made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeFor {
    /// The member's id.
    pub staff: Uuid,
    /// Their name.
    pub name: String,
    /// Their role then, which decides what the file shows.
    pub role: String,
}

/// What a case file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`super::rules::FORMAT`].
    pub format: String,
    /// The installation that made it.
    pub origin: String,
    /// Whose customer it is about.
    pub organisation: Uuid,
    /// The organisation's name.
    pub organisation_name: String,
    /// Whom it is about.
    pub customer: Uuid,
    /// The moment that everything in it shows.
    pub made_at: DateTime<Utc>,
    /// Whom it was made for.
    pub made_for: MadeFor,
    /// How many entries of the audit log it shows.
    pub entries: u64,
    /// Every other file but the signature, in the order of the archive.
    pub files: Vec<Listed>,
}

/// The signature of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The public key.
    pub key: Hex<32>,
    /// Ed25519 over [`message`].
    pub signature: Hex<64>,
}

/// What is signed: no checkpoint begins like this, so that neither can be taken for the other.
pub fn message(manifest: &[u8]) -> Vec<u8> {
    let hash = hex::encode(Sha256::digest(manifest));
    format!("vouch case file manifest 1\n{hash}").into_bytes()
}

impl Signature {
    /// Signs a manifest, as the bytes that stand in the archive.
    pub fn sign(key: &SigningKey, manifest: &[u8]) -> Self {
        Self {
            key: Hex(key.verifying_key().to_bytes()),
            signature: Hex(key.sign(&message(manifest)).to_bytes()),
        }
    }

    /// The key, if the signature is this key's for this manifest.
    pub fn verify(&self, manifest: &[u8]) -> Option<VerifyingKey> {
        let key = VerifyingKey::from_bytes(&self.key.0).ok()?;
        let signature = Ed25519::from_bytes(&self.signature.0);
        key.verify_strict(&message(manifest), &signature).ok()?;
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_manifest_by_one_key() {
        let (ours, theirs) = (
            SigningKey::from_bytes(&[1; 32]),
            SigningKey::from_bytes(&[2; 32]),
        );
        let signed = Signature::sign(&ours, b"{}");
        assert_eq!(signed.verify(b"{}"), Some(ours.verifying_key()));
        assert_eq!(signed.verify(b"{ }"), None);
        let claimed = Signature {
            key: Hex(theirs.verifying_key().to_bytes()),
            ..signed
        };
        assert_eq!(claimed.verify(b"{}"), None);
    }
}
