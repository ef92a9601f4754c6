//! By what a customer is reached: filled in by their link where it is empty, and changed by the house alone.

use super::*;

fn kept(app: &TestApp, customer: Uuid) -> (Option<String>, Option<String>, Option<String>) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::email, customers::phone_prefix, customers::phone))
        .first(&mut app.owner())
        .expect("the customer")
}

#[test]
fn what_is_there_is_shown_and_the_page_says_whom_to_ask() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.email = Some("own@mail.example".to_owned()));
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set((
            customers::phone_prefix.eq("+351"),
            customers::phone.eq("912 000 111"),
        ))
        .execute(&mut app.owner())
        .expect("a phone");
    let mut visitor = visitor_of(&app, customer, &everything());
    for (lang, ask, other) in [
        ("en", "To change it, ask Acme.", "Only the company"),
        (
            "fr",
            "Pour le modifier, adressez-vous à Acme.",
            "Seule l’entreprise",
        ),
        ("es", "Para cambiarlo, diríjase a Acme.", "Solo la empresa"),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        for (field, value) in [("email", "own@mail.example"), ("phone", "+351 912 000 111")] {
            let shown = page.texts(&format!("#{field}"));
            assert!(
                shown.len() == 1 && shown[0].contains(value) && shown[0].contains(ask),
                "{lang}: {shown:?}"
            );
        }
        for name in ["email", "phone", "phone_prefix"] {
            let asked = page.attributes(&format!("[name={name}]"), "name");
            assert!(asked.is_empty(), "{name} is not asked for");
        }
        // By hand, where the page has no field for it: refused, and nothing is saved.
        let before = (kept(&app, customer), visitor.untouched(&app));
        for (name, value, at) in [
            ("email", "another@mail.example", "email"),
            ("phone", "999 999 999", "phone"),
            ("phone_prefix", "+34", "phone"),
        ] {
            let fields = [("city", "Braga"), (name, value)];
            let answer = visitor.post(&format!("details?lang={lang}"), &fields);
            assert_eq!(answer.status, 422);
            let said = answer.texts(&format!("#{at}-error"));
            assert!(
                said.len() == 1 && said[0].contains(other),
                "{lang}: {said:?}"
            );
            assert_eq!(answer.attributes("#city", "value"), ["Braga"]);
            assert!(!answer.body.contains(value) || value == "+34");
        }
        assert_eq!((kept(&app, customer), visitor.untouched(&app)), before);
    }
    // A page that was opened before the house filled it in sends it empty, or as it is.
    for email in ["", "own@mail.example"] {
        let fields = [("city", "Braga"), ("email", email), ("phone", "")];
        assert_eq!(visitor.post("details", &fields).status, 303);
    }
    assert_eq!(kept(&app, customer).0.as_deref(), Some("own@mail.example"));
}

#[test]
fn what_is_empty_is_filled_in_once() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.email = None);
    let mut visitor = visitor_of(&app, customer, &json!({}));
    let page = visitor.look();
    assert_eq!(page.attributes("#email", "type"), ["email"]);
    let fields = [
        ("email", "ines@mail.example"),
        ("phone_prefix", "+351"),
        ("phone", "912 345 678"),
    ];
    assert_eq!(visitor.post("details", &fields).status, 303);
    let some = |text: &str| Some(text.to_owned());
    let told = (some("ines@mail.example"), some("+351"), some("912 345 678"));
    assert_eq!(kept(&app, customer), told);
    let again = visitor.post("details", &[("email", "other@mail.example")]);
    assert_eq!(again.status, 422);
    let none = visitor.post("details", &[("email", ""), ("phone", "")]);
    assert_eq!(none.status, 303, "what is empty replaces nothing");
    assert_eq!(kept(&app, customer), told);
}
