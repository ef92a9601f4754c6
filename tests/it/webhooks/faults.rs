//! What goes wrong on the way, and what then happens.

use super::*;

mod waiting;

/// When the message that waits is tried next.
fn next(app: &TestApp) -> Option<chrono::DateTime<chrono::Utc>> {
    deliveries::table
        .select(deliveries::next_attempt_at)
        .first(&mut app.owner())
        .expect("a message")
}

#[test]
fn it_is_tried_again_on_the_schedule_under_the_same_id_and_then_given_up() {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Status(503, "not today")]);
    let (id, secret) = endpoint(&app, &receiver.url());
    start(&app);
    assert_eq!(deliver(&app), 1);
    let schedule = [
        5,
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    ];
    for (n, seconds) in (1..).zip(schedule) {
        let pause = TimeDelta::seconds(seconds);
        assert_eq!(next(&app), Some(app.clock.now() + pause), "after {n}");
        app.clock.advance(pause - TimeDelta::seconds(1));
        assert_eq!(deliver(&app), 0, "not before it is due");
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(deliver(&app), 1, "attempt {}", n + 1);
        let got = receiver.got();
        let last = got.last().expect("a request");
        assert_eq!(last.header("webhook-id"), got[0].header("webhook-id"));
        assert_eq!(last.body, got[0].body);
        assert!(last.verified_by(&secret, app.clock.now()), "signed anew");
    }
    assert_eq!(receiver.got().len(), 10);
    let (.., state, made) = log(&app).remove(0);
    assert_eq!((state.as_str(), made, next(&app)), ("failed", 10, None));
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(deliver(&app), 0, "given up");
    let written: Vec<(i32, Option<i16>)> = attempts::table
        .order(attempts::number)
        .select((attempts::number, attempts::status))
        .load(&mut app.owner())
        .expect("the attempts");
    assert_eq!(
        written,
        (1..=10).map(|n| (n, Some(503))).collect::<Vec<_>>()
    );

    // One that succeeds makes it well again.
    let page = app
        .sign_in(Persona::Admin)
        .get(&format!("/settings/webhooks/{id}"));
    assert!(page.text().contains("Failing since"), "{}", page.text());
    let rule = "if messages were tried on three of those days";
    assert!(page.text().contains(rule), "{}", page.text());
    let all = app.sign_in(Persona::Admin).get("/settings/webhooks").text();
    assert!(all.contains(rule), "{all}");
    // After five days of it the next failure is the last.
    start(&app);
    assert_eq!(deliver(&app), 1);
    let since: Option<chrono::DateTime<chrono::Utc>> = endpoints::table
        .select(endpoints::failing_since)
        .first(&mut app.owner())
        .expect("the endpoint");
    let until = since.expect("it fails") + TimeDelta::days(5);
    app.clock.advance(until - app.clock.now());
    assert_eq!(deliver(&app), 1);
    let page = app
        .sign_in(Persona::Admin)
        .get(&format!("/settings/webhooks/{id}"));
    assert!(
        page.text()
            .contains("Disabled: nothing arrived for five days"),
        "{}",
        page.text()
    );
    let why = "Messages were tried on three of those days, or one was given up";
    assert!(page.text().contains(why), "{}", page.text());
    assert_eq!(log(&app)[1].2, "dropped");
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("webhook.disabled")
    );
}

/// Why an endpoint is told nothing any more.
pub(super) fn disabled(app: &TestApp) -> Option<String> {
    endpoints::table
        .select(endpoints::disabled_because)
        .first(&mut app.owner())
        .expect("the endpoint")
}

#[test]
fn one_failure_and_one_more_five_days_later_say_little_of_those_days() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Status(503, "not today")]);
    endpoint(&app, &receiver.url());
    start(&app);
    assert_eq!(deliver(&app), 1);
    // Nobody sent anything meanwhile.
    app.clock.advance(TimeDelta::days(5));
    assert_eq!(deliver(&app), 1);
    assert_eq!(disabled(&app), None);
    assert_eq!(next(&app), Some(app.clock.now() + TimeDelta::minutes(5)));
    // It fails on a third day.
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(deliver(&app), 1);
    assert_eq!(disabled(&app).as_deref(), Some("failing"));
}

#[test]
fn what_is_sent_again_while_it_is_being_sent_goes_once_more_after_it() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![
        Reply::Hang(Duration::from_secs(3)),
        Reply::Status(204, ""),
    ]);
    endpoint(&app, &receiver.url());
    start(&app);
    let message = log(&app)[0].0;
    let mut admin = app.sign_in(Persona::Admin);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| deliver(&app));
        receiver.wait(1, Duration::from_secs(5));
        let asked = admin.post(&format!("/settings/deliveries/{message}/again"), &[]);
        assert_eq!(asked.status, 303, "{}", asked.text());
        assert_eq!(deliver(&app), 0, "not beside the one that is under way");
        assert_eq!(first.join().expect("an end"), 2, "and once more after it");
    });
    let written: Vec<(i32, Option<i16>)> = attempts::table
        .order(attempts::number)
        .select((attempts::number, attempts::status))
        .load(&mut app.owner())
        .expect("the attempts");
    let both = [(1, Some(200)), (2, Some(204))];
    assert_eq!(written, both, "what came of the first is known");
    assert_eq!((log(&app)[0].2.as_str(), deliver(&app)), ("delivered", 0));
    let got = receiver.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
}

#[test]
fn where_the_one_that_is_under_way_fails_it_begins_anew() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![
        Reply::Status(500, ""),
        Reply::Elsewhere("http://127.0.0.1:9/".to_owned()),
    ]);
    endpoint(&app, &receiver.url());
    start(&app);
    assert_eq!(deliver(&app), 1);
    app.clock.advance(TimeDelta::seconds(5));
    // The second attempt is somebody's who has not begun to send.
    let busy = worker(&app);
    let mut conn = busy.db.connection().expect("a connection");
    let held = vouch::webhooks::store::waiting::claim(&mut conn, true, 4, 10).expect("a message");
    let message = log(&app)[0].0;
    let mut admin = app.sign_in(Persona::Admin);
    for _ in 0..2 {
        admin.post(&format!("/settings/deliveries/{message}/again"), &[]);
    }
    vouch::webhooks::deliver::attempt(&busy.db, &busy.client, &held[0]).expect("an attempt");
    let (.., state, made) = log(&app).remove(0);
    assert_eq!((state.as_str(), made), ("pending", 2));
    assert_eq!(next(&app), Some(app.clock.now()), "at once");
    assert_eq!(deliver(&app), 1);
    // From the beginning of the schedule.
    assert_eq!(next(&app), Some(app.clock.now() + TimeDelta::seconds(5)));
    // Of one that died nothing comes any more: asking again is what sends it.
    app.clock.advance(TimeDelta::seconds(5));
    let held = vouch::webhooks::store::waiting::claim(&mut conn, true, 4, 10).expect("a message");
    assert_eq!(held.len(), 1);
    admin.post(&format!("/settings/deliveries/{message}/again"), &[]);
    app.clock.advance(vouch::webhooks::store::waiting::LEASE);
    assert_eq!(deliver(&app), 1);
    assert_eq!(next(&app), Some(app.clock.now() + TimeDelta::seconds(5)));
}

/// More than anybody reads of an answer.
const TALK: usize = 300 * 1024;

#[test]
fn what_an_answer_goes_on_to_say_changes_nothing_about_its_status() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![
        Reply::Status(200, "x".repeat(TALK).leak()),
        Reply::Status(410, "x".repeat(TALK).leak()),
    ]);
    endpoint(&app, &receiver.url());
    start(&app);
    assert_eq!(deliver(&app), 1);
    let states = |app: &TestApp| -> Vec<String> {
        let rows = log(app).into_iter();
        rows.map(|(.., state, _)| state).collect()
    };
    assert_eq!(states(&app), ["delivered"]);
    start(&app);
    assert_eq!(deliver(&app), 1);
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("webhook.disabled"),
        "410 is 410"
    );
}

#[test]
fn whoever_is_gone_is_told_nothing_more() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Status(410, "")]);
    let (id, _) = endpoint(&app, &receiver.url());
    let check = start(&app);
    override_check(&app, check, "failed");
    assert_eq!(deliver(&app), 2);
    app.clock.advance(TimeDelta::seconds(5));
    assert_eq!(deliver(&app), 0);
    let before = receiver.got().len();
    assert!(log(&app).iter().all(|(.., state, _)| state == "dropped"));
    start(&app);
    assert_eq!(log(&app).len(), 2, "nothing is kept for it");
    assert_eq!((deliver(&app), receiver.got().len()), (0, before));
    let mut admin = app.sign_in(Persona::Admin);
    let page = admin.get(&format!("/settings/webhooks/{id}"));
    assert!(page.text().contains("its address answered 410"));
    let said = app.actions();
    assert_eq!(
        said.iter().filter(|one| *one == "webhook.disabled").count(),
        1
    );
    // It was a mistake.
    admin.post(&format!("/settings/webhooks/{id}/enable"), &[]);
    start(&app);
    assert_eq!(log(&app).len(), 3);
}

#[test]
fn nobody_is_led_into_a_network_of_the_operator_s() {
    let app = TestApp::start();
    let inside = Receiver::ok();
    let receiver = Receiver::new(vec![
        Reply::Elsewhere(inside.url()),
        Reply::Elsewhere("http://169.254.169.254/latest/meta-data".to_owned()),
    ]);
    endpoint(&app, &receiver.url());
    start(&app);
    deliver(&app);
    app.clock.advance(TimeDelta::seconds(5));
    deliver(&app);
    assert_eq!(receiver.got().len(), 2);
    assert!(
        inside.got().is_empty(),
        "a redirect is an answer, not a way"
    );
    let written: Vec<Option<i16>> = attempts::table
        .select(attempts::status)
        .load(&mut app.owner())
        .expect("the attempts");
    assert_eq!(written, [Some(307), Some(307)]);
    // What the form refuses at once.
    let mut admin = app.sign_in(Persona::Admin);
    for url in [
        "http://hooks.example/x",
        "https://10.0.0.1/x",
        "https://[fd00::1]/x",
        "https://user:password@hooks.example/x",
        "ftp://hooks.example/x",
        "hooks",
        "",
    ] {
        let fields = [("face", "kontorion"), ("url", url), ("event", ALL[0])];
        let answer = admin.post("/settings/webhooks", &fields);
        assert_eq!(answer.status, 422, "{url}");
    }
    // This machine's own name is refused before it is resolved, where an operator has since said that it is not to be
    // called. Where a name leads that says nothing of it, `outgoing::addresses` sees when it is resolved.
    endpoint(
        &app,
        &format!("http://localhost:{}/", inside.address.port()),
    );
    start(&app);
    let strict = worker_with(&app, app.clock.clone(), false);
    assert!(strict.step().expect("attempts") > 0);
    assert!(inside.got().is_empty());
    let refused: i64 = attempts::table
        .filter(attempts::failure.eq("refused"))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert!(refused > 0);
}

#[test]
fn who_hangs_keeps_nobody_waiting() {
    let app = TestApp::start();
    let hanging = Receiver::new(vec![Reply::Hang(Duration::from_secs(20))]);
    let quick = Receiver::ok();
    for n in 0..3 {
        endpoint(&app, &format!("{}&n={n}", hanging.url()));
    }
    // So many that they would take every place, were there only one lane.
    for _ in 0..10 {
        start(&app);
    }
    let working = worker(&app).schedule().expect("a worker");
    // All places of those who answer are taken now.
    hanging.wait(12, Duration::from_secs(5));
    endpoint(&app, &quick.url());
    let begun = Instant::now();
    start(&app);
    quick.wait(1, Duration::from_secs(5));
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    for _ in 0..20 {
        start(&app);
    }
    quick.wait(21, Duration::from_secs(5));
    let begun = Instant::now();
    working.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn two_servers_send_each_message_once() {
    const MANY: usize = 200;
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let (id, _) = endpoint(&app, &receiver.url());
    endpoint(&app, &format!("{}&two", receiver.url()));
    let check = start(&app);
    pour(&app, id, check, MANY);
    let working: Vec<_> = (0..2)
        .map(|_| worker(&app).schedule().expect("a worker"))
        .collect();
    let got = receiver.wait(MANY + 2, Duration::from_secs(30));
    std::thread::sleep(Duration::from_secs(1));
    for one in working {
        one.stop();
    }
    let mut ids: Vec<&str> = got.iter().map(|got| got.header("webhook-id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), receiver.got().len()), (MANY + 2, MANY + 2));
    assert!(
        log(&app)
            .iter()
            .all(|(.., state, n)| state == "delivered" && *n == 1)
    );
    let left: i64 = queue::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(left, 0);
}

/// More messages like the first one of an endpoint: its copies, each with an id and a seal of its own.
pub fn pour(app: &TestApp, endpoint: Uuid, check: Uuid, many: usize) {
    use vouch::{
        access::scope::Scope,
        audit::event::{CustomerRef, Subject},
        schema::{customers, verifications},
        value::{
            BranchId, CustomerId, DataKeyId, DeliveryId, OrganisationId, VerificationId, WebhookId,
        },
        webhooks::store::deliveries::{self as kept, New},
    };
    let (customer, branch, key): (Uuid, Uuid, Uuid) = customers::table
        .inner_join(verifications::table.on(verifications::customer_id.eq(customers::id)))
        .filter(verifications::id.eq(check))
        .select((customers::id, customers::branch_id, customers::data_key))
        .first(&mut app.owner())
        .expect("the customer");
    let about = Subject::Verification(
        VerificationId(check),
        CustomerRef {
            id: CustomerId(customer),
            branch: BranchId(branch),
            key: DataKeyId(key),
        },
    );
    let mut conn = worker(app).db.connection().expect("a connection");
    let body =
        json!({ "type": ALL[0], "timestamp": "2026-11-16T12:00:00Z", "data": {} }).to_string();
    conn.bookkeep(&Scope::system(OrganisationId(app.acme.id)), |tx| {
        let new: Vec<New<'_>> = (0..many)
            .map(|_| New {
                id: DeliveryId(app.clock.new_id()),
                endpoint: WebhookId(endpoint),
                event: ALL[0],
                about: Some(&about),
                body: body.as_bytes(),
            })
            .collect();
        kept::push(tx, &new)
    })
    .expect("messages");
}

#[test]
fn a_receiver_that_comes_back_gets_all_that_it_missed() {
    let app = TestApp::start();
    let mut replies = vec![Reply::Status(500, ""); 6];
    replies.push(Reply::Status(204, ""));
    let receiver = Receiver::new(replies);
    endpoint(&app, &receiver.url());
    for _ in 0..3 {
        start(&app);
    }
    for pause in [0, 5, 300] {
        app.clock.advance(TimeDelta::seconds(pause));
        assert_eq!(deliver(&app), 3);
    }
    assert!(
        log(&app)
            .iter()
            .all(|(.., state, n)| state == "delivered" && *n == 3)
    );
    let failing: Option<chrono::DateTime<chrono::Utc>> = endpoints::table
        .select(endpoints::failing_since)
        .first(&mut app.owner())
        .expect("the endpoint");
    assert_eq!(failing, None);
}

#[test]
fn what_ended_a_month_ago_is_removed() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    start(&app);
    deliver(&app);
    let mut conn = worker(&app).db.connection().expect("a connection");
    let mut forget = || vouch::webhooks::tidying::forget(&mut conn).expect("a sweep");
    app.clock
        .advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert_eq!(forget(), 0);
    start(&app);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(forget(), 1);
    assert_eq!(log(&app).len(), 1, "what waits stays");
}

/// The figure of `docs/operations.md`; `VOUCH_WEBHOOKS` says how many messages.
#[test]
fn deliveries_a_second() {
    const RECEIVERS: usize = 4;
    let many: usize = std::env::var("VOUCH_WEBHOOKS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(400);
    let app = TestApp::start();
    let receivers: Vec<Receiver> = (0..RECEIVERS).map(|_| Receiver::ok()).collect();
    let made: Vec<Uuid> = receivers
        .iter()
        .map(|receiver| endpoint(&app, &receiver.url()).0)
        .collect();
    let check = start(&app);
    assert_eq!(deliver(&app), RECEIVERS);
    for id in made {
        let mut left = many / RECEIVERS;
        while left > 0 {
            let some = left.min(1_000);
            pour(&app, id, check, some);
            left -= some;
        }
    }
    let begun = Instant::now();
    let working = worker(&app).schedule().expect("a worker");
    for receiver in &receivers {
        receiver.wait(many / RECEIVERS + 1, Duration::from_mins(5));
    }
    let took = begun.elapsed();
    working.stop();
    let sent = u32::try_from(many / RECEIVERS * RECEIVERS).expect("not so many");
    let rate = f64::from(sent) / took.as_secs_f64();
    println!("{sent} webhooks to {RECEIVERS} receivers in {took:.2?}: {rate:.0} a second");
    assert!(
        log(&app)
            .iter()
            .all(|(.., state, n)| state == "delivered" && *n == 1)
    );
}
