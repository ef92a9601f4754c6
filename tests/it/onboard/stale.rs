//! A page that is out of date: another device of the customer, or the house, changed the data since it was opened. Nothing
//! of that is lost by what is typed there.

use super::*;
use crate::{support::machines, trustist::Machine};

/// What stands for the data in the form of a page.
pub fn seen(page: &Response) -> String {
    let mut all = page.attributes("input[name=seen]", "value");
    assert_eq!(all.len(), 1, "{}", page.text());
    all.remove(0)
}

/// The form of the data as it is sent from a page, with these fields in it.
fn form<'a>(seen: &'a str, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let all = fields.iter().copied();
    all.chain([("seen", seen)]).collect()
}

/// What a system of the house is answered by Trustist's face.
pub fn asked(app: &TestApp, may: &[&str], method: &str, target: &str, body: String) -> Response {
    let key = machines::key(app, &app.acme, ("trustist", "tenant"), may, &[]);
    let signer = Machine {
        app,
        actor: key.actor,
        id: key.id,
        secret: key.secret,
    };
    let headers = signer.signed(method, target, &body, None);
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .chain([("content-type", "application/json")])
        .collect();
    let answer = app.browser().request(method, target, &headers, Some(body));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The house corrects what was declared, by a system of its own.
pub fn corrected(app: &TestApp, customer: Uuid, change: &Value) {
    let target = format!("/v1/customers/{customer}");
    asked(
        app,
        &["update_customer"],
        "PUT",
        &target,
        change.to_string(),
    );
}

fn address(app: &TestApp, customer: Uuid) -> (Option<String>, Option<String>) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::address_line1, customers::city))
        .first(&mut app.owner())
        .expect("the customer")
}

/// Told in the customer's language at the step of the data, and nothing is written.
fn told(app: &TestApp, visitor: &mut Visitor, fields: &[(&str, &str)]) -> Response {
    let before = visitor.untouched(app);
    for (lang, said) in [
        ("fr", "Quelque chose vient de changer"),
        ("es", "Algo acaba de cambiar"),
        ("en", "Something changed just now"),
    ] {
        let answer = visitor.post(&format!("details?lang={lang}"), fields);
        assert_eq!(answer.status, 409, "{}", answer.text());
        let at = answer.attributes(".error-summary a", "href");
        assert_eq!(at, ["#details"]);
        assert!(answer.text().contains(said), "{lang}: {}", answer.text());
    }
    assert_eq!(visitor.untouched(app), before);
    visitor.post("details", fields)
}

#[test]
fn two_devices_of_one_link_wipe_nothing_of_each_other() {
    let app = TestApp::start();
    let mut one = visitor(&app, &everything());
    let mut other = Visitor {
        browser: app.browser(),
        path: one.path.clone(),
        ..one
    };
    let first = seen(&one.look());
    assert_eq!(seen(&other.look()), first);
    let sent = form(&first, DATA);
    assert_eq!(one.post("details", &sent).status, 303);
    // A browser that lost the answer sends the same from the same page: it is no other's.
    let before = one.untouched(&app);
    assert_eq!(one.post("details", &sent).status, 303);
    assert_eq!(one.untouched(&app), before);

    // The other device shows a page on which the address was empty.
    let typed = [
        ("address_line1", ""),
        ("postal_code", ""),
        ("city", "Braga"),
    ];
    let answer = told(&app, &mut other, &form(&first, &typed));
    // What was typed is still there, and what was left empty hides nothing that was saved.
    for (field, value) in [
        ("city", "Braga"),
        ("address_line1", "Rua da Alegria 214"),
        ("postal_code", "4000-034"),
    ] {
        let shown = answer.attributes(&format!("#{field}"), "value");
        assert_eq!(shown, [value], "{field}");
    }
    // They have looked it over: this page is about what stands there now.
    let now = seen(&answer);
    assert_ne!(now, first);
    let typed = [("address_line1", "Rua da Alegria 214"), ("city", "Braga")];
    assert_eq!(other.post("details", &form(&now, &typed)).status, 303);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        address(&app, other.customer),
        (some("Rua da Alegria 214"), some("Braga"))
    );
}

#[test]
fn what_the_house_corrected_meanwhile_is_not_overwritten_nor_confirmed_unseen() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let first = seen(&visitor.look());
    let address_line = json!({"address": {"addressLine1": "Rua Nova 7"}});
    corrected(&app, visitor.customer, &address_line);
    let typed = [("address_line1", ""), ("city", "Braga")];
    let answer = told(&app, &mut visitor, &form(&first, &typed));
    assert_eq!(answer.attributes("#address_line1", "value"), ["Rua Nova 7"]);
    // Nor did they say that it is right: their page showed something else.
    told(&app, &mut visitor, &form(&first, &[]));
    assert_eq!(visitor.state(&app), "pending");
    let now = seen(&answer);
    let typed = [("address_line1", "Rua Nova 7"), ("city", "Braga")];
    assert_eq!(visitor.post("details", &form(&now, &typed)).status, 303);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        address(&app, visitor.customer),
        (some("Rua Nova 7"), some("Braga"))
    );
}

/// What raises the customer's version and shows in no field of the form makes no page stale; and a mistake leaves the form
/// what it was.
#[test]
fn a_page_is_stale_by_the_data_alone() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let first = seen(&visitor.look());
    let handed_in = visitor.hand_in("IDENTITY_PROOF", make::pdf(1).as_bytes());
    assert_eq!(handed_in.status, 303);
    assert_eq!(seen(&visitor.look()), first);
    let wrong = visitor.post("details", &form(&first, &[("birth_date", "1985-3-15")]));
    assert_eq!(wrong.status, 422);
    assert_eq!(seen(&wrong), first);
    assert_eq!(
        visitor
            .post("details", &form(&first, &[("city", "Faro")]))
            .status,
        303
    );
    // It tells nothing of the data, and another link of the same customer has another.
    let mut again = visitor_of(&app, visitor.customer, &everything());
    assert_ne!(seen(&again.look()), seen(&visitor.look()));
}

/// What is sent as confirmed is what they confirmed.
#[test]
fn what_the_house_changed_after_it_was_confirmed_is_asked_again() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    visitor.fill_in();
    let folds = |page: &Response| page.texts("#details details > summary").len();
    let page = visitor.look();
    assert!(
        page.text().contains("Steps done: 4 of 4"),
        "{}",
        page.text()
    );
    assert_eq!(folds(&page), 1);
    // What shows in no field of the form is not theirs to confirm.
    diesel::update(customers::table.filter(customers::id.eq(visitor.customer)))
        .set((
            customers::tag.eq("vip"),
            customers::version.eq(customers::version + 1),
        ))
        .execute(&mut app.owner())
        .expect("a tag");
    assert!(visitor.look().text().contains("Steps done: 4 of 4"));
    let changed = json!({"address": {"addressLine1": "Rua Nova 7"}});
    corrected(&app, visitor.customer, &changed);
    let page = visitor.look();
    assert!(
        page.text().contains("Steps done: 3 of 4"),
        "{}",
        page.text()
    );
    assert_eq!(folds(&page), 0, "the step is open again");
    let before = visitor.untouched(&app);
    let early = visitor.post("send", &[]);
    assert_eq!(early.status, 422, "{}", early.text());
    let left = early.attributes("#send a", "href");
    assert_eq!(left, ["#details"]);
    assert_eq!(visitor.untouched(&app), before);
    assert_eq!(visitor.state(&app), "in_progress");
    let now = seen(&page);
    assert_eq!(visitor.post("details", &form(&now, &[])).status, 303);
    assert!(visitor.look().text().contains("Steps done: 4 of 4"));
    assert_eq!(visitor.post("send", &[]).status, 200);
}
