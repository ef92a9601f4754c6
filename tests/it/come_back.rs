//! A form that comes back because of something else still carries the version that its sender saw: whoever mends it and
//! sends it again learns that somebody was faster.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::customers;

use crate::{
    four_eyes::{held, version},
    support::{Browser, Persona, TestApp, make},
};

/// Somebody changes the customer, whose form is open.
fn changed(app: &TestApp, customer: Uuid) {
    diesel::update(customers::table.find((app.acme.id, customer)))
        .set(customers::version.eq(customers::version + 1))
        .execute(&mut app.owner())
        .expect("a change");
}

/// Sends a form about what was seen before a change: `wrong` first, which comes back with `status`, then `right`.
fn sent(
    app: &TestApp,
    by: &mut Browser,
    customer: Uuid,
    path: &str,
    (wrong, status): (&[(&str, &str)], u16),
    right: &[(&str, &str)],
) {
    let seen = version(app, customer);
    changed(app, customer);
    let versioned = |fields: &[(&str, &str)], seen: &str| {
        let mut fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        fields.push(("version".to_owned(), seen.to_owned()));
        fields
    };
    let post = |by: &mut Browser, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        by.post(path, &fields)
    };
    let back = post(by, &versioned(wrong, &seen));
    assert_eq!(back.status, status, "{path}: {}", back.text());
    let carried = back.form(path);
    let carried = carried.iter().find(|(name, _)| name == "version");
    let (_, carried) = carried.unwrap_or_else(|| panic!("{path}: a form with a version"));
    if status == 409 {
        assert_eq!(*carried, version(app, customer), "{path}: what is shown");
    } else {
        assert_eq!(*carried, seen, "{path}: what came back");
        let stale = post(by, &versioned(right, carried));
        assert_eq!(stale.status, 409, "{path}: {}", stale.text());
        let shown = stale.form(path);
        let shown = shown.iter().find(|(name, _)| name == "version");
        assert_eq!(
            shown.map(|(_, shown)| shown.clone()),
            Some(version(app, customer)),
            "{path}: once it is said, the version of now"
        );
    }
}

#[test]
fn a_decision_that_comes_back_or_is_previewed_keeps_what_was_seen() {
    let app = TestApp::start();
    let (customer, review) = held(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let path = format!("/reviews/{review}/decision");
    let right = [
        ("decision", "refused"),
        ("reason", "identity_not_proved"),
        ("comment", "The picture is of somebody else."),
    ];
    sent(
        &app,
        &mut manager,
        customer,
        &path,
        (&right[..2], 422),
        &right,
    );
    let preview = [right[0], right[1], right[2], ("step", "preview")];
    sent(&app, &mut manager, customer, &path, (&preview, 200), &right);
}

#[test]
fn what_a_manager_does_outside_of_a_round_keeps_what_was_seen() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let mut manager = app.sign_in(Persona::Manager);
    let base = format!("/customers/{customer}");
    let revoked = [
        ("reason", "identity_not_proved"),
        ("comment", "The passport turned out to be another's."),
    ];
    sent(
        &app,
        &mut manager,
        customer,
        &format!("{base}/revoke"),
        (&revoked[..1], 422),
        &revoked,
    );
    let rated = [("risk", "medium"), ("reason", "Two tax residences.")];
    sent(
        &app,
        &mut manager,
        customer,
        &format!("{base}/risk"),
        (&rated[..1], 422),
        &rated,
    );
    let madrid = app.acme.branch("madrid").to_string();
    let moved = [("branch", madrid.as_str()), ("reason", "They live there.")];
    sent(
        &app,
        &mut app.sign_in(Persona::Admin),
        customer,
        &format!("{base}/branch"),
        (&moved[..1], 422),
        &moved,
    );
}

#[test]
fn what_an_officer_enters_keeps_what_was_seen() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let residence = [
        ("step", "add"),
        ("country", "PT"),
        ("tax_payer_id", "123456789"),
    ];
    sent(
        &app,
        &mut officer,
        customer,
        &format!("/customers/{customer}/tax-residences"),
        (&residence[..1], 422),
        &residence,
    );
    let company = make::company(&app, "Moinho Lda");
    let statement = [
        ("step", "state"),
        ("stated_by", "Rui Neves, director"),
        ("stated_on", "2026-11-10"),
    ];
    sent(
        &app,
        &mut officer,
        company,
        &format!("/customers/{company}/relations"),
        (&statement[..1], 422),
        &statement,
    );
    let paper = make::document(&app, customer, "IDENTITY_PROOF");
    sent(
        &app,
        &mut officer,
        customer,
        &format!("/documents/{paper}/check"),
        (&[("status", "refused")], 422),
        &[("status", "validated")],
    );
}

#[test]
fn an_override_says_what_changed_before_it_says_anything_else() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let mut admin = app.sign_in(Persona::Admin);
    let path = format!("/customers/{customer}/override");
    sent(&app, &mut admin, customer, &path, (&[], 409), &[]);
}
