//! The database hangs, dies and comes back: the server says so in time, stays alive, and goes on by itself.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::support::{Browser, Persona, Response, TestApp, cluster::OwnServer};

/// The page's deadline, and what a loaded test machine may add to it.
const DEADLINE: Duration = Duration::from_millis(2_100);

const PAGE: &str = "/customers";

#[test]
fn a_frozen_database_is_a_503_in_time_and_no_lasting_harm() {
    let (server, database) = OwnServer::start();
    let app = TestApp::start_on(database);
    let mut browser = app.sign_in(Persona::Officer);
    assert_eq!(browser.get(PAGE).status, 200);

    server.freeze();
    // More at once than there are connections: those that wait for one are answered in time too.
    let askers: Vec<_> = (0..12)
        .map(|_| {
            let mut window = browser.window();
            thread::spawn(move || timed(&mut window, PAGE))
        })
        .collect();
    thread::sleep(Duration::from_millis(300));
    let (health, waited) = timed(&mut app.browser(), "/healthz");
    assert_eq!(health.status, 200, "a server whose database hangs is alive");
    assert!(
        waited < Duration::from_millis(500),
        "health took {waited:?}"
    );
    let (readiness, waited) = timed(&mut app.browser(), "/readyz");
    assert_eq!(readiness.status, 503, "and is not ready to serve");
    assert!(waited < DEADLINE, "readiness took {waited:?}");
    for asker in askers {
        let (answer, waited) = asker.join().expect("an answer");
        assert_eq!(answer.status, 503);
        assert_eq!(answer.header("retry-after"), Some("2"));
        assert!(waited < DEADLINE, "an answer took {waited:?}");
    }
    server.thaw();

    recovers(&mut browser, Duration::from_secs(2));
}

#[test]
fn a_killed_database_is_a_503_and_the_server_finds_it_again() {
    let (mut server, database) = OwnServer::start();
    let app = TestApp::start_on(database);
    let mut browser = app.sign_in(Persona::Officer);
    assert_eq!(browser.get(PAGE).status, 200);
    for _ in 0..2 {
        server.kill();
        for _ in 0..3 {
            let (answer, waited) = timed(&mut browser, PAGE);
            assert_eq!(answer.status, 503);
            assert!(waited < DEADLINE, "an answer took {waited:?}");
        }
        assert_eq!(app.browser().get("/healthz").status, 200);
        let readiness = app.browser().get("/readyz");
        assert_eq!(readiness.status, 503);
        assert!(readiness.body.contains("the database does not answer"));
        server.run();
        recovers(&mut browser, Duration::from_secs(5));
    }
}

fn timed(browser: &mut Browser, path: &str) -> (Response, Duration) {
    let asked = Instant::now();
    let answer = browser.get(path);
    (answer, asked.elapsed())
}

/// Asks until the page is there, then some more: it must stay.
fn recovers(browser: &mut Browser, within: Duration) {
    let deadline = Instant::now() + within;
    while browser.get(PAGE).status != 200 {
        assert!(Instant::now() < deadline, "not back after {within:?}");
        thread::sleep(Duration::from_millis(50));
    }
    for _ in 0..10 {
        assert_eq!(browser.get(PAGE).status, 200, "back, and away again");
    }
}
