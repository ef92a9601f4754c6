//! Papers that run out: of which kinds the clock makes an event, and of which not.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{reviews::deadlines, schema::customers};

use crate::{
    approvals::database,
    support::{TestApp, make},
};

mod refused;

/// A paper: what it proves, where it stands, in how many days it ends.
type Paper = (&'static str, &'static str, i64);

fn validated(app: &TestApp, company: bool, papers: &[Paper]) -> Uuid {
    let customer = make::customer(app, |new| {
        new.kyc = "validated";
        if company {
            make::as_company(new, "Falcão Lda");
        }
    });
    let today = app.clock.now().date_naive();
    for (kind, status, days) in papers {
        make::document_of(app, &app.acme, customer, kind, |new| {
            (new.status, new.expires_on) = (*status, Some(today + TimeDelta::days(*days)));
        });
    }
    customer
}

fn kyc(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

#[test]
fn the_end_of_any_paper_that_is_asked_for_is_an_event_also_of_one_that_nobody_looked_at() {
    let app = TestApp::start();
    let (person, company) = (false, true);
    let cases: [(bool, &[Paper]); 8] = [
        (person, &[("IDENTITY_PROOF", "validated", -1)]),
        (person, &[("IDENTITY_PROOF", "pending", -1)]),
        (person, &[("ADDRESS_PROOF", "validated", -1)]),
        (person, &[("ADDRESS_PROOF", "pending", -1)]),
        (company, &[("COMPANY_REGISTRATION_PROOF", "validated", -1)]),
        (company, &[("REGISTRATION_PROOF", "pending", -1)]),
        (company, &[("ARTICLES_OF_ASSOCIATION", "validated", -1)]),
        // What nobody has looked at takes no accepted paper's place.
        (
            person,
            &[
                ("IDENTITY_PROOF", "validated", -1),
                ("IDENTITY_PROOF", "pending", 900),
            ],
        ),
    ];
    let made = cases.map(|(kind, papers)| (papers, validated(&app, kind, papers)));
    let swept = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!((swept.papers, swept.failed), (8, 0));
    for (papers, customer) in made {
        assert_eq!(kyc(&app, customer), "review_needed", "{papers:?}");
    }
    let said = app.actions();
    let expired = said.iter().filter(|one| *one == "document.expired");
    assert_eq!(expired.count(), 8);
    let again = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!(again.papers, 0, "once");
}

#[test]
fn the_end_of_a_paper_that_nobody_needs_or_that_was_refused_is_none() {
    let app = TestApp::start();
    let (person, company) = (false, true);
    let cases: [(bool, &[Paper], usize); 6] = [
        (person, &[("IDENTITY_PROOF", "refused", -1)], 0),
        (person, &[("BANK_VERIFICATION", "validated", -1)], 1),
        (person, &[("ARTICLES_OF_ASSOCIATION", "pending", -1)], 1),
        (person, &[("ADDRESS_PROOF", "pending", 0)], 0),
        // Another accepted paper meets the same need.
        (
            company,
            &[
                ("COMPANY_REGISTRATION_PROOF", "validated", -1),
                ("REGISTRATION_PROOF", "validated", 900),
            ],
            1,
        ),
        (
            person,
            &[
                ("IDENTITY_PROOF", "pending", -1),
                ("IDENTITY_PROOF", "validated", 900),
            ],
            1,
        ),
    ];
    for (kind, papers, seen) in cases {
        let customer = validated(&app, kind, papers);
        let swept = deadlines::sweep(&database(&app)).expect("a sweep");
        assert_eq!(swept.papers, seen, "{papers:?}");
        assert_eq!(kyc(&app, customer), "validated", "{papers:?}");
    }
}
