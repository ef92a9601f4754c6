//! Whoever stands behind a company, however deep: asked for with it, and taken back with it.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, reviews, verifications};

use crate::{
    reviews::{complete_company, decide, hold, kyc, latest, owner_of, request},
    support::{Persona, TestApp, make},
};

/// A company that owns another: both, an owner of the first, one of the second.
fn two_levels(app: &TestApp) -> [Uuid; 4] {
    let (parent, held) = (
        complete_company(app, "Falcão SGPS"),
        complete_company(app, "Falcão Lda"),
    );
    let owner = owner_of(app, parent, "Sequeira");
    make::relation(app, parent, held, "shareholder", Some(60));
    [parent, held, owner, owner_of(app, held, "Matias")]
}

#[test]
fn what_a_company_took_along_is_taken_back_with_it_however_deep() {
    for overridden in [false, true] {
        let app = TestApp::start();
        let all = two_levels(&app);
        let [parent, held, _, behind] = all;
        // One of them owed something from before, and one was asked for before by themselves.
        let mut officer = app.sign_in(Persona::Officer);
        let alone = make::customer(&app, |_| {});
        make::complete(&app, alone);
        make::relation(&app, held, alone, "director", None);
        for one in [behind, alone] {
            assert_eq!(request(&mut officer, one).status, 303);
        }
        let waiting = latest(&app, behind).0;
        hold(&app, waiting, Persona::Manager);
        let more = [("decision", "incomplete"), ("message", "Send the deed.")];
        let asked = decide(&app, &mut app.sign_in(Persona::Manager), behind, &more);
        assert_eq!(asked.status, 303, "{}", asked.text());
        assert_eq!(latest(&app, behind).1, "waiting");
        app.clock.advance(TimeDelta::minutes(5));
        // The manager's next review was the other's.
        diesel::update(reviews::table.filter(reviews::customer_id.eq(alone)))
            .set((
                reviews::assignee.eq(None::<Uuid>),
                reviews::claim_expires_at.eq(None::<chrono::DateTime<chrono::Utc>>),
            ))
            .execute(&mut app.owner())
            .expect("it is nobody's");

        assert_eq!(request(&mut officer, parent).status, 303);
        assert_eq!(
            (latest(&app, behind).0, latest(&app, behind).1.as_str()),
            (waiting, "open"),
            "it went on with the company's"
        );
        let (review, _, _) = latest(&app, parent);
        let done = if overridden {
            let check: Uuid = verifications::table
                .filter(verifications::review_id.eq(review))
                .select(verifications::id)
                .first(&mut app.owner())
                .expect("its check");
            app.sign_in(Persona::Admin).post(
                &format!("/verifications/{check}/override"),
                &[
                    ("version", &kyc(&app, parent).2.to_string()),
                    ("status", "expired"),
                    ("reason", "The papers are of another company."),
                    ("step", "apply"),
                ],
            )
        } else {
            officer.post(&format!("/reviews/{review}/withdraw"), &[])
        };
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(all.map(|one| kyc(&app, one).0), ["draft"; 4]);
        assert_eq!(kyc(&app, alone).0, "pending", "it was asked for before");
    }
}

#[test]
fn a_gap_of_whoever_stands_behind_a_member_is_named_and_nobody_moves() {
    let app = TestApp::start();
    let [parent, held, owner, _] = two_levels(&app);
    let gap = make::customer(&app, |new| new.last_name = Some("Teixeira".to_owned()));
    make::relation(&app, held, gap, "director", None);
    let mut officer = app.sign_in(Persona::Officer);
    let refused = request(&mut officer, parent);
    assert_eq!(refused.status, 409);
    let text = refused.text();
    assert!(
        text.contains("Something is missing of: Inês Teixeira."),
        "{text}"
    );
    for one in [parent, held, owner, gap] {
        assert_eq!(kyc(&app, one).0, "none");
    }
    make::complete(&app, gap);
    assert_eq!(request(&mut officer, parent).status, 303);
    assert_eq!(kyc(&app, gap).0, "pending");
}

#[test]
fn whoever_stands_behind_a_member_elsewhere_hinders_as_a_member_elsewhere_does() {
    let app = TestApp::start();
    let [parent, _, owner, behind] = two_levels(&app);
    let paris = |customer: Uuid, there: bool| {
        let branch = app.acme.branch(if there { "paris" } else { "london" });
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::branch_id.eq(branch))
            .execute(&mut app.owner())
            .expect("a branch");
    };
    let mut officer = app.sign_in(Persona::Officer);
    let mut refused = Vec::new();
    for one in [owner, behind] {
        paris(one, true);
        let answer = request(&mut officer, parent);
        assert_eq!(answer.status, 409, "{}", answer.text());
        let words = "Something is missing of: a member outside of your branches.";
        assert!(answer.text().contains(words), "{}", answer.text());
        refused.push(kyc(&app, parent).0);
        paris(one, false);
    }
    assert_eq!(refused, ["none"; 2]);
    assert_eq!(request(&mut officer, parent).status, 303);
}
