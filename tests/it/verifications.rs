//! The list of checks, one check, starting one, and what the clock does to them.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    db::{Db, PoolOptions},
    keys::Keys,
    reviews::deadlines::{self, Swept},
    schema::{customer_counts, customers, verification_counts, verifications},
};

use crate::support::{Persona, TestApp, make};

#[test]
fn the_list_shows_what_is_in_the_branches_and_nothing_else() {
    let app = TestApp::start();
    let here = make::customer(&app, |_| {});
    let there = make::customer(&app, |new| {
        new.branch_id = app.acme.branch("paris");
        new.last_name = Some("Secret".to_owned());
    });
    make::verification(&app, here, |_| {});
    let hidden = make::verification(&app, there, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get("/verifications");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("1 checks") || page.text().contains("1 check"));
    assert!(page.body.contains("Falcão") && !page.body.contains("Secret"));
    assert_eq!(officer.get(&format!("/verifications/{hidden}")).status, 404);
    assert_eq!(
        officer
            .get("/verifications?branch=paris")
            .texts("tr[data-row]")
            .len(),
        0
    );
    assert_eq!(
        app.sign_in(Persona::Auditor)
            .get("/verifications")
            .texts("tr[data-row]")
            .len(),
        2
    );
}

#[test]
fn filters_repeat_and_days_count_whole() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    for (status, kind, provider) in [
        ("pending", "identity", "acme"),
        ("verified", "address", "acme"),
        ("failed", "identity", "other"),
    ] {
        make::verification(&app, customer, |new| {
            (new.status, new.verification_type, new.provider) = (status, kind, provider);
        });
    }
    let mut officer = app.sign_in(Persona::Officer);
    let mut rows = |query: &str| {
        officer
            .get(&format!("/verifications?{query}"))
            .texts("tr[data-row]")
            .len()
    };
    assert_eq!(rows("status=pending&status=failed"), 2);
    assert_eq!(rows("type=identity&provider=acme"), 1);
    assert_eq!(rows(&format!("customer={customer}&branch=london")), 3);
    assert_eq!(rows("from=2026-11-16&to=2026-11-16"), 3);
    assert_eq!(rows("from=2026-11-17"), 0);
    assert_eq!(rows("to=2026-11-15&status="), 0);
    for wrong in ["status=lost", "customer=x", "from=soon", "after=x", "s=x"] {
        assert_eq!(
            officer.get(&format!("/verifications?{wrong}")).status,
            400,
            "{wrong}"
        );
    }
}

#[test]
fn pages_follow_one_another_without_a_gap_or_a_repetition() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    for _ in 0..120 {
        // All of one moment: the id decides.
        make::verification(&app, customer, |_| {});
    }
    let mut officer = app.sign_in(Persona::Officer);
    let mut seen = Vec::new();
    let mut next = Some("/verifications".to_owned());
    while let Some(path) = next {
        let page = officer.get(&path);
        assert!(page.text().contains("120 checks"));
        seen.extend(page.attributes("tr[data-row] th a", "href"));
        next = page.attributes("a[rel=next]", "href").pop();
    }
    assert_eq!(seen.len(), 120);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 120);
}

#[test]
fn a_search_leads_to_an_address_that_does_not_say_whom_was_looked_for() {
    let app = TestApp::start();
    let ana = make::customer(&app, |new| new.last_name = Some("Peña".to_owned()));
    let other = make::customer(&app, |_| {});
    make::verification(&app, ana, |_| {});
    make::verification(&app, other, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let sent = officer.post(
        "/verifications/search",
        &[("q", "pena"), ("status", "pending")],
    );
    let location = sent.header("location").expect("a location").to_owned();
    assert!(location.contains("status=pending") && !location.contains("pena"));
    let page = officer.follow(&sent);
    assert_eq!(page.texts("tr[data-row]").len(), 1);
    assert!(page.body.contains("Peña"));
    // The file of the same list.
    let query = location.split_once('?').expect("a query").1;
    let file = officer.get(&format!("/verifications.csv?{query}"));
    assert_eq!(file.body.lines().count(), 2, "{}", file.body);
    assert!(file.body.contains("Peña") && file.body.contains("Pending"));
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("verifications.exported")
    );
    // Whoever may read the list may take it away: an auditor too.
    let file = app.sign_in(Persona::Auditor).get("/verifications.csv");
    assert_eq!(
        (file.status, file.body.lines().count()),
        (200, 3),
        "{}",
        file.body
    );
}

#[test]
fn one_check_says_who_when_and_why_and_opening_it_is_written_down() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let started = officer.post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", " sanctions "), ("check_type", "list")],
    );
    assert_eq!(started.status, 303, "{}", started.text());
    let check: Uuid = verifications::table
        .select(verifications::id)
        .first(&mut app.owner())
        .expect("the check");
    let page = officer.get(&format!("/verifications/{check}"));
    for there in [
        "sanctions",
        "manual",
        "Officer Person",
        "Started a verification",
        "Inês Falcão",
    ] {
        assert!(page.text().contains(there), "{there}: {}", page.text());
    }
    officer.get(&format!("/verifications/{check}"));
    let views = app
        .actions()
        .iter()
        .filter(|action| *action == "verification.viewed")
        .count();
    assert_eq!(views, 1);
}

#[test]
fn what_cannot_be_started_is_said_beside_its_field() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let path = format!("/customers/{customer}/verifications");
    let mut officer = app.sign_in(Persona::Officer);
    for (typed, said) in [("", "Say what is to be checked"), ("kyc", "is a review")] {
        let back = officer.post(
            &path,
            &[("verification_type", typed), ("check_type", "kept")],
        );
        assert_eq!(back.status, 422);
        assert!(
            back.text().contains(said) && back.body.contains("kept"),
            "{}",
            back.text()
        );
    }
    assert_eq!(
        app.sign_in(Persona::Auditor)
            .post(&path, &[("verification_type", "x")])
            .status,
        403
    );
    assert_eq!(
        app.sign_in(Persona::Other)
            .post(&path, &[("verification_type", "x")])
            .status,
        404
    );
    assert!(app.actions().is_empty());
}

fn database(app: &TestApp) -> Db {
    Db::open(
        &PoolOptions {
            url: app.database.app_url.clone(),
            size: 2,
            wait: std::time::Duration::from_secs(5),
            statement_cache: true,
        },
        app.clock.clone(),
        Keys::new(app.secret.clone()),
    )
}

fn kyc(app: &TestApp, id: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(id))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

/// A check that runs out in a day, a customer due in a year, one refused now.
fn waiting(app: &TestApp) -> (Uuid, Uuid, Uuid) {
    let now = app.clock.now();
    let due = make::customer(app, |new| {
        new.kyc = "validated";
        new.next_review_on = Some("2027-11-16".parse().expect("a day"));
    });
    let check = make::verification(app, due, |new| {
        new.status = "verified";
        new.expires_at = Some(now + TimeDelta::days(1));
    });
    let refused = make::customer(app, |new| {
        new.kyc = "refused";
        new.refused_at = Some(now);
    });
    (check, due, refused)
}

#[test]
fn the_clock_moves_what_is_due_once_and_not_before() {
    let app = TestApp::start();
    let (check, due, refused) = waiting(&app);
    let db = database(&app);
    let swept = |db: &Db| {
        let swept = deadlines::sweep(db).expect("a sweep");
        (swept.expired, swept.fell_due, swept.closed)
    };
    app.clock.advance(TimeDelta::hours(23));
    assert_eq!(swept(&db), (0, 0, 0));
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(swept(&db), (1, 0, 0));
    app.clock.advance(TimeDelta::days(89));
    assert_eq!(swept(&db), (0, 0, 1));
    // 16 November 2027 less three months.
    app.clock.advance(TimeDelta::days(182));
    assert_eq!(swept(&db), (0, 0, 0));
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(swept(&db), (0, 1, 0));
    assert_eq!(swept(&db), (0, 0, 0));
    assert_eq!(
        (kyc(&app, due).as_str(), kyc(&app, refused).as_str()),
        ("review_needed", "canceled")
    );
    let status: String = verifications::table
        .filter(verifications::id.eq(check))
        .select(verifications::status)
        .first(&mut app.owner())
        .expect("the check");
    assert_eq!(status, "expired");
    assert_eq!(
        app.actions(),
        ["verification.expired", "customer.moved", "customer.moved"]
    );
}

#[test]
fn two_sweeps_at_once_do_each_thing_once_and_keep_the_counters_right() {
    let app = TestApp::start();
    for _ in 0..30 {
        waiting(&app);
    }
    app.clock.advance(TimeDelta::days(400));
    let start = std::sync::Barrier::new(2);
    let sums: Vec<Swept> = std::thread::scope(|scope| {
        let sweeps: Vec<_> = (0..2)
            .map(|_| {
                let (start, db) = (&start, database(&app));
                scope.spawn(move || {
                    start.wait();
                    deadlines::sweep(&db).expect("a sweep")
                })
            })
            .collect();
        sweeps
            .into_iter()
            .map(|sweep| sweep.join().expect("a sweep"))
            .collect()
    });
    let last = deadlines::sweep(&database(&app)).expect("a sweep");
    let all = sums.iter().chain([&last]);
    let of = |pick: fn(&Swept) -> usize| all.clone().map(pick).sum::<usize>();
    assert_eq!(
        (of(|s| s.expired), of(|s| s.fell_due), of(|s| s.closed)),
        (30, 30, 30)
    );
    assert_eq!(app.actions().len(), 90);
    let mut counts: Vec<(String, i64)> = customer_counts::table
        .select((customer_counts::kyc, customer_counts::n))
        .load(&mut app.owner())
        .expect("counters");
    counts.retain(|(_, n)| *n != 0);
    counts.sort();
    assert_eq!(
        counts,
        [
            ("canceled".to_owned(), 30),
            ("review_needed".to_owned(), 30)
        ]
    );
    let checks: Vec<i64> = verification_counts::table
        .filter(verification_counts::status.eq("expired"))
        .select(verification_counts::n)
        .load(&mut app.owner())
        .expect("counters");
    assert_eq!(checks, [30]);
}

#[test]
fn the_sweep_folds_the_days_of_reviews_and_forgets_what_no_longer_counts() {
    use vouch::schema::{review_days, sessions, sign_in_delays};
    let app = TestApp::start();
    let mut owner = app.owner();
    let days = |owner: &mut diesel::PgConnection| -> Vec<(String, i64)> {
        let mut rows: Vec<(String, i64)> = review_days::table
            .select((review_days::state, review_days::n))
            .load(owner)
            .expect("counters");
        rows.sort();
        rows
    };
    for n in [1, 1, 1, -1] {
        diesel::insert_into(review_days::table)
            .values((
                review_days::organisation_id.eq(app.acme.id),
                review_days::branch_id.eq(app.acme.branch("london")),
                review_days::state.eq("open"),
                review_days::day.eq(app.clock.now().date_naive()),
                review_days::n.eq(n),
            ))
            .execute(&mut owner)
            .expect("a difference");
    }
    let mut stranger = app.browser();
    stranger.post(
        "/login",
        &[("email", "nobody@acme.example"), ("password", "wrong")],
    );
    drop(app.sign_in(Persona::Officer));
    let first = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!((first.folded, first.forgotten), (3, 0), "{first}");
    assert_eq!(days(&mut owner), [("open".to_owned(), 2)]);

    app.clock.advance(TimeDelta::minutes(16));
    let delays = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!(
        (delays.folded, delays.forgotten),
        (0, 2),
        "an e-mail's and an address's"
    );
    app.clock
        .advance(TimeDelta::hours(12) - TimeDelta::minutes(17));
    assert_eq!(
        deadlines::sweep(&database(&app))
            .expect("a sweep")
            .forgotten,
        0
    );
    app.clock.advance(TimeDelta::minutes(1));
    let outlived = deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!(outlived.forgotten, 1);
    let left: (i64, i64) = (
        sessions::table
            .count()
            .get_result(&mut owner)
            .expect("a count"),
        sign_in_delays::table
            .count()
            .get_result(&mut owner)
            .expect("a count"),
    );
    assert_eq!(left, (0, 0));
}

#[test]
fn a_search_that_means_too_many_customers_says_so_and_gives_no_file() {
    let app = TestApp::start();
    make::customer(&app, |_| {});
    make::many(&app, 1_000);
    let mut officer = app.sign_in(Persona::Officer);
    let sent = officer.post("/verifications/search", &[("q", "Many")]);
    let list = sent.header("location").expect("a location").to_owned();
    let csv = list.replace("/verifications?", "/verifications.csv?");
    let sentence = "More customers match: narrow your search.";
    let page = officer.get(&list);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(sentence), "a thousand are looked for");
    assert_eq!(officer.get(&csv).status, 200);

    make::many(&app, 1);
    for id in customers::table
        .filter(customers::first_name.eq("Many"))
        .select(customers::id)
        .load::<Uuid>(&mut app.owner())
        .expect("the customers")
        .iter()
        .take(2)
    {
        make::verification(&app, *id, |_| {});
    }
    let page = officer.get(&list);
    assert_eq!(page.texts(".notice h2"), [sentence]);
    let shown = page.texts("[data-count]").concat();
    assert!(shown.ends_with("+ checks"), "{shown}");
    let before = app.actions();
    let refused = officer.get(&csv);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains(sentence), "{}", refused.text());
    assert_eq!(app.actions(), before, "nothing was taken");
    // Without the search there is a file of all.
    assert_eq!(officer.get("/verifications.csv").status, 200);
}
