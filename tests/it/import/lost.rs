//! What is lost on the way: an answer to a commit, and the row of a file that was stored.

use chrono::TimeDelta;
use vouch::clock::Clock;

use super::*;
use crate::{
    faults::commit::{DIE, at_each_entry, let_go},
    policy_effects::program,
};

#[test]
fn an_import_whose_commit_is_lost_is_begun_anew_and_done_once() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, file(&[INES, SHIPS]).as_bytes());
    let answer = ask(&mut manager, &path, "import", &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    at_each_entry(&app, "AFTER", DIE);
    work(&app);
    let given_back = all_jobs(&app).remove(0);
    assert_eq!(given_back.state, State::Queued, "it is not said to fail");
    assert!(names(&app).is_empty());
    let_go(&app);
    app.clock.advance(TimeDelta::minutes(2));
    work(&app);
    assert_eq!(all_jobs(&app)[0].state, State::Done);
    assert_eq!(names(&app), ["Inês Falcão", "Ships, Ropes & Sons"]);
}

/// A file whose row was never written, as where the server was killed after it stored the file.
fn without_a_row(app: &TestApp, path: &str) {
    let id: Uuid = path
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    let gone = diesel::delete(uploads::table.find(id))
        .execute(&mut app.owner())
        .expect("no row");
    assert_eq!(gone, 1);
}

#[test]
fn a_file_that_no_row_tells_of_goes_after_a_week_and_nothing_else_does() {
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let old = hand_in(&mut manager, file(&[INES]).as_bytes());
    without_a_row(&app, &old);
    // What a job has in hand stays however long that takes.
    let waiting = hand_in(&mut manager, file(&[SHIPS]).as_bytes());
    assert_eq!(ask(&mut manager, &waiting, "import", &[]).status, 303);
    // The program goes by the machine's clock, to which none of them is old.
    let swept = program(&app, "sweep").output().expect("the program");
    let said = String::from_utf8_lossy(&swept.stdout).into_owned();
    assert!(said.contains("old files of imports removed: 0"), "{said}");
    app.clock.advance(TimeDelta::days(6));
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let mut tidy = || {
        vouch::imports::tidying::forget(&mut conn, &worker.files).expect("tidied");
        vouch::imports::tidying::forget_strays(&mut conn, &worker.files).expect("looked through");
        stored_count(&app)
    };
    assert_eq!(tidy(), 2);
    // One that was stored this moment gets its row in the next.
    let young = hand_in(&mut app.sign_in(Persona::Manager), file(&[INES]).as_bytes());
    without_a_row(&app, &young);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(tidy(), 2, "the oldest is gone");
    let left: Vec<String> = stored(&app)
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let id = |path: &str| path.rsplit('/').next().expect("an id").to_owned();
    for path in [&waiting, &young] {
        let kept = left.iter().any(|one| one.contains(&id(path)));
        assert!(kept, "{path} in {left:?}");
    }
}

#[test]
fn a_sweep_removes_old_files_of_imports() {
    let app = TestApp::start();
    // By the machine's clock these were handed in more than a week ago.
    app.clock
        .advance(Clock::system().now() - app.clock.now() - TimeDelta::days(8));
    let mut manager = app.sign_in(Persona::Manager);
    hand_in(&mut manager, file(&[INES]).as_bytes());
    let stray = hand_in(&mut manager, file(&[SHIPS]).as_bytes());
    without_a_row(&app, &stray);
    assert_eq!(stored_count(&app), 2);
    let swept = program(&app, "sweep").output().expect("the program");
    let said = String::from_utf8_lossy(&swept.stdout).into_owned();
    assert!(said.contains("old files of imports removed: 1"), "{said}");
    assert_eq!(stored_count(&app), 0);
}

#[test]
fn a_server_looks_for_files_that_no_row_tells_of_by_itself() {
    let app = TestApp::start();
    // The server goes by the machine's clock.
    app.clock
        .advance(Clock::system().now() - app.clock.now() - TimeDelta::days(8));
    let old = hand_in(&mut app.sign_in(Persona::Manager), file(&[INES]).as_bytes());
    without_a_row(&app, &old);
    present(&app);
    let young = hand_in(
        &mut app.sign_in(Persona::Manager),
        file(&[SHIPS]).as_bytes(),
    );
    without_a_row(&app, &young);
    assert_eq!(stored_count(&app), 2);
    let _server = Program::start(&app);
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while stored_count(&app) > 1 {
        assert!(std::time::Instant::now() < deadline, "it stays");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let id = young.rsplit('/').next().expect("an id");
    let left = stored(&app).remove(0);
    assert!(left.to_string_lossy().contains(id), "{left:?}");
}
