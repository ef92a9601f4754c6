//! What a member holds goes back to the queue once they may no longer decide it.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::reviews;

use crate::support::{Persona, TestApp, make};

/// A review of this branch that the officer was given: nothing ends it but a person.
fn given(app: &TestApp, branch: &str) -> Uuid {
    let customer = make::customer(app, |new| {
        new.kyc = "pending";
        new.branch_id = app.acme.branch(branch);
    });
    let officer = app.staff(Persona::Officer);
    make::review_of(app, &app.acme, customer, |new| new.assignee = Some(officer)).0
}

fn holder(app: &TestApp, review: Uuid) -> Option<Uuid> {
    reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::assignee)
        .first(&mut app.owner())
        .expect("the review")
}

#[test]
fn whoever_is_disabled_made_auditor_or_moved_holds_no_review_that_they_may_not_decide() {
    for (how, freed) in [
        ("disabled", [true, true]),
        ("auditor", [true, true]),
        ("moved", [true, false]),
        ("renamed", [false, false]),
    ] {
        let app = TestApp::start();
        let officer = app.staff(Persona::Officer);
        let held = ["london", "madrid"].map(|branch| given(&app, branch));
        let [london, madrid] =
            ["london", "madrid"].map(|branch| app.acme.branch(branch).to_string());
        let path = format!("/settings/staff/{officer}");
        let mut admin = app.sign_in(Persona::Admin);
        let done = if how == "disabled" {
            admin.post(&format!("{path}/disable"), &[])
        } else {
            let role = if how == "auditor" { how } else { "officer" };
            let mut fields = vec![
                ("name", "Olga"),
                ("role", role),
                ("branch", madrid.as_str()),
                ("version", "1"),
            ];
            if how != "moved" {
                fields.push(("branch", london.as_str()));
            }
            admin.post(&path, &fields)
        };
        assert_eq!(done.status, 303, "{how}: {}", done.text());
        for (review, freed) in held.into_iter().zip(freed) {
            let expected = (!freed).then_some(officer);
            assert_eq!(holder(&app, review), expected, "{how}");
        }
        let released = freed.iter().filter(|freed| **freed).count();
        let said = app.actions();
        assert_eq!(
            said.iter().filter(|one| *one == "review.released").count(),
            released,
            "{how}: {said:?}"
        );
        // And the next who asks is given one of them, whoever held it.
        let taken = app.sign_in(Persona::Manager).post("/reviews/next", &[]);
        let nothing = "/reviews?tab=open&done=none";
        assert_eq!(taken.header("location") != Some(nothing), freed[0], "{how}");
    }
}

#[test]
fn a_claim_that_had_ended_is_no_release() {
    let app = TestApp::start();
    let review = given(&app, "london");
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::claim_expires_at.eq(app.clock.now()))
        .execute(&mut app.owner())
        .expect("a claim that ends");
    let officer = app.staff(Persona::Officer);
    let done = app
        .sign_in(Persona::Admin)
        .post(&format!("/settings/staff/{officer}/disable"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(holder(&app, review), None);
    assert_eq!(app.actions(), ["staff.disabled"]);
}
