//! The body of verify: which fields, which lengths, and what they become.

use chrono::NaiveDate;

use super::*;

pub(super) const REQUIRED: [&str; 8] = [
    "type",
    "first_name",
    "last_name",
    "vat_id",
    "legal_address",
    "legal_city",
    "legal_zip",
    "legal_state",
];
pub(super) const COMPANY: [&str; 4] = [
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
        // Said to be nothing, it is taken away.
        ("", true),
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
        ("income_range", json!(-0.5)),
        ("income_range", json!(u64::MAX)),
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
            some("John"),
        )
    );
    let shown = ours.get(&format!("/2.0/customers/{customer}")).ok();
    assert_eq!(shown["name"], "Obras Doe SL");
}

/// The page requires names of a company too: they are kept as those of whoever acts for it, and the company's own stays.
#[test]
fn a_company_has_the_names_of_who_acts_for_it_on_the_face_and_on_the_desk() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &company()).ok();
    let at = format!("/2.0/customers/{customer}");
    let names = || {
        let shown = ours.get(&at).ok();
        ["name", "first_name", "last_name"].map(|name| text(&shown[name]))
    };
    assert_eq!(names(), ["Obras Doe SL", "John", "Doe"]);
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/customers/{customer}"));
    assert!(page.texts("h1")[0].contains("Obras Doe SL"));
    let said = page.text();
    assert!(
        said.contains("First name of who acts for it John"),
        "{said}"
    );
    assert!(said.contains("Last name of who acts for it Doe"), "{said}");
    // A form of the desk that is saved for something else keeps them, and one that says others is shown here.
    let form = format!("/customers/{customer}/edit");
    let mut save = |first: Option<&str>| {
        let mut fields = officer.get(&form).form(&form);
        for (name, value) in &mut fields {
            match (name.as_str(), first) {
                ("city", None) => "Toledo".clone_into(value),
                ("first_name", Some(first)) => first.clone_into(value),
                _ => {}
            }
        }
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let saved = officer.post(&form, &fields);
        assert_eq!(saved.status, 303, "{}", saved.text());
    };
    save(None);
    assert_eq!(names(), ["Obras Doe SL", "John", "Doe"]);
    save(Some("Jane"));
    assert_eq!(names(), ["Obras Doe SL", "Jane", "Doe"]);
    // `name` is the company's, whatever else is sent.
    let body = json!({"name": "Obras Nuevas SL", "last_name": "Roe"});
    ours.put(&at, &body).ok();
    assert_eq!(names(), ["Obras Nuevas SL", "Jane", "Roe"]);
}

/// The page says number: any from 0 is taken. It is kept whole, and the number that was sent stands in the log.
#[test]
fn an_income_is_any_number_and_what_is_not_whole_is_never_rounded_in_silence() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let declare = |income: Value| {
        let body = with(&person(), json!({ "income_range": income }));
        ours.verify(customer, &body).ok();
        customers::table
            .filter(customers::id.eq(customer))
            .select(customers::income_range)
            .first::<Option<i64>>(&mut app.owner())
            .expect("the customer")
    };
    let edits = || {
        app.actions()
            .iter()
            .filter(|one| *one == "customer.edited")
            .count()
    };
    assert_eq!(declare(json!(30_000)), Some(30_000));
    assert_eq!(edits(), 1);
    assert_eq!(declare(json!(30_000.5)), Some(30_001));
    assert_eq!(edits(), 3, "the number that was sent is said too");
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{customer}"));
    assert!(
        page.text().contains("Yearly income 30,001"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("30000.5"), "{}", page.text());
    // The same once more changes nothing and says nothing.
    assert_eq!(declare(json!(30_000.50)), Some(30_001));
    assert_eq!(edits(), 3);
    assert_eq!(declare(json!(0.4)), Some(0));
    assert_eq!(declare(json!(i64::MAX)), Some(i64::MAX));
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

#[test]
fn what_a_type_has_no_use_for_is_held_to_its_form_and_kept_nowhere() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let of_person =
        json!({"birthday": "1990-02-28", "occupation": "Baker", "income_range": 25_000});
    let mut of_company = company();
    let fields = of_company.as_object_mut().expect("an object");
    fields.retain(|field, _| field.starts_with("representative_"));
    for (body, extra) in [(company(), of_person), (person(), of_company)] {
        let customer = make::customer(&app, |new| new.birth_date = None);
        ours.verify(customer, &with(&body, extra)).ok();
        // Nor of anybody who was made of it.
        let kept: i64 = customers::table
            .filter(
                customers::occupation
                    .is_not_null()
                    .or(customers::birth_date.is_not_null()),
            )
            .count()
            .get_result(&mut app.owner())
            .expect("a count");
        assert_eq!(kept, 0, "{body}");
        let representative: Option<String> = customers::table
            .filter(customers::id.eq(customer))
            .select(customers::representative_name)
            .first(&mut app.owner())
            .expect("the customer");
        assert_eq!(representative.is_some(), body["type"] == "LEGAL");
    }
    let customer = make::customer(&app, |_| {});
    for (field, wrong) in [
        ("birthday", json!("28/02/1990")),
        ("occupation", json!("ö".repeat(256))),
        ("income_range", json!(-1)),
        ("legal_name", json!("ö".repeat(256))),
        ("representative_name", json!("ö".repeat(256))),
        ("representative_email", json!("nobody")),
        ("representative_phone", json!("call me")),
        ("legal_country", json!("XX")),
    ] {
        let answer = ours.verify(customer, &with(&company(), json!({ (field): wrong })));
        assert_eq!(answer.faults(), [field], "{wrong}");
    }
    assert_eq!(kyc(&app, customer), "none", "nothing was changed");
}
