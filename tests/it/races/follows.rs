//! Two moves about one customer of which the second may still be lawful after the first: what it then does follows from
//! what the first left, and never from what stood there before.

use diesel::connection::SimpleConnection as _;
use vouch::schema::default_views;

use super::{
    ordered::{Move, Subject, behind, claimed, in_order, prepared, row_of, send, until_wait},
    *,
};

/// Whether the log tells of the one before the other, each the last of its kind.
fn told_before(app: &TestApp, one: &str, other: &str) -> bool {
    let actions = app.actions();
    let at = |wanted: &str| actions.iter().rposition(|action| action == wanted);
    at(one).expect("one") < at(other).expect("the other")
}

#[test]
fn a_paper_that_comes_while_somebody_decides_is_either_seen_or_comes_after() {
    let app = TestApp::start();
    for turned in [false, true] {
        let customer = ready(&app, |_| {});
        let review = claimed(&app, customer);
        let version = kyc(&app, customer).1;
        let mut officer = app.sign_in(Persona::Officer);
        let mut manager = app.sign_in(Persona::Manager);
        let (added, decided) = (said(&app, "document.added"), said(&app, "review.decided"));
        let statuses = in_order(
            &app,
            customer,
            turned,
            || {
                let path = format!("/customers/{customer}/documents");
                let fields = [("type", "ADDRESS_PROOF")];
                let file = make::pdf(1);
                officer
                    .post_file(&path, &fields, "bill.pdf", file.as_bytes())
                    .status
            },
            || {
                decide(
                    &mut manager,
                    review,
                    version,
                    &[("decision", "validated"), ("risk", "low")],
                )
            },
        );
        let state = left(&app, review).state;
        assert_eq!(said(&app, "document.added"), added + 1);
        if turned {
            assert_eq!((statuses, state.as_str()), ((303, 303), "decided"));
            assert_eq!(said(&app, "review.decided"), decided + 1);
            assert!(told_before(&app, "review.decided", "document.added"));
        } else {
            assert_eq!((statuses, state.as_str()), ((303, 409), "open"));
            assert_eq!(said(&app, "review.decided"), decided);
        }
    }
}

#[test]
fn nobody_is_validated_while_a_name_on_a_list_is_looked_at_and_a_refusal_leaves_it_open() {
    let app = TestApp::start();
    // What is decided, whether that comes first, and the answer it gets; the hit is looked at whatever else happens.
    for (decision, turned, status, state) in [
        ("validated", false, 409, "open"),
        ("validated", true, 409, "open"),
        ("refused", false, 409, "open"),
        ("refused", true, 303, "decided"),
    ] {
        let customer = ready(&app, |_| {});
        let review = claimed(&app, customer);
        let hit = make::hit(&app, &app.acme, customer);
        let version = kyc(&app, customer).1;
        let mut officer = app.sign_in(Persona::Officer);
        let mut manager = app.sign_in(Persona::Manager);
        let (cleared, decided) = (said(&app, "hit.cleared"), said(&app, "review.decided"));
        let statuses = in_order(
            &app,
            customer,
            turned,
            || {
                let fields = [
                    ("outcome", "cleared"),
                    ("reason", "The photograph differs."),
                ];
                officer.post(&format!("/hits/{hit}"), &fields).status
            },
            || {
                let mut fields = vec![("decision", decision), ("risk", "low"), ("comment", WHY)];
                if decision == "refused" {
                    fields.push(("reason", "data_mismatch"));
                }
                decide(&mut manager, review, version, &fields)
            },
        );
        assert_eq!(statuses, (303, status), "{decision}, turned: {turned}");
        assert_eq!(left(&app, review).state, state);
        assert_eq!(said(&app, "hit.cleared"), cleared + 1);
        let more = usize::from(state == "decided");
        assert_eq!(said(&app, "review.decided"), decided + more);
    }
}

/// A customer about whom a second person is asked: they, the round, the proposal.
fn proposed(app: &TestApp) -> (Uuid, Uuid, Uuid) {
    let customer = ready(app, |new| new.risk = Some("high"));
    let review = claimed(app, customer);
    let fields = [
        ("decision", "refused"),
        ("reason", "data_mismatch"),
        ("comment", WHY),
    ];
    let version = kyc(app, customer).1;
    assert_eq!(
        decide(&mut app.sign_in(Persona::Manager), review, version, &fields),
        303
    );
    let proposal = proposals::table
        .filter(proposals::review_id.eq(review))
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    (customer, review, proposal)
}

fn state_of(app: &TestApp, proposal: Uuid) -> String {
    proposals::table
        .filter(proposals::id.eq(proposal))
        .select(proposals::state)
        .first(&mut app.owner())
        .expect("the proposal")
}

#[test]
fn what_is_edited_while_a_second_person_agrees_goes_back_or_is_not_edited() {
    let app = TestApp::start();
    for turned in [false, true] {
        let (customer, review, proposal) = proposed(&app);
        let mut officer = app.sign_in(Persona::Officer);
        let mut admin = app.sign_in(Persona::Admin);
        let subject = Subject {
            customer,
            review,
            paper: Uuid::nil(),
            version: kyc(&app, customer).1,
        };
        let (path, fields) = prepared(&app, &mut officer, Move::Edit, &subject);
        let before =
            ["customer.edited", "approval.returned", "review.decided"].map(|one| said(&app, one));
        let (edited, approved) = in_order(
            &app,
            customer,
            turned,
            || send(&mut officer, &path, &fields).status,
            || admin.post(&format!("/approvals/{proposal}/approve"), &[]),
        );
        let after =
            ["customer.edited", "approval.returned", "review.decided"].map(|one| said(&app, one));
        let more = [
            after[0] - before[0],
            after[1] - before[1],
            after[2] - before[2],
        ];
        let came = (
            edited,
            approved.header("location"),
            state_of(&app, proposal),
        );
        if turned {
            assert_eq!(
                came,
                (409, Some("/approvals?done=approved"), "approved".to_owned())
            );
            assert_eq!(
                (more, left(&app, review).state.as_str()),
                ([0, 0, 1], "decided")
            );
        } else {
            assert_eq!(
                came,
                (303, Some("/approvals?done=returned"), "returned".to_owned())
            );
            assert_eq!(
                (more, left(&app, review).state.as_str()),
                ([1, 1, 0], "open")
            );
        }
    }
}

#[test]
fn a_proposal_lapses_or_is_agreed_to_and_never_both() {
    // Whoever agrees began before it lapsed; the clock is another server's.
    let long = TimeDelta::days(60);
    for turned in [false, true] {
        let app = TestApp::start();
        let (customer, review, proposal) = proposed(&app);
        let (clock, servers) = (app.clock.clone(), database(&app));
        let mut admin = app.sign_in(Persona::Admin);
        let (approved, swept) = in_order(
            &app,
            customer,
            turned,
            || {
                if turned {
                    clock.advance(-long);
                }
                let path = format!("/approvals/{proposal}/approve");
                admin.post(&path, &[]).status
            },
            || {
                clock.advance(long);
                deadlines::sweep(&servers).expect("a sweep").lapsed
            },
        );
        let entries = (
            said(&app, "review.decided"),
            said(&app, "approval.returned"),
        );
        let came = (approved, swept, entries, state_of(&app, proposal));
        if turned {
            assert_eq!(came, (409, 1, (0, 1), "lapsed".to_owned()));
            assert_eq!(left(&app, review).state, "open");
        } else {
            assert_eq!(came, (303, 0, (1, 0), "approved".to_owned()));
            assert_eq!(left(&app, review).state, "decided");
        }
    }
}

fn type_of(app: &TestApp, customer: Uuid) -> String {
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select(reviews::type_)
        .first(&mut app.owner())
        .expect("the round")
}

#[test]
fn a_customer_who_falls_due_while_an_officer_asks_has_one_round() {
    let app = TestApp::start();
    let servers = database(&app);
    let day = app.clock.now().date_naive() + TimeDelta::days(7);
    let due = |new: &mut make::NewCustomer| {
        (new.kyc, new.risk, new.next_review_on) = ("validated", Some("low"), Some(day));
    };
    let ask = |by: &mut Browser, customer: Uuid| {
        let path = format!("/customers/{customer}/reviews");
        by.post(&path, &[("reason", "They moved to Porto.")]).status
    };
    let mut officer = app.sign_in(Persona::Officer);
    // The clock leaves alone whom somebody else has in hand, and waits for nobody.
    let customer = ready(&app, due);
    let mut gate = app.owner();
    gate.batch_execute(&format!("BEGIN; {}", row_of(customer)))
        .expect("the row");
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| ask(&mut officer, customer));
        until_wait(&app, 1);
        let swept = deadlines::sweep(&servers).expect("a sweep");
        gate.batch_execute("ROLLBACK").expect("its end");
        assert_eq!(
            (asked.join().expect("the officer"), swept.fell_due),
            (303, 0)
        );
    });
    assert_eq!(
        (kyc(&app, customer).0.as_str(), rounds(&app, customer)),
        ("pending", 1)
    );
    // The day was near, whoever asked.
    assert_eq!(type_of(&app, customer), "PERIODIC");
    assert_eq!(deadlines::sweep(&servers).expect("a sweep").fell_due, 0);
    // Whoever of both comes first, a round is opened, once.
    for n in 2..=TIMES + 1 {
        let customer = ready(&app, due);
        let (asked, swept) = race(
            || ask(&mut officer, customer),
            || deadlines::sweep(&servers).expect("a sweep").fell_due,
        );
        assert_eq!(asked, 303);
        assert_eq!(
            (kyc(&app, customer).0.as_str(), rounds(&app, customer)),
            ("pending", 1)
        );
        assert!(swept <= 1);
        assert_eq!(type_of(&app, customer), "PERIODIC");
        assert_eq!(said(&app, "review.requested"), n);
    }
}

fn prefer(by: &mut Browser, view: Uuid) -> u16 {
    let view = view.to_string();
    by.post("/views/default", &[("role", "officer"), ("view", &view)])
        .status
}

#[test]
fn of_two_admins_who_choose_what_a_role_sees_first_the_second_finds_what_the_first_chose() {
    let app = TestApp::start();
    let mut one = app.sign_in(Persona::Admin);
    let mut other = app.sign_in(Persona::SecondAdmin);
    let view = || {
        make::view_of(
            &app,
            &app.acme,
            app.staff(Persona::Admin),
            "team",
            "tab=waiting",
        )
    };
    let chosen = || -> Option<Uuid> {
        default_views::table
            .select(default_views::view_id)
            .first(&mut app.owner())
            .optional()
            .expect("a choice")
    };
    let held = |id: Uuid| format!("SELECT FROM saved_views WHERE id = '{id}' FOR UPDATE");
    let [same, gone] = [view(), view()];
    let twice = behind(
        &app,
        &held(same),
        || prefer(&mut one, same),
        || prefer(&mut other, same),
    );
    assert_eq!(twice, (303, 409), "it is so already");
    assert_eq!((chosen(), said(&app, "view.preferred")), (Some(same), 1));
    // A view that is removed at the same time is either not there to be chosen, or chosen no longer.
    let remove = |by: &mut Browser| by.post(&format!("/views/{gone}/delete"), &[]).status;
    let removed = behind(
        &app,
        &held(gone),
        || remove(&mut one),
        || prefer(&mut other, gone),
    );
    assert_eq!(removed, (303, 422));
    assert_eq!((chosen(), said(&app, "view.removed")), (Some(same), 1));
    let gone = view();
    let remove = |by: &mut Browser| by.post(&format!("/views/{gone}/delete"), &[]).status;
    let removed = behind(
        &app,
        &held(gone),
        || prefer(&mut other, gone),
        || remove(&mut one),
    );
    assert_eq!(removed, (303, 303));
    assert_eq!((chosen(), said(&app, "view.preferred")), (None, 2));
}
