//! A receiver that says nothing, and servers that die while they send.

use std::process::Child;

use super::*;

#[test]
fn who_says_nothing_for_fifteen_seconds_has_failed() {
    let app = TestApp::start();
    let receiver = Receiver::new(vec![Reply::Hang(Duration::from_secs(25))]);
    let (id, _) = endpoint(&app, &receiver.url());
    start(&app);
    let begun = Instant::now();
    assert_eq!(deliver(&app), 1);
    let took = begun.elapsed();
    assert!((15..22).contains(&took.as_secs()), "{took:?}");
    assert_eq!(receiver.got().len(), 1, "it had the message");
    let written: (Option<i16>, Option<String>, i32) = attempts::table
        .select((attempts::status, attempts::failure, attempts::milliseconds))
        .first(&mut app.owner())
        .expect("an attempt");
    assert_eq!((written.0, written.1.as_deref()), (None, Some("timed_out")));
    assert!(written.2 >= 15_000, "{written:?}");
    assert_eq!(next(&app), Some(app.clock.now() + TimeDelta::seconds(5)));
    let mut admin = app.sign_in(Persona::Admin);
    let page = admin.get(&format!("/settings/webhooks/{id}"));
    let message = page.attributes("#log tbody a", "href").remove(0);
    let shown = admin.get(&message).text();
    assert!(shown.contains("No answer in 15 seconds"), "{shown}");
}

#[test]
fn what_a_dead_server_had_in_hand_is_sent_again_under_the_same_id() {
    use vouch::webhooks::{deliver, store::waiting};
    let app = TestApp::start();
    let receiver = Receiver::ok();
    endpoint(&app, &receiver.url());
    start(&app);
    // One server takes it and dies, perhaps after it has arrived.
    let dead = worker(&app);
    let mut conn = dead.db.connection().expect("a connection");
    let held = waiting::claim(&mut conn, false, 4, 10).expect("a message");
    assert_eq!(held.len(), 1);
    assert_eq!(deliver(&app), 0, "held");
    app.clock.advance(waiting::LEASE);
    assert_eq!(deliver(&app), 1);
    let got = receiver.got();
    assert_eq!(got[0].header("webhook-id"), held[0].delivery_id.to_string());
    assert_eq!(log(&app)[0].2, "delivered");
    // If it only seemed dead, what it says afterwards counts for nothing.
    deliver::attempt(&dead.db, &dead.client, &held[0]).expect("an attempt");
    let (.., state, made) = log(&app).remove(0);
    assert_eq!((state.as_str(), made), ("delivered", 1));
    let again = receiver.got();
    assert!(
        again
            .iter()
            .all(|one| one.header("webhook-id") == got[0].header("webhook-id"))
    );
}

/// The program itself, on a test's database and by the machine's clock.
struct Program(Child);

impl Program {
    fn start(app: &TestApp) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_vouch"))
            .arg("serve")
            .env_clear()
            .env("DATABASE_URL", &app.database.app_url)
            .env("VOUCH_SECRET_KEY", app.secret.to_hex())
            .env("VOUCH_DATA_DIR", app.folder.path())
            .env(
                "VOUCH_CHECKPOINT_DIR",
                app.folder.path().join("checkpoints"),
            )
            .env("VOUCH_LISTEN", "127.0.0.1:0")
            .env("VOUCH_LOG", "error")
            .env("VOUCH_WEBHOOKS_ALLOW_LOOPBACK", "yes")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut program = Self(child);
        let said = BufReader::new(program.0.stdout.take().expect("its output")).lines();
        let serves = said
            .map_while(Result::ok)
            .any(|line| line.starts_with("Vouch listens on http://"));
        assert!(serves, "it ended before it served");
        program
    }
}

/// It has no time to say good-bye.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_a_killed_server_was_sending_goes_out_again_under_the_same_id() {
    use vouch::webhooks::store::waiting::LEASE;
    let app = TestApp::start();
    app.clock.advance(Clock::system().now() - app.clock.now());
    let receiver = Receiver::new(vec![
        Reply::Hang(Duration::from_mins(1)),
        Reply::Status(200, "thanks"),
    ]);
    let (_, secret) = endpoint(&app, &receiver.url());
    start(&app);
    let first = Program::start(&app);
    receiver.wait(1, Duration::from_secs(20));
    drop(first);
    let (id, _, state, made) = log(&app).remove(0);
    assert_eq!(
        (state.as_str(), made),
        ("pending", 0),
        "nobody wrote down what came of it"
    );
    let (held, until): (bool, chrono::DateTime<chrono::Utc>) = queue::table
        .find(id)
        .select((queue::held, queue::due_at))
        .first(&mut app.owner())
        .expect("its place in the queue");
    let now = Clock::system().now();
    assert!(held && now < until && until <= now + LEASE, "{until}");

    let _second = Program::start(&app);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(receiver.got().len(), 1, "the dead one's lease still holds");
    // A minute goes by.
    let moved = diesel::update(queue::table.find(id).filter(queue::held))
        .set(queue::due_at.eq(until - LEASE))
        .execute(&mut app.owner())
        .expect("a lease");
    assert_eq!(moved, 1);
    let got = receiver.wait(2, Duration::from_secs(20));
    assert_eq!(got[0].header("webhook-id"), id.to_string());
    assert_eq!(got[1].header("webhook-id"), got[0].header("webhook-id"));
    assert_eq!(got[1].body, got[0].body);
    assert!(got[1].verified_by(&secret, Clock::system().now()));
    let begun = Instant::now();
    while log(&app)[0].2 == "pending" {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    let (.., state, made) = log(&app).remove(0);
    assert_eq!((state.as_str(), made), ("delivered", 1));
}
