//! The whole name and its parts, and who keeps which.

use super::{
    life::{decided, pending},
    *,
};

#[test]
fn parts_that_are_null_or_empty_take_nothing_from_a_whole_name() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let none = [Value::Null, json!(""), json!(" ")];
    for (n, first) in none.iter().enumerate() {
        for (m, last) in none.iter().enumerate() {
            let email = format!("ana{n}{m}@mail.example");
            let body =
                json!({"email": email, "name": "Ana Lima", "first_name": first, "last_name": last});
            let made = ours.post("/2.0/customers", &body).ok();
            assert_eq!(
                (&made["name"], &made["first_name"], &made["last_name"]),
                (&json!("Ana Lima"), &Value::Null, &json!("Ana Lima")),
                "{body}"
            );
            // The same once more, by its own address, changes nothing.
            let at = format!("/2.0/customers/{}", text(&made["uuid"]));
            assert_eq!(ours.put(&at, &body).ok(), made, "{body}");
            // Without a whole name null clears, as everywhere.
            let cleared = ours.put(&at, &json!({"last_name": null})).ok();
            assert_eq!(cleared["name"], Value::Null);
        }
    }
}

/// What is under review, and what was accepted, is a first and a last name.
#[test]
fn a_whole_name_alone_renames_nobody_whose_kyc_has_begun() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    let at = format!("/2.0/customers/{customer}");
    let leaves = |status: &str| {
        let before = (row(&app, customer), ours.get(&at).ok(), app.actions());
        for body in [
            json!({"name": "Jon Dow"}),
            json!({"name": "Jon Dow", "first_name": null, "last_name": ""}),
        ] {
            assert_eq!(ours.put(&at, &body).ok(), before.1, "{body}");
            let by_email = with(&body, json!({"email": before.1["email"]}));
            let found = ours.post("/2.0/customers", &by_email).ok();
            assert_eq!(found, before.1, "{by_email}");
        }
        assert_eq!((row(&app, customer), app.actions()), (before.0, before.2));
        assert_eq!(ours.verification(customer).ok()["status"], status);
    };
    leaves("PENDING");
    decided(
        &app,
        customer,
        &[("decision", "validated"), ("risk", "low")],
    );
    leaves("VALIDATED");
    // Before it has begun, the name is theirs to say.
    let other = make::customer(&app, |_| {});
    let at = format!("/2.0/customers/{other}");
    let named = ours.put(&at, &json!({"name": "Jon Dow"})).ok();
    assert_eq!(
        (&named["first_name"], &named["last_name"]),
        (&Value::Null, &json!("Jon Dow"))
    );
}

/// A company's last name is that of whoever acts for it: a fault of it is not one of the company's name.
#[test]
fn a_fault_of_a_companys_last_name_is_said_of_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company = make::company(&app, "Obras SA");
    let at = format!("/2.0/customers/{company}");
    let long = "é".repeat(256);
    for (body, faults) in [
        (
            json!({"name": "Obras SL", "last_name": long}),
            vec!["last_name"],
        ),
        (
            json!({"name": "Obras\u{7}SL", "last_name": "Doe"}),
            vec!["name"],
        ),
        (
            json!({"name": long, "last_name": long}),
            vec!["last_name", "name"],
        ),
    ] {
        assert_eq!(ours.put(&at, &body).faults(), faults);
    }
    assert_eq!(ours.get(&at).ok()["name"], "Obras SA");
}
