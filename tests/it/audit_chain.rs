//! The audit log keeps what happened: nobody rewrites it quietly.

use crate::support::cluster::{self, TestDatabase};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use ed25519_dalek::SigningKey;
use uuid::Uuid;
use vouch::audit::chain::{self, Entry};
use vouch::audit::checkpoint::{Checkpoint, Hex};
use vouch::audit::verdict::{Kind, Verdict};
use vouch::audit::verify;

pub const US: Uuid = Uuid::from_u128(0x11);
const THEM: Uuid = Uuid::from_u128(0x22);

/// Microseconds, which is what PostgreSQL keeps.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(vouch::clock::Clock::system().now().timestamp_micros())
        .expect("a time of today")
}

pub fn entry(organisation_id: Uuid) -> Entry {
    Entry {
        organisation_id,
        at: now(),
        id: vouch::clock::Clock::system().new_id(),
        request_id: vouch::clock::Clock::system().new_id(),
        actor_kind: "staff".to_owned(),
        actor_id: Some(vouch::clock::Clock::system().new_id()),
        action: "customer.edited".to_owned(),
        subject_kind: "customer".to_owned(),
        subject_id: Some(vouch::clock::Clock::system().new_id()),
        customer_id: None,
        branch_id: None,
        changes: r#"{"risk": ["low", "high"]}"#.to_owned(),
        detail_key: None,
        detail: None,
        origin_key: None,
        origin: None,
    }
}

/// Writes an entry, in a transaction whose tenant is set.
pub fn insert(conn: &mut PgConnection, entry: &Entry) -> QueryResult<usize> {
    sql_query(
        "INSERT INTO audit_entries VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::json, $13, $14, $15, $16)",
    )
    .bind::<SqlUuid, _>(entry.organisation_id)
    .bind::<Timestamptz, _>(entry.at)
    .bind::<SqlUuid, _>(entry.id)
    .bind::<SqlUuid, _>(entry.request_id)
    .bind::<Text, _>(&entry.actor_kind)
    .bind::<Nullable<SqlUuid>, _>(entry.actor_id)
    .bind::<Text, _>(&entry.action)
    .bind::<Text, _>(&entry.subject_kind)
    .bind::<Nullable<SqlUuid>, _>(entry.subject_id)
    .bind::<Nullable<SqlUuid>, _>(entry.customer_id)
    .bind::<Nullable<SqlUuid>, _>(entry.branch_id)
    .bind::<Text, _>(&entry.changes)
    .bind::<Nullable<SqlUuid>, _>(entry.detail_key)
    .bind::<Nullable<Binary>, _>(entry.detail.as_deref())
    .bind::<Nullable<SqlUuid>, _>(entry.origin_key)
    .bind::<Nullable<Binary>, _>(entry.origin.as_deref())
    .execute(conn)
}

/// Commits entries of one organisation in one transaction, as the application.
pub fn commit(conn: &mut PgConnection, organisation: Uuid, entries: &[Entry]) -> QueryResult<()> {
    conn.transaction(|conn| {
        tenant(conn, organisation)?;
        entries
            .iter()
            .try_for_each(|entry| insert(conn, entry).map(drop))
    })
}

pub fn tenant(conn: &mut PgConnection, organisation: Uuid) -> QueryResult<usize> {
    sql_query("SELECT set_config('vouch.organisation', $1::text, true)")
        .bind::<SqlUuid, _>(organisation)
        .execute(conn)
}

/// A log of eight entries, four in each of two organisations' chains, ours with a checkpoint at #2 and #4.
struct Log {
    database: TestDatabase,
    entries: Vec<Entry>,
    key: SigningKey,
    checkpoints: Vec<Checkpoint>,
}

impl Log {
    fn new() -> Self {
        let database = cluster::database();
        let key = SigningKey::from_bytes(&[3; 32]);
        let mut log = Self {
            database,
            entries: Vec::new(),
            key,
            checkpoints: Vec::new(),
        };
        let mut app = log.database.app();
        for place in 1..=4 {
            let ours = entry(US);
            commit(&mut app, US, std::slice::from_ref(&ours)).expect("our entry");
            commit(&mut app, THEM, &[entry(THEM)]).expect("their entry");
            log.entries.push(ours);
            if place % 2 == 0 {
                let head = app.transaction(|app| {
                    tenant(app, US)?;
                    verify::head(app, US)
                });
                let head = head.expect("the head").expect("a chain");
                log.checkpoints.push(Checkpoint::sign(
                    &log.key,
                    "https://vouch.example",
                    US,
                    &head,
                    now(),
                ));
            }
        }
        log
    }

    /// Does what only somebody with the owner's rights can do: switches the refusing triggers off first.
    fn tamper(&self, sql: &str) {
        let mut owner = self.database.owner();
        owner
            .batch_execute(&self.fill(&tampering(sql)))
            .expect("the tampering itself to work");
    }

    /// $us, $1 … $4: our organisation's id and its entries' ids.
    fn fill(&self, sql: &str) -> String {
        let ids = self.entries.iter().enumerate();
        ids.fold(sql.replace("$us", &format!("'{US}'")), |sql, (n, entry)| {
            sql.replace(&format!("${}", n + 1), &format!("'{}'", entry.id))
        })
    }

    fn check(&self, organisation: Uuid, checkpoints: &[Checkpoint]) -> Verdict {
        let checkpoints = Box::new(checkpoints.iter().cloned().map(Ok));
        let key = self.key.verifying_key();
        let mut owner = self.database.owner();
        verify::verify(
            &mut owner,
            organisation,
            checkpoints,
            Some(&key),
            &mut |_| {},
        )
        .expect("the check to run")
    }

    /// What the check finds first, with and without the checkpoints; the other organisation stays intact.
    fn first(&self, with_checkpoints: bool) -> Option<(Kind, Option<i64>, Option<Uuid>)> {
        let theirs = self.check(THEM, &[]);
        assert!(theirs.intact(), "{theirs}");
        let checkpoints: &[_] = if with_checkpoints {
            &self.checkpoints
        } else {
            &[]
        };
        let verdict = self.check(US, checkpoints);
        verdict.first().map(|it| (it.kind, it.sequence, it.entry))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands beside what a finding names, which may be nothing"
    )]
    fn id(&self, place: usize) -> Option<Uuid> {
        Some(self.entries[place - 1].id)
    }
}

fn tampering(sql: &str) -> String {
    let off = ["audit_entries", "audit_links", "audit_heads"]
        .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER;"))
        .concat();
    // And names the tenant, without which not even the owner sees a row.
    format!("BEGIN; SET LOCAL vouch.organisation = '{US}'; {off} {sql}; COMMIT")
}

#[test]
fn an_untouched_log_is_intact_up_to_its_head_and_its_last_checkpoint() {
    let log = Log::new();
    let verdict = log.check(US, &log.checkpoints);
    assert!(verdict.intact(), "{verdict}");
    assert_eq!(
        (verdict.entries, verdict.head.map(|head| head.sequence)),
        (4, Some(4))
    );
    assert_eq!(verdict.checkpoint.as_ref(), log.checkpoints.last());
    assert_eq!(verdict.unproven, Vec::<String>::new());
}

#[test]
fn without_a_checkpoint_the_check_says_what_it_could_not_prove() {
    let log = Log::new();
    let verdict = log.check(US, &[]);
    assert!(
        verdict.intact() && verdict.unproven[0].contains("no checkpoint"),
        "{verdict}"
    );
    let verdict = log.check(US, &log.checkpoints[..1]);
    assert_eq!(
        verdict.unproven,
        ["#3 to #4, which came after the last checkpoint"]
    );
}

#[test]
fn an_edited_entry_is_named() {
    let log = Log::new();
    log.tamper("UPDATE audit_entries SET action = 'customer.viewed' WHERE id = $3");
    assert_eq!(log.first(false), Some((Kind::Edited, Some(3), log.id(3))));
}

#[test]
fn an_edited_link_is_named() {
    let log = Log::new();
    log.tamper(
        "UPDATE audit_links SET linked_at = linked_at - interval '1 second' WHERE entry_id = $2",
    );
    assert_eq!(log.first(false), Some((Kind::Broken, Some(2), log.id(2))));
}

#[test]
fn a_removed_entry_is_named() {
    let log = Log::new();
    log.tamper("DELETE FROM audit_entries WHERE id = $2");
    assert_eq!(log.first(false), Some((Kind::Removed, Some(2), log.id(2))));
}

#[test]
fn an_entry_removed_with_its_link_leaves_a_gap() {
    let log = Log::new();
    log.tamper(
        "DELETE FROM audit_entries WHERE id = $1; DELETE FROM audit_links WHERE entry_id = $1",
    );
    assert_eq!(log.first(false), Some((Kind::Removed, Some(1), None)));
}

#[test]
fn a_gap_closed_by_renumbering_breaks_the_chain() {
    let log = Log::new();
    log.tamper(
        "DELETE FROM audit_entries WHERE id = $2; DELETE FROM audit_links WHERE entry_id = $2;
         UPDATE audit_links SET sequence = 2 WHERE entry_id = $3; UPDATE audit_links SET sequence = 3 WHERE entry_id = $4;
         UPDATE audit_heads SET sequence = 3 WHERE organisation_id = $us",
    );
    assert_eq!(log.first(false), Some((Kind::Broken, Some(2), log.id(3))));
}

#[test]
fn links_that_exchanged_their_places_are_named() {
    let log = Log::new();
    log.tamper(
        "UPDATE audit_links SET sequence = 9 WHERE entry_id = $2; UPDATE audit_links SET sequence = 2 WHERE entry_id = $3;
         UPDATE audit_links SET sequence = 3 WHERE entry_id = $2",
    );
    assert_eq!(log.first(false), Some((Kind::Swapped, Some(2), log.id(3))));
}

#[test]
fn entries_that_exchanged_their_links_are_named() {
    let log = Log::new();
    log.tamper(
        "CREATE TEMP TABLE was AS SELECT * FROM audit_links WHERE entry_id IN ($2, $3);
         UPDATE audit_links SET entry_id = gen_random_uuid() WHERE entry_id = $2;
         UPDATE audit_links SET entry_id = $2, entry_at = was.entry_at FROM was
            WHERE audit_links.entry_id = $3 AND was.entry_id = $2;
         UPDATE audit_links SET entry_id = $3, entry_at = other.entry_at FROM was mine, was other
            WHERE audit_links.sequence = mine.sequence AND mine.organisation_id = audit_links.organisation_id
              AND mine.entry_id = $2 AND other.entry_id = $3",
    );
    assert_eq!(log.first(false), Some((Kind::Swapped, Some(2), log.id(3))));
}

#[test]
fn an_entry_whose_time_was_altered_is_back_dated() {
    let log = Log::new();
    log.tamper("UPDATE audit_entries SET at = at - interval '40 days' WHERE id = $3");
    assert_eq!(
        log.first(false),
        Some((Kind::BackDated, Some(3), log.id(3)))
    );
}

#[test]
fn an_entry_whose_time_was_altered_in_its_link_too_is_back_dated() {
    let log = Log::new();
    log.tamper(
        "UPDATE audit_entries SET at = at - interval '40 days' WHERE id = $3;
         UPDATE audit_links SET entry_at = entry_at - interval '40 days' WHERE entry_id = $3",
    );
    assert_eq!(
        log.first(false),
        Some((Kind::BackDated, Some(3), log.id(3)))
    );
}

#[test]
fn an_entry_written_with_an_old_time_is_back_dated_although_it_was_linked() {
    let log = Log::new();
    let late = Entry {
        at: now() - TimeDelta::days(2),
        ..entry(US)
    };
    commit(&mut log.database.app(), US, std::slice::from_ref(&late)).expect("the entry");
    assert_eq!(
        log.first(false),
        Some((Kind::BackDated, Some(5), Some(late.id)))
    );
}

#[test]
fn an_entry_inserted_past_the_trigger_is_named() {
    let log = Log::new();
    log.tamper(
        "INSERT INTO audit_entries SELECT organisation_id, at, $us, request_id, actor_kind, actor_id, action, subject_kind
         FROM audit_entries WHERE id = $2",
    );
    assert_eq!(log.first(true), Some((Kind::Inserted, None, Some(US))));
}

#[test]
fn a_second_copy_of_an_entry_at_another_time_is_named() {
    let log = Log::new();
    log.tamper(
        "INSERT INTO audit_entries SELECT organisation_id, at - interval '1 day', id, request_id, actor_kind, actor_id,
            action, subject_kind FROM audit_entries WHERE id = $2",
    );
    assert_eq!(log.first(true), Some((Kind::Inserted, None, log.id(2))));
}

const CUT: &str = "DELETE FROM audit_entries WHERE id IN ($3, $4); DELETE FROM audit_links WHERE entry_id IN ($3, $4)";

#[test]
fn a_cut_tail_is_named_by_the_head_that_still_counts_it() {
    let log = Log::new();
    log.tamper(CUT);
    assert_eq!(log.first(false), Some((Kind::CutTail, Some(3), None)));
}

#[test]
fn a_cut_tail_with_its_head_set_back_is_named_by_the_checkpoint_only() {
    let log = Log::new();
    let hash = hex::encode(log.checkpoints[0].hash.0);
    log.tamper(&format!(
        "{CUT}; UPDATE audit_heads SET sequence = 2, chain_hash = decode('{hash}', 'hex') WHERE organisation_id = $us"
    ));
    assert_eq!(log.first(false), None);
    assert_eq!(log.first(true), Some((Kind::CutTail, Some(3), None)));
}

#[test]
fn a_suffix_written_anew_is_named_by_the_checkpoint_only() {
    let log = Log::new();
    let hash = hex::encode(log.checkpoints[0].hash.0);
    log.tamper(&format!(
        "UPDATE audit_entries SET action = 'customer.viewed' WHERE id = $3;
         DELETE FROM audit_links WHERE entry_id IN ($3, $4);
         UPDATE audit_heads SET sequence = 2, chain_hash = decode('{hash}', 'hex') WHERE organisation_id = $us;
         SELECT audit_link_backlog($us)"
    ));
    assert_eq!(log.first(false), None);
    assert_eq!(log.first(true), Some((Kind::Rewritten, Some(3), None)));
}

#[test]
fn a_wiped_table_is_named_by_the_checkpoint_only() {
    let log = Log::new();
    log.tamper(
        "DELETE FROM audit_entries WHERE organisation_id = $us; DELETE FROM audit_links WHERE organisation_id = $us;
         DELETE FROM audit_heads WHERE organisation_id = $us",
    );
    assert_eq!(log.first(false), None);
    assert_eq!(log.first(true), Some((Kind::Wiped, Some(1), None)));
}

#[test]
fn a_head_that_was_set_elsewhere_is_named() {
    let log = Log::new();
    log.tamper("UPDATE audit_heads SET sequence = 3 WHERE organisation_id = $us");
    assert_eq!(log.first(true), Some((Kind::WrongHead, Some(4), None)));
}

#[test]
fn a_checkpoint_that_was_altered_or_signed_by_another_does_not_count() {
    let log = Log::new();
    let altered = Checkpoint {
        hash: Hex([0; 32]),
        ..log.checkpoints[1].clone()
    };
    let verdict = log.check(US, &[altered]);
    assert_eq!(verdict.first().map(|it| it.kind), Some(Kind::BadCheckpoint));
    let head = verdict.head.expect("a chain");
    let stranger = Checkpoint::sign(
        &SigningKey::from_bytes(&[4; 32]),
        "https://vouch.example",
        US,
        &head,
        now(),
    );
    let verdict = log.check(US, &[stranger]);
    assert_eq!(verdict.first().map(|it| it.kind), Some(Kind::BadCheckpoint));
}

#[test]
fn the_application_may_add_to_the_log_and_read_it_and_nothing_else() {
    let log = Log::new();
    let month = format!("audit_entries_{}", now().format("%Y_%m"));
    for refused in [
        "UPDATE audit_entries SET action = ''".to_owned(),
        "DELETE FROM audit_entries".to_owned(),
        "TRUNCATE audit_entries".to_owned(),
        format!("SELECT FROM {month}"),
        format!("TRUNCATE {month}"),
        "INSERT INTO audit_links SELECT * FROM audit_links".to_owned(),
        "UPDATE audit_links SET sequence = 9".to_owned(),
        "DELETE FROM audit_links".to_owned(),
        "TRUNCATE audit_links".to_owned(),
        "UPDATE audit_heads SET sequence = 9".to_owned(),
        "DELETE FROM audit_heads".to_owned(),
        "TRUNCATE audit_heads".to_owned(),
        format!("SELECT audit_link_backlog('{US}')"),
        "CREATE TEMP TABLE mine (LIKE audit_entries); CREATE TRIGGER forge AFTER INSERT ON mine
            FOR EACH ROW EXECUTE FUNCTION audit_link()"
            .to_owned(),
    ] {
        let mut app = log.database.app();
        let setting = format!("BEGIN; SET LOCAL vouch.organisation = '{US}'; {refused}; COMMIT");
        let answer = app.batch_execute(&setting).expect_err(&refused).to_string();
        assert!(answer.contains("permission denied"), "{refused}: {answer}");
    }
    assert_eq!(log.first(true), None);
}

#[test]
fn even_the_owner_is_refused_while_the_triggers_stand() {
    let log = Log::new();
    let month = format!("audit_entries_{}", now().format("%Y_%m"));
    for refused in [
        "UPDATE audit_entries SET action = ''",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        &format!("TRUNCATE {month}"),
        "UPDATE audit_links SET sequence = sequence + 9",
        "DELETE FROM audit_links",
        "TRUNCATE audit_links",
        "DELETE FROM audit_heads",
        "TRUNCATE audit_heads",
    ] {
        let mut owner = log.database.owner();
        owner
            .batch_execute(&format!("SET vouch.organisation = '{US}'"))
            .expect("a tenant");
        let answer = owner.batch_execute(refused).expect_err(refused).to_string();
        assert!(answer.contains("append-only"), "{refused}: {answer}");
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let counted = sql_query(format!("SELECT count(*) FROM {table}")).get_result::<Count>(conn);
    counted.expect("a count").count
}

#[test]
fn without_a_tenant_the_application_sees_nothing_and_writes_nothing() {
    let log = Log::new();
    let mut app = log.database.app();
    for table in ["audit_entries", "audit_links", "audit_heads"] {
        assert_eq!(count(&mut app, table), 0, "{table}");
    }
    assert!(insert(&mut app, &entry(US)).is_err());
    let theirs = app.transaction(|app| {
        tenant(app, THEM)?;
        assert_eq!(count(app, "audit_entries"), 4);
        insert(app, &entry(US))
    });
    assert!(theirs.is_err_and(|error| error.to_string().contains("row-level security")));
}

#[test]
fn eight_writers_in_mixed_order_make_one_chain_without_a_gap() {
    let log = Log::new();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let database = &log.database;
            scope.spawn(move || {
                let mut app = database.app();
                for round in 0..25 {
                    let mut entries = vec![entry(US), entry(US), entry(US)];
                    if (writer + round) % 2 == 0 {
                        entries.reverse();
                    }
                    commit(&mut app, US, &entries).expect("no deadlock");
                }
            });
        }
    });
    let verdict = log.check(US, &log.checkpoints);
    assert!(verdict.intact(), "{verdict}");
    assert_eq!(verdict.head.map(|head| head.sequence), Some(4 + 8 * 25 * 3));
}

#[test]
fn what_was_rolled_back_is_not_in_the_chain() {
    let log = Log::new();
    let rolled_back = log
        .database
        .app()
        .transaction::<(), diesel::result::Error, _>(|app| {
            tenant(app, US)?;
            insert(app, &entry(US))?;
            Err(diesel::result::Error::RollbackTransaction)
        });
    assert!(rolled_back.is_err());
    assert_eq!(
        log.check(US, &log.checkpoints)
            .head
            .map(|head| head.sequence),
        Some(4)
    );
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.roll(), self.roll())
    }

    fn maybe<T>(&mut self, some: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| some(self))
    }

    fn bytes(&mut self) -> Vec<u8> {
        (0..self.below(400))
            .map(|_| self.roll().to_le_bytes()[3])
            .collect()
    }

    fn text(&mut self) -> String {
        const LETTERS: [char; 12] = [
            'a', 'ñ', 'ß', '中', '🦀', '"', '\\', '\n', '\'', ' ', '\u{1}', 'Z',
        ];
        (0..self.below(30))
            .map(|_| LETTERS[usize::try_from(self.roll() % 12).unwrap_or(0)])
            .collect()
    }

    fn entry(&mut self) -> Entry {
        let (detail, origin) = (self.maybe(Self::bytes), self.maybe(Self::bytes));
        let micros =
            i64::try_from(self.below(4_000_000_000_000_000)).unwrap_or(0) - 1_000_000_000_000_000;
        let spaces = " ".repeat(usize::try_from(self.below(3)).unwrap_or(0));
        Entry {
            organisation_id: US,
            at: DateTime::from_timestamp_micros(micros).expect("a time between 1938 and 2065"),
            id: self.id(),
            request_id: self.id(),
            actor_kind: ["staff", "key", "customer", "clock", "console", "stranger"]
                [usize::try_from(self.below(6)).unwrap_or(0)]
            .to_owned(),
            actor_id: self.maybe(Self::id),
            action: self.text(),
            subject_kind: self.text(),
            subject_id: self.maybe(Self::id),
            customer_id: self.maybe(Self::id),
            branch_id: self.maybe(Self::id),
            changes: format!(
                "{{{spaces}\"a\":{spaces}{}}}",
                serde_json::json!(self.text())
            ),
            detail_key: detail.as_ref().map(|_| self.id()),
            detail,
            origin_key: origin.as_ref().map(|_| self.id()),
            origin,
        }
    }
}

#[derive(QueryableByName)]
struct Hashed {
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

#[test]
fn the_database_and_the_program_hash_any_entry_alike() {
    let database = cluster::database();
    let mut app = database.app();
    let mut dice = Dice(0x5eed_1234_abcd_0001);
    let entries: Vec<Entry> = (0..300).map(|_| dice.entry()).collect();
    commit(&mut app, US, &entries).expect("the entries");
    app.transaction(|app| {
        tenant(app, US)?;
        for entry in &entries {
            let hashed =
                sql_query("SELECT content_hash AS hash FROM audit_links WHERE entry_id = $1")
                    .bind::<SqlUuid, _>(entry.id)
                    .get_result::<Hashed>(app)?;
            assert_eq!(hashed.hash, chain::content_hash(entry), "{entry:?}");
        }
        QueryResult::Ok(())
    })
    .expect("the links");
    // The chain itself is sound too: all that is odd about these entries is their times.
    let mut owner = database.owner();
    let verdict = verify::verify(
        &mut owner,
        US,
        Box::new(std::iter::empty()),
        None,
        &mut |_| {},
    )
    .expect("a check");
    assert_eq!(verdict.entries, 300);
    assert!(
        verdict.findings.iter().all(|it| it.kind == Kind::BackDated),
        "{verdict}"
    );
}

#[test]
fn a_backlog_linked_at_once_makes_the_same_kind_of_chain() {
    let log = Log::new();
    log.tamper(
        "INSERT INTO audit_entries SELECT $us, now() - n * interval '1 day', gen_random_uuid(), gen_random_uuid(), 'clock',
            NULL, 'verification.expired', 'verification' FROM generate_series(1, 700) n;
         SELECT audit_link_backlog($us); SELECT audit_link_backlog($us)",
    );
    let verdict = log.check(US, &log.checkpoints);
    assert!(verdict.intact(), "{verdict}");
    assert_eq!(verdict.head.map(|head| head.sequence), Some(704));
}

#[test]
fn months_are_made_on_request_once_and_within_reason() {
    let database = cluster::database();
    let mut app = database.app();
    let make = |app: &mut PgConnection, from: &str, months: i32| {
        sql_query(format!(
            "SELECT audit_partitions('{from}', {months})::bigint AS count"
        ))
        .get_result::<Count>(app)
    };
    let start = (now() - TimeDelta::days(365 * 5))
        .format("%Y-%m-15")
        .to_string();
    assert_eq!(make(&mut app, &start, 3).expect("three months").count, 3);
    assert_eq!(make(&mut app, &start, 4).expect("one more").count, 1);
    assert!(make(&mut app, &start, 61).is_err());
    assert!(make(&mut app, "1970-01-01", 1).is_err());
    assert!(make(&mut app, "9999-01-01", 1).is_err());
    // A month made later refuses TRUNCATE as the first ones do.
    let month = format!(
        "TRUNCATE audit_entries_{}",
        (now() - TimeDelta::days(365 * 5)).format("%Y_%m")
    );
    let refused = database
        .owner()
        .batch_execute(&month)
        .expect_err("append-only");
    assert!(refused.to_string().contains("append-only"), "{refused}");
}
