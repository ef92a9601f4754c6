//! What stands on a paper: typed from its page, or copied from its zone; what a wrong check digit does.

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, documents, extracted_fields};

use crate::support::{Browser, Persona, Response, TestApp, make};

const PASSPORT: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn paper(app: &TestApp, kind: &str) -> (Uuid, Uuid) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    (customer, make::document(app, customer, kind))
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Field, source and value of all that was read off a paper.
fn stored(app: &TestApp, paper: Uuid) -> Vec<(String, String, String)> {
    extracted_fields::table
        .filter(extracted_fields::document_id.eq(paper))
        .order((extracted_fields::source, extracted_fields::field))
        .select((
            extracted_fields::field,
            extracted_fields::source,
            extracted_fields::value,
        ))
        .load(&mut app.owner())
        .expect("values")
}

fn zone(by: &mut Browser, paper: Uuid, lines: &str, version: i32) -> Response {
    by.post(
        &format!("/documents/{paper}/fields"),
        &[
            ("source", "mrz"),
            ("mrz", lines),
            ("version", &version.to_string()),
        ],
    )
}

#[test]
fn a_zone_is_read_into_its_fields_and_its_last_day_is_watched() {
    let app = TestApp::start();
    let (customer, paper) = paper(&app, "IDENTITY_PROOF");
    let mut officer = app.sign_in(Persona::Officer);
    let answer = zone(&mut officer, paper, &PASSPORT.to_lowercase(), 1);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let found = stored(&app, paper);
    let value = |field: &str| {
        let found = found.iter().find(|(known, ..)| known == field);
        found.map(|(_, _, value)| value.as_str())
    };
    assert!(found.iter().all(|(_, source, _)| source == "mrz"));
    assert_eq!(value("last_name"), Some("ERIKSSON"));
    assert_eq!(value("first_name"), Some("ANNA MARIA"));
    assert_eq!(value("document_number"), Some("L898902C3"));
    assert_eq!(value("expires_on"), Some("2012-04-15"));
    assert_eq!(value("mrz"), Some(PASSPORT));
    assert_eq!(version(&app, customer), 2);
    let ends: Option<NaiveDate> = documents::table
        .filter(documents::id.eq(paper))
        .select(documents::expires_on)
        .first(&mut app.owner())
        .expect("the paper");
    assert_eq!(ends, NaiveDate::from_ymd_opt(2012, 4, 15));
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("document.read")
    );
    let page = officer.get(&format!("/documents/{paper}"));
    assert!(page.text().contains("L898902C3"), "{}", page.text());
    // The same again changes nothing, and says so.
    let again = zone(&mut officer, paper, PASSPORT, 2);
    assert_eq!(again.status, 422);
    assert!(again.text().contains("Nothing is different"));
}

#[test]
fn a_wrong_check_digit_is_named_and_nothing_typed_is_lost() {
    let app = TestApp::start();
    let (customer, paper) = paper(&app, "IDENTITY_PROOF");
    let mut officer = app.sign_in(Persona::Officer);
    let wrong = PASSPORT.replace("L898902C36", "L898902C37");
    let answer = zone(&mut officer, paper, &wrong, 1);
    assert_eq!(answer.status, 422);
    let said = answer.texts(".error-summary li");
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains(
        "check digit of the document number is wrong: line 2, character 10 is 7, and 6 would fit"
    ));
    assert!(said[1].contains("check digit of the whole zone"));
    assert!(answer.texts("textarea[name=mrz]")[0].contains("L898902C37"));
    assert_eq!(answer.attributes("[aria-invalid]", "name"), ["mrz"]);
    let short = zone(&mut officer, paper, "P<UTO", 1);
    assert_eq!(short.status, 422);
    assert!(
        short
            .text()
            .contains("A passport has two lines of 44 characters")
    );
    assert!(stored(&app, paper).is_empty());
    assert_eq!(version(&app, customer), 1);
    assert!(!app.actions().contains(&"document.read".to_owned()));
}

#[test]
fn what_is_typed_from_the_page_stands_beside_the_zone() {
    let app = TestApp::start();
    let (customer, paper) = paper(&app, "IDENTITY_PROOF");
    let path = format!("/documents/{paper}/fields");
    let mut officer = app.sign_in(Persona::Officer);
    zone(&mut officer, paper, PASSPORT, 1);
    let page = officer.get(&path);
    assert!(page.attributes("form[action$=fields]", "action").len() == 2);
    let wrong = officer.post(
        &path,
        &[
            ("source", "officer"),
            ("version", "2"),
            ("last_name", "Eriksson"),
            ("birth_date", "12.8.1974"),
            ("nationality", "Atlantis"),
        ],
    );
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.attributes("[aria-invalid]", "name"),
        ["birth_date", "nationality"]
    );
    assert_eq!(
        wrong.attributes("input[name=last_name]", "value"),
        ["Eriksson"]
    );
    let saved = officer.post(
        &path,
        &[
            ("source", "officer"),
            ("version", "2"),
            ("last_name", "Eriksson"),
            ("expires_on", "2011-04-15"),
        ],
    );
    assert_eq!(saved.status, 303, "{}", saved.text());
    let typed: Vec<_> = stored(&app, paper)
        .into_iter()
        .filter(|(_, source, _)| source == "officer")
        .map(|(field, _, value)| (field, value))
        .collect();
    assert_eq!(
        typed,
        [
            ("expires_on".to_owned(), "2011-04-15".to_owned()),
            ("last_name".to_owned(), "Eriksson".to_owned())
        ]
    );
    // Page and zone differ, so the earlier day is watched.
    let ends: Option<NaiveDate> = documents::table
        .filter(documents::id.eq(paper))
        .select(documents::expires_on)
        .first(&mut app.owner())
        .expect("the paper");
    assert_eq!(ends, NaiveDate::from_ymd_opt(2011, 4, 15));
    // What is left empty the next time is gone; the zone stays.
    let emptied = officer.post(
        &path,
        &[("source", "officer"), ("version", "3"), ("last_name", "")],
    );
    assert_eq!(emptied.status, 303, "{}", emptied.text());
    assert!(
        stored(&app, paper)
            .iter()
            .all(|(_, source, _)| source == "mrz")
    );
    assert_eq!(version(&app, customer), 4);
}

#[test]
fn reading_off_is_refused_to_whom_it_is_not_given() {
    let app = TestApp::start();
    let (customer, own) = paper(&app, "IDENTITY_PROOF");
    let path = format!("/documents/{own}/fields");
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(auditor.get(&path).status, 403);
    assert_eq!(zone(&mut auditor, own, PASSPORT, 1).status, 403);
    let page = auditor.get(&format!("/documents/{own}"));
    assert!(!page.attributes("a", "href").contains(&path));

    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let theirs = make::document(&app, paris, "IDENTITY_PROOF");
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(
        officer.get(&format!("/documents/{theirs}/fields")).status,
        404
    );
    assert_eq!(zone(&mut officer, theirs, PASSPORT, 1).status, 404);

    let stale = zone(&mut officer, own, PASSPORT, 7);
    assert_eq!(stale.status, 409);
    assert!(stale.texts("textarea[name=mrz]")[0].contains("L898902C36"));

    let bill = make::document(&app, customer, "ADDRESS_PROOF");
    assert_eq!(zone(&mut officer, bill, PASSPORT, 1).status, 400);
    let refused = make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |new| {
        new.status = "canceled";
    });
    let answer = zone(&mut officer, refused, PASSPORT, 1);
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("nothing is read off it any more"));
    assert!(stored(&app, own).is_empty() && stored(&app, refused).is_empty());
}
