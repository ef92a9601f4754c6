//! `Idempotency-Key` on the POST of this face.

use diesel::prelude::*;

use super::*;

/// The same request under a name; each time signed anew.
fn named(ours: &Machine<'_>, names: &[&str], body: &Value) -> Answer {
    let (nonce, body) = (ours.app.clock.new_id().to_string(), body.to_string());
    let mut headers = ours.signed("POST", "/v1/customers", &body, Some(&nonce));
    for name in names {
        headers.push(("idempotency-key", (*name).to_owned()));
    }
    send(ours.app, "POST", "/v1/customers", &headers, &body)
}

#[test]
fn the_same_request_under_one_name_makes_one_customer() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let count = || -> i64 {
        vouch::schema::customers::table
            .count()
            .get_result(&mut app.owner())
            .expect("a count")
    };
    let body = json!({"lastName": "Johnson"});
    let first = named(&ours, &["\"order-1\""], &body);
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (200, None)
    );
    app.clock.advance(chrono::TimeDelta::hours(23));
    let again = named(&ours, &["order-1"], &body);
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = named(&ours, &["order-1"], &json!({"lastName": "Jones"}));
    assert_eq!(other.error(), (422, "idempotency_key_reused"));
    for wrong in [
        &["order-2", "order-3"][..],
        &["commande-é"],
        &["\"\""],
        &[&"x".repeat(256)],
    ] {
        let refused = named(&ours, wrong, &body);
        assert_eq!(refused.error(), (400, "invalid_request"), "{wrong:?}");
    }
    assert_eq!(count(), 1);
    app.clock.advance(chrono::TimeDelta::hours(2));
    assert_eq!(named(&ours, &["order-1"], &body).status, 200);
    assert_eq!(count(), 2, "a day later the name is free");
}

#[test]
fn while_the_first_is_at_work_the_second_is_told_so() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let body = json!({"orgId": "oslo", "lastName": "Berg"});
    // Whoever is adding a branch holds the first one up.
    let mut busy = app.owner();
    let lock = format!("branch codes {}", app.acme.id);
    diesel::connection::SimpleConnection::batch_execute(
        &mut busy,
        &format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('{lock}', 0))"),
    )
    .expect("a lock");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| named(&ours, &["order-1"], &body));
        // The first holds its name once it waits for the lock.
        let waits = || -> i64 {
            diesel::sql_query(
                "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            )
            .get_result::<Count>(&mut app.owner())
            .expect("the locks")
            .n
        };
        let begun = std::time::Instant::now();
        while waits() == 0 && begun.elapsed().as_secs() < 1 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let second = named(&ours, &["order-1"], &body);
        assert_eq!(second.error(), (409, "conflict"));
        assert!(second.message().contains("still at work"));
        diesel::connection::SimpleConnection::batch_execute(&mut busy, "ROLLBACK").expect("let go");
        let first = first.join().expect("an answer");
        assert_eq!(first.status, 200, "{}", first.body);
        let third = named(&ours, &["order-1"], &body);
        assert_eq!(third.header("idempotent-replayed"), Some("true"));
    });
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

#[test]
fn where_the_answer_cannot_be_kept_nothing_is_done() {
    use vouch::schema::{branches, customers, idempotency_records as records};
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    // It would make a branch besides the customer.
    let body = json!({"orgId": "oslo", "lastName": "Berg"});
    let there = || -> [i64; 3] {
        let mut owner = app.owner();
        [
            customers::table.count().get_result(&mut owner),
            branches::table.count().get_result(&mut owner),
            records::table.count().get_result(&mut owner),
        ]
        .map(|count| count.expect("a count"))
    };
    let before = (there(), app.actions());
    make::forgetful(&app, true);
    let failed = named(&ours, &["order-1"], &body);
    assert_eq!(failed.error().0, 500, "{}", failed.body);
    assert_eq!((there(), app.actions()), before);
    make::forgetful(&app, false);
    let made = named(&ours, &["order-1"], &body);
    assert_eq!(
        (made.status, made.header("idempotent-replayed")),
        (200, None)
    );
    let [customers, branches, records] = before.0;
    assert_eq!(there(), [customers + 1, branches + 1, records + 1]);
}
