//! A sweep of which a part fails: the others are done, and whoever started it learns that something was not.

use chrono::TimeDelta;
use diesel::{connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    reviews::deadlines,
    schema::{customers, proposals},
};

use crate::{
    approvals::database,
    jobs,
    policy_effects::program,
    support::{TestApp, make},
};

/// A customer whom the database's owner made unwritable.
fn broken(app: &TestApp, customer: Uuid) {
    app.owner()
        .batch_execute(&format!(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
             CREATE TRIGGER broken BEFORE UPDATE ON customers FOR EACH ROW
             WHEN (NEW.id = '{customer}') EXECUTE FUNCTION broken()"
        ))
        .expect("a row that cannot be written");
}

#[test]
fn one_organisation_that_cannot_be_swept_hinders_no_other_and_the_command_says_so() {
    // Whichever comes first.
    for at in [0, 1] {
        let app = jobs::start();
        let soon = app.clock.now().date_naive() + TimeDelta::days(30);
        let long_ago = app.clock.now() - TimeDelta::days(91);
        let tenants = [&app.acme, &app.other];
        let due = tenants.map(|tenant| {
            make::customer_of(&app, tenant, |new| {
                (new.kyc, new.next_review_on) = ("validated", Some(soon));
            })
        });
        let refused = tenants.map(|tenant| {
            make::customer_of(&app, tenant, |new| {
                (new.kyc, new.refused_at) = ("refused", Some(long_ago));
            })
        });
        broken(&app, due[at]);
        let kyc = |n: usize, customer: Uuid| -> String {
            customers::table
                .filter(customers::id.eq(customer))
                .select(customers::kyc)
                .first(&mut app.owner_of(tenants[n]))
                .expect("the customer")
        };
        let swept = deadlines::sweep(&database(&app)).expect("a sweep");
        assert_eq!((swept.failed, swept.fell_due, swept.closed), (1, 1, 2));
        assert_eq!(
            (kyc(at, due[at]), kyc(1 - at, due[1 - at])),
            ("validated".to_owned(), "review_needed".to_owned())
        );
        for (n, customer) in refused.into_iter().enumerate() {
            assert_eq!(kyc(n, customer), "canceled");
        }

        let output = program(&app, "sweep").output().expect("the program");
        assert!(!output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("old webhook deliveries removed: 0"), "{said}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            complaint.contains("parts of the sweep that failed: 1"),
            "{complaint}"
        );
    }
}

#[test]
fn a_proposal_that_cannot_be_given_back_hinders_no_other() {
    for at in [0, 1] {
        let app = TestApp::start();
        let validated = [0, 1].map(|_| make::customer(&app, |new| new.kyc = "validated"));
        let asked = validated.map(|customer| make::proposal(&app, &app.acme, customer));
        broken(&app, validated[at]);
        app.clock.advance(TimeDelta::days(15));
        let swept = deadlines::sweep(&database(&app)).expect("a sweep");
        assert_eq!((swept.lapsed, swept.failed), (1, 1));
        let states = asked.map(|id| -> String {
            proposals::table
                .filter(proposals::id.eq(id))
                .select(proposals::state)
                .first(&mut app.owner())
                .expect("the proposal")
        });
        assert_eq!(
            (states[at].as_str(), states[1 - at].as_str()),
            ("open", "lapsed")
        );
    }
}

#[test]
fn a_customer_who_cannot_be_moved_hinders_none_of_the_same_organisation() {
    for at in [0, 1] {
        let app = TestApp::start();
        let soon = app.clock.now().date_naive() + TimeDelta::days(30);
        let due = [0, 1].map(|_| {
            make::customer(&app, |new| {
                (new.kyc, new.next_review_on) = ("validated", Some(soon));
            })
        });
        broken(&app, due[at]);
        let swept = deadlines::sweep(&database(&app)).expect("a sweep");
        assert_eq!(swept.failed, 1, "it is said");
        let states = due.map(|customer| -> String {
            customers::table
                .filter(customers::id.eq(customer))
                .select(customers::kyc)
                .first(&mut app.owner())
                .expect("the customer")
        });
        assert_eq!(
            (states[at].as_str(), states[1 - at].as_str()),
            ("validated", "review_needed")
        );
    }
}
