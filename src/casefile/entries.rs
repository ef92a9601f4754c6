//! One entry of the audit log as a line of a case file: everything that its hash covers, the key of its own personal
//! values, and those values opened, so that what people read can be held against what was hashed.
//!
//! Where colleagues sat (`origin`) stays closed: the hash covers it as it is, and it is nobody's business here.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit::{chain::Entry, checkpoint::Hex, walk::Link},
    seal::{DataKey, EntryKey, Sealed},
};

/// A line of `audit/entries.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its place in the chain.
    pub sequence: i64,
    /// When it was linked.
    pub linked_at: DateTime<Utc>,
    /// What its hash covers.
    pub hashed: Hashed,
    /// The key that opens this entry's personal values, and nothing else; absent where it was destroyed.
    pub key: Option<Hex<32>>,
    /// The personal values and the reason, opened.
    pub opened: Option<Value>,
}

/// The fields of an entry, in the order in which they are hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of audit::chain::Entry")]
pub struct Hashed {
    pub organisation_id: Uuid,
    pub at: DateTime<Utc>,
    pub id: Uuid,
    pub request_id: Uuid,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    pub customer_id: Option<Uuid>,
    pub branch_id: Option<Uuid>,
    /// The exact text of a JSON object.
    pub changes: String,
    pub detail_key: Option<Uuid>,
    #[serde(with = "sealed")]
    pub detail: Option<Vec<u8>>,
    pub origin_key: Option<Uuid>,
    #[serde(with = "sealed")]
    pub origin: Option<Vec<u8>>,
}

/// Why what a line shows is not what was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Its key opens nothing.
    Key,
    /// It shows other values than were sealed.
    Values,
}

impl Line {
    /// An entry with what is personal in it opened by its customer's key, where that key still stands.
    pub fn of(link: &Link, entry: Entry, key: Option<&DataKey>) -> Self {
        let own = key.map(|key| key.entry_key(entry.id));
        let opened = own
            .as_ref()
            .and_then(|key| open(key, entry.id, entry.detail.as_deref()).ok());
        Self {
            sequence: link.sequence,
            linked_at: link.linked_at,
            key: own
                .filter(|_| opened.is_some())
                .map(|key| Hex(key.disclose())),
            opened,
            hashed: Hashed::from(entry),
        }
    }

    /// The entry, as it is hashed.
    pub fn entry(&self) -> Entry {
        let hashed = self.hashed.clone();
        Entry {
            organisation_id: hashed.organisation_id,
            at: hashed.at,
            id: hashed.id,
            request_id: hashed.request_id,
            actor_kind: hashed.actor_kind,
            actor_id: hashed.actor_id,
            action: hashed.action,
            subject_kind: hashed.subject_kind,
            subject_id: hashed.subject_id,
            customer_id: hashed.customer_id,
            branch_id: hashed.branch_id,
            changes: hashed.changes,
            detail_key: hashed.detail_key,
            detail: hashed.detail,
            origin_key: hashed.origin_key,
            origin: hashed.origin,
        }
    }

    /// Whether the opened values are those that were sealed.
    pub fn matches(&self) -> Result<(), Mismatch> {
        let Some(key) = self.key else {
            return if self.opened.is_none() {
                Ok(())
            } else {
                Err(Mismatch::Values)
            };
        };
        let key = EntryKey::disclosed(key.0);
        let sealed = self.hashed.detail.as_deref();
        let opened = open(&key, self.hashed.id, sealed).map_err(|()| Mismatch::Key)?;
        if self.opened.as_ref() == Some(&opened) {
            Ok(())
        } else {
            Err(Mismatch::Values)
        }
    }
}

fn open(key: &EntryKey, id: Uuid, sealed: Option<&[u8]>) -> Result<Value, ()> {
    let text = key.open(id, Sealed::Detail, sealed.ok_or(())?);
    serde_json::from_str(&text.map_err(drop)?).map_err(drop)
}

impl From<Entry> for Hashed {
    fn from(entry: Entry) -> Self {
        Self {
            organisation_id: entry.organisation_id,
            at: entry.at,
            id: entry.id,
            request_id: entry.request_id,
            actor_kind: entry.actor_kind,
            actor_id: entry.actor_id,
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject_id: entry.subject_id,
            customer_id: entry.customer_id,
            branch_id: entry.branch_id,
            changes: entry.changes,
            detail_key: entry.detail_key,
            detail: entry.detail,
            origin_key: entry.origin_key,
            origin: entry.origin,
        }
    }
}

/// Bytes as base64.
mod sealed {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bytes
            .as_ref()
            .map(|bytes| STANDARD.encode(bytes))
            .serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| STANDARD.decode(text).map_err(D::Error::custom))
            .transpose()
    }
}
