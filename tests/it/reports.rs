//! The report: what was decided, how fast, and that each number leads to exactly its rows.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::reviews;

use crate::support::{Persona, TestApp, make};

/// A round of a branch, decided so many hours ago, after so many hours, due after so many.
fn decided(
    app: &TestApp,
    branch: &'static str,
    decision: &str,
    ago: i64,
    (took, due): (i64, i64),
) -> Uuid {
    let customer = make::customer(app, |new| new.branch_id = app.acme.branch(branch));
    let (review, _) = make::open_review(app, customer, 1);
    let at = app.clock.now() - TimeDelta::hours(ago);
    let asked = at - TimeDelta::hours(took);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq(decision),
            reviews::submitted_at.eq(asked),
            reviews::due_at.eq(asked + TimeDelta::hours(due)),
            reviews::decided_at.eq(at),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Manager)),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
    customer
}

fn filled() -> TestApp {
    let app = TestApp::start();
    decided(&app, "london", "validated", 30, (1, 24));
    decided(&app, "london", "validated", 31, (3, 24));
    decided(&app, "london", "refused", 32, (30, 24));
    let again = decided(&app, "madrid", "validated", 33, (5, 24));
    make::review_of(&app, &app.acme, again, |new| new.round = 2);
    decided(&app, "paris", "validated", 34, (5, 24));
    // Before the period.
    decided(&app, "london", "validated", 40 * 24, (5, 24));
    app
}

#[test]
fn each_number_leads_to_its_rows() {
    let app = filled();
    let mut manager = app.sign_in(Persona::Manager);
    let page = manager.get("/reports");
    assert_eq!(page.status, 200, "{}", page.text());
    let london = page
        .texts("tbody tr")
        .into_iter()
        .find(|row| row.to_lowercase().contains("london"))
        .expect("a row for London");
    let words: Vec<&str> = london.split_whitespace().collect();
    // Decisions, validated, refused, overrides, median, nine of ten, late, reopened.
    assert_eq!(
        words,
        [
            "LONDON", "3", "2", "1", "0", "3.0", "h", "24.6", "h", "1", "0"
        ]
    );
    // Out of the manager's branches there is nothing.
    assert!(!page.text().contains("Paris"));
    for (href, number) in page
        .attributes("tbody td.num a", "href")
        .into_iter()
        .zip(page.texts("tbody td.num a"))
    {
        let rows = manager.get(&href.replace("&amp;", "&"));
        assert_eq!(rows.status, 200, "{href}");
        let there = rows.texts("table tbody tr").len();
        assert_eq!(there.to_string(), number, "{href}");
    }
}

#[test]
fn it_goes_by_officer_and_over_time_and_says_what_days_are_wrong() {
    let app = filled();
    let mut admin = app.sign_in(Persona::Admin);
    let officers = admin.get("/reports?by=officer");
    let row = officers.texts("tbody tr").join("|");
    assert_eq!(row.matches('|').count(), 0, "one officer decided: {row}");
    assert_eq!(
        row.split_whitespace()
            .find(|word| word.parse::<i64>().is_ok()),
        Some("5")
    );
    let days = admin.get("/reports?by=time");
    assert_eq!(days.status, 200);
    let total = days.texts("tfoot tr").join("");
    assert!(total.contains("All") && total.contains('5'), "{total}");
    let months = admin.get("/reports?by=time&from=2026-01-01&to=2026-12-01");
    assert!(
        months.texts("tbody tr").len() == 2,
        "{:?}",
        months.texts("tbody tr")
    );
    for (query, field) in [
        ("from=tomorrow", "from"),
        ("to=0001-01-01", "to"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2020-01-01", "from"),
    ] {
        let wrong = admin.get(&format!("/reports?{query}"));
        assert_eq!(wrong.status, 422, "{query}");
        assert_eq!(
            wrong.attributes(".error-summary a", "href"),
            [format!("#{field}")]
        );
    }
    let empty = admin.get("/reports?from=2025-01-01&to=2025-01-31");
    assert!(empty.text().contains("Nothing was decided in these days"));
}

#[test]
fn officers_and_auditors_read_none() {
    let app = TestApp::start();
    for persona in [Persona::Officer, Persona::Auditor] {
        let mut browser = app.sign_in(persona);
        assert_eq!(browser.get("/reports").status, 403, "{persona:?}");
        assert!(!browser.get("/").text().contains("/reports"), "{persona:?}");
    }
}
