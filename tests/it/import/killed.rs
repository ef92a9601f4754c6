//! `vouch import` that is killed while it is at work.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use diesel::{
    sql_query,
    sql_types::{BigInt, Integer},
};

use super::*;

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(app: &TestApp, query: &str) -> i64 {
    sql_query(query)
        .get_result::<Number>(&mut app.owner())
        .expect("a number")
        .n
}

/// The connection that waits for the heads of the chains.
fn waits(app: &TestApp) -> Option<i32> {
    sql_query(
        "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'audit_heads'::regclass
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .get_result::<Waiting>(&mut app.owner())
    .optional()
    .expect("whoever waits")
    .map(|one| one.pid)
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_program_that_is_killed_halfway_leaves_nothing_and_run_again_it_does_all_of_it() {
    const ROWS: usize = 4_500;
    let app = start();
    let path = app.folder.path().join("people.csv");
    std::fs::write(&path, many(ROWS)).expect("a file");
    let acme = app.acme.id.to_string();
    let asked = [
        path.to_str().expect("a path"),
        "--organisation",
        acme.as_str(),
    ];
    let keys = || number(&app, "SELECT count(*) AS n FROM data_keys");
    let before = keys();
    // Once all is written, it waits for its entries' places in the chain.
    let mut held = app.owner();
    held.batch_execute("BEGIN; LOCK TABLE audit_heads IN EXCLUSIVE MODE")
        .expect("a lock");
    let mut child = command(&app, &asked)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let pid = until("it does not come to the chain", || waits(&app));
    // As `kill -9` does.
    child.kill().expect("its end");
    child.wait().expect("its end");
    held.batch_execute("ROLLBACK").expect("no lock");
    // What the database had in hand for it goes on until it is seen that nobody is there.
    let there = format!("SELECT count(*) AS n FROM pg_stat_activity WHERE pid = {pid}");
    until("its connection stays", || {
        (number(&app, &there) == 0).then_some(())
    });
    assert!(names(&app).is_empty());
    assert!(app.actions().is_empty());
    assert_eq!(keys(), before, "nor keys of theirs");
    assert_eq!(number(&app, "SELECT count(*) AS n FROM import_rows"), 0);

    let done = vouch(&app, &asked);
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{complaint}");
    assert_eq!(names(&app).len(), ROWS);
    assert_eq!(chain(&app), 4_501);
}
