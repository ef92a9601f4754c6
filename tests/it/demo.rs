//! The demo is plausible, whole, and the same for the same seed.

use crate::support::cluster::{self, TestDatabase};
use chrono::{DateTime, TimeZone as _, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;
use vouch::access::password::{self, Verdict};
use vouch::audit::verify;
use vouch::customers::rules::{Kyc, MOVES};
use vouch::demo::{self, Filled, PASSWORD, PEOPLE};
use vouch::keys::Keys;
use vouch::seal::{Sealed, SecretKey};
use vouch::value::DataKeyId;

const CUSTOMERS: u64 = 900;

fn present() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 19, 14, 30, 0)
        .single()
        .expect("a time")
}

fn secret() -> SecretKey {
    SecretKey::from_hex(&"d3".repeat(32)).expect("a key")
}

fn fill(database: &TestDatabase, seed: u64) -> Filled {
    let mut last = None;
    let filled = demo::fill(
        &database.owner_url,
        &secret(),
        present(),
        CUSTOMERS,
        seed,
        &mut |step| last = Some(step),
    );
    filled.expect("the demo to fill")
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Organisation {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Binary)]
    wrapped_key: Vec<u8>,
}

/// The owner's connection with the demo's tenant set.
fn open(database: &TestDatabase) -> (PgConnection, Organisation) {
    let mut conn = database.owner();
    let organisation = sql_query("SELECT id, wrapped_key FROM organisations WHERE demo")
        .get_result::<Organisation>(&mut conn)
        .expect("the demo's organisation");
    conn.batch_execute(&format!(
        "SET vouch.organisation = '{}'; SET vouch.branches = '*'",
        organisation.id
    ))
    .expect("the tenant");
    (conn, organisation)
}

fn number(conn: &mut PgConnection, sql: &str) -> i64 {
    sql_query(format!("SELECT ({sql})::bigint AS n"))
        .get_result::<Number>(conn)
        .expect(sql)
        .n
}

fn words(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    sql_query(sql)
        .load::<Word>(conn)
        .expect(sql)
        .into_iter()
        .filter_map(|row| row.word)
        .collect()
}

/// A hash of every table, less keys, ciphertext and what is hashed over it: those come from real randomness.
fn tables(conn: &mut PgConnection) -> Vec<String> {
    let left_out = "('wrapped', 'wrapped_key', 'password_hash', 'detail', 'origin', 'content_hash', 'chain_hash')";
    let tables = [
        "branches",
        "staff",
        "staff_branches",
        "data_keys",
        "customers",
        "customer_counts",
        "reviews",
        "verifications",
        "verification_counts",
        "documents",
        "extracted_fields",
        "tax_residences",
        "relations",
        "notes",
        "audit_entries",
        "audit_links",
        "sign_ins",
    ];
    tables
        .iter()
        .map(|table| {
            let columns = words(
                conn,
                &format!(
                    "SELECT string_agg('t.' || quote_ident(attname), ', ' ORDER BY attnum) AS word FROM pg_attribute
                     WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN {left_out}"
                ),
            );
            let hash = words(
                conn,
                &format!(
                    "SELECT count(*) || ' ' || md5(string_agg(ROW({})::text, E'\\n' ORDER BY ROW({})::text)) AS word FROM {table} t",
                    columns[0], columns[0]
                ),
            );
            format!("{table} {}", hash.concat())
        })
        .collect()
}

#[test]
fn two_fills_of_one_seed_are_equal_and_of_another_are_not() {
    let (one, same, other) = (
        cluster::database(),
        cluster::database(),
        cluster::database(),
    );
    assert_eq!(fill(&one, 7), fill(&same, 7));
    fill(&other, 8);
    let (mut one, mut same, mut other) = (open(&one).0, open(&same).0, open(&other).0);
    let first = tables(&mut one);
    assert_eq!(first, tables(&mut same));
    assert_ne!(first, tables(&mut other));
}

#[test]
fn the_demo_is_whole_and_keeps_what_it_promises() {
    let database = cluster::database();
    let Filled::Now {
        customers,
        verifications,
        entries,
    } = fill(&database, 1)
    else {
        panic!("an empty database was taken for a full one");
    };
    let (mut conn, organisation) = open(&database);
    let conn = &mut conn;

    assert_eq!(customers, CUSTOMERS);
    assert_eq!(
        number(conn, "SELECT count(*) FROM customers"),
        i64::try_from(customers).expect("a number")
    );
    assert_eq!(
        number(conn, "SELECT count(*) FROM verifications"),
        i64::try_from(verifications).expect("a number")
    );
    assert_eq!(
        number(conn, "SELECT count(*) FROM audit_entries"),
        i64::try_from(entries).expect("a number")
    );
    let off = verifications.abs_diff(CUSTOMERS * 3);
    assert!(off <= CUSTOMERS / 50, "{verifications} verifications");
    let off = entries.abs_diff(CUSTOMERS * 5);
    assert!(off <= CUSTOMERS / 20, "{entries} entries");

    for status in Kyc::ALL {
        let there = number(
            conn,
            &format!("SELECT count(*) FROM customers WHERE kyc = '{status}'"),
        );
        assert!(there > 0, "nobody is {status}");
    }
    let statuses = words(
        conn,
        "SELECT DISTINCT status AS word FROM verifications ORDER BY 1",
    );
    assert_eq!(statuses, ["expired", "failed", "pending", "verified"]);
    let countries = words(
        conn,
        "SELECT DISTINCT country AS word FROM customers ORDER BY 1",
    );
    assert_eq!(countries, ["BE", "DE", "ES", "FR", "GB", "IT", "NL", "PT"]);
    let kinds = words(
        conn,
        "SELECT DISTINCT kind AS word FROM customers ORDER BY 1",
    );
    assert_eq!(kinds, ["legal", "natural", "sole_trader"]);

    // Counters equal what they count, and the next number is a new one.
    assert_eq!(
        number(conn, "SELECT count(*) FROM (SELECT branch_id, kyc, kind, risk_rank, coalesce(country, ''), count(*) AS n FROM customers GROUP BY 1, 2, 3, 4, 5
                        EXCEPT SELECT branch_id, kyc, kind, risk_rank, country, n FROM customer_counts) off"),
        0
    );
    assert_eq!(
        number(conn, "SELECT count(*) FROM (SELECT branch_id, status, count(*) AS n FROM verifications GROUP BY 1, 2
                        EXCEPT SELECT branch_id, status, n FROM verification_counts) off"),
        0
    );
    let next = number(
        conn,
        &format!("SELECT nextval('numbers.of_{}')", organisation.id.simple()),
    );
    assert!(next > number(conn, "SELECT max(number) FROM (SELECT number FROM customers UNION ALL SELECT number FROM tax_residences
        UNION ALL SELECT number FROM reviews UNION ALL SELECT number FROM documents UNION ALL SELECT number FROM verifications) n"));

    // What the field's rules say holds of every row.
    for (what, rule) in [
        ("nothing happens after the present", format!("SELECT count(*) FROM audit_entries WHERE at > '{}'", present().to_rfc3339())),
        ("nobody decides what they submitted", "SELECT count(*) FROM reviews WHERE decided_by = submitted_id AND type <> 'EVENT'".to_owned()),
        ("an open review belongs to a customer in review", "SELECT count(*) FROM reviews r JOIN customers c ON c.id = r.customer_id WHERE (r.state = 'open') AND c.kyc <> 'pending'".to_owned()),
        ("a customer in review has an open review", "SELECT count(*) FROM customers c WHERE kyc = 'pending' AND NOT EXISTS (SELECT FROM reviews r WHERE r.customer_id = c.id AND r.state = 'open')".to_owned()),
        ("a check's reason is its provider's word", "SELECT count(*) FROM verifications WHERE reason IS NOT NULL AND (review_id IS NOT NULL OR reason <> 'mismatch')".to_owned()),
        ("every review owns one check", "SELECT count(*) FROM reviews r WHERE (SELECT count(*) FROM verifications v WHERE v.review_id = r.id) <> 1".to_owned()),
        ("shares add up to at most all of it", "SELECT count(*) FROM (SELECT 1 FROM relations GROUP BY parent_id HAVING sum(percent) > 10000) over".to_owned()),
        ("an accepted company's members are accepted", "SELECT count(*) FROM relations r JOIN customers p ON p.id = r.parent_id JOIN customers c ON c.id = r.child_id WHERE p.kyc = 'validated' AND c.kyc <> 'validated'".to_owned()),
        ("a company has a representative", "SELECT count(*) FROM customers c WHERE kind = 'legal' AND NOT EXISTS (SELECT FROM relations r WHERE r.parent_id = c.id AND r.role = 'legal_representative')".to_owned()),
        ("an accepted customer has every paper accepted", "SELECT count(*) FROM customers c JOIN documents d ON d.customer_id = c.id WHERE c.kyc = 'validated' AND d.status <> 'validated'".to_owned()),
        ("nobody validated is due", format!("SELECT count(*) FROM customers WHERE kyc = 'validated' AND next_review_on - interval '3 months' < '{}'::date", present().date_naive())),
        ("a refused customer knows when", "SELECT count(*) FROM customers WHERE (kyc IN ('refused', 'canceled')) <> (refused_at IS NOT NULL)".to_owned()),
        ("a customer's entries begin with its arrival", "SELECT count(*) FROM customers c WHERE (SELECT action FROM audit_entries e WHERE e.customer_id = c.id ORDER BY at, id LIMIT 1) <> 'customer.added'".to_owned()),
    ] {
        assert_eq!(number(conn, &rule), 0, "{what}");
    }
}

#[test]
fn every_move_in_the_log_is_lawful_and_ends_where_the_customer_stands() {
    let database = cluster::database();
    fill(&database, 2);
    let (mut conn, _) = open(&database);
    let moves = words(
        &mut conn,
        "SELECT DISTINCT changes->'kyc'->>'before' || ' ' || (changes->'kyc'->>'after') AS word
         FROM audit_entries WHERE action IN ('customer.moved', 'customer.overridden')",
    );
    assert!(moves.len() >= 8, "{moves:?}");
    for told in moves {
        let lawful = MOVES
            .iter()
            .any(|(from, _, to)| told == format!("{from} {to}"));
        assert!(lawful, "{told}");
    }
    let astray = number(
        &mut conn,
        "SELECT count(*) FROM customers c JOIN LATERAL (SELECT changes->'kyc'->>'after' AS kyc FROM audit_entries e
            WHERE e.customer_id = c.id AND e.action IN ('customer.moved', 'customer.overridden') ORDER BY at DESC, id DESC LIMIT 1) e ON true
         WHERE e.kyc <> c.kyc",
    );
    assert_eq!(astray, 0);
}

#[test]
fn the_chain_is_valid_and_new_entries_are_linked_again() {
    let database = cluster::database();
    let Filled::Now { entries, .. } = fill(&database, 3) else {
        panic!("it was not filled");
    };
    let (mut conn, organisation) = open(&database);
    let verdict = verify::verify(
        &mut conn,
        organisation.id,
        Box::new(std::iter::empty()),
        None,
        &mut |_| {},
    )
    .expect("the chain to be read");
    assert!(verdict.findings.is_empty(), "{:?}", verdict.findings);
    assert_eq!(
        verdict.head.map(|head| head.sequence),
        i64::try_from(entries).ok()
    );
    let states = words(
        &mut conn,
        "SELECT DISTINCT tgenabled::text AS word FROM pg_trigger WHERE tgname = 'audit_entries_link'",
    );
    assert_eq!(
        states,
        ["A"],
        "the trigger fires always, on the table and on every month of it"
    );
}

#[derive(QueryableByName)]
struct SealedDetail {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    detail_key: Uuid,
    #[diesel(sql_type = Binary)]
    wrapped: Vec<u8>,
    #[diesel(sql_type = Binary)]
    detail: Vec<u8>,
    #[diesel(sql_type = Text)]
    name: String,
}

#[test]
fn what_is_personal_in_the_log_opens_with_the_customers_own_key() {
    let database = cluster::database();
    fill(&database, 4);
    let (mut conn, organisation) = open(&database);
    let key = secret()
        .organisation_keys()
        .unwrap_key(&organisation.wrapped_key, organisation.id)
        .expect("the organisation's key");
    let sealed = sql_query(
        "SELECT e.id, e.detail_key, k.wrapped, e.detail, coalesce(c.legal_name, c.last_name) AS name FROM audit_entries e
         JOIN data_keys k ON k.id = e.detail_key JOIN customers c ON c.id = e.customer_id AND c.data_key = k.id
         WHERE e.action = 'customer.added' ORDER BY e.at LIMIT 20",
    )
    .load::<SealedDetail>(&mut conn)
    .expect("entries");
    assert_eq!(sealed.len(), 20);
    for row in sealed {
        let own = Keys::unwrap_data_key(&key, DataKeyId(row.detail_key), &row.wrapped)
            .expect("the customer's key");
        let detail = own
            .entry_key(row.id)
            .open(row.id, Sealed::Detail, &row.detail)
            .expect("the detail");
        assert!(
            detail.contains(&row.name),
            "{detail} does not name {}",
            row.name
        );
    }
}

#[test]
fn a_second_fill_changes_nothing_and_four_people_know_the_password() {
    let database = cluster::database();
    fill(&database, 5);
    let (mut conn, _) = open(&database);
    let before = tables(&mut conn);
    let count = i64::try_from(CUSTOMERS).expect("a number");
    assert_eq!(fill(&database, 6), Filled::Before(count));
    assert_eq!(before, tables(&mut conn));
    let emails = words(
        &mut conn,
        "SELECT email AS word FROM staff s JOIN sign_ins i ON i.staff_id = s.id ORDER BY 1",
    );
    let mut expected: Vec<&str> = PEOPLE.iter().map(|(email, ..)| *email).collect();
    expected.sort_unstable();
    assert_eq!(emails, expected);
    for hash in words(&mut conn, "SELECT password_hash AS word FROM staff") {
        assert_eq!(
            password::verify(PASSWORD, Some(&hash)).expect("a verdict"),
            Verdict::Right
        );
    }
    assert_eq!(
        words(&mut conn, "SELECT password_hash AS word FROM staff").len(),
        4
    );
}
