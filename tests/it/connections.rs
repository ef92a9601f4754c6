//! Connections as an operator may set them up: with options of their own, and behind a pooler.

use std::time::Duration;

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{BigInt, Text},
};
use vouch::{
    access::scope::Scope,
    db::{Db, PoolOptions},
    keys::Keys,
    organisations,
    value::OrganisationId,
};

use crate::support::{Persona, TestApp, cluster, make};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn open(app: &TestApp, url: String, statement_cache: bool) -> Db {
    let options = PoolOptions {
        url,
        size: 1,
        wait: Duration::from_secs(5),
        statement_cache,
    };
    Db::open(&options, app.clock.clone(), Keys::new(app.secret.clone()))
}

#[test]
fn options_in_the_address_hold_beside_ours() {
    let app = TestApp::start();
    let url = format!(
        "{}&options=-c%20work_mem%3D5MB%20-c%20lock_timeout%3D9s&application_name=desk",
        app.database.app_url
    );
    let db = open(&app, url, true);
    let setting = |name: &str| {
        let scope = Scope::system(OrganisationId(app.acme.id));
        let read = db.connection().expect("a connection").read(&scope, |tx| {
            let setting = format!("SELECT current_setting('{name}') AS word");
            Ok(sql_query(setting).get_result::<Word>(tx.conn())?.word)
        });
        read.expect("the setting")
    };
    assert_eq!(setting("work_mem"), "5MB");
    assert_eq!(setting("application_name"), "desk");
    assert_eq!(setting("statement_timeout"), "5s");
    assert_eq!(setting("lock_timeout"), "2s", "ours win");
}

/// How many statements a connection keeps after two transactions that read.
fn kept(app: &TestApp, statement_cache: bool) -> i64 {
    let db = open(app, app.database.app_url.clone(), statement_cache);
    let scope = Scope::system(OrganisationId(app.acme.id));
    let mut conn = db.connection().expect("a connection");
    for _ in 0..2 {
        let branches = conn.read(&scope, organisations::store::branches);
        assert_eq!(branches.expect("branches").len(), 3);
    }
    let kept = conn.read(&scope, |tx| {
        let kept = "SELECT count(*) AS n FROM pg_prepared_statements";
        Ok(sql_query(kept).get_result::<Number>(tx.conn())?.n)
    });
    kept.expect("a count")
}

#[test]
fn without_the_statement_cache_nothing_is_kept_and_pages_are_served() {
    let off = [("VOUCH_STATEMENT_CACHE", "off")];
    let app = TestApp::start_with(cluster::database(), &off);
    assert!(kept(&app, true) > 0);
    assert_eq!(kept(&app, false), 0);
    let customer = make::customer(&app, |_| {});
    let mut admin = app.sign_in(Persona::Admin);
    for _ in 0..2 {
        for path in [
            "/",
            "/customers",
            "/verifications",
            "/audit",
            "/settings/staff",
        ] {
            assert_eq!(admin.get(path).status, 200, "{path}");
        }
        assert_eq!(admin.get(&format!("/customers/{customer}")).status, 200);
        let note = [("body", "Asked for the second page.")];
        let noted = admin.post(&format!("/customers/{customer}/notes"), &note);
        assert_eq!(noted.status, 303, "{}", noted.text());
    }
}
