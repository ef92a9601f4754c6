//! `Idempotency-Key` on every POST of the face.

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
