//! What is lost on the way: an answer to a commit, and the row of a file that was stored.

use chrono::TimeDelta;

use super::*;
use crate::faults::commit::{DIE, at_each_entry, let_go};

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

#[test]
fn the_command_line_says_that_an_import_may_have_been_done() {
    let app = start();
    let path = app.folder.path().join("people.csv");
    std::fs::write(&path, file(&[INES])).expect("a file");
    let name = path.to_str().expect("a path");
    at_each_entry(&app, "AFTER", DIE);
    let lost = vouch(&app, &[name, "--organisation", &app.acme.id.to_string()]);
    let said = String::from_utf8_lossy(&lost.stderr).into_owned();
    assert_eq!(lost.status.code(), Some(1), "{said}");
    assert!(
        said.contains("vouch: it may have been done: look before you repeat it"),
        "{said}"
    );
    assert!(!said.contains("unavailable"), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert_eq!(String::from_utf8_lossy(&lost.stdout), "");
}
