//! The demo's audit log: entries as the house writes them, sealed as it seals them, and their chain in the order of time.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    chance::Chance,
    rows::Rows,
    staging::{self, Chunk},
};
use crate::{
    access::actor::{Origin, Who},
    audit::{
        chain::{self, Entry, GENESIS, Hash},
        event::Event,
    },
    seal::{DataKey, Sealed},
    value::DataKeyId,
};

/// Somebody at work, with what their entries are sealed under.
pub struct Hand {
    /// Who.
    pub who: Who,
    /// Their key; the clock and the console have none.
    pub key: Option<(DataKeyId, DataKey)>,
    /// From where.
    pub origin: Option<Origin>,
}

/// What the chain needs of an entry. Its time is that of its id, to the millisecond.
struct Linkable {
    id: Uuid,
    content: Hash,
}

/// All entries so far.
pub struct Ledger {
    organisation: Uuid,
    /// For what has no key of its own.
    organisation_key: DataKey,
    links: Vec<Linkable>,
}

/// How many links are written at once.
const PIECE: usize = 100_000;

impl Ledger {
    /// An empty log that will take about so many entries.
    pub fn new(organisation: Uuid, organisation_key: DataKey, entries: usize) -> Self {
        Self {
            organisation,
            organisation_key,
            links: Vec::with_capacity(entries),
        }
    }

    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.links.len()
    }

    /// Writes one entry. `at` is cut to milliseconds, so that its id holds it whole; `key` opens the subject's detail.
    pub fn write(
        &mut self,
        rows: &mut Rows,
        chance: &mut Chance,
        at: DateTime<Utc>,
        hand: &Hand,
        key: Option<&DataKey>,
        event: &Event,
    ) -> anyhow::Result<()> {
        let at = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at);
        let (id, request_id) = (chance.id(at), chance.id(at));
        let (subject_kind, subject_id) = event.subject.parts();
        let (actor_kind, actor_id) = hand.who.parts();
        let own = hand.key.as_ref();
        let detail_key = event.subject.key().or(own.map(|(id, _)| *id));
        let sealing = key
            .or(own.map(|(_, key)| key))
            .unwrap_or(&self.organisation_key);
        let detail = match event.personal() {
            Some(personal) => Some(sealing.entry_key(id).seal(
                id,
                Sealed::Detail,
                &personal.to_string(),
            )?),
            None => None,
        };
        let origin = match (own, &hand.origin) {
            (Some((_, key)), Some(origin)) => {
                let origin = serde_json::to_string(origin)?;
                Some(key.entry_key(id).seal(id, Sealed::Origin, &origin)?)
            }
            _ => None,
        };
        let entry = Entry {
            organisation_id: self.organisation,
            at,
            id,
            request_id,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            action: event.what.action().to_owned(),
            subject_kind: subject_kind.to_owned(),
            subject_id,
            customer_id: event.subject.customer().map(|customer| customer.id.0),
            branch_id: event.subject.branch().map(|branch| branch.0),
            changes: event.plain().to_string(),
            detail_key: detail.as_ref().and(detail_key).map(|key| key.0),
            detail,
            origin_key: origin.as_ref().and(own).map(|(id, _)| id.0),
            origin,
        };
        rows.push(&[
            &entry.organisation_id,
            &entry.at,
            &entry.id,
            &entry.request_id,
            &entry.actor_kind,
            &entry.actor_id,
            &entry.action,
            &entry.subject_kind,
            &entry.subject_id,
            &entry.customer_id,
            &entry.branch_id,
            &entry.changes,
            &entry.detail_key,
            &entry.detail,
            &entry.origin_key,
            &entry.origin,
        ]);
        self.links.push(Linkable {
            id,
            content: chain::content_hash(&entry),
        });
        Ok(())
    }

    /// Chains all entries in the order of time, each as if it had been linked when it happened, and sets the head.
    pub fn link(
        mut self,
        conn: &mut PgConnection,
        progress: &mut dyn FnMut(u64),
    ) -> anyhow::Result<()> {
        self.links.sort_unstable_by_key(|link| link.id);
        let mut before = GENESIS;
        let mut sequence = 0_i64;
        for piece in self.links.chunks(PIECE) {
            let mut chunk = Chunk::default();
            for link in piece {
                sequence += 1;
                let at = time_of(link.id);
                before = chain::chain_hash(&before, sequence, at, &link.content);
                chunk.audit_links.push(&[
                    &self.organisation,
                    &sequence,
                    &at,
                    &link.id,
                    &at,
                    &link.content,
                    &before,
                ]);
            }
            staging::load(conn, chunk)?;
            progress(u64::try_from(sequence)?);
        }
        diesel::RunQueryDsl::execute(
            diesel::insert_into(crate::schema::audit_heads::table).values((
                diesel::ExpressionMethods::eq(
                    crate::schema::audit_heads::organisation_id,
                    self.organisation,
                ),
                diesel::ExpressionMethods::eq(crate::schema::audit_heads::sequence, sequence),
                diesel::ExpressionMethods::eq(
                    crate::schema::audit_heads::chain_hash,
                    before.to_vec(),
                ),
            )),
            conn,
        )?;
        Ok(())
    }
}

/// The time that an id of version 7 begins with.
fn time_of(id: Uuid) -> DateTime<Utc> {
    let millis = id.as_u128() >> 80;
    i64::try_from(millis)
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .unwrap_or_default()
}
