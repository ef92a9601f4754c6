//! `vouch_checks` as the desk asks it: what is known of a customer, and what then comes out.

use super::*;
use crate::support::make::{NewCustomer, as_company};
use vouch::schema::customers;

/// What is asked, the number that is typed with it, of whom; where the check then stands, and what failed.
type Line = (
    &'static str,
    &'static str,
    fn(&mut NewCustomer),
    &'static str,
    &'static [&'static str],
);

fn nobody_else(_: &mut NewCustomer) {}

fn company(new: &mut NewCustomer) {
    as_company(new, "Falcão & Filhos");
}

/// Of whom nothing is known that a rule looks at.
fn unknown(new: &mut NewCustomer) {
    (new.birth_date, new.country, new.nationality) = (None, None, None);
}

/// One in Germany, whose tax offices number businesses otherwise than people.
fn german(new: &mut NewCustomer) {
    company(new);
    new.country = Some("DE");
}

/// The customer lives in Portugal and was born in 1987, where a line does not say otherwise. Today is 16 November 2026.
const NUMBERS: &[Line] = &[
    ("tax_id", "501964843", nobody_else, "verified", &[]),
    (
        "tax_id",
        "501964842",
        nobody_else,
        "failed",
        &["tax_id: check_digit"],
    ),
    ("tax_id", "5019", nobody_else, "failed", &["tax_id: form"]),
    ("tax_id", "181/815/08155", german, "verified", &[]),
    (
        "tax_id",
        "18181508155",
        |new| new.country = Some("DE"),
        "failed",
        &["tax_id: form"],
    ),
    // Many give their VAT number for it.
    ("tax_id", "DE136695976", german, "verified", &[]),
    ("tax_id", "DE136695975", german, "failed", &["tax_id: form"]),
    ("tax_id", "", nobody_else, "failed", &["tax_id: missing"]),
    (
        "tax_id",
        "86095742719",
        |new| new.country = Some("DE"),
        "verified",
        &[],
    ),
    // No rule for the country, or no country: a person must look.
    (
        "tax_id",
        "12-3456789",
        |new| new.country = Some("US"),
        "pending",
        &[],
    ),
    (
        "tax_id",
        "501964843",
        |new| new.country = None,
        "pending",
        &[],
    ),
    // A VAT number says by its letters whose it is; without them the address does.
    ("vat", "FR 40 303265045", nobody_else, "verified", &[]),
    (
        "vat",
        "fr40303265046",
        nobody_else,
        "failed",
        &["vat: check_digit"],
    ),
    ("vat", "XI 980 780 684", nobody_else, "verified", &[]),
    (
        "vat",
        "DE136695976",
        |new| new.country = Some("US"),
        "verified",
        &[],
    ),
    (
        "vat",
        "136695976",
        |new| new.country = Some("DE"),
        "verified",
        &[],
    ),
    (
        "vat",
        "136695976",
        nobody_else,
        "failed",
        &["vat: check_digit"],
    ),
    // Another country's letters, for whose numbers there is no rule here, whatever the address says.
    ("vat", "IE6388047V", german, "pending", &[]),
    ("vat", "ATU 12345678", nobody_else, "pending", &[]),
    ("vat", "CHE-123.456.788", german, "pending", &[]),
    // Letters that stand in front of a number at home are no other country's.
    (
        "vat",
        "LV732829320",
        |new| {
            company(new);
            new.country = Some("FR");
        },
        "verified",
        &[],
    ),
    (
        "vat",
        "",
        |new| new.tax_id = Some("501 964 843".to_owned()),
        "verified",
        &[],
    ),
    ("vat", "", nobody_else, "failed", &["vat: missing"]),
    (
        "vat",
        "136695976",
        |new| new.country = Some("US"),
        "pending",
        &[],
    ),
    ("company_number", "501964843", company, "verified", &[]),
    (
        "company_number",
        "123456789",
        company,
        "failed",
        &["company_number: form"],
    ),
    (
        "company_number",
        "",
        company,
        "failed",
        &["company_number: missing"],
    ),
    (
        "company_number",
        "",
        |new| {
            company(new);
            new.country = Some("GB");
            new.registration_number = Some("SC083026".to_owned());
        },
        "verified",
        &[],
    ),
    (
        "company_number",
        "42243",
        |new| {
            company(new);
            new.country = Some("US");
        },
        "pending",
        &[],
    ),
    ("lei", "506700GE1G29325QX363", company, "verified", &[]),
    (
        "lei",
        "213800WSGIIZCXF1P573",
        company,
        "failed",
        &["lei: check_digit"],
    ),
    ("lei", "213800", company, "failed", &["lei: form"]),
    (
        "iban",
        "GB29 NWBK 6016 1331 9268 19",
        nobody_else,
        "verified",
        &[],
    ),
    (
        "iban",
        "GB30NWBK60161331926819",
        nobody_else,
        "failed",
        &["iban: check_digit"],
    ),
];

const PEOPLE: &[Line] = &[
    ("age", "", nobody_else, "verified", &[]),
    (
        "age",
        "",
        |new| new.birth_date = "2008-11-16".parse().ok(),
        "verified",
        &[],
    ),
    (
        "age",
        "",
        |new| new.birth_date = "2008-11-17".parse().ok(),
        "failed",
        &["age: under_age"],
    ),
    (
        "age",
        "",
        |new| new.birth_date = "2026-11-16".parse().ok(),
        "failed",
        &["age: under_age"],
    ),
    (
        "age",
        "",
        |new| new.birth_date = "2026-11-17".parse().ok(),
        "failed",
        &["age: not_born_yet"],
    ),
    ("age", "", unknown, "failed", &["age: missing"]),
    // A company has no age, so there is nothing to judge.
    ("age", "", company, "failed", &[]),
    ("country", "", nobody_else, "verified", &[]),
    (
        "country",
        "",
        |new| new.country = Some("VN"),
        "verified",
        &[],
    ),
    (
        "country",
        "",
        |new| new.country = Some("KP"),
        "failed",
        &["country: call_for_action"],
    ),
    (
        "country",
        "",
        |new| new.nationality = Some("MM"),
        "failed",
        &["country: call_for_action"],
    ),
    ("country", "", unknown, "failed", &["country: missing"]),
    // Everything that applies, whatever is there: what is missing is not held against anybody.
    ("all", "", nobody_else, "verified", &[]),
    ("kyc", "", nobody_else, "verified", &[]),
    ("kyb", "", company, "verified", &[]),
    (
        "all",
        "GB30NWBK60161331926819",
        nobody_else,
        "verified",
        &[],
    ),
    (
        "kyc",
        "",
        |new| new.tax_id = Some("501964842".to_owned()),
        "failed",
        &["tax_id: check_digit"],
    ),
    (
        "kyb",
        "",
        |new| {
            company(new);
            new.registration_number = Some("123456789".to_owned());
        },
        "failed",
        &["company_number: form"],
    ),
    (
        "kyb",
        "",
        |new| {
            new.kind = "sole_trader";
            new.birth_date = "2010-03-09".parse().ok();
        },
        "failed",
        &["age: under_age"],
    ),
    ("all", "", unknown, "failed", &[]),
];

pub(super) fn ask(app: &TestApp, customer: Uuid, kind: &str, number: &str) -> (String, Value) {
    let done = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[
            ("verification_type", kind),
            ("provider", "vouch_checks"),
            ("number", number),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let (_, status, _, _, payload) = newest(app).expect("a check");
    (status, payload.expect("a payload"))
}

#[test]
fn what_is_known_of_a_customer_says_how_each_check_ends() {
    let app = TestApp::start();
    let mut wrong = Vec::new();
    for (kind, number, who, status, failed) in NUMBERS.iter().chain(PEOPLE) {
        let customer = make::customer(&app, who);
        let (came, payload) = ask(&app, customer, kind, number);
        if (came.as_str(), &payload["failed"]) != (*status, &json!(failed)) {
            wrong.push(format!("{kind} {number}: {came}, not {status}: {payload}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The findings of a check: rule, what it looked at, country, outcome, note.
fn findings(payload: &Value) -> Vec<[&str; 5]> {
    let found = payload["findings"].as_array().expect("findings").iter();
    found
        .map(|one| {
            ["rule", "of", "country", "outcome", "note"]
                .map(|name| one[name].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn where_somebody_was_born_is_said_and_held_against_nobody() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    diesel::update(vouch::schema::customers::table)
        .set(vouch::schema::customers::birth_country.eq("IR"))
        .execute(&mut app.owner())
        .expect("the customer");
    let (status, payload) = ask(&app, customer, "country", "");
    assert_eq!(status, "verified");
    let stands = "a call for action stands (FATF, 19 June 2026)";
    assert!(findings(&payload).contains(&["country", "birth_country", "IR", "passed", stands]));
}

#[test]
fn a_finding_says_by_whose_rule_and_what_else_there_is_to_know() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.country = Some("VN"));
    let (_, payload) = ask(&app, customer, "country", "");
    let watched = "under increased monitoring (FATF, 19 June 2026)";
    assert_eq!(
        findings(&payload),
        [
            ["country", "country", "VN", "passed", watched],
            ["country", "nationality", "PT", "passed", ""],
        ]
    );
    for (number, country) in [("FR40303265045", "FR"), ("XI980780684", "GB")] {
        let (_, payload) = ask(&app, customer, "vat", number);
        assert_eq!(
            findings(&payload),
            [["vat", "vat", country, "passed", ""]],
            "by its letters, not by the address"
        );
        assert!(!payload.to_string().contains(&number[2..]), "never itself");
    }
    let (status, payload) = ask(&app, customer, "vat", "EL123456783");
    assert_eq!(status, "pending");
    assert_eq!(
        findings(&payload),
        [["vat", "vat", "GR", "not_checked", ""]]
    );
    let (status, payload) = ask(&app, customer, "tax_id", "123");
    assert_eq!(status, "pending");
    assert_eq!(
        findings(&payload),
        [["tax_id", "tax_id", "VN", "not_checked", ""]]
    );
    let (.., reason, _) = newest(&app).expect("a check");
    assert_eq!(
        reason.as_deref(),
        Some("No rule here knows this country; a person must look.")
    );
    // Each tax residence is judged by its own country.
    make::tax_residence(&app, customer, "DE", Some("86095742718"));
    let (status, payload) = ask(&app, customer, "tax_id", "");
    assert_eq!(status, "failed");
    assert_eq!(
        findings(&payload),
        [["tax_id", "tax_residence", "DE", "failed", ""]]
    );
}

#[test]
fn numbers_that_have_no_field_of_their_own_are_taken_from_what_else_was_said() {
    let app = TestApp::start();
    let said = json!({
        "vat_id": "FR40303265045", "lei": "506700GE1G29325QX363", "iban": "GB30NWBK60161331926819",
    });
    let customer = make::customer(&app, company);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::metadata.eq(said))
        .execute(&mut app.owner())
        .expect("more of them");
    for (kind, status) in [("vat", "verified"), ("lei", "verified"), ("iban", "failed")] {
        assert_eq!(ask(&app, customer, kind, "").0, status, "{kind}");
    }
    // What is typed goes before it.
    let typed = ask(&app, customer, "lei", "213800WSGIIZCXF1P573");
    assert_eq!(typed.0, "failed");
}
