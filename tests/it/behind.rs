//! Whoever stands behind a company, however deep: asked for with it, and taken back with it.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, relations, reviews, verifications};

use crate::{
    reviews::{complete_company, decide, hold, kyc, latest, owner_of, request},
    support::{Persona, Response, TestApp, make},
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

/// What the checklist of a page says of the members.
fn members_line(page: &Response) -> String {
    let lines = page.texts(".checklist li");
    let found = lines.into_iter().find(|line| line.contains("Every member"));
    found.expect("the line of the members")
}

#[test]
fn more_than_are_read_at_once_are_reviewed_with_nobody() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão SGPS");
    let people: Vec<Uuid> = (0..75)
        .map(|n| {
            let one = make::customer(&app, |new| {
                new.last_name = Some(format!("Sequeira {n}"));
                new.kyc = "validated";
                new.risk = Some("low");
            });
            make::complete(&app, one);
            one
        })
        .collect();
    for one in &people {
        for role in [
            "legal_representative",
            "director",
            "shareholder",
            "beneficial_owner",
        ] {
            make::relation(&app, company, *one, role, None);
        }
    }
    let one_more = || make::relation(&app, company, people[0], "employee", None);
    let one_less = || {
        diesel::delete(relations::table.filter(relations::role.eq("employee")))
            .execute(&mut app.owner())
            .expect("one relation");
    };
    let words = "More than 300 members stand behind this company";
    let address = format!("/customers/{company}");
    let mut officer = app.sign_in(Persona::Officer);

    one_more();
    let page = officer.get(&address);
    assert_eq!(page.status, 200, "{}", page.text());
    let said = page.texts("#too-many-behind").concat();
    assert!(said.contains(words), "{said}");
    let refused = request(&mut officer, company);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains(words), "{}", refused.text());
    assert_eq!(kyc(&app, company).0, "none");

    // As many as are read are reviewed as ever.
    one_less();
    let page = officer.get(&address);
    assert!(page.texts("#too-many-behind").is_empty());
    assert!(members_line(&page).ends_with("75 of 75"));
    let done = request(&mut officer, company);
    assert_eq!(done.status, 303, "{}", done.text());

    // Whoever came since, nobody decides without having seen them all, and nobody takes some of them back.
    one_more();
    let (review, _, _) = latest(&app, company);
    let kept = officer.post(&format!("/reviews/{review}/withdraw"), &[]);
    assert_eq!(kept.status, 409);
    assert!(kept.text().contains(words), "{}", kept.text());
    hold(&app, review, Persona::Manager);
    let mut manager = app.sign_in(Persona::Manager);
    let mut validate = || {
        let fields = [("decision", "validated"), ("risk", "low")];
        decide(&app, &mut manager, company, &fields)
    };
    let refused = validate();
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains(words), "{}", refused.text());
    assert_eq!(kyc(&app, company).0, "pending");
    one_less();
    let done = validate();
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(kyc(&app, company).0, "validated");

    // However many they are, more may be asked for and the company refused.
    let other = complete_company(&app, "Sequeira SGPS");
    let mut officer = app.sign_in(Persona::Officer);
    for one in &people {
        for role in [
            "legal_representative",
            "director",
            "shareholder",
            "beneficial_owner",
        ] {
            make::relation(&app, other, *one, role, None);
        }
    }
    assert_eq!(request(&mut officer, other).status, 303);
    make::relation(&app, other, people[0], "employee", None);
    hold(&app, latest(&app, other).0, Persona::Manager);
    let fields = [
        ("decision", "refused"),
        ("reason", "owner_not_identified"),
        ("comment", "Nobody can say who owns it."),
    ];
    let refused = decide(&app, &mut app.sign_in(Persona::Manager), other, &fields);
    assert_eq!(refused.status, 303, "{}", refused.text());
    assert_eq!(kyc(&app, other).0, "refused");
}

#[test]
fn the_papers_of_one_member_hide_none_of_anothers() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão SGPS");
    owner_of(&app, company, "Sequeira");
    let many = owner_of(&app, company, "Matias");
    // With their own two they have one less than is read of one customer, and all of them are newer.
    app.clock.advance(TimeDelta::minutes(1));
    for _ in 0..497 {
        make::document(&app, many, "ADDRESS_PROOF");
    }
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{company}"));
    assert!(members_line(&page).ends_with("2 of 2"));
}
