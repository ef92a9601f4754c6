//! What machines of the operator ask: readiness and figures.

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};

use crate::support::{
    Persona, Response, TestApp,
    cluster::{self, TestDatabase},
    make,
};

const TOKEN: &str = "figures-are-for-the-operator";

/// Vouch's own way to a database, as a server would have it.
fn open(database: &TestDatabase, clock: vouch::clock::Clock) -> vouch::db::Db {
    let options = vouch::db::PoolOptions {
        url: database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: true,
    };
    let secret = vouch::seal::SecretKey::from_hex(&"0e".repeat(32)).expect("a key");
    vouch::db::Db::open(&options, clock, vouch::keys::Keys::new(secret))
}

fn superuser(database: &TestDatabase) -> PgConnection {
    let url = database.owner_url.replace("vouch_owner", "postgres");
    PgConnection::establish(&url).expect("the superuser")
}

fn metrics(app: &TestApp, token: Option<&str>) -> Response {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer
        .iter()
        .map(|value| ("authorization", value.as_str()))
        .collect();
    app.browser().request("GET", "/metrics", &headers, None)
}

#[test]
fn ready_is_a_server_whose_database_answers_and_it_says_what_the_log_would_take() {
    let app = TestApp::start();
    let ready = app.browser().get("/readyz");
    assert_eq!(ready.status, 200);
    assert!(
        ready
            .body
            .starts_with("ready\nlog_parameter_max_length: -1 (")
    );
    let mut owner = app.owner();
    let set = format!(
        "ALTER DATABASE {} SET log_parameter_max_length = 0",
        app.database.name
    );
    superuser(&app.database)
        .batch_execute(&set)
        .expect("a setting");
    // It counts for sessions that begin after it.
    let db = open(&app.database, app.clock.clone());
    let readiness =
        vouch::db::readiness::look(&mut db.connection().expect("a connection")).expect("an answer");
    assert_eq!(readiness.trouble, None);
    assert_eq!(readiness.log_parameter_max_length, "0");

    owner
        .batch_execute("ALTER TABLE notes NO FORCE ROW LEVEL SECURITY")
        .expect("a wall that falls");
    let refused = app.browser().get("/readyz");
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("its wall"), "{}", refused.body);
    owner
        .batch_execute("ALTER TABLE notes FORCE ROW LEVEL SECURITY")
        .expect("the wall again");
    assert_eq!(app.browser().get("/readyz").status, 200);
    owner
        .batch_execute(
            "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
        )
        .expect("an older schema");
    let behind = app.browser().get("/readyz");
    assert_eq!(behind.status, 503);
    assert_eq!(behind.header("retry-after"), Some("2"));
    assert!(behind.body.contains("vouch migrate"), "{}", behind.body);
    assert_eq!(app.browser().get("/healthz").status, 200);
}

#[test]
fn figures_are_for_who_has_the_token_and_nowhere_otherwise() {
    let without = TestApp::start();
    assert_eq!(metrics(&without, None).status, 404);
    assert_eq!(metrics(&without, Some("")).status, 404);

    let app = TestApp::start_with(cluster::database(), &[("VOUCH_METRICS_TOKEN", TOKEN)]);
    let missing = app.browser().get("/no/such/page");
    for wrong in [
        None,
        Some(""),
        Some("figures"),
        Some("FIGURES-ARE-FOR-THE-OPERATOR"),
    ] {
        let answer = metrics(&app, wrong);
        assert_eq!(answer.status, 404, "{wrong:?}");
        assert_eq!(answer.texts("h1"), missing.texts("h1"));
        assert!(!answer.body.contains("vouch_requests_total"));
    }
    let posted = app.browser().request(
        "POST",
        "/metrics",
        &[("authorization", &format!("Bearer {TOKEN}"))],
        None,
    );
    assert_eq!(posted.status, 404);
    assert_eq!(metrics(&app, Some(TOKEN)).status, 200);
}

#[test]
fn figures_count_routes_and_name_nobody() {
    let app = TestApp::start_with(cluster::database(), &[("VOUCH_METRICS_TOKEN", TOKEN)]);
    let customer = make::customer(&app, |new| new.last_name = Some("Falcão".to_owned()));
    let mut officer = app.sign_in(Persona::Officer);
    for _ in 0..3 {
        assert_eq!(officer.get(&format!("/customers/{customer}")).status, 200);
    }
    assert_eq!(app.browser().get("/customers").status, 303);
    assert_eq!(officer.get("/ana@example.org?name=Falc%C3%A3o").status, 404);
    assert_eq!(officer.get("/readyz").status, 200);
    let page = metrics(&app, Some(TOKEN));
    assert_eq!(
        page.header("content-type"),
        Some("text/plain; version=0.0.4; charset=utf-8")
    );
    for line in [
        r#"vouch_requests_total{route="/customers/{id}",method="GET",status="2xx"} 3"#,
        r#"vouch_requests_total{route="/customers",method="GET",status="3xx"} 1"#,
        r#"vouch_requests_total{route="(none)",method="GET",status="4xx"} 1"#,
        r#"vouch_request_seconds_count{route="/customers/{id}",method="GET"} 3"#,
        r#"vouch_pool_connections{pool="hashing",state="busy"} 0"#,
        "vouch_requests_at_once 4",
        "vouch_requests_running 0",
        "vouch_exports_running 0",
        "vouch_hashing_waiting 0",
        "vouch_audit_unsigned_entries 0",
        "vouch_audit_broken_chains 0",
    ] {
        assert!(
            page.body.lines().any(|found| found == line),
            "{line} in {}",
            page.body
        );
    }
    for told in [
        &customer.to_string(),
        "ana@",
        "Falc",
        "officer",
        &app.acme.id.to_string(),
    ] {
        assert!(!page.body.contains(told), "{told} in {}", page.body);
    }
    // What Prometheus reads: every sample belongs to a family that was announced before it.
    let mut family = String::new();
    for line in page.body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            family = rest.split(' ').next().unwrap_or_default().to_owned();
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(name.starts_with(&family), "{line} after {family}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}

#[test]
fn the_audit_logs_lag_is_counted_and_a_broken_chain_is_a_figure() {
    use crate::audit_chain::{commit, entry};
    use vouch::{audit::witness, clock::Clock, gauges::Gauges};
    let database = cluster::database();
    let installation = uuid::Uuid::nil();
    let mut app = database.app();
    let mut write = || commit(&mut app, installation, &[entry(installation)]).expect("an entry");
    let db = open(&database, Clock::system());
    let directory = tempfile::tempdir().expect("a directory");
    let gauges = Gauges::default();
    let look = || {
        witness::look_at_all(&db, directory.path(), "test", &gauges).expect("a look");
        let seen = gauges.seen();
        (seen.unsigned, seen.broken)
    };
    write();
    assert_eq!(look(), (0, 0));
    assert!(gauges.seen().looked_at > 0);
    // More, sooner than the next checkpoint is due.
    write();
    write();
    assert_eq!(look(), (2, 0));
    superuser(&database)
        .batch_execute(
            "SET session_replication_role = replica; ALTER TABLE audit_links DISABLE TRIGGER ALL; \
             DELETE FROM audit_verifications; UPDATE audit_links SET content_hash = sha256('x')",
        )
        .expect("an attack");
    assert_eq!(look().1, 1);
}

#[test]
fn a_third_export_at_once_is_asked_to_come_back_and_takes_nothing() {
    let app = TestApp::start();
    make::customer(&app, |_| {});
    let mut owner = app.owner();
    owner
        .batch_execute("BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        .expect("a lock that exports wait for");
    let (sender, answers) = std::sync::mpsc::channel();
    let mut statuses = Vec::new();
    std::thread::scope(|scope| {
        for persona in [Persona::Auditor, Persona::Officer, Persona::Admin] {
            let mut browser = app.sign_in(persona);
            let sender = sender.clone();
            scope.spawn(move || sender.send(browser.get("/customers.csv")));
        }
        // The others' bodies come when the lock goes.
        let refused: Response = answers.recv().expect("an answer");
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert_eq!(refused.header("retry-after"), Some("10"));
        assert!(
            refused
                .text()
                .contains("Two exports are being written already.")
        );
        owner.batch_execute("COMMIT").expect("the lock to go");
        for _ in 0..2 {
            let answer = answers.recv().expect("an answer");
            statuses.push((answer.status, answer.body.lines().count()));
        }
    });
    assert_eq!(statuses, [(200, 2), (200, 2)]);
    let exported = app.actions();
    assert_eq!(exported, ["customers.exported", "customers.exported"]);
    // Their turns came back with their connections.
    for _ in 0..3 {
        assert_eq!(
            app.sign_in(Persona::Auditor).get("/customers.csv").status,
            200
        );
    }
}
