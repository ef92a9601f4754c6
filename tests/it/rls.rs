//! The second wall: without a tenant the application's role sees nothing of anybody, and the server refuses a database
//! or a role that could reach around the wall.

use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl as _,
    connection::SimpleConnection as _,
    sql_query,
    sql_types::{BigInt, Text},
};
use vouch::db::roles::{self, RolesError};

use crate::support::{Persona, TestApp, app::enter, cluster, make};

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Looked up before a tenant is known, by exact hash or by the worker; they hold nothing personal.
const WITHOUT_WALL: &[&str] = &[
    "credential_index",
    "jobs",
    "onboard_index",
    "sessions",
    "sign_ins",
    "uploads",
    "webhook_lanes",
    "webhook_queue",
];

/// All tables that belong to tenants, partitions by their own names too.
fn tenants_tables(conn: &mut PgConnection) -> Vec<String> {
    let tables: Vec<Name> = sql_query(
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' ORDER BY 1",
    )
    .load(conn)
    .expect("the tables");
    let names: Vec<String> = tables.into_iter().map(|table| table.name).collect();
    assert!(names.len() > 15, "the catalogue was not read");
    names
        .into_iter()
        .filter(|name| !WITHOUT_WALL.contains(&name.as_str()))
        .collect()
}

/// How many rows are seen; none where the table may not even be asked.
fn seen(conn: &mut PgConnection, table: &str, condition: &str) -> i64 {
    match sql_query(format!(
        "SELECT count(*) AS n FROM {table} WHERE {condition}"
    ))
    .get_result::<Count>(conn)
    {
        Ok(count) => count.n,
        Err(error) => {
            assert!(
                error.to_string().contains("permission denied"),
                "{table}: {error}"
            );
            0
        }
    }
}

fn filled() -> TestApp {
    let app = TestApp::start();
    for tenant in [&app.acme, &app.other] {
        let customer = make::customer_of(&app, tenant, |_| {});
        make::verification_of(&app, tenant, customer, |_| {});
    }
    make::note(&app, make::company(&app, "Falcão & Filhos"), "Called them.");
    let mut browser = app.browser();
    for (persona, password) in [
        (Persona::Officer, crate::support::PASSWORD),
        (Persona::Other, "wrong"),
    ] {
        browser.post(
            "/login",
            &[("email", persona.email()), ("password", password)],
        );
    }
    app
}

#[test]
fn without_a_tenant_no_row_of_any_tenant_is_seen() {
    let app = filled();
    let mut conn = app.database.app();
    let mut full = 0;
    for table in tenants_tables(&mut conn) {
        assert_eq!(
            seen(&mut conn, &table, "true"),
            0,
            "{table} without a tenant"
        );
        for tenant in [&app.acme, &app.other] {
            full += i64::from(seen(&mut app.owner_of(tenant), &table, "true") > 0);
        }
    }
    assert!(full > 12, "the tables are full, and still nothing was seen");
}

#[test]
fn even_the_owner_sees_no_row_without_naming_the_tenant() {
    let app = filled();
    let mut owner = app.database.owner();
    let tables = tenants_tables(&mut owner);
    for table in &tables {
        assert_eq!(seen(&mut owner, table, "true"), 0, "{table} as the owner");
    }
    // It is a member of the definer, which the migrations need, and becomes it only on purpose.
    owner
        .batch_execute("SET ROLE vouch_definer")
        .expect("a member");
    let full = tables
        .iter()
        .filter(|table| seen(&mut owner, table, "true") > 0)
        .count();
    assert!(full > 6, "the tables are full, and still nothing was seen");
}

#[test]
fn within_a_tenant_no_row_of_another_is_seen_or_written() {
    let app = filled();
    let mut conn = app.database.app();
    enter(&mut conn, app.acme.id);
    for table in tenants_tables(&mut conn) {
        let foreign = format!("organisation_id <> '{}'", app.acme.id);
        assert_eq!(seen(&mut conn, &table, &foreign), 0, "{table} within Acme");
    }
    let refused = conn.batch_execute(&format!(
        "INSERT INTO notes (organisation_id, id, customer_id, body, written_by, created_at) \
         SELECT '{}', gen_random_uuid(), customer_id, body, written_by, created_at FROM notes",
        app.other.id
    ));
    let error = refused.expect_err("a note in another tenant").to_string();
    assert!(error.contains("row-level security"), "{error}");
}

#[test]
fn every_tenant_s_table_has_the_wall_even_for_its_owner() {
    let database = cluster::database();
    let mut owner = database.owner();
    let unwalled: Vec<Name> = sql_query(
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p' \
         AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1",
    )
    .load(&mut owner)
    .expect("the tables");
    let unexplained: Vec<String> = unwalled
        .into_iter()
        .map(|table| table.name)
        .filter(|name| !WITHOUT_WALL.contains(&name.as_str()))
        .collect();
    assert!(
        unexplained.is_empty(),
        "no forced row-level security: {unexplained:?}"
    );
}

#[test]
fn the_application_may_not_rewrite_or_empty_the_audit_log() {
    let app = filled();
    let mut conn = app.database.app();
    enter(&mut conn, app.acme.id);
    for statement in [
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DELETE FROM audit_links",
        "UPDATE audit_links SET chain_hash = content_hash",
        "DELETE FROM audit_heads",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        "DROP TABLE audit_links",
        "CREATE TABLE mine (a int)",
    ] {
        assert!(conn.batch_execute(statement).is_err(), "{statement}");
    }
}

#[test]
fn the_application_may_not_change_what_was_said_nor_begin_at_the_end() {
    let app = filled();
    let hit: uuid::Uuid = {
        let customer = make::customer(&app, |new| new.kyc = "pending");
        make::open_review(&app, customer, 1);
        make::proposal(&app, &app.acme, customer);
        make::document(&app, customer, "ADDRESS_PROOF");
        make::key(&app, &app.acme);
        make::hit(&app, &app.acme, customer)
    };
    let mut owner = app.owner();
    for statement in [
        "UPDATE reviews SET state = 'decided', decision = 'validated', decided_at = now() WHERE state = 'open'".to_owned(),
        format!("UPDATE hits SET state = 'confirmed', settled_kind = 'clock', settled_at = now(), sealed_reason = 'x' WHERE id = '{hit}'"),
        "UPDATE credentials SET revoked_at = now()".to_owned(),
    ] {
        owner.batch_execute(&statement).expect("what was said");
    }
    for (statement, said) in [
        (
            "UPDATE reviews SET decision = 'refused' WHERE state = 'decided'",
            "written once",
        ),
        (
            "UPDATE reviews SET decided_by = gen_random_uuid() WHERE state = 'decided'",
            "written once",
        ),
        ("UPDATE proposals SET body = '{}'", "written once"),
        (
            "UPDATE documents SET customer_id = gen_random_uuid()",
            "written once",
        ),
        (
            "UPDATE documents SET storage_key = 'elsewhere', status = 'validated'",
            "written once",
        ),
        (
            "UPDATE credentials SET permissions = '{admin}'",
            "written once",
        ),
        ("UPDATE credentials SET revoked_at = NULL", "written once"),
        (
            "INSERT INTO hits SELECT (jsonb_populate_record(h, jsonb_build_object('id', gen_random_uuid(), 'entry_id', 'Q2'))).* FROM hits h WHERE state = 'confirmed' LIMIT 1",
            "does not begin as confirmed",
        ),
    ] {
        let mut conn = app.database.app();
        enter(&mut conn, app.acme.id);
        let error = conn
            .batch_execute(statement)
            .expect_err(statement)
            .to_string();
        assert!(error.contains(said), "{statement}: {error}");
    }
    let mut conn = app.database.app();
    enter(&mut conn, app.acme.id);
    let gone = sql_query("DELETE FROM hits WHERE state = 'confirmed'").execute(&mut conn);
    assert_eq!(gone.ok(), Some(0), "what somebody looked at stays");
}

#[test]
fn whoever_may_make_temporary_tables_reads_nothing_by_a_definers_rights() {
    let database = cluster::database();
    let loose: Vec<Name> = sql_query(
        "SELECT p.proname::text AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef \
         AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%pg_temp')",
    )
    .load(&mut database.owner())
    .expect("the functions");
    let loose: Vec<String> = loose.into_iter().map(|one| one.name).collect();
    assert!(
        loose.is_empty(),
        "temporary objects come first in {loose:?}"
    );
}

#[test]
fn the_server_refuses_a_role_or_a_table_that_goes_around_the_wall() {
    let database = cluster::database();
    roles::check_serving_role(&database.app_url).expect("the application's role is good");

    let superuser = database.app_url.replace("user=vouch_app", "user=postgres");
    for mighty in [&superuser, &database.owner_url] {
        assert!(matches!(
            roles::check_serving_role(mighty),
            Err(RolesError::TooMighty { .. })
        ));
    }

    let mut owner = PgConnection::establish(&database.owner_url).expect("the owner");
    for (statement, walled) in [
        ("CREATE TABLE stray (organisation_id uuid NOT NULL)", false),
        ("ALTER TABLE stray ENABLE ROW LEVEL SECURITY", false),
        ("ALTER TABLE stray FORCE ROW LEVEL SECURITY", true),
        ("ALTER TABLE customers NO FORCE ROW LEVEL SECURITY", false),
    ] {
        owner.batch_execute(statement).expect(statement);
        let checked = roles::check_serving_role(&database.app_url);
        assert_eq!(checked.is_ok(), walled, "{statement}: {checked:?}");
        assert!(
            walled || matches!(checked, Err(RolesError::NoWall(_))),
            "{statement}"
        );
    }
}
