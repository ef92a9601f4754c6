//! Each field both ways: what the face writes stands on the desk, and what the desk writes the face shows.

use std::collections::BTreeMap;

use super::*;

/// The desk's form of a customer, field by field.
fn form(app: &TestApp, customer: Uuid) -> BTreeMap<String, String> {
    let path = format!("/customers/{customer}/edit");
    let page = app.sign_in(Persona::Officer).get(&path);
    page.form(&path).into_iter().collect()
}

/// Saves the form with other values in it.
fn save(app: &TestApp, customer: Uuid, other: &[(&str, &str)]) {
    let mut fields = form(app, customer);
    for (name, value) in other {
        let there = fields.insert((*name).to_owned(), (*value).to_owned());
        assert!(there.is_some(), "the form has no {name}");
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let path = format!("/customers/{customer}/edit");
    let saved = app.sign_in(Persona::Officer).post(&path, &fields);
    assert_eq!(saved.status, 303, "{}", saved.text());
}

/// A field of verify, what is sent in it, the desk's field, and what stands there; then how the desk's page shows it.
type Line = (
    &'static str,
    Value,
    &'static str,
    &'static str,
    &'static str,
);

fn of_a_person() -> Vec<Line> {
    let text = |field, value: &'static str, ours| (field, json!(value), ours, value, value);
    vec![
        text("first_name", "Jöhn", "first_name"),
        text("last_name", "Döe", "last_name"),
        text("vat_id", "X1234567A", "tax_id"),
        text("legal_address", "Calle Mayor 1", "address_line1"),
        text("legal_city", "Madrid", "city"),
        text("legal_zip", "28001", "postal_code"),
        text("legal_state", "Comunidad de Madrid", "state"),
        ("legal_country", json!("ES"), "country", "ES", "Spain"),
        (
            "birthday",
            json!("1990-02-28"),
            "birth_date",
            "1990-02-28",
            "28 Feb 1990",
        ),
        text("occupation", "Panadera", "occupation"),
        (
            "income_range",
            json!(25_000),
            "income_range",
            "25000",
            "25,000",
        ),
    ]
}

fn of_a_company() -> Vec<Line> {
    let text = |field, value: &'static str, ours| (field, json!(value), ours, value, value);
    let mut lines: Vec<Line> = of_a_person()
        .into_iter()
        .filter(|(field, ..)| !["birthday", "occupation", "income_range"].contains(field))
        .collect();
    lines.extend([
        text("legal_name", "Obras Döe SL", "legal_name"),
        text(
            "representative_name",
            "Juana Representa",
            "representative_name",
        ),
        text(
            "representative_email",
            "juana@obras.example",
            "representative_email",
        ),
        text(
            "representative_phone",
            "+34 600 000 000",
            "representative_phone",
        ),
    ]);
    lines
}

#[test]
fn each_field_of_verify_stands_on_the_desk_whatever_the_type() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (of, word, lines) in [
        ("NATURAL", "Person", of_a_person()),
        ("SOLETRADER", "Sole trader", of_a_person()),
        ("LEGAL", "Company", of_a_company()),
    ] {
        let customer = make::customer(&app, |new| {
            (new.first_name, new.last_name, new.birth_date) = (None, None, None);
        });
        let mut body = json!({ "type": of });
        for (field, sent, ..) in &lines {
            body[*field] = sent.clone();
        }
        ours.verify(customer, &body).ok();
        let form = form(&app, customer);
        let page = app
            .sign_in(Persona::Officer)
            .get(&format!("/customers/{customer}"))
            .text();
        assert!(page.contains(word), "{of}: {page}");
        for (field, _, name, value, shown) in &lines {
            let stands = form.get(*name).map(String::as_str);
            assert_eq!(stands, Some(*value), "{of}: {field}");
            assert!(page.contains(shown), "{of}: {field}: {page}");
        }
    }
}

/// What the face shows of a customer, in its words and in the desk's.
const SHOWN: &[(&str, &str, &str, &str)] = &[
    ("first_name", "Ana", "first_name", "Anabela"),
    ("last_name", "Lima", "last_name", "Sousa"),
    ("email", "ana@mail.example", "email", "anabela@mail.example"),
    ("prefix", "+34", "phone_prefix", "+351"),
    ("phone", "600 000 000", "phone", "912 345 678"),
    ("tag", "gold", "tag", "silver"),
    ("vat_id", "X1234567A", "tax_id", "PT501442600"),
];

#[test]
fn each_field_of_a_customer_goes_both_ways() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let mut body = json!({"metadata": {"kept": 1}});
    for (field, value, ..) in SHOWN {
        body[*field] = json!(value);
    }
    let made = ours.post("/2.0/customers", &body).ok();
    let customer: Uuid = text(&made["uuid"]).parse().expect("an id");
    let at = format!("/2.0/customers/{customer}");
    let on_the_desk = form(&app, customer);
    for (field, value, name, _) in SHOWN {
        let stands = on_the_desk.get(*name).map(String::as_str);
        assert_eq!(stands, Some(*value), "{field}");
    }
    let other: Vec<(&str, &str)> = SHOWN.iter().map(|(_, _, name, to)| (*name, *to)).collect();
    save(&app, customer, &other);
    let shown = ours.get(&at).ok();
    for (field, _, _, to) in SHOWN {
        assert_eq!(shown[*field], *to, "{field}");
    }
    assert_eq!(shown["name"], "Anabela Sousa");
    // What the desk has no field for stays as the machine left it.
    assert_eq!(shown["metadata"], json!({"kept": 1}));
    // Cleared on the desk, null on the face; and the reverse.
    save(&app, customer, &[("tag", ""), ("tax_id", "")]);
    let shown = ours.get(&at).ok();
    assert_eq!(
        (&shown["tag"], &shown["vat_id"]),
        (&Value::Null, &Value::Null)
    );
    ours.put(&at, &json!({"phone": null, "prefix": null})).ok();
    let on_the_desk = form(&app, customer);
    assert_eq!(
        (&*on_the_desk["phone"], &*on_the_desk["phone_prefix"]),
        ("", "")
    );
}

/// What the desk edits of a declared person, a later verify that leaves it out keeps; what it sends again, it sets.
#[test]
fn what_the_desk_mends_stays_where_the_machine_says_nothing_of_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &with(&person(), json!({"occupation": "Baker"})))
        .ok();
    let mended = [
        ("occupation", "Miller"),
        ("income_range", "1200"),
        ("birth_date", "1988-01-02"),
        ("city", "Toledo"),
    ];
    save(&app, customer, &mended);
    ours.verify(customer, &person()).ok();
    let form = form(&app, customer);
    for (name, value) in &mended[..3] {
        assert_eq!(form[*name], *value, "{name}");
    }
    assert_eq!(form["city"], "Madrid", "what is sent is what is meant");
}
