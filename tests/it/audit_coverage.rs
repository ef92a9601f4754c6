//! Every change says what happened: each route that is not a GET, called well, adds exactly the entries it is listed
//! with; what is refused adds none.

use crate::{
    access_matrix::send,
    calls::{self, Object, SILENT},
    support::TestApp,
};

#[test]
fn every_change_adds_exactly_its_entries() {
    let mut wrong = Vec::new();
    for route in changes() {
        let app = TestApp::start();
        let call = calls::call(route.method, route.path);
        let silent = SILENT
            .iter()
            .any(|(method, path, _)| *method == call.method && *path == call.path);
        if call.says.is_empty() != silent {
            wrong.push(format!(
                "{} {} must say something, or stand in SILENT with a reason",
                call.method, call.path
            ));
        }
        let case = call.object.make(&app, calls::Place::Own, call.by);
        let mut browser = case.browser(call, call.by);
        let before = app.actions().len();
        let answer = send(&mut browser, call, &case);
        if answer.status >= 400 {
            wrong.push(format!(
                "{} {}: {} {}",
                call.method,
                call.path,
                answer.status,
                answer.text()
            ));
        }
        let said = app.actions().split_off(before);
        if said != call.says {
            wrong.push(format!(
                "{} {} said {said:?}, listed is {:?}",
                call.method, call.path, call.says
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_says_nothing() {
    let app = TestApp::start();
    for route in changes() {
        let call = calls::call(route.method, route.path);
        if call.object == Object::Invitation || !call.object.is_asked_for() {
            continue;
        }
        let case = call
            .object
            .make(&app, calls::Place::OtherOrganisation, call.by);
        let before = app.actions().len();
        let answer = send(&mut app.sign_in(call.by), call, &case);
        assert_eq!(answer.status, 404, "{} {}", call.method, call.path);
        assert_eq!(app.actions().len(), before, "{} {}", call.method, call.path);
    }
}

/// Every route that changes something.
fn changes() -> impl Iterator<Item = vouch::web::router::Route> {
    calls::routes()
        .into_iter()
        .filter(|route| route.method != "GET")
}
