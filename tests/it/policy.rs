//! The policy: read, changed, versioned; and what holds because of it.

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    reviews::{deadlines, policy::rules::Policy},
    schema::{audit_entries, customers, documents, policies},
};

use crate::{
    approvals::database,
    support::{Browser, Persona, Response, TestApp, make},
};

mod versions;

const PATH: &str = "/settings/policy";

/// The form as the page fills it.
fn form(admin: &mut Browser) -> Vec<(String, String)> {
    let page = admin.get(PATH);
    assert_eq!(page.status, 200, "{}", page.text());
    page.form(PATH)
}

fn set(fields: &mut [(String, String)], name: &str, at: usize, value: &str) {
    let field = fields.iter_mut().filter(|(known, _)| known == name).nth(at);
    field.expect("a field").1 = String::from(value);
}

fn send(admin: &mut Browser, fields: &[(String, String)]) -> Response {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    admin.post(PATH, &fields)
}

/// Saves the policy as it stands with these fields changed.
fn save(app: &TestApp, changed: &[(&str, &str)]) {
    let mut admin = app.sign_in(Persona::Admin);
    let mut fields = form(&mut admin);
    for (name, value) in changed {
        set(&mut fields, name, 0, value);
    }
    let done = send(&mut admin, &fields);
    assert_eq!(
        done.header("location"),
        Some("/settings/policy?done=saved"),
        "{}",
        done.text()
    );
}

fn latest(app: &TestApp) -> (i32, Policy) {
    let (version, body): (i32, serde_json::Value) = policies::table
        .order(policies::version.desc())
        .select((policies::version, policies::body))
        .first(&mut app.owner())
        .expect("a version");
    (version, serde_json::from_value(body).expect("a policy"))
}

fn row(app: &TestApp, customer: Uuid) -> (String, Option<chrono::NaiveDate>) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::kyc, customers::next_review_on))
        .first(&mut app.owner())
        .expect("the customer")
}

#[test]
fn what_is_delivered_stands_in_the_form_and_saving_it_changes_nothing() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let fields = form(&mut admin);
    let done = send(&mut admin, &fields);
    assert_eq!(
        done.header("location"),
        Some("/settings/policy?done=unchanged"),
        "{}",
        done.text()
    );
    assert!(app.actions().is_empty());
}

#[test]
fn a_change_is_a_new_version_with_its_maker_and_what_it_changed() {
    let app = TestApp::start();
    save(
        &app,
        &[
            ("due_hours", "48"),
            ("holidays", "2026-12-25\r\n2026-12-28"),
        ],
    );
    let (version, policy) = latest(&app);
    assert_eq!(
        (version, policy.due_hours, policy.holidays.len()),
        (1, 48, 2)
    );
    assert_eq!(policy.reasons, Policy::default().reasons);
    let changes: serde_json::Value = audit_entries::table
        .filter(audit_entries::action.eq("policy.changed"))
        .select(audit_entries::changes)
        .first(&mut app.owner())
        .expect("an entry");
    assert_eq!(changes["due_hours"]["before"], 24);
    assert_eq!(changes["due_hours"]["after"], 48);
    assert_eq!(changes["version"]["after"], 1);
    assert_eq!(changes.as_object().expect("fields").len(), 3);
    let page = app
        .sign_in(Persona::SecondAdmin)
        .get("/settings/policy?done=saved");
    let listed = page.texts("tbody tr").concat();
    assert!(listed.contains("Review due, Holidays"), "{listed}");
    assert!(listed.contains("Admin") && listed.contains("As delivered"));
}

#[test]
fn reasons_are_added_in_the_empty_row_changed_and_removed() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut fields = form(&mut admin);
    let rows = fields
        .iter()
        .filter(|(name, _)| name == "reason_code")
        .count();
    assert_eq!(rows, Policy::default().reasons.len() + 1);
    set(&mut fields, "reason_code", rows - 1, "shell_company");
    set(
        &mut fields,
        "reason_text",
        rows - 1,
        "No business of its own",
    );
    set(&mut fields, "reason_text", 1, "Blurred");
    fields.push(("reason_remove".to_owned(), "0".to_owned()));
    fields.push((
        "reason_document".to_owned(),
        format!("{}:ARTICLES_OF_ASSOCIATION", rows - 1),
    ));
    fields.push((
        "reason_field".to_owned(),
        format!("{}:registration_number", rows - 1),
    ));
    assert_eq!(send(&mut admin, &fields).status, 303);
    let policy = latest(&app).1;
    assert_eq!(policy.reasons.len(), rows - 1);
    assert_eq!(policy.reasons[0].text, "Blurred");
    let added = policy.reason("shell_company").expect("the new one");
    assert_eq!(added.documents.len(), 1);
    assert_eq!(added.fields.len(), 1);
    assert!(policy.reason("document_expired").is_none());
}

#[test]
fn what_must_be_mended_is_said_beside_its_field() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    let mut fields = form(&mut admin);
    set(&mut fields, "claim_minutes", 0, "soon");
    set(&mut fields, "reason_code", 2, "No Code");
    let wrong = send(&mut admin, &fields);
    assert_eq!(wrong.status, 422);
    let named = wrong.attributes(".error-summary a", "href");
    assert_eq!(named, ["#claim_minutes", "#r2-reason_code"]);
    let invalid = wrong.attributes("[aria-invalid=true]", "value");
    assert_eq!(invalid, ["soon", "No Code"], "what was typed comes back");
    assert_eq!(wrong.attributes("details.repeat[open]", "class").len(), 1);
    assert!(app.actions().is_empty());
}

#[test]
fn whoever_is_slower_sees_what_changed_and_loses_nothing() {
    let app = TestApp::start();
    let mut slow = app.sign_in(Persona::SecondAdmin);
    let mut typed = form(&mut slow);
    set(&mut typed, "claim_minutes", 0, "45");
    save(&app, &[("due_hours", "48")]);
    let stale = send(&mut slow, &typed);
    assert_eq!(stale.status, 409);
    let said = stale.texts(".error-summary").concat();
    assert!(said.contains("Review due") && said.contains("48"), "{said}");
    let kept = stale.form(PATH);
    let of = |name: &str| {
        kept.iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(
        (of("claim_minutes"), of("version")),
        (Some("45"), Some("1"))
    );
    assert_eq!(latest(&app).0, 1);
}

#[test]
fn of_two_who_save_at_once_one_wins() {
    let app = TestApp::start();
    let start = std::sync::Barrier::new(2);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let racers: Vec<_> = [(Persona::Admin, "31"), (Persona::SecondAdmin, "32")]
            .into_iter()
            .map(|(by, minutes)| {
                let (mut admin, start) = (app.sign_in(by), &start);
                scope.spawn(move || {
                    let mut fields = form(&mut admin);
                    set(&mut fields, "claim_minutes", 0, minutes);
                    start.wait();
                    send(&mut admin, &fields).status
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("a racer"))
            .collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(app.actions(), ["policy.changed"]);
}

#[test]
fn deadlines_are_those_of_the_policy() {
    let app = TestApp::start();
    save(
        &app,
        &[
            ("closed_after_days", "10"),
            ("next_review_medium", "2"),
            ("next_review_low", "4"),
        ],
    );
    let asked = make::customer(&app, |_| {});
    make::complete(&app, asked);
    let review = crate::races::request(&app, &mut app.sign_in(Persona::Officer), asked);
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(crate::races::claim(&mut manager, review), 303);
    let form = manager.get(&format!("/reviews/{review}/decision"));
    assert!(
        form.text().contains("Otherwise 10 days pass"),
        "{}",
        form.text()
    );
    let now = app.clock.now();
    let refused = make::customer(&app, |new| {
        new.kyc = "refused";
        new.refused_at = Some(now);
    });
    let needed = make::customer(&app, |new| {
        new.kyc = "review_needed";
        new.risk = Some("low");
    });
    let fields = [
        ("status", "validated"),
        ("reason", "Seen the original at the counter."),
        ("version", "1"),
        ("step", "apply"),
    ];
    let path = format!("/customers/{needed}/override");
    assert_eq!(app.sign_in(Persona::Admin).post(&path, &fields).status, 303);
    assert_eq!(
        row(&app, needed).1,
        Some("2030-11-16".parse().expect("a day"))
    );
    app.clock
        .advance(TimeDelta::days(10) - TimeDelta::seconds(1));
    assert_eq!(
        deadlines::sweep(&database(&app)).expect("a sweep").closed,
        0
    );
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        deadlines::sweep(&database(&app)).expect("a sweep").closed,
        1
    );
    assert_eq!(row(&app, refused).0, "canceled");
}

#[test]
fn only_admins_and_each_organisation_has_its_own() {
    let app = TestApp::start();
    save(&app, &[("due_hours", "48")]);
    for role in [Persona::Auditor, Persona::Officer, Persona::Manager] {
        assert_eq!(app.sign_in(role).get(PATH).status, 403);
    }
    let other = app.sign_in(Persona::Other).get(PATH);
    assert_eq!(other.attributes("#due_hours", "value"), ["24"]);
}

/// The page promises no erasure, and there is none.
#[test]
fn how_long_records_are_to_be_kept_is_said_and_deletes_nothing() {
    let app = TestApp::start();
    let hint = app.sign_in(Persona::Admin).get(PATH);
    let hint = hint.texts("#retention_years-hint").concat();
    assert!(
        hint.contains("whatever stands here deletes nothing"),
        "{hint}"
    );
    let gone = make::customer(&app, |new| new.kyc = "validated");
    make::document(&app, gone, "IDENTITY_PROOF");
    let ended = app.clock.now() - TimeDelta::days(366 * 31);
    diesel::update(customers::table.filter(customers::id.eq(gone)))
        .set(customers::relationship_ended_at.eq(ended))
        .execute(&mut app.owner())
        .expect("an end");
    let there = || -> (i64, i64) {
        let customers = customers::table.count().get_result(&mut app.owner());
        let papers = documents::table.count().get_result(&mut app.owner());
        (customers.expect("a number"), papers.expect("a number"))
    };
    assert_eq!(there(), (1, 1));
    deadlines::sweep(&database(&app)).expect("a sweep");
    assert_eq!(there(), (1, 1));
}
