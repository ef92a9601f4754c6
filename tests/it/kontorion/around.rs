//! A review that is asked for while a second person is asked about the customer.

use super::*;
use crate::reviews::{complete_company, owner_of};

#[test]
fn no_review_begins_around_an_open_proposal_and_nobody_is_named() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| new.kyc = "review_needed");
    make::complete(&app, customer);
    make::proposal(&app, &app.acme, customer);
    let company = complete_company(&app, "Falcão Lda");
    make::proposal(&app, &app.acme, owner_of(&app, company, "Sequeira"));
    for (customer, kind, whom) in [
        (customer, "kyc", "this customer"),
        (company, "kyb", "a member of the company"),
    ] {
        let refused = ours.post(&review(customer, kind));
        assert_eq!(refused.problem(), (409, "INVALID_STATE_TRANSITION"));
        let detail = refused.body["detail"].as_str().expect("a sentence");
        assert!(
            detail.starts_with(&format!("A second person is asked about {whom}.")),
            "{detail}"
        );
    }
    assert_eq!(count(&app), 0);
}
