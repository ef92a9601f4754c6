//! While a second person is asked about somebody, no review of them begins: nobody could work on it.

use super::*;
use crate::reviews::{complete_company, owner_of, request};

/// Somebody of whom everything is there, whose last decision is about to be undone by two.
fn asked_about(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |new| new.kyc = "review_needed");
    make::complete(app, customer);
    make::proposal(app, &app.acme, customer);
    customer
}

fn rounds(app: &TestApp) -> i64 {
    reviews::table
        .count()
        .get_result(&mut app.owner())
        .expect("rounds")
}

#[test]
fn no_review_is_asked_for_around_an_open_proposal_at_the_desk() {
    let app = TestApp::start();
    let customer = asked_about(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let refused = request(&mut officer, customer);
    assert_eq!(refused.status, 409);
    let why = "A second person is asked about this customer";
    assert!(refused.text().contains(why), "{}", refused.text());
    assert_eq!(row(&app, customer).0, "review_needed");

    // Nor with a company of theirs, and of a validated one neither.
    let company = complete_company(&app, "Falcão Lda");
    let member = owner_of(&app, company, "Sequeira");
    make::proposal(&app, &app.acme, member);
    let refused = request(&mut officer, company);
    assert_eq!(refused.status, 409);
    let text = refused.text();
    assert!(
        text.contains("A second person is asked about") && text.contains("Sequeira"),
        "{text}"
    );
    assert_eq!(row(&app, company).0, "none");
    let accepted = make::customer(&app, |new| new.kyc = "validated");
    make::proposal(&app, &app.acme, accepted);
    let refused = officer.post(
        &format!("/customers/{accepted}/reviews"),
        &[("reason", "The press writes of them.")],
    );
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(
        (row(&app, accepted).0.as_str(), rounds(&app)),
        ("validated", 0)
    );
}
