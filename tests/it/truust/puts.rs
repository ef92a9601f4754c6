//! A PUT of a verification is held to what verify is held to, and changes nothing where it is not.

use super::{
    fields::{COMPANY, REQUIRED},
    *,
};

#[test]
fn what_is_required_is_required_of_a_put_while_created() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for body in [person(), company()] {
        let customer = make::customer(&app, |_| {});
        ours.verify(customer, &body).ok();
        let at = format!("/2.0/verifications/{customer}");
        let before = (row(&app, customer), app.actions());
        let mut all = REQUIRED;
        all.sort_unstable();
        assert_eq!(ours.put(&at, &json!({})).faults(), all);
        let mut fields = REQUIRED.to_vec();
        if body["type"] == "LEGAL" {
            fields.extend(COMPANY);
        }
        for field in fields {
            for missing in [
                without(&body, field),
                with(&body, json!({ (field): null })),
                with(&body, json!({ (field): "" })),
                with(&body, json!({ (field): " " })),
                with(&body, json!({ (field): 7 })),
            ] {
                let answer = ours.put(&at, &missing);
                assert_eq!(answer.faults(), [field], "{missing}");
            }
        }
        let unknown = ours.put(&at, &with(&body, json!({"type": "PERSON"})));
        assert_eq!(unknown.faults(), ["type"]);
        assert_eq!((row(&app, customer), app.actions()), before);
    }
}

#[test]
fn lengths_and_the_country_are_held_in_a_put_while_created() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &company()).ok();
    let at = format!("/2.0/verifications/{customer}");
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
        let long = |n: usize| with(&company(), json!({ (field): "ö".repeat(n) }));
        ours.put(&at, &long(255)).ok();
        assert_eq!(ours.put(&at, &long(256)).faults(), [field]);
    }
    for (country, good) in [
        (json!("ES"), true),
        (json!("es"), false),
        (json!("XX"), false),
        (json!("ESP"), false),
        (json!(""), true),
        (Value::Null, true),
    ] {
        let answer = ours.put(&at, &with(&company(), json!({"legal_country": country})));
        if good {
            answer.ok();
        } else {
            assert_eq!(answer.faults(), ["legal_country"], "{country}");
        }
    }
}
