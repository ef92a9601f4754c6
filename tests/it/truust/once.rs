//! `Idempotency-Key` on every POST of the face.

use diesel::{QueryableByName, connection::SimpleConnection as _, sql_types::BigInt};
use vouch::schema::documents;

use super::*;

fn named(ours: &Machine<'_>, name: &str, target: &str, body: &Value) -> Answer {
    let body = match body {
        Value::Null => None,
        body => Some(body.to_string()),
    };
    ours.sent(("POST", target), &[("idempotency-key", name)], body)
}

#[test]
fn the_same_name_is_done_once_and_another_body_is_422() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let begun = make::customer(&app, |new| new.kyc = "draft");
    let paper_of = |pages| paper("ADDRESS_PROOF", make::pdf(pages).as_bytes());
    for (name, target, body, other) in [
        (
            "one",
            "/2.0/customers".to_owned(),
            json!({"email": "ana@mail.example"}),
            json!({"email": "rui@mail.example"}),
        ),
        (
            "two",
            format!("/2.0/customers/{customer}/verify"),
            person(),
            with(&person(), json!({"first_name": "Jane"})),
        ),
        (
            "three",
            format!("/2.0/verifications/{begun}/documents"),
            paper_of(1),
            paper_of(2),
        ),
    ] {
        let first = named(&ours, name, &target, &body);
        assert_eq!(first.status, 200, "{}", first.body);
        let said = app.actions();
        let again = named(&ours, &format!("\"{name}\""), &target, &body);
        assert_eq!((again.status, &again.body), (200, &first.body));
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        let reused = named(&ours, name, &target, &other);
        assert_eq!(reused.faults(), ["Idempotency-Key"]);
        assert_eq!(app.actions(), said);
        let bad = named(&ours, "", &target, &body);
        assert_eq!(bad.refused().0, 400);
    }
    let papers: i64 = documents::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(papers, 1);
    let files = std::fs::read_dir(app.folder.path().join("documents"))
        .expect("the store")
        .map(|folder| {
            let folder = folder.expect("a folder").path();
            std::fs::read_dir(folder).expect("a folder").count()
        });
    assert_eq!(
        files.sum::<usize>(),
        1,
        "nothing stays of what was replayed"
    );
}

#[test]
fn an_answer_to_what_changed_nothing_is_kept_too() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let target = format!("/2.0/customers/{customer}/verify");
    ours.verify(customer, &person()).ok();
    let first = named(&ours, "same", &target, &person());
    assert_eq!(first.status, 200);
    assert_eq!(first.header("idempotent-replayed"), None);
    let again = named(&ours, "same", &target, &person());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    let other = with(&person(), json!({"first_name": "Jane"}));
    let reused = named(&ours, "same", &target, &other);
    assert_eq!(reused.faults(), ["Idempotency-Key"]);
}

#[test]
fn what_failed_may_be_asked_again_under_its_name() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let target = format!("/2.0/verifications/{customer}/request");
    let none = named(&ours, "ask", &target, &Value::Null);
    assert_eq!(none.refused().0, 404);
    ours.verify(customer, &person()).ok();
    make::complete(&app, customer);
    let asked = named(&ours, "ask", &target, &Value::Null);
    assert_eq!(asked.ok()["status"], "PENDING");
    // An open review is no fault of whoever asks the same again.
    let again = named(&ours, "ask", &target, &Value::Null);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.ok()["status"], "PENDING");
}

#[test]
fn of_two_at_once_under_one_name_one_is_told_to_wait_or_answered_alike() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let body = json!({"email": "once@mail.example"});
    let start = std::sync::Barrier::new(2);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    named(&ours, "race", "/2.0/customers", &body)
                })
            })
            .collect();
        let done = racers.into_iter().map(|one| one.join().expect("a racer"));
        done.collect()
    });
    assert!(answers.iter().any(|answer| answer.status == 200));
    for answer in &answers {
        if answer.status != 200 {
            assert_eq!(answer.refused().0, 409, "{}", answer.body);
        }
    }
}

/// What is asked, of a customer and of one whose KYC has begun: each POST that has an effect on somebody.
fn posts(customer: Uuid, begun: Uuid) -> [(&'static str, String, Value); 3] {
    let paper = paper("ADDRESS_PROOF", make::pdf(1).as_bytes());
    [
        (
            "declare",
            format!("/2.0/customers/{customer}/verify"),
            person(),
        ),
        (
            "hand-in",
            format!("/2.0/verifications/{begun}/documents"),
            paper,
        ),
        (
            "request",
            format!("/2.0/verifications/{begun}/request"),
            Value::Null,
        ),
    ]
}

#[test]
fn what_was_answered_is_answered_again_also_when_the_customer_is_gone() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let begun = make::customer(&app, |new| new.kyc = "draft");
    let posts = posts(customer, begun);
    let first: Vec<Value> = posts
        .iter()
        .map(|(name, target, body)| named(&ours, name, target, body).ok())
        .collect();
    let into = make::customer(&app, |_| {});
    diesel::update(customers::table.filter(customers::id.eq_any([customer, begun])))
        .set(customers::merged_into.eq(into))
        .execute(&mut app.owner())
        .expect("a merge");
    let said = app.actions();
    for ((name, target, body), first) in posts.iter().zip(first) {
        let again = named(&ours, name, target, body);
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{name}");
        assert_eq!(again.ok(), first, "{name}");
        // Under another name, and for something else under this one, nobody is there.
        assert_eq!(
            named(&ours, "another", target, body).refused(),
            (404, "Not found")
        );
    }
    let other = paper("ADDRESS_PROOF", make::pdf(2).as_bytes());
    let reused = named(&ours, "hand-in", &posts[1].1, &other);
    assert_eq!(reused.faults(), ["Idempotency-Key"]);
    assert_eq!(app.actions(), said);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[test]
fn while_the_first_is_at_work_the_second_is_told_so() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let begun = make::customer(&app, |new| new.kyc = "draft");
    for (name, target, body) in posts(customer, begun) {
        // Whoever is at work on the customers holds the first one up.
        let mut busy = app.owner();
        busy.batch_execute("BEGIN; SELECT id FROM customers FOR UPDATE")
            .expect("their rows");
        std::thread::scope(|scope| {
            let first = scope.spawn(|| named(&ours, name, &target, &body));
            let waits = || {
                diesel::sql_query(
                    "SELECT count(*) AS n FROM pg_locks waits WHERE NOT waits.granted AND EXISTS (SELECT FROM pg_locks held
                     WHERE held.pid = waits.pid AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
                )
                .get_result::<Count>(&mut app.owner())
                .expect("who waits")
                .n
            };
            let since = std::time::Instant::now();
            while waits() == 0 && since.elapsed().as_secs() < 1 {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            let second = named(&ours, name, &target, &body);
            let (status, said) = second.refused();
            assert_eq!(status, 409, "{name}: {}", second.body);
            assert!(said.contains("still at work"), "{said}");
            busy.batch_execute("ROLLBACK").expect("let go");
            let first = first.join().expect("an answer").ok();
            let third = named(&ours, name, &target, &body);
            assert_eq!(third.header("idempotent-replayed"), Some("true"));
            assert_eq!(third.ok(), first);
        });
    }
}
