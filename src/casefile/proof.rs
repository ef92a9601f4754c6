//! The chain's proof: from the hash that the customer's first entry follows, through one record for each link, to the
//! head that the checkpoint signs. Forty bytes an entry of the whole organisation since then: when it was linked, and
//! the hash of what it says. Nothing of what others' entries say can be read from it.
//!
//! The file: [`MAGIC`], the organisation (16 bytes), the first link's place (8 bytes, big-endian), the hash before it
//! (32 bytes); then for each link the microseconds since 1970 (8 bytes, big-endian) and the entry's hash (32 bytes).

use std::io::{self, Read, Write};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::audit::{
    chain::{Hash, chain_hash},
    verdict::Head,
    walk::Link,
};

/// How the file begins.
pub const MAGIC: &[u8; 16] = b"vouch chain 1\n\0\0";
/// Bytes before the first record.
pub const HEAD: i64 = 72;
/// Bytes of a record.
pub const RECORD: i64 = 40;

/// Writes the proof's head.
pub fn begin(out: &mut dyn Write, organisation: Uuid, first: i64, before: &Hash) -> io::Result<()> {
    out.write_all(MAGIC)?;
    out.write_all(organisation.as_bytes())?;
    out.write_all(&first.to_be_bytes())?;
    out.write_all(before)
}

/// Writes one link's record.
pub fn record(out: &mut dyn Write, link: &Link) -> io::Result<()> {
    out.write_all(&link.linked_at.timestamp_micros().to_be_bytes())?;
    out.write_all(&link.content_hash)
}

/// A proof that is being read: the links, each with the hash that follows from those before it.
pub struct Links<R> {
    file: R,
    /// Whose chain.
    pub organisation: Uuid,
    /// Where it begins: the place before the first link, and the hash there.
    pub start: Head,
    last: Head,
}

impl<R: Read> Links<R> {
    /// Reads the head. Nothing where this is no proof.
    pub fn open(mut file: R) -> io::Result<Option<Self>> {
        let (mut magic, mut organisation) = ([0; 16], [0; 16]);
        let (mut first, mut before) = ([0; 8], [0; 32]);
        file.read_exact(&mut magic)?;
        file.read_exact(&mut organisation)?;
        file.read_exact(&mut first)?;
        file.read_exact(&mut before)?;
        let first = i64::from_be_bytes(first);
        if &magic != MAGIC || first < 1 {
            return Ok(None);
        }
        let start = Head {
            sequence: first - 1,
            chain_hash: before,
        };
        Ok(Some(Self {
            file,
            organisation: Uuid::from_bytes(organisation),
            start,
            last: start,
        }))
    }

    /// The next link; nothing at the end of the file, an error in the middle of a record.
    pub fn read(&mut self) -> io::Result<Option<Link>> {
        let mut record = Vec::with_capacity(40);
        self.file.by_ref().take(40).read_to_end(&mut record)?;
        if record.is_empty() {
            return Ok(None);
        }
        let torn = || io::Error::new(io::ErrorKind::InvalidData, "a torn record");
        let (time, hash) = record.split_first_chunk::<8>().ok_or_else(torn)?;
        let content_hash: Hash = hash.try_into().map_err(|_| torn())?;
        let linked_at =
            DateTime::<Utc>::from_timestamp_micros(i64::from_be_bytes(*time)).ok_or_else(torn)?;
        let sequence = self.last.sequence.checked_add(1).ok_or_else(torn)?;
        let link = Link {
            sequence,
            linked_at,
            content_hash,
            chain_hash: chain_hash(&self.last.chain_hash, sequence, linked_at, &content_hash),
        };
        self.last = Head {
            sequence,
            chain_hash: link.chain_hash,
        };
        Ok(Some(link))
    }
}
