//! Checkpoints: signed statements, kept outside the database, of how far a chain had come.
//!
//! A chain alone cannot show that its tail was cut, that a suffix was written anew or that the table was
//! emptied. A checkpoint (origin, organisation, size, hash, time; Ed25519) that left the database can. They are
//! JSON lines in one file for each organisation, only ever appended to.

use super::chain::Hash;
use super::verdict::Head;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Between two checkpoints of a chain that grows.
pub const INTERVAL: TimeDelta = TimeDelta::minutes(5);

/// More than any line of ours: how much of a file's end is read to find its last.
const TAIL: u64 = 16 * 1024;

/// Why a checkpoint does not count.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The line is not a checkpoint.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The file could not be read on.
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
    /// The signature is not of this text by this key.
    #[error("its signature is wrong")]
    BadSignature,
    /// Signed by another key than the one given.
    #[error("it was signed by another key ({0})")]
    OtherKey(String),
}

/// Bytes that are written as hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hex<const N: usize>(pub [u8; N]);

impl<const N: usize> TryFrom<String> for Hex<N> {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; N];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl<const N: usize> From<Hex<N>> for String {
    fn from(bytes: Hex<N>) -> Self {
        hex::encode(bytes.0)
    }
}

/// A signed statement of how far a chain had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Which installation says so.
    pub origin: String,
    /// Whose chain.
    pub organisation: Uuid,
    /// How many entries it had: the last link's place.
    pub size: i64,
    /// The last link's hash.
    pub hash: Hex<32>,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// The public key it was signed with.
    pub key: Hex<32>,
    /// The Ed25519 signature over all of the above.
    pub signature: Hex<64>,
}

impl Checkpoint {
    /// Signs the head of an organisation's chain.
    pub fn sign(
        key: &SigningKey,
        origin: &str,
        organisation: Uuid,
        head: &Head,
        at: DateTime<Utc>,
    ) -> Self {
        let mut checkpoint = Self {
            origin: origin.to_owned(),
            organisation,
            size: head.sequence,
            hash: Hex(head.chain_hash),
            at: at.trunc_subsecs(6),
            key: Hex(key.verifying_key().to_bytes()),
            signature: Hex([0; 64]),
        };
        checkpoint.signature = Hex(key.sign(&checkpoint.message()).to_bytes());
        checkpoint
    }

    /// Checks the signature. With a `key` from outside it must be that key's; without one this shows only that
    /// the line was not altered, not who wrote it.
    pub fn verify(&self, key: Option<&VerifyingKey>) -> Result<(), CheckpointError> {
        if key.is_some_and(|key| key.as_bytes() != &self.key.0) {
            return Err(CheckpointError::OtherKey(fingerprint(&self.key.0)));
        }
        VerifyingKey::from_bytes(&self.key.0)
            .and_then(|key| {
                key.verify_strict(&self.message(), &Signature::from_bytes(&self.signature.0))
            })
            .map_err(|_| CheckpointError::BadSignature)
    }

    /// One line of JSON, without its line end.
    pub fn to_line(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Reads one line of JSON; the signature is not checked.
    pub fn from_line(line: &str) -> Result<Self, CheckpointError> {
        Ok(serde_json::from_str(line)?)
    }

    /// What is signed. The origin comes last, since it alone may hold anything.
    fn message(&self) -> Vec<u8> {
        let (organisation, size, hash) = (self.organisation, self.size, hex::encode(self.hash.0));
        let (at, origin) = (self.at.timestamp_micros(), &self.origin);
        format!("vouch audit checkpoint 1\n{organisation}\n{size}\n{hash}\n{at}\n{origin}")
            .into_bytes()
    }
}

/// Whether a chain with this head should be signed now: it grew since the last checkpoint, and that one is
/// five minutes old. An export signs whenever it grew, without asking this.
pub fn due(last: Option<&Checkpoint>, now: DateTime<Utc>, head: &Head) -> bool {
    match last {
        None => head.sequence > 0,
        Some(last) => head.sequence > last.size && now - last.at >= INTERVAL,
    }
}

/// A short name for a public key: the first 16 hexadecimal digits of its SHA-256.
pub fn fingerprint(key: &Hash) -> String {
    hex::encode(&Sha256::digest(key)[..8])
}

/// Reads a public key as `vouch audit key` prints it: 64 hexadecimal digits. `None` if it is not one.
pub fn public_key(text: &str) -> Option<VerifyingKey> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// The file of an organisation's checkpoints.
pub fn path(directory: &Path, organisation: Uuid) -> PathBuf {
    directory.join(format!("{organisation}.checkpoints"))
}

/// Appends a checkpoint to its organisation's file and waits until the disk has it. The directory is made if
/// it is not there. A line that a crash or a full disk tore off is cut away first.
pub fn append(directory: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let path = path(directory, checkpoint.organisation);
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(&path)?;
    file.lock()?;
    let (length, _, tail) = tail(&mut file)?;
    let torn = tail.iter().rev().take_while(|byte| **byte != b'\n').count() as u64;
    if torn > 0 {
        file.set_len(length - torn)?;
    }
    let line = checkpoint.to_line() + "\n";
    if let Err(error) = file
        .write_all(line.as_bytes())
        .and_then(|()| file.sync_all())
    {
        file.set_len(length - torn)?;
        return Err(error);
    }
    // A new file's name is in its directory, which has to reach the disk too.
    File::open(directory)?.sync_all()
}

/// The last checkpoint of an organisation, if there is one. The signature is not checked.
pub fn last(directory: &Path, organisation: Uuid) -> Result<Option<Checkpoint>, CheckpointError> {
    let mut file = match File::open(path(directory, organisation)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let (_, _, tail) = tail(&mut file)?;
    let whole = tail
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(&[][..], |end| &tail[..end]);
    let line = whole
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    if line.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(line)?))
}

/// The checkpoints of one organisation in a file, as they come; a last line without an end was torn off by a
/// crash and does not count. Signatures are not checked.
pub fn read(
    path: &Path,
    organisation: Uuid,
) -> io::Result<impl Iterator<Item = Result<Checkpoint, CheckpointError>> + use<>> {
    let mut lines = Some(BufReader::new(File::open(path)?));
    let checkpoints = std::iter::from_fn(move || {
        let mut line = String::new();
        match lines.as_mut()?.read_line(&mut line) {
            Err(error) => {
                // Once: a disk that fails goes on failing.
                lines = None;
                Some(Err(error.into()))
            }
            Ok(_) if !line.ends_with('\n') => None,
            Ok(_) => Some(Checkpoint::from_line(&line)),
        }
    });
    Ok(checkpoints.filter(move |read| {
        read.as_ref()
            .map_or(true, |it| it.organisation == organisation)
    }))
}

/// A file's length, where its read tail starts, and that tail.
fn tail(file: &mut File) -> io::Result<(u64, u64, Vec<u8>)> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok((length, start, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(sequence: i64) -> Head {
        Head {
            sequence,
            chain_hash: [7; 32],
        }
    }

    fn signed(sequence: i64, minutes: i64) -> Checkpoint {
        let key = SigningKey::from_bytes(&[1; 32]);
        let at = DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Checkpoint::sign(
            &key,
            "https://vouch.example",
            Uuid::from_u128(5),
            &head(sequence),
            at,
        )
    }

    #[test]
    fn a_checkpoint_verifies_until_any_of_its_facts_is_altered() -> Result<(), CheckpointError> {
        let checkpoint = Checkpoint::from_line(&signed(3, 0).to_line())?;
        let (ours, theirs) = (
            SigningKey::from_bytes(&[1; 32]),
            SigningKey::from_bytes(&[2; 32]),
        );
        checkpoint.verify(Some(&ours.verifying_key()))?;
        checkpoint.verify(None)?;
        assert!(checkpoint.verify(Some(&theirs.verifying_key())).is_err());
        for altered in [
            Checkpoint {
                size: 2,
                ..checkpoint.clone()
            },
            Checkpoint {
                hash: Hex([8; 32]),
                ..checkpoint.clone()
            },
            Checkpoint {
                organisation: Uuid::nil(),
                ..checkpoint.clone()
            },
            Checkpoint {
                origin: "elsewhere".to_owned(),
                ..checkpoint.clone()
            },
            Checkpoint {
                at: checkpoint.at + TimeDelta::microseconds(1),
                ..checkpoint.clone()
            },
            Checkpoint {
                key: Hex(theirs.verifying_key().to_bytes()),
                ..checkpoint.clone()
            },
        ] {
            assert!(altered.verify(None).is_err(), "{altered:?}");
        }
        Ok(())
    }

    #[test]
    fn a_chain_is_signed_when_it_grew_and_five_minutes_passed() {
        let (last, minute) = (signed(3, 0), |n| {
            DateTime::UNIX_EPOCH + TimeDelta::minutes(n)
        });
        assert!(!due(None, minute(0), &head(0)));
        assert!(due(None, minute(0), &head(1)));
        assert!(!due(Some(&last), minute(4), &head(4)));
        assert!(due(Some(&last), minute(5), &head(4)));
        assert!(!due(Some(&last), minute(60), &head(3)));
    }

    #[test]
    fn checkpoints_are_appended_read_back_and_a_torn_line_is_mended() -> Result<(), CheckpointError>
    {
        let directory = tempfile::tempdir()?;
        let (directory, organisation) = (directory.path().join("checkpoints"), Uuid::from_u128(5));
        assert_eq!(last(&directory, organisation)?, None);
        append(&directory, &signed(1, 0))?;
        append(&directory, &signed(2, 5))?;
        let file = path(&directory, organisation);
        OpenOptions::new()
            .append(true)
            .open(&file)?
            .write_all(b"{\"origin\": \"ht")?;
        assert_eq!(last(&directory, organisation)?, Some(signed(2, 5)));
        append(&directory, &signed(3, 10))?;
        assert_eq!(last(&directory, organisation)?, Some(signed(3, 10)));
        let all: Vec<_> = read(&file, organisation)?.collect::<Result<_, _>>()?;
        assert_eq!(all, [signed(1, 0), signed(2, 5), signed(3, 10)]);
        assert_eq!(read(&file, Uuid::nil())?.count(), 0);
        Ok(())
    }
}
