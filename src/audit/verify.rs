//! Checking a chain against the tables: every entry, every link, the head and the checkpoints.
//!
//! The rows are streamed in the order of the chain, in one read-only snapshot, so memory does not grow with
//! the log. Whoever does this as an application's role or as the owner sees one tenant at a time.

use super::chain::{Entry, Hash};
use super::verdict::{Head, Kind, Verdict};
use super::walk::{Checkpoints, Link, Shown, Walk};
use chrono::{DateTime, Utc};
use diesel::pg::{PgConnection, PgRowByRowLoadingMode};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};
use ed25519_dalek::VerifyingKey;
use uuid::Uuid;

/// How many links pass between two reports of progress.
const REPORT: u64 = 10_000;

/// The chain in its order. Joined row by row along the index, which begins to answer at once, where the
/// planner would rather sort millions of rows on disk first.
pub(super) const LINKS: &str = "
    SELECT l.sequence, l.linked_at, l.content_hash, l.chain_hash, l.entry_id, e.id IS NOT NULL AS present,
        l.entry_at AS at, e.request_id, e.actor_kind, e.actor_id, e.action, e.subject_kind, e.subject_id,
        e.customer_id, e.branch_id, e.changes::text AS changes, e.detail_key, e.detail, e.origin_key, e.origin
    FROM audit_links l
    LEFT JOIN audit_entries e ON e.organisation_id = $1 AND e.at = l.entry_at AND e.id = l.entry_id
    WHERE l.organisation_id = $1 AND ";

/// Those after one place.
const AFTER: &str = "l.sequence > $2 ORDER BY l.sequence";

/// Entries that no link names: never linked, or moved to another time than the one they were linked with.
const UNLINKED: &str = "
    SELECT e.at, e.id FROM audit_entries e
    WHERE e.organisation_id = $1 AND NOT EXISTS (
        SELECT FROM audit_links l WHERE l.organisation_id = $1 AND l.entry_id = e.id AND l.entry_at = e.at)
    ORDER BY e.at, e.id LIMIT 20";

/// A link and what stands of its entry.
#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Timestamptz)]
    linked_at: DateTime<Utc>,
    #[diesel(sql_type = Binary)]
    content_hash: Vec<u8>,
    #[diesel(sql_type = Binary)]
    chain_hash: Vec<u8>,
    #[diesel(sql_type = SqlUuid)]
    entry_id: Uuid,
    #[diesel(sql_type = Bool)]
    present: bool,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    request_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    actor_kind: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    actor_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    action: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    subject_kind: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subject_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    customer_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    branch_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    changes: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    detail_key: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    detail: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    origin_key: Option<Uuid>,
    #[diesel(sql_type = Nullable<Binary>)]
    origin: Option<Vec<u8>>,
}

impl Row {
    pub(super) fn link(&self) -> Link {
        Link {
            sequence: self.sequence,
            linked_at: self.linked_at,
            content_hash: hash(&self.content_hash),
            chain_hash: hash(&self.chain_hash),
        }
    }

    /// Whether the entry is there.
    pub(super) const fn present(&self) -> bool {
        self.present
    }

    /// The entry; only where the row says that one is present.
    pub(super) fn entry(self, organisation_id: Uuid) -> Entry {
        Entry {
            organisation_id,
            at: self.at,
            id: self.entry_id,
            request_id: self.request_id.unwrap_or_default(),
            actor_kind: self.actor_kind.unwrap_or_default(),
            actor_id: self.actor_id,
            action: self.action.unwrap_or_default(),
            subject_kind: self.subject_kind.unwrap_or_default(),
            subject_id: self.subject_id,
            customer_id: self.customer_id,
            branch_id: self.branch_id,
            changes: self.changes.unwrap_or_default(),
            detail_key: self.detail_key,
            detail: self.detail,
            origin_key: self.origin_key,
            origin: self.origin,
        }
    }
}

#[derive(QueryableByName)]
struct HeadRow {
    #[diesel(sql_type = BigInt)]
    sequence: i64,
    #[diesel(sql_type = Binary)]
    chain_hash: Vec<u8>,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Organisation {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The organisations of the installation, itself (the nil id) first; or the one with this id or name. Run as owner.
pub fn organisations(conn: &mut PgConnection, which: Option<&str>) -> QueryResult<Vec<Uuid>> {
    let known = sql_query(
        "SELECT id FROM organisations WHERE $1 IS NULL OR id::text = lower($1) OR name = $1 ORDER BY id",
    )
    .bind::<Nullable<Text>, _>(which)
    .load::<Organisation>(conn)?;
    let mut ids: Vec<Uuid> = known
        .into_iter()
        .map(|organisation| organisation.id)
        .collect();
    // The installation's own chain need not have a row of its own.
    let installation = which.is_none_or(|which| which == Uuid::nil().to_string());
    if installation && ids.first() != Some(&Uuid::nil()) {
        ids.insert(0, Uuid::nil());
    }
    Ok(ids)
}

/// The head of an organisation's chain, in a transaction whose tenant is set; `None` before its first entry.
pub fn head(conn: &mut PgConnection, organisation: Uuid) -> QueryResult<Option<Head>> {
    let row = sql_query("SELECT sequence, chain_hash FROM audit_heads WHERE organisation_id = $1")
        .bind::<SqlUuid, _>(organisation)
        .get_result::<HeadRow>(conn)
        .optional()?;
    Ok(row.map(|row| Head {
        sequence: row.sequence,
        chain_hash: hash(&row.chain_hash),
    }))
}

/// Streams a chain after the link `after` (0: all of it), each link with its entry, or with the id of an entry that
/// is gone. In a transaction whose tenant is set; for the rest of it there is no statement timeout.
pub fn each_link(
    conn: &mut PgConnection,
    organisation: Uuid,
    after: i64,
    each: &mut dyn FnMut(Link, Result<Entry, Uuid>) -> QueryResult<()>,
) -> QueryResult<()> {
    sql_query(
        "SELECT set_config('statement_timeout', '0', true), set_config('enable_sort', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
            set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),
            set_config('max_parallel_workers_per_gather', '0', true)",
    )
    .execute(conn)?;
    let rows = sql_query(LINKS)
        .sql(AFTER)
        .bind::<SqlUuid, _>(organisation)
        .bind::<BigInt, _>(after);
    for row in rows.load_iter::<Row, PgRowByRowLoadingMode>(conn)? {
        let row = row?;
        let link = row.link();
        each(
            link,
            if row.present {
                Ok(row.entry(organisation))
            } else {
                Err(row.entry_id)
            },
        )?;
    }
    Ok(())
}

/// Checks one organisation's chain. `progress` is told how many links were checked, every ten thousand.
/// Fails only if the database does.
pub fn verify(
    conn: &mut PgConnection,
    organisation: Uuid,
    checkpoints: Checkpoints<'_>,
    key: Option<&VerifyingKey>,
    progress: &mut dyn FnMut(u64),
) -> QueryResult<Verdict> {
    // Just after a bulk load the planner knows nothing and would take any index that begins with the organisation,
    // which takes hours. The owner may do this; for anybody else it is a warning and nothing happens.
    sql_query("ANALYZE audit_entries, audit_links").execute(conn)?;
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(|conn| {
            sql_query("SELECT set_config('vouch.organisation', $1::text, true), set_config('vouch.confided', 'yes', true)")
                .bind::<SqlUuid, _>(organisation)
                .execute(conn)?;
            let mut walk = Walk::new(organisation, None, checkpoints, key);
            let mut done = 0;
            each_link(conn, organisation, 0, &mut |link, entry| {
                match entry {
                    Ok(entry) => walk.step(&link, Shown::Entry(&entry)),
                    Err(gone) => walk.step(&link, Shown::Gone(gone)),
                }
                done += 1;
                if done % REPORT == 0 {
                    progress(done);
                }
                Ok(())
            })?;
            let mut verdict = walk.finish();
            check_unlinked(conn, &mut verdict)?;
            let stored = head(conn, organisation)?;
            check_head(&mut verdict, stored);
            Ok(verdict)
        })
}

/// Entries without a link: inserted past the trigger, or those whose time was altered.
fn check_unlinked(conn: &mut PgConnection, verdict: &mut Verdict) -> QueryResult<()> {
    sql_query("SELECT set_config('enable_hashjoin', 'on', true), set_config('enable_seqscan', 'on', true)").execute(conn)?;
    let unlinked = sql_query(UNLINKED)
        .bind::<SqlUuid, _>(verdict.organisation)
        .load::<Place>(conn)?;
    for place in unlinked {
        let moved = verdict
            .findings
            .iter_mut()
            .find(|it| it.kind == Kind::Removed && it.entry == Some(place.id));
        let at = place.at.format("%F %T UTC");
        if let Some(finding) = moved {
            finding.kind = Kind::BackDated;
            finding.what = format!("its time was altered, to {at}");
        } else {
            verdict.find(
                Kind::Inserted,
                None,
                Some(place.id),
                format!("an entry of {at} that was never linked"),
            );
        }
    }
    Ok(())
}

/// The stored head against the last link.
fn check_head(verdict: &mut Verdict, stored: Option<Head>) {
    let end = verdict.head.map_or(0, |head| head.sequence);
    match stored {
        Some(stored) if stored.sequence > end => {
            let what = format!(
                "#{} to #{} are gone; the head still counts them",
                end + 1,
                stored.sequence
            );
            verdict.find(Kind::CutTail, Some(end + 1), None, what);
        }
        stored
            if stored != verdict.head && (stored.is_some_and(|it| it.sequence > 0) || end > 0) =>
        {
            verdict.find(
                Kind::WrongHead,
                Some(end),
                None,
                "the stored head is not the last link".to_owned(),
            );
        }
        _ => {}
    }
}

/// A stored hash. One of another length (which a CHECK forbids) is taken as zeros, which match nothing.
pub(super) fn hash(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}
