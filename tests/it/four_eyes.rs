//! What asks for two people cannot be got around: not by merging, moving, overriding, or deciding a company instead.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    reviews::policy::{changes, rules::Policy},
    schema::{customers, proposals, reviews},
};

use crate::{
    approvals::act,
    support::{Browser, Persona, Response, TestApp, make},
};

pub const WHY: &str = "The register names somebody else.";

/// A complete person with an open round that the manager holds and did not submit.
pub fn held(app: &TestApp) -> (Uuid, Uuid) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    let (review, _) = make::review_of(app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Manager));
    });
    (customer, review)
}

pub fn version(app: &TestApp, customer: Uuid) -> String {
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    version.to_string()
}

pub fn validate(app: &TestApp, by: &mut Browser, customer: Uuid, review: Uuid) -> Response {
    let fields = [
        ("decision", "validated"),
        ("risk", "low"),
        ("version", &version(app, customer)),
    ];
    by.post(&format!("/reviews/{review}/decision"), &fields)
}

pub fn proposed(answer: &Response) -> bool {
    answer
        .header("location")
        .is_some_and(|to| to.contains("done=proposed"))
}

pub fn merge(app: &TestApp, survivor: Uuid, merged: Uuid) {
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{survivor}/duplicates"),
        &[
            ("other", &merged.to_string()),
            ("answer", "merge"),
            ("reason", WHY),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
}

pub fn second_approval_in(app: &TestApp, branch: &str) {
    let policy = Policy {
        second_approval_branches: vec![branch.to_owned()],
        ..Policy::default()
    };
    act(app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
}

#[test]
fn a_suspicion_and_a_high_risk_go_through_as_many_merges_as_there_are() {
    for suspected in [true, false] {
        let app = TestApp::start();
        let (customer, review) = held(&app);
        let middle = make::customer(&app, |_| {});
        let last = make::customer(&app, |new| new.kyc = "none");
        if suspected {
            let (round, _) = make::review_of(&app, &app.acme, last, |_| {});
            make::suspicion(&app, &app.acme, round);
            diesel::update(reviews::table.filter(reviews::id.eq(round)))
                .set(reviews::state.eq("withdrawn"))
                .execute(&mut app.owner())
                .expect("its round is over");
        } else {
            diesel::update(customers::table.filter(customers::id.eq(last)))
                .set(customers::risk.eq("high"))
                .execute(&mut app.owner())
                .expect("a risk");
        }
        merge(&app, middle, last);
        merge(&app, customer, middle);
        let mut manager = app.sign_in(Persona::Manager);
        let done = validate(&app, &mut manager, customer, review);
        assert!(proposed(&done), "suspected {suspected}: {}", done.text());
    }
}

#[test]
fn a_member_about_whom_a_second_person_is_asked_is_not_decided_with_the_company() {
    let app = TestApp::start();
    let (member, review) = held(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let high = manager.post(
        &format!("/reviews/{review}/decision"),
        &[
            ("decision", "validated"),
            ("risk", "high"),
            ("version", &version(&app, member)),
        ],
    );
    assert!(proposed(&high), "{}", high.text());
    let company = make::company(&app, "Falcão Lda");
    for kind in [
        "COMPANY_REGISTRATION_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
    ] {
        make::document(&app, company, kind);
    }
    make::tax_residence(&app, company, "PT", Some("500123456"));
    make::relation(&app, company, member, "legal_representative", None);
    make::relation(&app, company, member, "beneficial_owner", Some(100));
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set((
            customers::kyc.eq("pending"),
            customers::legal_form.eq("Lda"),
            customers::registration_number.eq("500123456"),
            customers::address_line1.eq("Rua Direita 1"),
            customers::city.eq("Porto"),
            customers::postal_code.eq("4000-001"),
        ))
        .execute(&mut app.owner())
        .expect("the company");
    let (of_company, _) = make::review_of(&app, &app.acme, company, |new| {
        new.assignee = Some(app.staff(Persona::Manager));
    });
    let done = validate(&app, &mut manager, company, of_company);
    assert_eq!(done.status, 409, "{}", done.text());
    assert!(
        done.text().contains("A second person is asked"),
        "{}",
        done.text()
    );
}

#[test]
fn a_suspicion_asks_for_two_at_an_override_and_at_a_revocation() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let (round, _) = make::review_of(&app, &app.acme, customer, |_| {});
    make::suspicion(&app, &app.acme, round);
    diesel::update(reviews::table.filter(reviews::id.eq(round)))
        .set(reviews::state.eq("withdrawn"))
        .execute(&mut app.owner())
        .expect("its round is over");
    let overridden = app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/override"),
        &[
            ("status", "refused"),
            ("reason", WHY),
            ("version", &version(&app, customer)),
            ("step", "apply"),
        ],
    );
    assert_eq!(overridden.status, 303, "{}", overridden.text());
    let states = || -> Vec<String> {
        proposals::table
            .select(proposals::kind)
            .order(proposals::proposed_at)
            .load(&mut app.owner())
            .expect("the proposals")
    };
    assert_eq!(states(), ["override"]);
    diesel::delete(proposals::table)
        .execute(&mut app.owner())
        .expect("taken away");
    app.clock.advance(TimeDelta::minutes(1));
    let revoked = app.sign_in(Persona::Manager).post(
        &format!("/customers/{customer}/revoke"),
        &[
            ("reason", "data_mismatch"),
            ("comment", WHY),
            ("message", "We cannot go on."),
            ("version", &version(&app, customer)),
        ],
    );
    assert_eq!(revoked.status, 303, "{}", revoked.text());
    assert_eq!(states(), ["revocation"]);
}

#[test]
fn a_branch_that_asks_for_two_is_not_left_to_decide_alone() {
    let app = TestApp::start();
    second_approval_in(&app, "london");
    let (customer, review) = held(&app);
    let mut admin = app.sign_in(Persona::Admin);
    let moved = admin.post(
        &format!("/customers/{customer}/branch"),
        &[
            ("branch", &app.acme.branch("madrid").to_string()),
            ("reason", WHY),
            ("version", &version(&app, customer)),
        ],
    );
    assert_eq!(moved.status, 303, "{}", moved.text());
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::assignee.eq(app.staff(Persona::Officer)))
        .execute(&mut app.owner())
        .expect("an officer of both");
    let done = validate(&app, &mut app.sign_in(Persona::Officer), customer, review);
    assert!(proposed(&done), "{}", done.text());
    // And nobody is moved while a second person is asked.
    let again = admin.post(
        &format!("/customers/{customer}/branch"),
        &[
            ("branch", &app.acme.branch("paris").to_string()),
            ("reason", WHY),
            ("version", &version(&app, customer)),
        ],
    );
    assert_eq!(again.status, 409, "{}", again.text());
}

#[test]
fn a_reason_that_the_policy_no_longer_knows_returns_the_proposal() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::risk.eq("high"))
        .execute(&mut app.owner())
        .expect("a risk");
    let refused = app.sign_in(Persona::Manager).post(
        &format!("/reviews/{review}/decision"),
        &[
            ("decision", "refused"),
            ("reason", "address_too_old"),
            ("comment", WHY),
            ("version", &version(&app, customer)),
        ],
    );
    assert!(proposed(&refused), "{}", refused.text());
    let mut policy = Policy::default();
    policy
        .reasons
        .retain(|reason| reason.code != "address_too_old");
    act(&app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
    let waits: Uuid = proposals::table
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    app.sign_in(Persona::Admin)
        .post(&format!("/approvals/{waits}/approve"), &[]);
    let state: String = proposals::table
        .select(proposals::state)
        .first(&mut app.owner())
        .expect("it");
    assert_eq!(state, "returned");
}

#[test]
fn whoever_works_keeps_the_review_and_whoever_rests_does_not() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let given = |ends: Option<chrono::DateTime<chrono::Utc>>| {
        diesel::update(reviews::table.filter(reviews::id.eq(review)))
            .set((
                reviews::assignee.eq(app.staff(Persona::Officer)),
                reviews::claim_expires_at.eq(ends),
            ))
            .execute(&mut app.owner())
            .expect("the review");
    };
    given(Some(app.clock.now() + TimeDelta::minutes(30)));
    for step in 0..3 {
        app.clock.advance(TimeDelta::minutes(20));
        let noted = officer.post(
            &format!("/customers/{customer}/notes"),
            &[("body", "Called the bank.")],
        );
        assert_eq!(noted.status, 303, "{step}");
    }
    // Looking is working too.
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(officer.get(&format!("/customers/{customer}")).status, 200);
    app.clock.advance(TimeDelta::minutes(20));
    let fields = [
        ("decision", "incomplete"),
        ("message", "Please send a newer proof of address."),
        ("version", &version(&app, customer)),
    ];
    let path = format!("/reviews/{review}/decision");
    let early = officer.get(&path);
    assert_eq!(early.status, 200);
    app.clock.advance(TimeDelta::minutes(31));
    let mut officer = app.sign_in(Persona::Officer);
    let late = officer.post(&path, &fields);
    assert_eq!(late.status, 409, "{}", late.text());
    // A review that was given has no end until its first step.
    given(None);
    app.clock.advance(TimeDelta::days(2));
    let colleague = app
        .sign_in(Persona::Manager)
        .get(&format!("/customers/{customer}"));
    assert!(
        colleague.text().contains("This review was given to"),
        "{}",
        colleague.text()
    );
    let mut officer = app.sign_in(Persona::Officer);
    officer.get(&format!("/customers/{customer}"));
    let ends: Option<chrono::DateTime<chrono::Utc>> = reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::claim_expires_at)
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!(ends, Some(app.clock.now() + TimeDelta::minutes(30)));
    assert_eq!(officer.post(&path, &fields).status, 303);
}

#[test]
fn strict_prerequisites_take_no_review_of_somebody_incomplete() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let policy = Policy {
        kyc_prerequisites: vouch::reviews::policy::rules::Prerequisites::Strict,
        ..Policy::default()
    };
    act(&app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
    let mut officer = app.sign_in(Persona::Officer);
    let path = format!("/customers/{customer}/reviews");
    let refused = officer.post(&path, &[]);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("address"), "{}", refused.text());
    let rounds: i64 = reviews::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(rounds, 0);
    make::complete(&app, customer);
    assert_eq!(officer.post(&path, &[]).status, 303);
}

#[test]
fn the_log_names_nobody_who_is_elsewhere_by_now() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.last_name = Some("Quintela".to_owned()));
    let mut officer = app.sign_in(Persona::Officer);
    officer.post(
        &format!("/customers/{customer}/notes"),
        &[("body", "Called the bank.")],
    );
    assert!(officer.get("/audit").text().contains("Quintela"));
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::branch_id.eq(app.acme.branch("paris")))
        .execute(&mut app.owner())
        .expect("a branch");
    assert!(!officer.get("/audit").body.contains("Quintela"));
}
