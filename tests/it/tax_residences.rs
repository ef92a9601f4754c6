//! Where a customer pays tax: added, changed and removed, a number or why there is none, and what is refused.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, tax_residences};

use crate::support::{Browser, Persona, Response, TestApp, make};

fn address(customer: Uuid) -> String {
    format!("/customers/{customer}/tax-residences")
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Id, country, number, reason, note of each.
type Row = (Uuid, String, Option<String>, Option<String>, Option<String>);

fn rows(app: &TestApp, customer: Uuid) -> Vec<Row> {
    tax_residences::table
        .filter(tax_residences::customer_id.eq(customer))
        .order(tax_residences::country)
        .select((
            tax_residences::id,
            tax_residences::country,
            tax_residences::tax_payer_id,
            tax_residences::waiver_reason,
            tax_residences::waiver_note,
        ))
        .load(&mut app.owner())
        .expect("tax residences")
}

fn send(app: &TestApp, by: &mut Browser, customer: Uuid, fields: &[(&str, &str)]) -> Response {
    let now = version(app, customer).to_string();
    let mut all = vec![("version", now.as_str())];
    all.extend_from_slice(fields);
    by.post(&address(customer), &all)
}

#[test]
fn a_residence_is_added_changed_and_removed_and_each_is_said() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let (before, first) = (app.actions().len(), version(&app, customer));
    let done = send(
        &app,
        &mut officer,
        customer,
        &[
            ("step", "add"),
            ("country", "PT"),
            ("tax_payer_id", "123 456 789"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let page = officer.follow(&done);
    assert!(
        page.text().contains("Portugal 123 456 789"),
        "{}",
        page.text()
    );
    let id = rows(&app, customer)[0].0.to_string();
    let form = officer
        .get(&format!("{}?change={id}", address(customer)))
        .form(&address(customer));
    assert!(
        form.contains(&("tax_payer_id".to_owned(), "123 456 789".to_owned())),
        "{form:?}"
    );
    let waiver = [
        ("step", "change"),
        ("residence", id.as_str()),
        ("country", "FR"),
        ("waiver_reason", "not_obtained"),
        ("waiver_note", "Moved there last month."),
    ];
    let done = send(&app, &mut officer, customer, &waiver);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = officer.follow(&done);
    assert!(
        page.text().contains("The customer could not get one"),
        "{}",
        page.text()
    );
    assert!(
        page.text().contains("Moved there last month."),
        "{}",
        page.text()
    );
    // The same again is no change.
    assert_eq!(send(&app, &mut officer, customer, &waiver).status, 409);
    let done = send(
        &app,
        &mut officer,
        customer,
        &[("step", "remove"), ("residence", &id)],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(rows(&app, customer), []);
    assert_eq!(
        app.actions()[before..],
        [
            "tax_residence.added",
            "customer.viewed",
            "tax_residence.changed",
            "tax_residence.removed"
        ]
    );
    assert_eq!(version(&app, customer), first + 3);
}

#[test]
fn what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    make::tax_residence(&app, customer, "PT", Some("123456789"));
    let mut officer = app.sign_in(Persona::Officer);
    let before = app.actions().len();
    for (country, number, reason, note, field) in [
        ("", "1", "", "", "country"),
        ("XX", "1", "", "", "country"),
        ("PT", "123456789", "", "", "country"),
        ("ES", "", "", "", "tax_payer_id"),
        ("ES", "12345678A", "", "", "tax_payer_id"),
        ("US", "1234", "", "", "tax_payer_id"),
        ("ES", "12345678Z", "not_issued", "", "waiver_reason"),
        ("ES", "", "because", "", "waiver_reason"),
        ("ES", "", "not_obtained", "", "waiver_note"),
        ("ES", "12345678Z", "", "Moved.", "waiver_note"),
    ] {
        let fields = [
            ("step", "add"),
            ("country", country),
            ("tax_payer_id", number),
            ("waiver_reason", reason),
            ("waiver_note", note),
        ];
        let back = send(&app, &mut officer, customer, &fields);
        assert_eq!(back.status, 422, "{fields:?}: {}", back.text());
        assert_eq!(
            back.texts(&format!("#{field}-error")).len(),
            1,
            "{fields:?}: {}",
            back.text()
        );
        let kept = back.form(&address(customer));
        assert!(
            kept.contains(&("tax_payer_id".to_owned(), number.to_owned())),
            "{kept:?}"
        );
    }
    assert_eq!(rows(&app, customer).len(), 1);
    assert_eq!(app.actions().len(), before);
}

#[test]
fn a_stale_page_saves_nothing() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let seen = version(&app, customer).to_string();
    let add = [
        ("step", "add"),
        ("country", "PT"),
        ("tax_payer_id", "123456789"),
    ];
    assert_eq!(send(&app, &mut officer, customer, &add).status, 303);
    let stale = officer.post(
        &address(customer),
        &[
            ("version", &seen),
            ("step", "add"),
            ("country", "US"),
            ("tax_payer_id", "123456789"),
        ],
    );
    assert_eq!(stale.status, 409);
    assert!(
        stale.text().contains(&format!("you saw version {seen}")),
        "{}",
        stale.text()
    );
    let again = stale.form(&address(customer));
    assert!(
        again.contains(&("country".to_owned(), "US".to_owned())),
        "{again:?}"
    );
    assert!(again.contains(&("version".to_owned(), version(&app, customer).to_string())));
    assert_eq!(rows(&app, customer).len(), 1);
}

#[test]
fn residences_are_changed_by_those_who_may_where_they_may() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let elsewhere = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let foreign = make::customer_of(&app, &app.other, |_| {});
    make::tax_residence(&app, elsewhere, "PT", Some("123456789"));
    let hidden = rows(&app, elsewhere)[0].0.to_string();
    let add = [
        ("version", "1"),
        ("step", "add"),
        ("country", "PT"),
        ("tax_payer_id", "123456789"),
    ];
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(auditor.get(&address(customer)).status, 200);
    assert_eq!(auditor.post(&address(customer), &add).status, 403);
    let mut officer = app.sign_in(Persona::Officer);
    for other in [elsewhere, foreign] {
        assert_eq!(officer.get(&address(other)).status, 404);
        assert_eq!(officer.post(&address(other), &add).status, 404);
    }
    // A residence of somebody else is none of this customer's.
    let remove = [("step", "remove"), ("residence", hidden.as_str())];
    assert_eq!(send(&app, &mut officer, customer, &remove).status, 404);
    assert_eq!(rows(&app, elsewhere).len(), 1);
}

#[test]
fn where_a_number_is_asked_for_no_reason_stands_in_for_it() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let serve = |country: &str| {
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::distribution_country.eq(country))
            .execute(&mut app.owner())
            .expect("the customer");
    };
    serve("FR");
    let reason = ("waiver_reason", "not_required");
    let refused = |officer: &mut Browser, fields: &[(&str, &str)]| {
        let back = send(&app, officer, customer, fields);
        assert_eq!(back.status, 422, "{fields:?}: {}", back.text());
        assert_eq!(back.texts("#tax_payer_id-error").len(), 1, "{fields:?}");
    };
    // The United States ask for it of everybody, Italy of whoever is served there.
    refused(&mut officer, &[("step", "add"), ("country", "US"), reason]);
    let french = [("step", "add"), ("country", "FR"), reason];
    serve("IT");
    refused(&mut officer, &french);
    serve("FR");
    assert_eq!(send(&app, &mut officer, customer, &french).status, 303);
    let own = rows(&app, customer)[0].0.to_string();
    let change = |country| {
        [
            ("step", "change"),
            ("residence", own.as_str()),
            ("country", country),
            reason,
        ]
    };
    refused(&mut officer, &change("US"));
    serve("IT");
    refused(&mut officer, &change("DE"));
    assert_eq!(rows(&app, customer).len(), 1);
}
