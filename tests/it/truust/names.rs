//! The whole name and its parts, and who keeps which.

use super::*;

#[test]
fn parts_that_are_null_or_empty_take_nothing_from_a_whole_name() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let none = [Value::Null, json!(""), json!(" ")];
    for (n, first) in none.iter().enumerate() {
        for (m, last) in none.iter().enumerate() {
            let email = format!("ana{n}{m}@mail.example");
            let body = json!({"email": email, "name": "Ana Lima", "first_name": first, "last_name": last});
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
