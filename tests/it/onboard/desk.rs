//! The desk's page of sessions: an officer makes a link, which is shown once, and takes one back.

use super::*;

#[test]
fn an_officer_makes_a_link_that_is_shown_once() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let path = format!("/customers/{customer}/sessions");
    let mut officer = app.sign_in(Persona::Officer);
    let empty = officer.get(&path);
    assert!(empty.text().contains("None was made yet"));
    let made = officer.post(
        &path,
        &[
            ("step", "open"),
            ("option", "identity_check"),
            ("option", "aml_monitoring"),
            ("option", "unknown"),
            ("return_url", "https://shop.example/back"),
        ],
    );
    assert_eq!(made.status, 200, "{}", made.text());
    let link = made.texts(".secret code").pop().expect("a link");
    let own = format!("http://{}", app.address);
    let page = app
        .browser()
        .get(link.strip_prefix(&own).expect("an address of ours"));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Identity document"));
    assert_eq!(
        app.actions(),
        ["customer.viewed", "onboarding.opened", "customer.moved"]
    );
    // The list says what is asked for, and not the link.
    let list = officer.get(&path);
    assert!(
        list.text().contains("Identity check, AML monitoring"),
        "{}",
        list.text()
    );
    assert!(list.text().contains("Waiting for the customer"));
    let token = link.rsplit('/').next().expect("a token");
    assert!(!list.body.contains(token));
    let row: (Value, Option<String>) = onboard_sessions::table
        .select((onboard_sessions::options, onboard_sessions::return_url))
        .first(&mut app.owner())
        .expect("the session");
    assert_eq!(row.0["identity"]["amlMonitoring"], json!(true));
    assert_eq!(row.0["identity"]["documentCheck"], json!(false));
    assert_eq!(row.1.as_deref(), Some("https://shop.example/back"));
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.email = None);
    let path = format!("/customers/{customer}/sessions");
    let mut officer = app.sign_in(Persona::Officer);
    let lacks = officer.post(&path, &[("step", "open"), ("option", "identity_check")]);
    assert_eq!(lacks.status, 422);
    assert!(lacks.texts("#option-error")[0].contains("email"));
    let wrong = officer.post(
        &path,
        &[("step", "open"), ("return_url", "http://shop.example")],
    );
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.texts("#return_url-error").len(), 1);
    assert_eq!(
        wrong.attributes("#return_url", "value"),
        ["http://shop.example"]
    );
    assert!(app.actions().is_empty());
    assert_eq!(officer.post(&path, &[("step", "else")]).status, 400);
    // Who reads alone makes none; what is elsewhere is not there.
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(auditor.get(&path).status, 200);
    assert_eq!(auditor.post(&path, &[("step", "open")]).status, 403);
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let theirs = session(&app, &app.acme, paris, &everything()).to_string();
    let elsewhere = format!("/customers/{paris}/sessions");
    assert_eq!(officer.get(&elsewhere).status, 404);
    assert_eq!(officer.post(&elsewhere, &[("step", "open")]).status, 404);
    let cancel = [("step", "cancel"), ("session", theirs.as_str())];
    assert_eq!(officer.post(&path, &cancel).status, 404);
}

#[test]
fn what_is_over_is_not_taken_back() {
    let app = TestApp::start();
    let visitor = visitor(&app, &everything());
    let path = format!("/customers/{}/sessions", visitor.customer);
    let session = visitor.session.to_string();
    let mut officer = app.sign_in(Persona::Officer);
    let cancel = [("step", "cancel"), ("session", session.as_str())];
    let done = officer.post(&path, &cancel);
    let page = officer.follow(&done);
    assert!(
        page.text().contains("Its link leads nowhere now") && page.text().contains("Cancelled")
    );
    assert_eq!(visitor.state(&app), "cancelled");
    let again = officer.post(&path, &cancel);
    assert_eq!(again.status, 409);
    assert!(again.text().contains("This session is cancelled already"));
    assert_eq!(app.actions(), ["onboarding.cancelled", "customer.viewed"]);
}
