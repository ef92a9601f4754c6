//! Migrations can be taken back: down and up again leaves the same schema.

use diesel::{
    QueryableByName, RunQueryDsl as _, connection::SimpleConnection as _, sql_query,
    sql_types::Text,
};
use diesel_migrations::MigrationHarness as _;
use vouch::db::migrations::MIGRATIONS;

use crate::support::cluster;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
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
