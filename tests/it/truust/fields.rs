//! The body of verify: which fields, which lengths, and what they become.

use chrono::NaiveDate;

use super::*;

const REQUIRED: [&str; 8] = [
    "type",
    "first_name",
    "last_name",
    "vat_id",
    "legal_address",
    "legal_city",
    "legal_zip",
    "legal_state",
];
const COMPANY: [&str; 4] = [
    "legal_name",
    "representative_name",
    "representative_email",
    "representative_phone",
];

#[test]
fn what_is_required_is_required_of_each_type() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let nothing = ours.verify(customer, &json!({}));
    let mut all = REQUIRED;
    all.sort_unstable();
    assert_eq!(nothing.faults(), all);
    for field in REQUIRED {
        for missing in [
            without(&person(), field),
            with(&person(), json!({ (field): null })),
            with(&person(), json!({ (field): "" })),
            with(&person(), json!({ (field): " " })),
        ] {
            let answer = ours.verify(customer, &missing);
            assert_eq!(answer.faults(), [field], "{missing}");
        }
    }
    for field in COMPANY {
        let missing = without(&company(), field);
        let answer = ours.verify(customer, &missing);
        assert_eq!(answer.faults(), [field]);
        let trader = with(&missing, json!({"type": "SOLETRADER"}));
        let other = make::customer(&app, |_| {});
        ours.verify(other, &trader).ok();
    }
    assert_eq!(kyc(&app, customer), "none", "nothing was changed");
    let unknown = ours.verify(customer, &with(&person(), json!({"type": "PERSON"})));
    assert_eq!(unknown.faults(), ["type"]);
}

#[test]
fn lengths_are_counted_in_characters_and_country_must_exist() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    for field in [
        "first_name",
        "last_name",
        "vat_id",
        "legal_address",
        "legal_city",
        "legal_zip",
        "legal_state",
        "occupation",
        "legal_name",
        "representative_name",
    ] {
        // Also where the type has no use for it.
        for body in [person(), with(&person(), json!({"type": "SELFEMPLOYEE"}))] {
            let long = |n: usize| with(&body, json!({ (field): "ö".repeat(n) }));
            ours.verify(customer, &long(1)).ok();
            ours.verify(customer, &long(255)).ok();
            assert_eq!(ours.verify(customer, &long(256)).faults(), [field]);
        }
    }
    for (country, good) in [
        ("ES", true),
        ("GB", true),
        ("es", false),
        ("XX", false),
        ("UK", false),
        ("E", false),
        ("ESP", false),
    ] {
        let body = with(&person(), json!({"legal_country": country}));
        let answer = ours.verify(customer, &body);
        if good {
            answer.ok();
        } else {
            assert_eq!(answer.faults(), ["legal_country"], "{country}");
        }
    }
    ours.verify(customer, &without(&person(), "legal_country"))
        .ok();
}

#[test]
fn birthday_occupation_and_income_may_be_left_out_null_or_given() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| new.birth_date = None);
    let kept = || -> (Option<NaiveDate>, Option<String>, Option<i64>) {
        customers::table
            .filter(customers::id.eq(customer))
            .select((
                customers::birth_date,
                customers::occupation,
                customers::income_range,
            ))
            .first(&mut app.owner())
            .expect("the customer")
    };
    let given = json!({"birthday": "1990-02-28", "occupation": "Baker", "income_range": 25_000});
    ours.verify(customer, &with(&person(), given)).ok();
    let all = (
        NaiveDate::from_ymd_opt(1990, 2, 28),
        Some("Baker".to_owned()),
        Some(25_000),
    );
    assert_eq!(kept(), all);
    ours.verify(customer, &person()).ok();
    assert_eq!(kept(), all, "what is left out stays");
    let whole = with(&person(), json!({"income_range": 3.0}));
    ours.verify(customer, &whole).ok();
    assert_eq!(kept().2, Some(3));
    let none = json!({"birthday": null, "occupation": null, "income_range": null});
    ours.verify(customer, &with(&person(), none)).ok();
    assert_eq!(kept(), (None, None, None));
    for (field, wrong) in [
        ("birthday", json!("28/02/1990")),
        ("birthday", json!("1990-02-30")),
        ("birthday", json!("2027-01-01")),
        ("birthday", json!(1990)),
        ("occupation", json!(["Baker"])),
        ("income_range", json!("25000")),
        ("income_range", json!(-1)),
        ("income_range", json!(1.5)),
        ("income_range", json!(1e30)),
        ("representative_email", json!("nobody")),
        ("representative_phone", json!("call me")),
    ] {
        let answer = ours.verify(customer, &with(&person(), json!({ (field): wrong })));
        assert_eq!(answer.faults(), [field], "{wrong}");
    }
}

#[test]
fn each_type_is_answered_in_its_own_word_and_kept_as_what_it_is() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    for (sent, answered, kept) in [
        ("NATURAL", "INDIVIDUAL", "natural"),
        ("SOLETRADER", "SELFEMPLOYEE", "sole_trader"),
        ("INDIVIDUAL", "INDIVIDUAL", "natural"),
        ("SELFEMPLOYEE", "SELFEMPLOYEE", "sole_trader"),
        ("LEGAL", "LEGAL", "legal"),
        ("NATURAL", "INDIVIDUAL", "natural"),
    ] {
        // While CREATED a type that differs sets what the customer is.
        let body = with(&company(), json!({ "type": sent }));
        let said = app.actions().len();
        assert_eq!(ours.verify(customer, &body).ok()["type"], answered);
        assert!(app.actions().len() > said, "{sent} is said in the log");
        let kind: String = customers::table
            .filter(customers::id.eq(customer))
            .select(customers::kind)
            .first(&mut app.owner())
            .expect("the customer");
        assert_eq!(kind, kept);
    }
}

/// What of a company is kept.
type Kept = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i16>,
    Option<String>,
    Option<String>,
    Option<String>,
);

#[test]
fn a_company_is_kept_with_its_representative_and_what_was_declared() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &company()).ok();
    let kept: Kept = customers::table
        .filter(customers::id.eq(customer))
        .select((
            customers::legal_name,
            customers::representative_name,
            customers::representative_email,
            customers::representative_phone,
            customers::legal_type,
            customers::tax_id,
            customers::postal_code,
            customers::first_name,
        ))
        .first(&mut app.owner())
        .expect("the customer");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        kept,
        (
            some("Obras Doe SL"),
            some("John Doe"),
            some("john@obras.example"),
            some("+34 600 000 000"),
            Some(2),
            some("12345678A"),
            some("28001"),
            None,
        )
    );
    let shown = ours.get(&format!("/2.0/customers/{customer}")).ok();
    assert_eq!(shown["name"], "Obras Doe SL");
}

#[test]
fn verify_while_created_updates_the_same_record_and_the_same_data_says_nothing() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let made = ours.verify(customer, &person()).ok();
    let said = app.actions();
    assert_eq!(ours.verify(customer, &person()).ok(), made);
    let at = format!("/2.0/verifications/{customer}");
    assert_eq!(ours.put(&at, &person()).ok(), made);
    assert_eq!(app.actions(), said);
    let body = with(&person(), json!({"first_name": "Jane"}));
    assert_eq!(ours.put(&at, &body).ok(), made);
    assert_eq!(row(&app, customer).1.as_deref(), Some("Jane"));
    assert_eq!(app.actions().len(), said.len() + 1);
}
