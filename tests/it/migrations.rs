//! Migrations can be taken back: down and up again leaves the same schema. And those that fill what they add find the rows
//! of every tenant.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{connection::SimpleConnection as _, prelude::*, sql_query, sql_types::Text};
use diesel_migrations::MigrationHarness as _;
use uuid::Uuid;
use vouch::{
    db::migrations::MIGRATIONS,
    schema::{customers, kyc_begun, reviews},
};

use crate::support::{Tenant, TestApp, cluster, make};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// All that a migration may make, one line a thing: columns, constraints, indexes, policies, triggers, functions,
/// grants, sequences, settings of tables.
const INVENTORY: &str = "
    WITH ours AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relname LIKE '\\_\\_diesel%')
    SELECT format('relation %s %s %s rls=%s force=%s acl=%s options=%s owner=%s', relkind, relname, relpersistence, relrowsecurity,
        relforcerowsecurity, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a), reloptions, relowner::regrole) AS line FROM ours
    UNION ALL SELECT format('column %s.%s %s not null=%s default=%s generated=%s acl=%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attacl)
        FROM ours c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v')
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    UNION ALL SELECT format('constraint %s on %s: %s', k.conname, c.relname, pg_get_constraintdef(k.oid)) FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid
    UNION ALL SELECT format('index %s', pg_get_indexdef(i.indexrelid)) FROM ours c JOIN pg_index i ON i.indrelid = c.oid
    UNION ALL SELECT format('policy %s on %s %s to %s using %s check %s', p.polname, c.relname, p.polcmd,
        (SELECT array_agg(r::regrole::text ORDER BY r::regrole::text) FROM unnest(p.polroles) r), pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        FROM ours c JOIN pg_policy p ON p.polrelid = c.oid
    UNION ALL SELECT format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled) FROM ours c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    UNION ALL SELECT format('function owner=%s acl=%s %s', p.proowner::regrole, p.proacl, pg_get_functiondef(p.oid)) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') AND p.proname NOT LIKE 'diesel\\_%'
    UNION ALL SELECT format('extension %s', extname) FROM pg_extension
    UNION ALL SELECT format('type %s %s', t.typname, t.typtype) FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
    ORDER BY 1";

#[test]
fn down_and_up_again_leaves_the_same_schema() {
    let database = cluster::database();
    let mut owner = database.owner();
    let inventory = |owner: &mut diesel::PgConnection| -> Vec<String> {
        sql_query(INVENTORY)
            .load::<Line>(owner)
            .expect("the inventory")
            .into_iter()
            .map(|found| found.line)
            .collect()
    };
    let before = inventory(&mut owner);
    assert!(
        before.iter().any(|line| line.starts_with("policy ")),
        "the inventory sees policies"
    );

    let taken_back = owner
        .revert_all_migrations(MIGRATIONS)
        .expect("every down.sql");
    assert!(taken_back.len() >= 3);
    let left: Vec<String> = inventory(&mut owner)
        .into_iter()
        .filter(|line| !line.starts_with("extension "))
        .collect();
    assert!(
        left.is_empty(),
        "left behind by down.sql:\n{}",
        left.join("\n")
    );

    owner
        .batch_execute("SET client_min_messages = warning")
        .expect("a setting");
    owner
        .run_pending_migrations(MIGRATIONS)
        .expect("up again, on what down left");
    let after = inventory(&mut owner);
    let missing: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    let added: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert!(
        missing.is_empty() && added.is_empty(),
        "missing: {missing:#?}\nadded: {added:#?}"
    );
}

/// Takes migrations back until this one is gone: what is left is the schema as it was before it.
fn before(owner: &mut PgConnection, version: &str) {
    loop {
        let gone = owner
            .revert_last_migration(MIGRATIONS)
            .expect("its down.sql");
        if gone.to_string().ends_with(version) {
            return;
        }
    }
}

/// A customer who stands there, and when a review of them was last asked for.
fn customer(
    app: &TestApp,
    tenant: &Tenant,
    kyc: &'static str,
    asked: Option<DateTime<Utc>>,
) -> Uuid {
    let customer = make::customer_of(app, tenant, |new| new.kyc = kyc);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::last_request_at.eq(asked))
        .execute(&mut app.owner_of(tenant))
        .expect("the request");
    customer
}

/// A round that waits for its customer since then, or that nobody has looked at.
fn round(app: &TestApp, tenant: &Tenant, customer: Uuid, paused: Option<DateTime<Utc>>) -> Uuid {
    let (review, _) = make::review_of(app, tenant, customer, |new| {
        if paused.is_some() {
            (new.state, new.paused_at) = ("waiting", paused);
        }
    });
    review
}

/// `looked_at` (when rounds were looked at) and `begun` (when each present round began) are told by what was there before
/// them; the owner, who migrates, is no tenant, and both walls stand again afterwards.
#[test]
fn rows_from_before_are_filled_in_for_every_tenant_and_the_walls_stand_again() {
    let app = TestApp::start();
    let mut owner = app.database.owner();
    before(&mut owner, "002660");
    let now = app.clock.now();
    let (asked, paused) = (now - TimeDelta::days(3), now - TimeDelta::hours(5));
    for tenant in [&app.acme, &app.other] {
        customer(&app, tenant, "none", None);
        let waits = customer(&app, tenant, "incomplete", Some(asked));
        round(&app, tenant, waits, Some(paused));
        let open = customer(&app, tenant, "pending", Some(asked));
        round(&app, tenant, open, None);
        // Brought here with a KYC; nobody ever asked.
        customer(&app, tenant, "validated", None);
    }

    owner
        .batch_execute("SET client_min_messages = warning")
        .expect("a setting");
    owner
        .run_pending_migrations(MIGRATIONS)
        .expect("up again, over rows");
    for tenant in [&app.acme, &app.other] {
        let mut owner = app.owner_of(tenant);
        let mut looked: Vec<(String, Vec<DateTime<Utc>>)> = reviews::table
            .select((reviews::state, reviews::looked))
            .load(&mut owner)
            .expect("rounds");
        looked.sort_unstable();
        let expected = [
            ("open".to_owned(), Vec::new()),
            ("waiting".to_owned(), vec![paused]),
        ];
        assert_eq!(looked, expected);
        let child = customers::id.eq(kyc_begun::customer_id);
        let mut begun: Vec<(String, DateTime<Utc>)> = kyc_begun::table
            .inner_join(customers::table.on(child))
            .select((customers::kyc, kyc_begun::at))
            .load(&mut owner)
            .expect("beginnings");
        begun.sort_unstable();
        let expected = [
            ("incomplete", asked),
            ("pending", asked),
            ("validated", now),
        ]
        .map(|(kyc, at)| (kyc.to_owned(), at));
        assert_eq!(begun, expected, "of who has not begun there is none");
    }
    let walls: i64 = sql_query(
        "SELECT count(*) AS n FROM pg_class WHERE relname IN ('reviews', 'customers', 'kyc_begun')
            AND relrowsecurity AND relforcerowsecurity",
    )
    .get_result::<Number>(&mut owner)
    .expect("the walls")
    .n;
    assert_eq!(walls, 3);
    // From here on the triggers go on with it.
    let moved = customer(&app, &app.acme, "draft", None);
    let at: DateTime<Utc> = kyc_begun::table
        .filter(kyc_begun::customer_id.eq(moved))
        .select(kyc_begun::at)
        .first(&mut app.owner())
        .expect("its beginning");
    assert_eq!(at, now);
}
