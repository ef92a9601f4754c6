//! The report: what was decided, how fast, and that each number leads to exactly its rows.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{access::keys::rules::Face, schema::reviews};

use crate::{
    key_matrix,
    support::{Persona, TestApp, machines, make},
};

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
        .attributes("tbody td.num:not([data-time]) a", "href")
        .into_iter()
        .zip(page.texts("tbody td.num:not([data-time]) a"))
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

/// An override in london, a round that was reopened and one that was not in madrid, one that waited in paris.
fn with_exceptions() -> TestApp {
    let app = TestApp::start();
    decided(&app, "london", "validated", 30, (1, 24));
    decided(&app, "london", "refused", 54, (30, 24));
    let reopened = decided(&app, "madrid", "validated", 33, (5, 24));
    let periodic = decided(&app, "madrid", "validated", 80, (7, 24));
    for (customer, review_type) in [(reopened, "EVENT"), (periodic, "PERIODIC")] {
        make::review_of(&app, &app.acme, customer, |new| {
            (new.round, new.review_type) = (2, review_type);
        });
    }
    // Of thirty hours the customer owed something for a day.
    let waited = decided(&app, "paris", "validated", 35, (30, 40));
    diesel::sql_query("UPDATE reviews SET paused_for = interval '24 hours' WHERE customer_id = $1")
        .bind::<diesel::sql_types::Uuid, _>(waited)
        .execute(&mut app.owner())
        .expect("a wait");
    let accepted = make::customer(&app, |new| {
        new.kyc = "validated";
        new.risk = Some("low");
    });
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{accepted}/override"),
        &[
            ("status", "refused"),
            ("reason", "Seen the original at the counter."),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    app
}

#[test]
fn an_override_a_reopened_round_and_one_that_waited_are_counted_in_each_group_with_their_rows() {
    let app = with_exceptions();
    let mut admin = app.sign_in(Persona::Admin);
    for (by, expected) in [
        (
            "branch",
            &[
                // Decisions, validated, refused, overrides, median, nine of ten, late, reopened.
                "LONDON 3 1 2 1 15.5 h 27.1 h 1 0",
                "MADRID 2 2 0 0 6.0 h 6.8 h 0 1",
                "PARIS 1 1 0 0 6.0 h 6.0 h 0 0",
            ][..],
        ),
        (
            "officer",
            &[
                "Manager Person 5 4 1 0 6.0 h 20.8 h 1 1",
                // An override is asked for and decided in one step.
                "Admin Person 1 0 1 1 – – 0 0",
            ],
        ),
        (
            "time",
            &[
                "Fri 13 Nov 1 1 0 0 7.0 h 7.0 h 0 0",
                "Sat 14 Nov 1 0 1 0 30.0 h 30.0 h 1 0",
                "Sun 15 Nov 3 3 0 0 5.0 h 5.8 h 0 1",
                "Mon 16 Nov 1 0 1 1 – – 0 0",
            ],
        ),
    ] {
        let page = admin.get(&format!("/reports?by={by}"));
        assert_eq!(page.texts("tbody tr"), expected, "{by}");
        assert_eq!(page.texts("tfoot tr"), ["All 6 4 2 1 6.0 h 20.8 h 1 1"]);
        let cells = "td.num:not([data-time]) a";
        let (links, numbers) = (page.attributes(cells, "href"), page.texts(cells));
        assert_eq!(links.len(), 6 * (expected.len() + 1));
        for (href, number) in links.iter().zip(numbers) {
            let rows = admin.get(href);
            assert_eq!(rows.status, 200, "{href}");
            let there = rows.texts("table tbody tr").len();
            assert_eq!(there.to_string(), number, "{by}: {href}");
        }
        // A median and what nine of ten stay below lead to the decisions that they were reckoned from.
        for (at, row) in expected.iter().enumerate() {
            let of = |cells: &str| {
                let cells = format!("tbody tr:nth-child({}) {cells} a", at + 1);
                page.attributes(&cells, "href")
            };
            let decisions = of("td.num:not([data-time])").swap_remove(0);
            let times = if row.contains('–') { 0 } else { 2 };
            assert_eq!(of("td[data-time]"), vec![decisions; times], "{by}: {row}");
        }
    }
}

#[test]
fn whoever_only_overrode_has_a_row_too() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let check = make::verification(&app, customer, |_| {});
    let done = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", "verified"),
            ("reason", "Seen the original at the counter."),
            ("version", "1"),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let mut manager = app.sign_in(Persona::Admin);
    for (by, row) in [
        ("branch", "LONDON 0 0 0 1 – – 0 0"),
        ("officer", "Admin Person 0 0 0 1 – – 0 0"),
        ("time", "Mon 16 Nov 0 0 0 1 – – 0 0"),
    ] {
        let page = manager.get(&format!("/reports?by={by}"));
        assert_eq!(page.texts("tbody tr"), [row], "{by}");
        assert!(!page.text().contains("Nothing was decided in these days"));
    }
}

/// Two checks that a key failed, and one that an admin did.
fn overridden_by_a_key() -> TestApp {
    let app = TestApp::start();
    let may: Vec<&str> = Face::Kontorion.permissions().collect();
    let key = machines::key(&app, &app.acme, ("kontorion", "live"), &may, &[]);
    let customer = make::customer(&app, |_| {});
    for _ in 0..2 {
        let check = make::verification(&app, customer, |_| {});
        let done = key_matrix::sent(
            &app,
            Face::Kontorion,
            Some(&key),
            "PATCH",
            &format!("/v1/verifications/{check}/status"),
            serde_json::json!({"status": "failed"}),
            None,
        );
        assert_eq!(done.status, 200, "{}", done.body);
    }
    let check = make::verification(&app, customer, |_| {});
    let done = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("status", "failed"),
            ("reason", "Seen the original at the counter."),
            ("version", &version(&app, customer)),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    app
}

fn version(app: &TestApp, customer: Uuid) -> String {
    use vouch::schema::customers;
    let version: i32 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer");
    version.to_string()
}

#[test]
fn what_a_key_overrode_is_counted_and_its_number_leads_to_its_rows() {
    let app = overridden_by_a_key();
    let mut admin = app.sign_in(Persona::Admin);
    for (by, rows) in [
        ("branch", &["LONDON 0 0 0 3 – – 0 0"][..]),
        (
            "officer",
            &[
                "The clock and machines 0 0 0 2 – – 0 0",
                "Admin Person 0 0 0 1 – – 0 0",
            ],
        ),
        ("time", &["Mon 16 Nov 0 0 0 3 – – 0 0"]),
    ] {
        let page = admin.get(&format!("/reports?by={by}"));
        let mut there = page.texts("tbody tr");
        there.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(there, rows, "{by}");
        let cells = "td.num:not([data-time]) a";
        let (links, numbers) = (page.attributes(cells, "href"), page.texts(cells));
        // Every row's, and that of all: an override's number is a link whoever made it.
        assert_eq!(links.len(), 6 * (rows.len() + 1), "{by}");
        for (href, number) in links.iter().zip(numbers) {
            let listed = admin.get(href);
            assert_eq!(listed.status, 200, "{href}");
            let there = listed.texts("table tbody tr").len();
            assert_eq!(there.to_string(), number, "{by}: {href}");
        }
    }
}

#[test]
fn the_log_is_read_by_what_keys_did_and_by_what_nobody_of_the_staff_did() {
    let app = overridden_by_a_key();
    let mut admin = app.sign_in(Persona::Admin);
    let by_admin = app.staff(Persona::Admin);
    let mut count = |query: &str| {
        let page = admin.get(&format!("/audit?{query}"));
        assert_eq!(page.status, 200, "{query}: {}", page.text());
        page.texts("table tbody tr").len()
    };
    assert_eq!(count("actor=key"), 2);
    assert_eq!(count("actor=nobody&action=verification.overridden"), 2);
    let both = format!("actor=key&actor={by_admin}&action=verification.overridden");
    assert_eq!(count(&both), 3, "who is named and whoever has a key");
    assert_eq!(count("actor=key&action=customer.overridden"), 0);
    // However often it is said.
    let often = |n: usize| vec!["actor=key"; n].join("&");
    assert_eq!(
        count(&format!("{}&action=verification.overridden", often(200))),
        2
    );
    let page = admin.get("/audit?actor=key&actor=nobody");
    let ticked = page.attributes("input[name=actor][checked]", "value");
    assert_eq!(ticked, ["key", "nobody"]);
    assert!(page.text().contains("By an API key"), "{}", page.text());
    // The same in the file.
    let file = admin.get("/audit.csv?actor=key").body;
    let shown = file.lines().filter(|line| line.starts_with("entry,"));
    assert_eq!(shown.count(), 2, "{file}");
    assert_eq!(admin.get("/audit?actor=machine").status, 400);
    assert_eq!(admin.get(&format!("/audit?{}", often(201))).status, 400);
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
