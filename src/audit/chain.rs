//! The chain of hashes over an organisation's audit entries.
//!
//! Each entry is hashed whole, personal values as ciphertext; each link hashes the link before it, its own
//! place, its time and the entry's hash. The database does both at commit (`audit_content_hash` and
//! `audit_chain_hash` in the migrations); this is the same in Rust, for whoever checks it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// What the first link of a chain follows.
pub const GENESIS: Hash = [0; 32];

/// One entry of the audit log, with everything that its hash covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose log it stands in; the nil id is the installation itself.
    pub organisation_id: Uuid,
    /// When it happened, in whole microseconds.
    pub at: DateTime<Utc>,
    /// The entry's own id.
    pub id: Uuid,
    /// The request it happened in; entries of one request share it.
    pub request_id: Uuid,
    /// staff, key, customer, clock, console or stranger.
    pub actor_kind: String,
    /// Which of them, where there is one.
    pub actor_id: Option<Uuid>,
    /// What was done, such as `customer.viewed`.
    pub action: String,
    /// What kind of thing it was done to.
    pub subject_kind: String,
    /// Which of them, where there is one.
    pub subject_id: Option<Uuid>,
    /// The customer it concerns.
    pub customer_id: Option<Uuid>,
    /// The branch it concerns.
    pub branch_id: Option<Uuid>,
    /// Facts that name nobody: the exact text of a JSON object.
    pub changes: String,
    /// The data key under which `detail` is sealed.
    pub detail_key: Option<Uuid>,
    /// Sealed personal values and free text.
    pub detail: Option<Vec<u8>>,
    /// The data key under which `origin` is sealed.
    pub origin_key: Option<Uuid>,
    /// Where the actor was, sealed.
    pub origin: Option<Vec<u8>>,
}

/// SHA-256 over every field of an entry in a fixed order, each with its length in front.
pub fn content_hash(entry: &Entry) -> Hash {
    let mut fields = Fields(Sha256::new());
    fields.id(Some(entry.organisation_id));
    fields.put(Some(&entry.at.timestamp_micros().to_be_bytes()));
    fields.id(Some(entry.id));
    fields.id(Some(entry.request_id));
    fields.put(Some(entry.actor_kind.as_bytes()));
    fields.id(entry.actor_id);
    fields.put(Some(entry.action.as_bytes()));
    fields.put(Some(entry.subject_kind.as_bytes()));
    fields.id(entry.subject_id);
    fields.id(entry.customer_id);
    fields.id(entry.branch_id);
    fields.put(Some(entry.changes.as_bytes()));
    fields.id(entry.detail_key);
    fields.put(entry.detail.as_deref());
    fields.id(entry.origin_key);
    fields.put(entry.origin.as_deref());
    fields.0.finalize().into()
}

/// The hash of a link: of the link before it, its place (from 1), its time and its entry's hash.
pub fn chain_hash(before: &Hash, sequence: i64, linked_at: DateTime<Utc>, content: &Hash) -> Hash {
    Sha256::new()
        .chain_update(before)
        .chain_update(sequence.to_be_bytes())
        .chain_update(linked_at.timestamp_micros().to_be_bytes())
        .chain_update(content)
        .finalize()
        .into()
}

/// Fields on their way into a hash: -1 for an absent one, else its length and itself.
struct Fields(Sha256);

impl Fields {
    fn id(&mut self, id: Option<Uuid>) {
        self.put(id.as_ref().map(|id| &id.as_bytes()[..]));
    }

    fn put(&mut self, field: Option<&[u8]>) {
        // PostgreSQL holds no field of 2 GiB; one that long cannot have come from there and must not match.
        let length = field.map_or(-1, |field| i32::try_from(field.len()).unwrap_or(i32::MIN));
        self.0.update(length.to_be_bytes());
        self.0.update(field.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            organisation_id: Uuid::from_u128(1),
            at: DateTime::UNIX_EPOCH,
            id: Uuid::from_u128(2),
            request_id: Uuid::from_u128(3),
            actor_kind: "staff".to_owned(),
            actor_id: Some(Uuid::from_u128(4)),
            action: "customer.viewed".to_owned(),
            subject_kind: "customer".to_owned(),
            subject_id: None,
            customer_id: None,
            branch_id: None,
            changes: "{}".to_owned(),
            detail_key: None,
            detail: None,
            origin_key: None,
            origin: None,
        }
    }

    #[test]
    fn a_value_that_moves_to_the_next_field_changes_the_hash() {
        let moved = Entry {
            actor_kind: "staf".to_owned(),
            action: "fcustomer.viewed".to_owned(),
            ..entry()
        };
        assert_ne!(content_hash(&entry()), content_hash(&moved));
        let id = Some(Uuid::from_u128(9));
        let (subject, customer) = (
            Entry {
                subject_id: id,
                ..entry()
            },
            Entry {
                customer_id: id,
                ..entry()
            },
        );
        assert_ne!(content_hash(&subject), content_hash(&customer));
    }

    #[test]
    fn absent_and_empty_are_told_apart() {
        let empty = Entry {
            detail: Some(Vec::new()),
            ..entry()
        };
        assert_ne!(content_hash(&entry()), content_hash(&empty));
    }

    #[test]
    fn place_time_and_predecessor_each_change_a_link() {
        let (at, content) = (DateTime::UNIX_EPOCH, content_hash(&entry()));
        let link = chain_hash(&GENESIS, 1, at, &content);
        assert_ne!(link, chain_hash(&GENESIS, 2, at, &content));
        assert_ne!(link, chain_hash(&content, 1, at, &content));
        assert_ne!(
            link,
            chain_hash(
                &GENESIS,
                1,
                at + chrono::TimeDelta::microseconds(1),
                &content
            )
        );
    }
}
