//! Tax residences: the rules of the page, and changing them.

use super::*;

const PATH: &str = "/v1/taxResidences";

fn body(user: i64, country: &str, number: Value, waiver: bool) -> Value {
    json!({"userId": user, "country": country, "taxPayerId": number, "liabilityWaiver": waiver})
}

#[test]
fn one_is_added_read_changed_and_taken_away() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    let made = ours
        .post(PATH, &body(user, "PT", json!("123456789"), false))
        .good();
    let one = &made["taxResidences"][0];
    let number = one["id"].as_i64().expect("a number");
    assert_eq!(
        one,
        &json!({
            "id": number, "userId": user, "country": "PT", "taxPayerId": "123456789", "liabilityWaiver": false,
            "createdDate": "2026-11-16T12:00:00Z", "modifiedDate": "2026-11-16T12:00:00Z", "isDeleted": false,
        })
    );
    let path = format!("{PATH}/{number}");
    assert_eq!(ours.get(&path).good(), made);
    assert_eq!(ours.get(&format!("{PATH}?userId={user}")).good(), made);
    let none = ours.get(&format!("{PATH}?userId=0")).good();
    assert_eq!(none, json!({"taxResidences": []}));
    let changed = ours.put(&path, &json!({"taxPayerId": "501442600"})).good();
    assert_eq!(changed["taxResidences"][0]["taxPayerId"], "501442600");
    let waived = ours
        .put(&path, &json!({"taxPayerId": null, "liabilityWaiver": true}))
        .good();
    assert_eq!(waived["taxResidences"][0]["liabilityWaiver"], true);
    let said = app.actions();
    assert_eq!(
        ours.put(&path, &json!({"liabilityWaiver": true})).good(),
        waived
    );
    assert_eq!(app.actions(), said, "nothing changed, so nothing is said");
    let gone = ours.named("DELETE", &path, None, None).good();
    assert_eq!(gone["taxResidences"][0]["isDeleted"], true);
    let absent = ours.get(&path).error();
    assert_eq!(absent, (404, "resource_not_found_error".to_owned()));
    assert_eq!(ours.named("DELETE", &path, None, None).error().0, 404);
    let expected = [
        "tax_residence.added",
        "tax_residence.changed",
        "tax_residence.removed",
    ];
    for action in expected {
        assert!(app.actions().iter().any(|one| one == action), "{action}");
    }
}

#[test]
fn each_rule_of_the_page_holds() {
    let app = TestApp::start();
    let ours = ours(&app);
    let french = ours.user(&person());
    let italian = ours.user(&with(person(), &[("distributionCountry", json!("IT"))]));
    let fault = |body: &Value| ours.post(PATH, body).faults();
    let (status, errors) = ours.post(PATH, &json!({})).errors();
    assert_eq!(status, 400);
    assert_eq!(errors[0].0, "missing_parameter");
    let lacking = json!({"userId": french});
    assert_eq!(fault(&lacking), ["country", "liabilityWaiver"]);
    // True exactly where there is no number.
    assert_eq!(
        fault(&body(french, "PT", json!("123456789"), true)),
        ["liabilityWaiver"]
    );
    assert_eq!(
        fault(&body(french, "PT", Value::Null, false)),
        ["liabilityWaiver"]
    );
    assert_eq!(
        fault(&body(french, "PT", json!(""), false)),
        ["liabilityWaiver"]
    );
    // The United States and Italy ask for a number.
    assert_eq!(
        fault(&body(french, "US", Value::Null, true)),
        ["taxPayerId"]
    );
    assert_eq!(
        fault(&body(italian, "FR", Value::Null, true)),
        ["taxPayerId"]
    );
    assert_eq!(
        fault(&body(french, "PT", json!("123456788"), false)),
        ["taxPayerId"]
    );
    assert_eq!(fault(&body(french, "XX", Value::Null, true)), ["country"]);
    ours.post(PATH, &body(french, "FR", Value::Null, true))
        .good();
    assert_eq!(
        fault(&body(french, "FR", Value::Null, true)),
        ["country"],
        "a country stands once"
    );
    let nobody = ours.post(PATH, &body(999_999_999, "FR", Value::Null, true));
    assert_eq!(nobody.error(), (404, "resource_not_found_error".to_owned()));
}

#[test]
fn a_change_is_held_to_the_same_rules() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (user, italian) = (
        ours.user(&person()),
        ours.user(&with(person(), &[("distributionCountry", json!("IT"))])),
    );
    let add = |user: i64, country: &str, number: Value, waiver: bool| {
        let made = ours.post(PATH, &body(user, country, number, waiver)).good();
        format!("{PATH}/{}", made["taxResidences"][0]["id"])
    };
    let us = add(user, "US", json!("123456789"), false);
    let fr = add(user, "FR", Value::Null, true);
    let it = add(italian, "FR", json!("1234567890123"), false);
    let none = json!({"taxPayerId": null, "liabilityWaiver": true});
    let said = app.actions();
    for path in [&us, &it] {
        let refused = ours.put(path, &none);
        assert_eq!(refused.faults(), ["taxPayerId"], "{path}");
        assert_eq!(refused.errors().1[0].0, "missing_parameter");
    }
    assert_eq!(
        ours.put(&fr, &json!({"country": "US"})).faults(),
        ["taxPayerId"]
    );
    for wrong in [
        json!({"liabilityWaiver": false}),
        json!({"liabilityWaiver": null}),
        json!({"taxPayerId": "1234567890123"}),
    ] {
        assert_eq!(
            ours.put(&fr, &wrong).faults(),
            ["liabilityWaiver"],
            "{wrong}"
        );
    }
    assert_eq!(app.actions(), said);
}

/// The country of distribution may change after the residences were declared: then the review asks for the number.
#[test]
fn whoever_is_served_in_italy_afterwards_owes_the_number() {
    let app = TestApp::start();
    let ours = ours(&app);
    let user = ours.user(&person());
    for kind in [9, 12] {
        ours.paper(user, kind);
    }
    ours.post(PATH, &body(user, "FR", Value::Null, true)).good();
    let path = format!("/v1/users/{user}");
    ours.put(&path, &json!({"distributionCountry": "IT"}))
        .good();
    ours.review(user).good();
    let kyc = ours.kyc(user);
    assert_eq!(
        (&kyc["kycStatus"], &kyc["kycReviewComment"]),
        (
            &json!("INCOMPLETE"),
            &json!("Missing or to be mended: Tax residence.")
        )
    );
}

#[test]
fn a_residence_stays_its_users() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (user, other) = (ours.user(&person()), ours.user(&person()));
    let made = ours
        .post(PATH, &body(user, "PT", json!("123456789"), false))
        .good();
    let path = format!("{PATH}/{}", made["taxResidences"][0]["id"]);
    let said = app.actions();
    for whose in [other, 999_999_999] {
        let sent = body(whose, "FR", Value::Null, true);
        assert_eq!(ours.put(&path, &sent).faults(), ["userId"], "{whose}");
    }
    assert_eq!(ours.get(&path).good(), made);
    assert_eq!(app.actions(), said);
    let of_other = ours.get(&format!("{PATH}?userId={other}")).good();
    assert_eq!(of_other["taxResidences"], json!([]));
    // Its own user may be named.
    let sent = body(user, "FR", Value::Null, true);
    let changed = ours.put(&path, &sent).good();
    assert_eq!(changed["taxResidences"][0]["country"], "FR");
}
