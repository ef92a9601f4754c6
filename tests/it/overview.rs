//! The overview: what waits and what there is, each number a link to its rows.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::reviews;

use crate::support::{Browser, Persona, Response, TestApp, make};

/// The number of a big figure.
fn figure(page: &Response, word: &str) -> String {
    let texts = page.texts(".figures a");
    let text = texts.iter().find(|text| text.contains(word));
    text.unwrap_or_else(|| panic!("{word} in {texts:?}"))
        .split_whitespace()
        .next()
        .map(|number| number.trim_end_matches(char::is_alphabetic).to_owned())
        .expect("a number")
}

fn update(app: &TestApp, review: Uuid, due_in: i64, submitted_ago: i64) {
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::due_at.eq(app.clock.now() + TimeDelta::hours(due_in)),
            reviews::submitted_at.eq(app.clock.now() - TimeDelta::days(submitted_ago)),
        ))
        .execute(&mut app.owner())
        .expect("a review");
}

fn decide(app: &TestApp, review: Uuid, decision: &str, days_ago: i64) {
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq(decision),
            reviews::decided_at.eq(app.clock.now() - TimeDelta::days(days_ago)),
        ))
        .execute(&mut app.owner())
        .expect("a review");
}

#[test]
fn every_number_counts_what_stands_behind_it() {
    let app = TestApp::start();
    let in_branch = |code: &'static str, kyc: &'static str| {
        make::customer(&app, |new| {
            new.branch_id = app.acme.branch(code);
            new.kyc = kyc;
        })
    };
    in_branch("london", "validated");
    in_branch("madrid", "validated");
    in_branch("paris", "validated");
    let late = make::open_review(&app, in_branch("london", "pending"), 1).0;
    update(&app, late, -3, 12);
    let today = make::open_review(&app, in_branch("london", "pending"), 1).0;
    update(&app, today, 3, 1);
    let mine = make::open_review(&app, in_branch("madrid", "pending"), 1).0;
    update(&app, mine, 72, 0);
    diesel::update(reviews::table.filter(reviews::id.eq(mine)))
        .set(reviews::assignee.eq(app.staff(Persona::Officer)))
        .execute(&mut app.owner())
        .expect("a claim");
    let hidden = make::open_review(&app, in_branch("paris", "pending"), 1).0;
    update(&app, hidden, -3, 0);
    for (decision, days_ago) in [
        ("validated", 1),
        ("validated", 1),
        ("refused", 1),
        ("canceled", 13),
        ("validated", 14),
    ] {
        let review = make::open_review(&app, in_branch("london", "draft"), 1).0;
        decide(&app, review, decision, days_ago);
    }

    let page = app.sign_in(Persona::Officer).get("/");
    assert_eq!(page.status, 200, "{}", page.text());
    for (word, number) in [
        ("Overdue", "1"),
        ("Due today", "1"),
        ("Mine", "1"),
        // Each open and decided review has a check of its own.
        ("Pending checks", "8"),
        ("Validated", "2"),
        ("In review", "3"),
        ("Draft", "5"),
        ("Refused", "0"),
    ] {
        assert_eq!(figure(&page, word), number, "{word}");
    }
    let ages = page.texts("section:has(#c2) td.num");
    assert_eq!(ages, ["1", "1", "0", "0", "1"]);
    let days = page.texts("section:has(#c1) tbody tr");
    assert_eq!(days.len(), 14);
    assert_eq!(
        days[1].split_whitespace().collect::<String>(),
        "Sun15Nov2103"
    );
    assert_eq!(
        days[13].split_whitespace().collect::<String>(),
        "Tue3Nov0011"
    );
    assert_eq!(
        page.texts("section:has(#c1) svg.wide-chart text.total"),
        ["1", "3"]
    );
    let branches = page.texts("section:has(#c3) tbody th");
    assert_eq!(branches, ["LONDON", "MADRID"]);
    let hrefs = page.attributes("section:has(#c3) tbody a", "href");
    assert!(
        hrefs.contains(&"/customers?branch=madrid&kyc=pending".to_owned()),
        "{hrefs:?}"
    );
    // The rows behind a number are as many as the number says.
    let behind = app
        .sign_in(Persona::Officer)
        .get("/customers?branch=london&kyc=pending");
    assert_eq!(behind.texts("tr[data-row]").len(), 2);
    // Nobody sees another tenant's.
    let other = app.sign_in(Persona::Other).get("/");
    assert_eq!(figure(&other, "Validated"), "0");
    assert_eq!(figure(&other, "Overdue"), "0");
    // All branches.
    let auditor = app.sign_in(Persona::Auditor).get("/");
    assert_eq!(figure(&auditor, "Overdue"), "2");
    assert_eq!(figure(&auditor, "Validated"), "3");
}

#[test]
fn no_shape_is_drawn_by_style() {
    let app = TestApp::start();
    let page = app.sign_in(Persona::Manager).get("/");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("style="));
    assert!(page.text().contains("Nothing was decided in these days."));
}

/// How many rows the page behind a link lists: rows of a list, proposals, or mentions that are new.
fn rows_behind(by: &mut Browser, href: &str) -> usize {
    let page = by.get(&href.replace("&amp;", "&"));
    assert_eq!(page.status, 200, "{href}: {}", page.text());
    assert!(page.attributes("a[rel=next]", "href").is_empty(), "{href}");
    match href.split('?').next() {
        Some("/approvals") => page.texts("article.proposal").len(),
        Some("/mentions") => page.texts("tr[data-row] .tag--new").len(),
        _ => page.texts("tr[data-row]").len(),
    }
}

/// Something of everything that the overview counts.
fn filled() -> TestApp {
    let app = TestApp::start();
    let admin = app.staff(Persona::Admin);
    let round = |code: &'static str| {
        let customer = make::customer(&app, |new| {
            new.branch_id = app.acme.branch(code);
            new.kyc = "pending";
        });
        make::open_review(&app, customer, 1).0
    };
    let set = |review: Uuid, state: &str| {
        diesel::update(reviews::table.filter(reviews::id.eq(review)))
            .set((
                reviews::state.eq(state),
                reviews::paused_at.eq((state == "waiting").then(|| app.clock.now())),
            ))
            .execute(&mut app.owner())
            .expect("a review");
    };
    for (due, ago) in [(-3, 12), (-50, 3)] {
        update(&app, round("london"), due, ago);
    }
    // Today ends at midnight, twelve hours from now; what is due tomorrow is neither late nor due today.
    for (due, ago) in [(1, 1), (11, 0), (11, 7), (12, 0)] {
        update(&app, round("madrid"), due, ago);
    }
    let mine = round("paris");
    update(&app, mine, 72, 0);
    diesel::update(reviews::table.filter(reviews::id.eq(mine)))
        .set((
            reviews::assignee.eq(admin),
            reviews::claim_expires_at.eq(app.clock.now() + TimeDelta::minutes(30)),
        ))
        .execute(&mut app.owner())
        .expect("a claim");
    // A claim that ran out is nobody's.
    let lost = round("paris");
    update(&app, lost, 72, 0);
    diesel::update(reviews::table.filter(reviews::id.eq(lost)))
        .set((
            reviews::assignee.eq(admin),
            reviews::claim_expires_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a claim");
    let waiting = round("london");
    update(&app, waiting, -3, 5);
    set(waiting, "waiting");
    for (decision, days_ago) in [
        ("validated", 0),
        ("validated", 1),
        ("refused", 1),
        ("canceled", 1),
        ("draft", 2),
        ("review_needed", 2),
        ("validated", 13),
        ("validated", 14),
    ] {
        decide(&app, round("london"), decision, days_ago);
    }
    // A revocation and a decision wait for a second person.
    let high = make::customer(&app, |new| new.kyc = "validated");
    make::proposal(&app, &app.acme, high);
    let asked = make::customer(&app, |new| {
        new.kyc = "pending";
        new.risk = Some("high");
    });
    let review = make::open_review(&app, asked, 1).0;
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(
        manager
            .post(&format!("/reviews/{review}/claim"), &[])
            .status,
        303
    );
    let fields = [
        ("version", "1"),
        ("decision", "refused"),
        ("reason", "data_mismatch"),
        ("comment", "The register names somebody else."),
    ];
    let done = manager.post(&format!("/reviews/{review}/decision"), &fields);
    assert_eq!(done.status, 303, "{}", done.text());
    for kyc in [
        "draft",
        "incomplete",
        "review_needed",
        "refused",
        "canceled",
    ] {
        let customer = make::customer(&app, |new| {
            new.branch_id = app.acme.branch("madrid");
            new.kyc = kyc;
        });
        make::verification(&app, customer, |_| {});
        make::mention(&app, customer, admin);
    }
    app
}

#[test]
fn each_number_leads_to_as_many_rows() {
    let app = filled();
    let mut admin = app.sign_in(Persona::Admin);
    let page = admin.get("/");
    assert_eq!(page.status, 200, "{}", page.text());
    for (word, number) in [
        ("Overdue", "2"),
        ("Due today", "3"),
        ("Mine", "1"),
        ("Second approval", "2"),
        ("Mentions", "5"),
    ] {
        assert_eq!(figure(&page, word), number, "{word}");
    }
    let mut followed = 0;
    let links = page.attributes(".figures a", "href");
    for (href, number) in links.iter().zip(page.texts(".figures a strong")) {
        assert_eq!(rows_behind(&mut admin, href).to_string(), number, "{href}");
        followed += 1;
    }
    assert_eq!(followed, 6 + 8, "what waits, and each status");
    for section in ["#c1", "#c2", "#c3"] {
        let cells = format!("section:has({section}) td.num");
        let links = page.attributes(&format!("{cells} a"), "href");
        let numbers = page.texts(&format!("{cells} a"));
        for (href, number) in links.iter().zip(&numbers) {
            let rows = rows_behind(&mut admin, href);
            assert_eq!(rows.to_string(), *number, "{section}: {href}");
        }
        assert_eq!(numbers, page.texts(&cells), "no number without its rows");
    }
    let ages: usize = page
        .texts("section:has(#c2) td.num")
        .iter()
        .map(|number| number.parse::<usize>().expect("a number"))
        .sum();
    let all = page.attributes("section:has(#c2) .section__head a", "href");
    assert_eq!(rows_behind(&mut admin, &all[0]), ages);
    assert!(
        page.texts("section:has(#c2) .section__head a")[0].starts_with(&ages.to_string()),
        "the sum says so"
    );
}

#[test]
fn whoever_may_not_agree_counts_what_the_queue_shows_them() {
    let app = filled();
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get("/");
    let links = page.attributes(".figures a", "href");
    let numbers = page.texts(".figures a strong");
    for (href, number) in links.iter().zip(numbers).take(6) {
        assert_eq!(
            rows_behind(&mut officer, href).to_string(),
            number,
            "{href}"
        );
    }
    // The revocation has no round, and is a manager's.
    assert_eq!(figure(&page, "Second approval"), "1");
}
