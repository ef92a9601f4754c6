//! Sealing: keys wrapped by keys, and personal values encrypted under them.
//!
//! One [`SecretKey`] belongs to the installation (`VOUCH_SECRET_KEY`) and lives outside the database. Under it
//! each organisation has a [`DataKey`], and under that each customer and staff member has one. Destroying a
//! person's data key is how their values are erased, in the tables, in the audit log and in every backup at once.
//! An audit entry is sealed under an [`EntryKey`] of its own, so that an export can disclose one entry without
//! disclosing the person.
//!
//! Everything sealed is XChaCha20-Poly1305 with a random 24-byte nonce in front, bound to what it belongs to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

const NONCE: usize = 24;

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    NoRandomness,
    /// Not 64 hexadecimal digits.
    #[error("a key is 64 hexadecimal digits (32 bytes)")]
    NotAKey,
    /// The key is another, the bytes were altered, or they were sealed for something else.
    #[error("sealed under another key, altered, or sealed for something else")]
    Unopenable,
    /// Too long to encrypt (256 GiB).
    #[error("too long to seal")]
    TooLong,
}

/// The installation's secret, from which every other secret is derived or under which it is wrapped.
#[derive(Clone)]
pub struct SecretKey(DataKey);

impl SecretKey {
    /// Reads `VOUCH_SECRET_KEY`: 64 hexadecimal digits, spaces around them ignored.
    pub fn from_hex(text: &str) -> Result<Self, SealError> {
        DataKey::from_hex(text).map(Self)
    }

    /// A new secret.
    pub fn random() -> Result<Self, SealError> {
        DataKey::random().map(Self)
    }

    /// The text for `VOUCH_SECRET_KEY`; write it only where the secret is kept.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0.0)
    }

    /// A key for one purpose, unrelated to those for others. The purpose must be fixed in the code.
    pub fn purpose(&self, purpose: &str) -> DataKey {
        DataKey(mac(&self.0.0, &[b"vouch purpose ", purpose.as_bytes()]))
    }

    /// The key that wraps organisations' data keys.
    pub fn organisation_keys(&self) -> DataKey {
        self.purpose("organisation-keys")
    }

    /// The key that signs audit checkpoints.
    pub fn checkpoint_key(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&self.purpose("audit-checkpoints").0)
    }

    /// What stands for an e-mail address where it must be found but not read: its HMAC, without regard to case
    /// and to spaces around it.
    pub fn email_index(&self, email: &str) -> [u8; 32] {
        let email = email.trim().to_lowercase();
        mac(&self.purpose("email-index").0, &[email.as_bytes()])
    }

    /// What opens an onboarding session for its customer. `generation`: raised where the link is replaced.
    pub fn onboarding_token(&self, session: Uuid, generation: i32) -> [u8; 32] {
        let of = [&session.as_bytes()[..], &generation.to_be_bytes()];
        mac(&self.purpose("onboarding-links").0, &of)
    }

    /// What stands for a member of a company before readers who may not see them: without this key nobody tries out who it may be.
    pub fn member_mark(&self, company: Uuid, member: Uuid) -> [u8; 32] {
        let of = [&company.as_bytes()[..], &member.as_bytes()[..]];
        mac(&self.purpose("member-marks").0, &of)
    }

    /// What stands for the data that a customer's page shows: without this key nobody tries out what the data may be.
    pub fn onboarding_shown(&self, session: Uuid, shown: &[u8]) -> [u8; 32] {
        let of = [&session.as_bytes()[..], shown];
        mac(&self.purpose("onboarding-shown").0, &of)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A key that seals: an organisation's, a customer's, a staff member's. Never printed; zeroed when dropped.
#[derive(Clone)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// A new key.
    pub fn random() -> Result<Self, SealError> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|_| SealError::NoRandomness)?;
        Ok(key)
    }

    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key from 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, SealError> {
        let mut key = Self([0; 32]);
        hex::decode_to_slice(text.trim(), &mut key.0).map_err(|_| SealError::NotAKey)?;
        Ok(key)
    }

    /// This key sealed under another, to be stored. `id` is the id of this key's row: a wrapped key that is
    /// moved to another row does not unwrap.
    pub fn wrap(&self, under: &Self, id: Uuid) -> Result<Vec<u8>, SealError> {
        under.seal(&wrapping(id), &self.0)
    }

    /// The key that [`DataKey::wrap`] wrapped; `self` is the one it was wrapped under.
    pub fn unwrap_key(&self, wrapped: &[u8], id: Uuid) -> Result<Self, SealError> {
        let plain = self.open(&wrapping(id), wrapped)?;
        plain
            .try_into()
            .map(Self)
            .map_err(|_| SealError::Unopenable)
    }

    /// Seals bytes for what `bound_to` says: nonce, then ciphertext with its tag (40 bytes longer than `plain`).
    pub fn seal(&self, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let payload = Payload {
            msg: plain,
            aad: bound_to,
        };
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::TooLong)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what [`DataKey::seal`] sealed for the same `bound_to`.
    pub fn open(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, msg) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(SealError::Unopenable)?;
        let payload = Payload { msg, aad: bound_to };
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError::Unopenable)
    }

    /// Seals a text for an address (`?s=`): URL-safe base64. The purpose must be fixed in the code.
    pub fn seal_text(&self, purpose: &str, text: &str) -> Result<String, SealError> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal(purpose.as_bytes(), text.as_bytes())?))
    }

    /// Opens what [`DataKey::seal_text`] sealed for the same purpose.
    pub fn open_text(&self, purpose: &str, sealed: &str) -> Result<String, SealError> {
        let sealed = URL_SAFE_NO_PAD
            .decode(sealed)
            .map_err(|_| SealError::Unopenable)?;
        String::from_utf8(self.open(purpose.as_bytes(), &sealed)?)
            .map_err(|_| SealError::Unopenable)
    }

    /// The key of one audit entry about (or by) the person whose key this is.
    pub fn entry_key(&self, entry_id: Uuid) -> EntryKey {
        EntryKey(Self(mac(&self.0, &[b"audit-entry", entry_id.as_bytes()])))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.fill(0);
        // Looked at, so that the compiler keeps the line above.
        std::hint::black_box(&self.0);
    }
}

/// Which of an audit entry's two sealed values: they never open in each other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// Personal values and free text, under the subject's key.
    Detail,
    /// Where the actor was, under the actor's key.
    Origin,
}

/// The key of one audit entry. An export discloses it; nothing else can be opened with it.
#[derive(Debug, Clone)]
pub struct EntryKey(DataKey);

impl EntryKey {
    /// Seals one value of the entry.
    pub fn seal(&self, entry_id: Uuid, which: Sealed, plain: &str) -> Result<Vec<u8>, SealError> {
        self.0.seal(&entry_part(entry_id, which), plain.as_bytes())
    }

    /// Opens one value of the entry.
    pub fn open(&self, entry_id: Uuid, which: Sealed, sealed: &[u8]) -> Result<String, SealError> {
        let plain = self.0.open(&entry_part(entry_id, which), sealed)?;
        String::from_utf8(plain).map_err(|_| SealError::Unopenable)
    }

    /// The key's bytes, for an export to somebody who may read this entry.
    pub fn disclose(&self) -> [u8; 32] {
        self.0.0
    }

    /// A key that an export disclosed.
    pub fn disclosed(bytes: [u8; 32]) -> Self {
        Self(DataKey(bytes))
    }
}

fn wrapping(id: Uuid) -> Vec<u8> {
    [&b"data-key"[..], id.as_bytes()].concat()
}

fn entry_part(entry_id: Uuid, which: Sealed) -> Vec<u8> {
    let part: &[u8] = match which {
        Sealed::Detail => b"detail",
        Sealed::Origin => b"origin",
    };
    [part, entry_id.as_bytes()].concat()
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than a block is padded with zeros: doing it here leaves no error to handle.
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> DataKey {
        DataKey::from_bytes([byte; 32])
    }

    #[test]
    fn a_wrapped_key_unwraps_only_for_its_own_row_and_under_its_own_key() -> Result<(), SealError> {
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let wrapped = key(7).wrap(&key(1), id)?;
        assert_eq!(key(1).unwrap_key(&wrapped, id)?.0, [7; 32]);
        assert_eq!(
            key(1).unwrap_key(&wrapped, other).err(),
            Some(SealError::Unopenable)
        );
        assert_eq!(
            key(2).unwrap_key(&wrapped, id).err(),
            Some(SealError::Unopenable)
        );
        Ok(())
    }

    #[test]
    fn sealing_the_same_twice_looks_different_and_an_altered_byte_does_not_open()
    -> Result<(), SealError> {
        let (one, two) = (key(1).seal(b"x", b"plain")?, key(1).seal(b"x", b"plain")?);
        assert_ne!(one, two);
        assert_eq!(key(1).open(b"x", &one)?, b"plain");
        for at in 0..two.len() {
            let mut altered = two.clone();
            altered[at] ^= 1;
            assert_eq!(key(1).open(b"x", &altered), Err(SealError::Unopenable));
        }
        assert_eq!(key(1).open(b"x", b"short"), Err(SealError::Unopenable));
        Ok(())
    }

    #[test]
    fn a_sealed_search_is_safe_in_an_address_and_opens_for_its_purpose_only()
    -> Result<(), SealError> {
        let sealed = key(1).seal_text("customers", "Peña & co?")?;
        assert!(
            sealed
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert_eq!(key(1).open_text("customers", &sealed)?, "Peña & co?");
        assert!(key(1).open_text("reviews", &sealed).is_err());
        assert!(key(1).open_text("customers", "%%%").is_err());
        Ok(())
    }

    #[test]
    fn the_key_of_one_entry_opens_neither_another_entry_nor_its_other_part() -> Result<(), SealError>
    {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = key(9).entry_key(one).seal(one, Sealed::Detail, "Ana")?;
        let disclosed = EntryKey::disclosed(key(9).entry_key(one).disclose());
        assert_eq!(disclosed.open(one, Sealed::Detail, &sealed)?, "Ana");
        assert!(disclosed.open(one, Sealed::Origin, &sealed).is_err());
        assert!(
            key(9)
                .entry_key(two)
                .open(one, Sealed::Detail, &sealed)
                .is_err()
        );
        Ok(())
    }

    #[test]
    fn secrets_are_read_strictly_indexed_without_case_and_never_printed() -> Result<(), SealError> {
        let secret = SecretKey::from_hex(&format!(" {}\n", "ab".repeat(32)))?;
        assert_eq!(secret.to_hex(), "ab".repeat(32));
        assert_eq!(SecretKey::from_hex("abcd").err(), Some(SealError::NotAKey));
        assert_eq!(
            secret.email_index(" Ana@Example.ORG "),
            secret.email_index("ana@example.org")
        );
        assert_ne!(
            secret.email_index("ana@example.org"),
            secret.email_index("ana@example.com")
        );
        assert_ne!(secret.purpose("a").0, secret.purpose("b").0);
        assert_eq!(
            format!("{secret:?} {:?}", key(1)),
            "SecretKey(..) DataKey(..)"
        );
        Ok(())
    }
}
