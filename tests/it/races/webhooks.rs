//! An endpoint that is removed while somebody does what it would have been told.

use diesel::connection::SimpleConnection as _;

use super::{ordered::until_wait, *};
use crate::{
    support::app::enter,
    webhooks::{Receiver, endpoint_of},
};

#[test]
fn what_a_removed_webhook_would_have_been_told_is_done_all_the_same() {
    let app = TestApp::start();
    let receiver = Receiver::ok();
    let mut admin = app.sign_in(Persona::Admin);
    let (endpoint, _) = endpoint_of(&mut admin, &receiver.url(), &["verification.created"]);
    let customer = make::customer(&app, |_| {});
    let mut gate = app.database.owner();
    enter(&mut gate, app.acme.id);
    gate.batch_execute(&format!(
        "BEGIN; DELETE FROM webhook_endpoints WHERE id = '{endpoint}'"
    ))
    .expect("its end");
    let done = std::thread::scope(|scope| {
        let started = scope.spawn(|| {
            let fields = [("verification_type", "identity"), ("provider", "acme")];
            let path = format!("/customers/{customer}/verifications");
            app.sign_in(Persona::Officer).post(&path, &fields).status
        });
        until_wait(&app, 1);
        gate.batch_execute("COMMIT").expect("its end");
        started.join().expect("an answer")
    });
    assert_eq!(done, 303);
}
