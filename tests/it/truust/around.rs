//! A review that is asked for while a second person is asked about the customer.

use super::*;

#[test]
fn no_review_begins_around_an_open_proposal() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &person()).ok();
    make::complete(&app, customer);
    make::proposal(&app, &app.acme, customer);
    let why = refused_on_status(&ours.request(customer));
    assert!(
        why.starts_with("A second person is asked about this customer."),
        "{why}"
    );
    assert_eq!(ours.verification(customer).ok()["status"], "CREATED");
}
