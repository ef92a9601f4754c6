//! What somebody is found by: what an upsert keeps of it, and what is wrong with it.

use super::*;

#[test]
fn an_upsert_clears_nothing_that_somebody_is_reached_by() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let upsert = |body: &Value| ours.post("/2.0/customers", body).ok();
    let made = upsert(&json!({
        "email": "ana@mail.example", "prefix": "+34", "phone": "600 100 200", "tag": "gold",
    }));
    let said = app.actions();
    for nothing in [Value::Null, json!(""), json!(" ")] {
        for body in [
            json!({"prefix": "34", "phone": "600100200", "email": nothing}),
            json!({"email": "ANA@mail.example", "prefix": nothing, "phone": nothing}),
            json!({"email": "ana@mail.example", "phone": nothing}),
        ] {
            assert_eq!(upsert(&body), made, "{body}");
        }
    }
    assert_eq!(app.actions(), said, "nothing was different");
    // What else is null is cleared, and another value is taken.
    let body = json!({"email": "ana@mail.example", "phone": "600 100 201", "tag": null});
    let changed = upsert(&body);
    let expected = with(&made, json!({"phone": "600 100 201", "tag": null}));
    assert_eq!(
        without(&changed, "updated_at"),
        without(&expected, "updated_at")
    );
    // A PUT names its customer by their uuid, and clears.
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    let cleared = ours.put(&at, &json!({"email": null, "prefix": "", "phone": null}));
    let cleared = cleared.ok();
    for field in ["email", "prefix", "phone"] {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
}

#[test]
fn a_contact_of_the_wrong_type_is_the_only_fault() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (body, fault) in [
        (json!({"prefix": 34, "phone": "600100200"}), "prefix"),
        (json!({"prefix": "+34", "phone": 600_100_200}), "phone"),
        (json!({"email": ["ana@mail.example"]}), "email"),
        (json!({"email": {}, "first_name": "Ana"}), "email"),
    ] {
        let answer = ours.post("/2.0/customers", &body);
        assert_eq!(answer.faults(), [fault], "{body}");
    }
    // Another field of the wrong type says nothing of these.
    let answer = ours.post("/2.0/customers", &json!({"tag": 7}));
    assert_eq!(answer.faults(), ["email", "phone", "tag"]);
}

/// An empty list is what a language without objects of its own writes for an empty one.
#[test]
fn metadata_may_be_an_empty_list_and_is_an_empty_object() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let body = json!({"email": "ana@mail.example", "metadata": []});
    let made = ours.post("/2.0/customers", &body).ok();
    assert_eq!(made["metadata"], json!({}));
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    assert_eq!(ours.get(&at).ok()["metadata"], json!({}));
    ours.put(&at, &json!({"metadata": {"a": 1}})).ok();
    let emptied = ours.put(&at, &json!({"metadata": []})).ok();
    assert_eq!(emptied["metadata"], json!({}));
    for wrong in [json!([1]), json!([[]]), json!("x"), json!(7), json!(true)] {
        let answer = ours.put(&at, &json!({ "metadata": wrong }));
        assert_eq!(answer.faults(), ["metadata"], "{wrong}");
    }
    assert_eq!(
        ours.put(&at, &json!({"metadata": null})).ok()["metadata"],
        Value::Null
    );
}
