//! A review that is asked for while a second person is asked about the user.

use super::*;

#[test]
fn no_review_begins_around_an_open_proposal() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    ours.complete(user);
    make::proposal(&app, &app.acme, id(&app, user));
    let (status, errors) = ours.review(user).errors();
    let [(code, why)] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!((status, code.as_str()), (409, "invalid_state"));
    assert!(
        why.contains("A second person is asked about this customer."),
        "{why}"
    );
    assert_eq!(ours.kyc(user)["kycStatus"], "NONE");
}
