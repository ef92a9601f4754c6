//! Days begin where the organisation is: an organisation in Auckland, whose Tuesday begins on Monday, and one in Santiago,
//! whose Monday goes on into Tuesday, by the clock of Greenwich.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use vouch::{
    reviews::deadlines,
    schema::{customers, organisations, reviews},
};

use crate::{
    approvals::database,
    races,
    support::{Persona, TestApp, make},
};

const AUCKLAND: &str = "Pacific/Auckland";
const SANTIAGO: &str = "America/Santiago";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A server whose organisation is there, at this moment.
fn start(zone: &str, now: &str) -> TestApp {
    let app = TestApp::start();
    diesel::update(organisations::table.find(app.acme.id))
        .set(organisations::time_zone.eq(zone))
        .execute(&mut app.owner())
        .expect("a zone");
    set(&app, now);
    app
}

fn set(app: &TestApp, now: &str) {
    app.clock.advance(at(now) - app.clock.now());
}

#[test]
fn a_working_day_is_counted_over_the_weekend_of_the_place() {
    for (zone, asked, due, why) in [
        (
            AUCKLAND,
            "2026-11-19T20:00:00Z",
            "2026-11-22T20:00:00Z",
            "Friday at nine in the morning to Monday at nine; in Greenwich it was Thursday",
        ),
        (
            AUCKLAND,
            "2026-11-22T12:00:00Z",
            "2026-11-23T12:00:00Z",
            "Monday already; in Greenwich it was Sunday",
        ),
        (
            SANTIAGO,
            "2026-11-21T01:00:00Z",
            "2026-11-24T01:00:00Z",
            "Friday still, at ten in the evening; in Greenwich it was Saturday",
        ),
    ] {
        let app = start(zone, asked);
        let customer = races::ready(&app, |_| {});
        let round = races::request(&app, &mut app.sign_in(Persona::Officer), customer);
        let due_at: Option<DateTime<Utc>> = reviews::table
            .filter(reviews::id.eq(round))
            .select(reviews::due_at)
            .first(&mut app.owner())
            .expect("the round");
        assert_eq!(due_at, Some(at(due)), "{zone}: {why}");
    }
}

/// A moment as the tests' short ids write it.
fn short(moment: &str) -> String {
    moment.replace(['-', ':', 'T', 'Z'], "")[2..].to_owned()
}

#[test]
fn what_is_due_today_is_due_before_midnight_there() {
    // One in the morning of the 17th, whose end is at eleven by Greenwich; ten in the evening of the 16th, whose end is
    // at three.
    for (zone, now, expected) in [
        (
            AUCKLAND,
            "2026-11-16T12:00:00Z",
            &[
                "2026-11-16T17:00:00Z",
                "2026-11-17T02:59:59Z",
                "2026-11-17T03:00:00Z",
                "2026-11-17T10:59:59Z",
            ][..],
        ),
        (SANTIAGO, "2026-11-17T01:00:00Z", &["2026-11-17T02:59:59Z"]),
    ] {
        let app = start(zone, now);
        for due in [
            "2026-11-16T17:00:00Z",
            "2026-11-17T02:59:59Z",
            "2026-11-17T03:00:00Z",
            "2026-11-17T10:59:59Z",
            "2026-11-17T11:00:00Z",
        ] {
            let customer = make::customer(&app, |new| {
                (new.kyc, new.short_id) = ("pending", short(due));
            });
            make::review_of(&app, &app.acme, customer, |new| new.due_at = Some(at(due)));
        }
        let page = app
            .sign_in(Persona::Admin)
            .get("/reviews?tab=open&due=today");
        let expected: Vec<String> = expected.iter().map(|due| short(due)).collect();
        assert_eq!(page.texts("tr[data-row] td.id"), expected, "{zone}");
    }
}

#[test]
fn a_decision_is_of_the_day_that_it_was_there() {
    let app = start(AUCKLAND, "2026-11-16T12:00:00Z");
    let customer = races::ready(&app, |_| {});
    let round = races::request(&app, &mut app.sign_in(Persona::Officer), customer);
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(races::claim(&mut manager, round), 303);
    set(&app, "2026-11-16T12:10:00Z");
    let version = races::kyc(&app, customer).1;
    let fields = [("decision", "validated"), ("risk", "low")];
    assert_eq!(races::decide(&mut manager, round, version, &fields), 303);
    let next: Option<NaiveDate> = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::next_review_on)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(
        next,
        Some(day("2031-11-17")),
        "five years after today there"
    );

    let usual = manager.get("/reports?by=time");
    let rows = usual.texts("tbody tr");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].starts_with("Tue 17 Nov 1 1 0 0 "), "{rows:?}");
    let to_it = usual.attributes("tbody td.num a", "href").remove(0);
    assert_eq!(
        manager.get(&to_it).texts("tr[data-row]").len(),
        1,
        "{to_it}"
    );
    let on_the_day = manager.get("/reports?by=time&from=2026-11-17&to=2026-11-17");
    assert_eq!(on_the_day.texts("tbody tr"), rows);
    let before = manager.get("/reports?by=time&from=2026-11-16&to=2026-11-16");
    assert!(
        before.text().contains("Nothing was decided in these days"),
        "{}",
        before.text()
    );
}

#[test]
fn the_clock_moves_what_is_due_at_midnight_there_and_no_minute_before() {
    for (zone, before, midnight) in [
        (AUCKLAND, "2026-11-17T10:59:00Z", "2026-11-17T11:00:00Z"),
        (SANTIAGO, "2026-11-18T02:59:00Z", "2026-11-18T03:00:00Z"),
    ] {
        let app = start(zone, before);
        let (expires, due) = (
            make::customer(&app, |new| new.kyc = "validated"),
            make::customer(&app, |new| {
                (new.kyc, new.next_review_on) = ("validated", Some(day("2027-02-18")));
            }),
        );
        make::document_of(&app, &app.acme, expires, "IDENTITY_PROOF", |new| {
            (new.status, new.expires_on) = ("validated", Some(day("2026-11-17")));
        });
        let database = database(&app);
        for (now, moved, status) in [
            (before, (0, 0), "validated"),
            (midnight, (1, 1), "review_needed"),
        ] {
            set(&app, now);
            let swept = deadlines::sweep(&database).expect("a sweep");
            assert_eq!((swept.papers, swept.fell_due), moved, "{zone} {now}");
            for customer in [expires, due] {
                assert_eq!(races::kyc(&app, customer).0, status, "{zone} {now}");
            }
        }
    }
}
