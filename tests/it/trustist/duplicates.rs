//! The vendor's page says that two customers may be the same: neither an e-mail nor anything else is anybody's alone. That two
//! may be one person is for the desk to say.

use super::*;

fn id(customer: &Value) -> &str {
    customer["id"].as_str().expect("an id")
}

#[test]
fn the_same_again_without_a_name_is_another_customer() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let body = json!({
        "firstName": "Sarah", "lastName": "Johnson", "emailAddress": "sarah@post.example", "dateOfBirth": "1990-04-05",
        "orgId": "madrid",
    });
    let (one, other) = (ours.made(&body), ours.made(&body));
    assert_ne!(id(&one), id(&other));
    let empty = json!({});
    assert_ne!(id(&ours.made(&empty)), id(&ours.made(&empty)));
    let listed = ours.get("/v1/customers?orgId=madrid").body;
    let ids: Vec<&str> = listed.as_array().expect("a list").iter().map(id).collect();
    assert!(
        ids.contains(&id(&one)) && ids.contains(&id(&other)),
        "{ids:?}"
    );
    assert_eq!(ids.len(), 2);
}

#[test]
fn whoever_is_changed_may_take_another_customer_s_e_mail() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let first = ours.made(&json!({"firstName": "Sarah", "emailAddress": "sarah@post.example"}));
    let second = ours.made(&json!({"firstName": "Sara", "emailAddress": "sara@post.example"}));
    let change = json!({"emailAddress": "sarah@post.example"});
    let changed = ours.ask("PUT", &format!("/v1/customers/{}", id(&second)), &change);
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body["emailAddress"], "sarah@post.example");
    let kept = ours.get(&format!("/v1/customers/{}", id(&first)));
    assert_eq!((kept.status, kept.body), (200, first));
}
