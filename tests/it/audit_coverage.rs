//! Every change says what happened: each route that is not a GET, called well, adds exactly the entries it is listed
//! with; what is refused adds none.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;
use vouch::verifications::history::QUIET;

use crate::{
    access_matrix::send,
    calls::{self, SILENT},
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
        let versions = versions(&app);
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
        wrong.extend(
            miscounted(&app, &versions, before)
                .into_iter()
                .map(|why| format!("{} {}: {why}", call.method, call.path)),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Each customer's version.
pub fn versions(app: &TestApp) -> HashMap<Uuid, i32> {
    use vouch::schema::customers;
    customers::table
        .select((customers::id, customers::version))
        .load(&mut app.owner())
        .expect("the customers")
        .into_iter()
        .collect()
}

/// A page is stale once a customer's version rose, and says what was written since: one request raises it by one at
/// most, and says of that customer something that is not quiet exactly when it does.
pub fn miscounted(app: &TestApp, before: &HashMap<Uuid, i32>, entries: usize) -> Vec<String> {
    use vouch::schema::{audit_entries, audit_links};
    let said: Vec<(Option<Uuid>, String)> = audit_links::table
        .inner_join(audit_entries::table.on(audit_entries::id.eq(audit_links::entry_id)))
        .order(audit_links::sequence)
        .offset(i64::try_from(entries).expect("few"))
        .select((audit_entries::customer_id, audit_entries::action))
        .load(&mut app.owner())
        .expect("the audit log");
    versions(app)
        .into_iter()
        .filter_map(|(id, version)| Some((id, version - before.get(&id)?)))
        .filter_map(|(id, rose)| {
            let loud: Vec<&str> = said
                .iter()
                .filter(|(about, _)| *about == Some(id))
                .map(|(_, action)| action.as_str())
                .filter(|action| QUIET.iter().all(|quiet| quiet.action() != *action))
                .collect();
            (rose != i32::from(!loud.is_empty()))
                .then(|| format!("the version rose by {rose}, said was {loud:?}"))
        })
        .collect()
}

#[test]
fn what_is_refused_says_nothing() {
    let app = TestApp::start();
    for route in changes() {
        let call = calls::call(route.method, route.path);
        if call.object.is_held() || !call.object.is_asked_for() {
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
