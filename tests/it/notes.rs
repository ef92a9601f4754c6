//! Notes that call a colleague by name, and where the colleague finds it.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{mentions, notes, staff};

use crate::support::{Browser, Persona, Response, TestApp, make};

fn name(app: &TestApp, persona: Persona, name: &str) {
    diesel::update(staff::table.filter(staff::id.eq(app.staff(persona))))
        .set(staff::name.eq(name))
        .execute(&mut app.owner())
        .expect("a name");
}

fn named() -> TestApp {
    let app = TestApp::start();
    name(&app, Persona::Officer, "Paula Iriarte");
    name(&app, Persona::Manager, "Henrik Lund");
    name(&app, Persona::Admin, "Rita Andrade");
    app
}

fn write(by: &mut Browser, customer: Uuid, body: &str) -> Response {
    by.post(&format!("/customers/{customer}/notes"), &[("body", body)])
}

fn called(app: &TestApp) -> Vec<Uuid> {
    mentions::table
        .order((mentions::created_at, mentions::place))
        .select(mentions::staff_id)
        .load(&mut app.owner())
        .expect("mentions")
}

/// The number of the overview's figure.
fn figure(by: &mut Browser) -> String {
    let page = by.get("/");
    page.texts(".figures a[href='/mentions'] strong").concat()
}

#[test]
fn a_colleague_who_is_called_finds_the_note_until_it_is_marked_read() {
    let app = named();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/customers/{customer}"));
    let picker = page.texts(".note-form details");
    assert!(picker[0].contains("@Henrik Lund") && !picker[0].contains("@Paula Iriarte"));
    let done = write(
        &mut officer,
        customer,
        "Same address.\n@henrik lund please look, <b>@Rita</b> too",
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        called(&app),
        [app.staff(Persona::Manager), app.staff(Persona::Admin)]
    );
    let page = officer.get(&format!("/customers/{customer}"));
    assert_eq!(page.texts(".mention"), ["@henrik lund", "@Rita"]);
    assert!(page.texts("blockquote")[0].contains("<b> @Rita </b> too"));

    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(
        (figure(&mut manager), figure(&mut officer)),
        ("1".to_owned(), "0".to_owned())
    );
    let found = manager.get("/mentions");
    assert!(
        found
            .attributes("table a", "href")
            .contains(&format!("/customers/{customer}#notes"))
    );
    assert_eq!(found.texts(".tag--new").len(), 1);
    // The text stands with the customer, whose opening is written down.
    assert!(!found.text().contains("please look"));
    app.clock.advance(TimeDelta::minutes(1));
    let other = make::customer(&app, |_| {});
    write(&mut officer, other, "@Henrik again");
    assert_eq!(manager.post("/mentions/read", &[]).status, 303);
    assert_eq!(figure(&mut manager), "0");
    let read = manager.get("/mentions");
    assert_eq!(read.texts(".tag--new").len(), 0);
    assert_eq!(read.texts("tbody tr").len(), 2);
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("mentions.read")
    );
    // Again there is nothing to do, and nothing is said.
    let before = app.actions().len();
    assert_eq!(manager.post("/mentions/read", &[]).status, 303);
    assert_eq!(app.actions().len(), before);
    // A new one stands before those that were seen.
    app.clock.advance(TimeDelta::minutes(1));
    write(&mut officer, customer, "@Henrik once more");
    let rows = manager.get("/mentions").texts("tbody tr");
    assert!(
        rows[0].contains("New") && !rows[1].contains("New"),
        "{rows:?}"
    );
    // What others were called in is theirs.
    assert_eq!(figure(&mut app.sign_in(Persona::Admin)), "1");
}

#[test]
fn nobody_is_called_to_a_customer_they_may_not_see() {
    let app = named();
    let madrid = make::customer(&app, |new| new.branch_id = app.acme.branch("madrid"));
    let mut officer = app.sign_in(Persona::Officer);
    let refused = write(&mut officer, madrid, "@Henrik Lund, look");
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("Henrik Lund does not work in this customer’s branch"),
        "{}",
        refused.text()
    );
    assert!(refused.texts("textarea[name=body]")[0].contains("@Henrik Lund, look"));
    let none: i64 = notes::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(none, 0);
    // Plain words, addresses and strangers call nobody.
    for body in ["Henrik Lund", "henrik@lund.example", "@Nobody"] {
        assert_eq!(write(&mut officer, madrid, body).status, 303, "{body}");
    }
    assert!(called(&app).is_empty());
    // Whoever no longer works here cannot be called.
    diesel::update(staff::table.filter(staff::id.eq(app.staff(Persona::Admin))))
        .set(staff::disabled_at.eq(app.clock.now()))
        .execute(&mut app.owner())
        .expect("disabled");
    assert_eq!(write(&mut officer, madrid, "@Rita Andrade").status, 303);
    assert!(called(&app).is_empty());
}

#[test]
fn a_mention_is_gone_with_the_right_to_see_the_customer() {
    let app = named();
    let customer = make::customer(&app, |_| {});
    make::mention(&app, customer, app.staff(Persona::Manager));
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(figure(&mut manager), "1");
    diesel::update(vouch::schema::customers::table)
        .set(vouch::schema::customers::branch_id.eq(app.acme.branch("paris")))
        .execute(&mut app.owner())
        .expect("moved");
    assert_eq!(figure(&mut manager), "0");
    assert!(
        manager
            .get("/mentions")
            .text()
            .contains("Nobody called you yet")
    );
}

#[test]
fn what_is_elsewhere_hides_no_mention_and_stays_unread() {
    let app = named();
    let here = make::customer(&app, |_| {});
    let there = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let manager = app.staff(Persona::Manager);
    make::mention(&app, here, manager);
    // More than a page shows, all of them newer.
    app.clock.advance(TimeDelta::minutes(1));
    for _ in 0..201 {
        make::mention(&app, there, manager);
    }
    let mut by = app.sign_in(Persona::Manager);
    assert_eq!(figure(&mut by), "1");
    let page = by.get("/mentions");
    assert_eq!(page.texts("tr[data-row]").len(), 1, "{}", page.text());
    assert!(page.body.contains(&here.to_string()));
    assert!(!page.body.contains(&there.to_string()));
    assert_eq!(by.post("/mentions/read", &[]).status, 303);
    assert_eq!(figure(&mut by), "0");
    let unread: Vec<Uuid> = mentions::table
        .filter(mentions::read_at.is_null())
        .select(mentions::customer_id)
        .distinct()
        .load(&mut app.owner())
        .expect("mentions");
    assert_eq!(unread, [there], "nobody has seen those");
}

#[test]
fn two_of_one_name_are_told_apart_by_the_whole_of_it() {
    let app = named();
    name(&app, Persona::SecondAdmin, "Rita Prieto");
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let refused = write(&mut officer, customer, "@Rita, look");
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("More than one colleague is called Rita")
    );
    assert_eq!(
        write(&mut officer, customer, "@Rita Prieto, look").status,
        303
    );
    assert_eq!(called(&app), [app.staff(Persona::SecondAdmin)]);
    assert_eq!(
        app.sign_in(Persona::Auditor)
            .post(&format!("/customers/{customer}/notes"), &[("body", "x")])
            .status,
        403
    );
}
