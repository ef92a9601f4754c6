//! The list of verifications: each is of the day on which its present round began, in the organisation's days.

use chrono::TimeDelta;
use vouch::schema::organisations;

use super::{
    life::{decided, refused},
    listing::uuids,
    *,
};

const LIST: &str = "/2.0/verifications";

fn listed(ours: &Machine<'_>, query: &str) -> Vec<String> {
    let page = ours.get(&format!("{LIST}?{query}")).ok();
    assert_eq!(page["total"], uuids(&page).len());
    uuids(&page)
}

/// Sends a declared customer to review, with all that is asked of them.
fn asks(app: &TestApp, ours: &Machine<'_>, customer: Uuid) {
    make::complete(app, customer);
    assert_eq!(ours.request(customer).ok()["status"], "PENDING");
}

#[test]
fn a_verification_is_of_the_day_on_which_its_round_began_and_not_its_customer() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let day = || app.clock.advance(TimeDelta::days(1));
    let low = |new: &mut make::NewCustomer| new.risk = Some("low");
    // Both are added on the 16th; the later one is declared on the 17th, the earlier one on the 18th.
    let (early, late) = (make::customer(&app, low), make::customer(&app, low));
    day();
    ours.verify(late, &person()).ok();
    day();
    ours.verify(early, &person()).ok();
    let of = |ids: &[Uuid]| -> Vec<String> { ids.iter().map(Uuid::to_string).collect() };
    assert_eq!(listed(&ours, ""), of(&[early, late]));
    assert_eq!(listed(&ours, "sort=asc"), of(&[late, early]));
    assert_eq!(listed(&ours, "date_end=2026-11-16"), of(&[]));
    assert_eq!(listed(&ours, "date_begin=2026-11-18"), of(&[early]));
    assert_eq!(listed(&ours, "date_end=2026-11-17"), of(&[late]));
    let both = "date_begin=2026-11-17&date_end=2026-11-18&order=id&sort=asc";
    assert_eq!(listed(&ours, both), of(&[early, late]));
    // The customers themselves are of the 16th.
    let page = ours.get("/2.0/customers?date_end=2026-11-16").ok();
    assert_eq!(page["total"], 2);
    // Asked for, withdrawn by nobody, asked for more and sent off again: it is the same round.
    day();
    asks(&app, &ours, early);
    decided(
        &app,
        early,
        &[
            ("decision", "incomplete"),
            ("reason", "information_missing"),
            ("message", "Send a newer bill."),
        ],
    );
    day();
    ours.request(early).ok();
    assert_eq!(listed(&ours, "date_begin=2026-11-18"), of(&[early]));
    assert_eq!(listed(&ours, "date_begin=2026-11-19"), of(&[]));
    // After a refusal a new verify begins another one.
    refused(&app, early, true);
    day();
    assert_eq!(listed(&ours, "date_begin=2026-11-19"), of(&[]));
    ours.verify(early, &person()).ok();
    assert_eq!(listed(&ours, "date_begin=2026-11-21"), of(&[early]));
    assert_eq!(listed(&ours, "date_end=2026-11-20"), of(&[late]));
}

/// Also where nobody declared anything first: an officer asks for a review at once.
#[test]
fn a_round_that_the_desk_asks_for_is_of_its_day_too() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    make::complete(&app, customer);
    app.clock.advance(TimeDelta::days(2));
    let asked = app
        .sign_in(Persona::Officer)
        .post(&format!("/customers/{customer}/reviews"), &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let its = vec![customer.to_string()];
    assert_eq!(listed(&ours, "date_begin=2026-11-18"), its);
    assert_eq!(listed(&ours, "date_end=2026-11-17"), Vec::<String>::new());
}

/// It is one in the morning of the 17th in Auckland, where the organisation is.
#[test]
fn days_begin_where_the_organisation_is_in_both_lists() {
    let app = TestApp::start();
    diesel::update(organisations::table.find(app.acme.id))
        .set(organisations::time_zone.eq("Pacific/Auckland"))
        .execute(&mut app.owner())
        .expect("a zone");
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &person()).ok();
    for list in ["/2.0/customers", LIST] {
        for (query, there) in [
            ("date_begin=2026-11-17", true),
            ("date_end=2026-11-17", true),
            ("date_begin=2026-11-17&date_end=2026-11-17", true),
            ("date_end=2026-11-16", false),
            ("date_begin=2026-11-18", false),
        ] {
            let page = ours.get(&format!("{list}?{query}")).ok();
            assert_eq!(page["total"], i32::from(there), "{list}?{query}");
            assert_eq!(uuids(&page).len(), usize::from(there), "{list}?{query}");
        }
    }
}

/// Five verifications, begun an hour apart, in the reverse order of their customers.
fn five(app: &TestApp, ours: &Machine<'_>) -> Vec<String> {
    let mut all: Vec<Uuid> = (0..5)
        .map(|_| {
            app.clock.advance(TimeDelta::hours(1));
            make::customer(app, |_| {})
        })
        .collect();
    all.reverse();
    for (n, one) in all.iter().enumerate() {
        app.clock.advance(TimeDelta::hours(1));
        let named = with(&person(), json!({"last_name": format!("Person{n}")}));
        ours.verify(one, &named).ok();
    }
    all.iter().map(Uuid::to_string).collect()
}

#[test]
fn a_walk_over_the_pages_meets_every_verification_once_newest_first() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let mut expected = five(&app, &ours);
    expected.reverse();
    let mut met = Vec::new();
    for (page, from, to) in [(1, 1, 2), (2, 3, 4), (3, 5, 5)] {
        let answer = ours.get(&format!("{LIST}?page={page}&per_page=2")).ok();
        // By the vendor's page these stand beside the rows, and there is nothing else: no `links` and no `meta`.
        assert_eq!(
            without(&answer, "data"),
            json!({"current_page": page, "last_page": 3, "per_page": 2, "total": 5, "from": from, "to": to})
        );
        for row in answer["data"].as_array().expect("rows") {
            assert_eq!(*row, ours.verification(text(&row["uuid"])).ok());
        }
        met.extend(uuids(&answer));
    }
    assert_eq!(met, expected);
    let beyond = ours.get(&format!("{LIST}?page=4&per_page=2")).ok();
    assert_eq!(
        beyond,
        json!({"data": [], "current_page": 4, "last_page": 3, "per_page": 2, "total": 5, "from": null, "to": null})
    );
    // The same pages within what days and a search leave.
    let within = ours
        .get(&format!(
            "{LIST}?page=2&per_page=2&search=last_name&query=person&date_begin=2026-11-16"
        ))
        .ok();
    assert_eq!(uuids(&within), expected[2..4]);
    assert_eq!(within["total"], 5);
}

#[test]
fn each_order_of_verifications_goes_both_ways() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let begun = five(&app, &ours);
    let mut backwards = begun.clone();
    backwards.reverse();
    for (order, ascending) in [
        ("created_at", &begun),
        ("updated_at", &begun),
        ("name", &begun),
        // The numbers are the customers', who came in the other order.
        ("id", &backwards),
    ] {
        let mut descending = ascending.clone();
        descending.reverse();
        let sorted = |sort: &str| listed(&ours, &format!("order={order}{sort}"));
        assert_eq!(&sorted("&sort=asc"), ascending, "{order}");
        assert_eq!(sorted("&sort=desc"), descending, "{order}");
        assert_eq!(sorted(""), descending, "{order}");
    }
}
