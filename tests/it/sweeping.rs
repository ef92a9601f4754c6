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

/// A validated customer whose next review is on this day, and before them more than a hundred whom the owner made unwritable:
/// their review comes a day earlier, and what was proposed about them was proposed earlier.
fn behind_many_broken(app: &TestApp, next: Option<chrono::NaiveDate>) -> Uuid {
    let good = make::customer(app, |new| {
        (new.kyc, new.next_review_on) = ("validated", next);
    });
    make::proposal(app, &app.acme, good);
    app.owner()
        .batch_execute(
            "INSERT INTO customers (organisation_id, id, number, short_id, branch_id, kind, first_name, last_name, country, kyc, next_review_on, data_key, created_by_kind, created_at, updated_at)
             SELECT organisation_id, gen_random_uuid(), number + 100 + n, 'm' || lpad(n::text, 11, '0'), branch_id, 'natural', 'Many', 'Of ' || md5(n::text), 'PT', 'validated', next_review_on - 1, data_key, 'console', created_at, updated_at
               FROM customers, generate_series(1, 105) n;
             INSERT INTO proposals (organisation_id, id, customer_id, branch_id, kind, body, customer_version, policy_version, proposed_by, proposed_at, expires_at)
             SELECT c.organisation_id, gen_random_uuid(), c.id, c.branch_id, p.kind, p.body, p.customer_version, p.policy_version, p.proposed_by, p.proposed_at - interval '1 hour', p.expires_at
               FROM customers c, proposals p WHERE c.short_id LIKE 'm0%'",
        )
        .expect("many more");
    app.owner()
        .batch_execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
             CREATE TRIGGER broken BEFORE UPDATE ON customers FOR EACH ROW
             WHEN (NEW.short_id LIKE 'm0%') EXECUTE FUNCTION broken()",
        )
        .expect("rows that cannot be written");
    good
}

#[test]
fn a_hundred_who_cannot_be_moved_stop_nobody_behind_them() {
    let app = TestApp::start();
    let soon = app.clock.now().date_naive() + TimeDelta::days(30);
    let good = behind_many_broken(&app, Some(soon));
    let swept = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!(
        (swept.fell_due, swept.failed),
        (1, 1),
        "and it is said once"
    );
    let kyc: String = customers::table
        .filter(customers::id.eq(good))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(kyc, "review_needed");
}

#[test]
fn a_sweep_lapses_all_that_nobody_answered_and_what_fails_stops_none() {
    let app = TestApp::start();
    behind_many_broken(&app, None);
    app.clock.advance(TimeDelta::days(15));
    let swept = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!((swept.lapsed, swept.failed), (1, 105));
    // Whoever can be written again lapses in one sweep, however many they are.
    app.owner()
        .batch_execute("DROP TRIGGER broken ON customers")
        .expect("whoever can be written");
    let swept = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!((swept.lapsed, swept.failed), (105, 0));
    let open: i64 = proposals::table
        .filter(proposals::state.eq("open"))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(open, 0);
}
