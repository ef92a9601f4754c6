//! Papers that are refused or taken back after their customer was accepted: of which an event is made, and of which not.

use vouch::schema::documents;

use super::*;
use crate::support::Persona;

/// Refuses or takes back the paper that was handed in last.
fn answer(app: &TestApp, customer: Uuid, to: &str) {
    let paper: Uuid = documents::table
        .filter(documents::customer_id.eq(customer))
        .filter(documents::status.eq("pending"))
        .order(documents::id.desc())
        .select(documents::id)
        .first(&mut app.owner())
        .expect("a paper that waits");
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    let mut fields = vec![("status", to.to_owned()), ("version", version.to_string())];
    if to == "refused" {
        fields.push(("reason", "document_not_legible".to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let done = app
        .sign_in(Persona::Officer)
        .post(&format!("/documents/{paper}/check"), &fields);
    assert_eq!(done.status, 303, "{to}: {}", done.text());
}

#[test]
fn the_only_paper_that_is_asked_for_refused_or_taken_back_is_an_event_and_another_is_none() {
    let app = TestApp::start();
    let (person, company) = (false, true);
    let cases: [(bool, &[Paper], &str, &str); 8] = [
        (
            person,
            &[("IDENTITY_PROOF", "pending", 900)],
            "refused",
            "review_needed",
        ),
        (
            person,
            &[("IDENTITY_PROOF", "pending", 900)],
            "canceled",
            "review_needed",
        ),
        (
            person,
            &[("IDENTITY_PROOF", "pending", 900)],
            "validated",
            "validated",
        ),
        (
            company,
            &[("ARTICLES_OF_ASSOCIATION", "pending", 900)],
            "refused",
            "review_needed",
        ),
        // Nobody asks a person for it.
        (
            person,
            &[("ARTICLES_OF_ASSOCIATION", "pending", 900)],
            "refused",
            "validated",
        ),
        // Another one is there: accepted, or for the checklist not refused.
        (
            person,
            &[
                ("IDENTITY_PROOF", "validated", 900),
                ("IDENTITY_PROOF", "pending", 900),
            ],
            "refused",
            "validated",
        ),
        (
            person,
            &[
                ("IDENTITY_PROOF", "pending", 900),
                ("IDENTITY_PROOF", "pending", 900),
            ],
            "refused",
            "validated",
        ),
        // The other one had run out.
        (
            person,
            &[
                ("IDENTITY_PROOF", "validated", -1),
                ("IDENTITY_PROOF", "pending", 900),
            ],
            "refused",
            "review_needed",
        ),
    ];
    for (kind, papers, to, after) in cases {
        let customer = validated(&app, kind, papers);
        answer(&app, customer, to);
        assert_eq!(kyc(&app, customer), after, "{papers:?} {to}");
    }
    // The last of several is the only one.
    let customer = validated(
        &app,
        person,
        &[
            ("IDENTITY_PROOF", "pending", 900),
            ("IDENTITY_PROOF", "pending", 900),
        ],
    );
    answer(&app, customer, "refused");
    answer(&app, customer, "canceled");
    assert_eq!(kyc(&app, customer), "review_needed");
}
