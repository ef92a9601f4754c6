//! A share that an officer changes while a system of the organisation changes another of the vendor's five fields.

use diesel::connection::SimpleConnection as _;
use serde_json::json;
use vouch::schema::relations;

use super::{ordered::until_wait, *};
use crate::{support::app::enter, treezor};

#[test]
fn what_was_changed_meanwhile_is_not_written_over() {
    let app = TestApp::start();
    let (firm, user) = (
        make::company(&app, "Falcão Lda"),
        make::customer(&app, |_| {}),
    );
    make::relation(&app, firm, user, "shareholder", Some(60));
    let ours = treezor::ours(&app);
    let path = format!("/v1/users/{}", treezor::number(&app, &app.acme, user));
    let mut gate = app.database.owner();
    enter(&mut gate, app.acme.id);
    gate.batch_execute(&format!(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('ownership of {}', 0)); UPDATE relations SET percent = 3000",
        app.acme.id
    ))
    .expect("another share");
    std::thread::scope(|scope| {
        let put = scope.spawn(|| ours.put(&path, &json!({"employeeType": 1})).good());
        until_wait(&app, 1);
        gate.batch_execute("COMMIT").expect("its end");
        put.join().expect("an answer");
    });
    let mut roles: Vec<(String, Option<i32>)> = relations::table
        .filter(relations::parent_id.eq(firm))
        .select((relations::role, relations::percent))
        .load(&mut app.owner())
        .expect("relations");
    roles.sort();
    assert_eq!(
        roles,
        [
            ("legal_representative".to_owned(), None),
            ("shareholder".to_owned(), Some(3_000))
        ]
    );
}
