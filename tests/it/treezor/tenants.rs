//! What is another organisation's, or another branch's, is as if it were not there.

use super::*;

/// A method, an address and a body, by the number of a user.
type Ask = (&'static str, fn(i64) -> String, Option<fn(i64) -> Value>);

#[test]
fn what_is_somebody_else_s_answers_as_what_is_not_there() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &["london"]);
    let theirs = machine(&app, &app.other, &ALL, &[]);
    // Numbers are counted in each organisation, so theirs may be one of ours: theirs is made much higher.
    let foreign = make::customer_of(&app, &app.other, |_| {});
    diesel::update(customers::table.filter(customers::id.eq(foreign)))
        .set(customers::number.eq(5_000_001_i64))
        .execute(&mut app.owner_of(&app.other))
        .expect("a number");
    let elsewhere = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let elsewhere = number(&app, &app.acme, elsewhere);
    assert_eq!(theirs.get("/v1/users/5000001").status, 200);
    let absent = 5_000_002;
    let asks: [Ask; 8] = [
        ("GET", |id| format!("/v1/users/{id}"), None),
        (
            "PUT",
            |id| format!("/v1/users/{id}"),
            Some(|_| json!({"city": "Braga"})),
        ),
        (
            "PUT",
            |id| format!("/v1/users/{id}"),
            Some(|_| json!({"parentUserId": null})),
        ),
        ("PUT", |id| format!("/v1/users/{id}/Kycreview"), None),
        ("GET", |id| format!("/v1/users/{id}/kyc"), None),
        (
            "POST",
            |_| "/v1/documents".to_owned(),
            Some(|id| paper(id, 9)),
        ),
        (
            "POST",
            |_| "/v1/taxResidences".to_owned(),
            Some(|id| json!({"userId": id, "country": "FR", "liabilityWaiver": true})),
        ),
        (
            "POST",
            |_| "/v1/users".to_owned(),
            Some(|id| {
                with(
                    person(),
                    &[("parentUserId", json!(id)), ("parentType", json!("leader"))],
                )
            }),
        ),
    ];
    let said = app.actions();
    for (method, path, body) in asks {
        let ask = |id: i64| {
            let body = body.map(|body| body(id));
            ours.named(method, &path(id), body.as_ref(), None).masked()
        };
        let expected = ask(absent);
        let status = if path(absent) == "/v1/users" {
            400
        } else {
            404
        };
        assert_eq!(expected.0, status, "{method} {}", path(absent));
        for id in [5_000_001, elsewhere] {
            assert_eq!(ask(id), expected, "{method} {}", path(id));
        }
    }
    assert_eq!(app.actions(), said);
    let list = |path: &str| ours.get(path).good();
    assert_eq!(list("/v1/users"), json!({"users": []}));
    assert_eq!(
        list(&format!("/v1/users?userId={elsewhere}")),
        json!({"users": []})
    );
}

#[test]
fn what_hangs_on_somebody_else_s_user_is_not_there_either() {
    let app = TestApp::start();
    let all = ours(&app);
    let paris = machine(&app, &app.acme, &ALL, &["paris"]);
    let user = paris.user(&person());
    paris.complete(user);
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let theirs = machine(&app, &app.other, &ALL, &[]);
    let paper = all.get("/v1/documents").good()["documents"][0]["documentId"].clone();
    let tax = all.get("/v1/taxResidences").good()["taxResidences"][0]["id"].clone();
    for other in [&london, &theirs] {
        assert_eq!(other.get("/v1/documents").good(), json!({"documents": []}));
        assert_eq!(
            other.get("/v1/taxResidences").good(),
            json!({"taxResidences": []})
        );
        let absent = other.get("/v1/documents/999999999").masked();
        assert_eq!(
            other.get(&format!("/v1/documents/{paper}")).masked(),
            absent
        );
        let path = format!("/v1/taxResidences/{tax}");
        for method in ["GET", "DELETE"] {
            assert_eq!(
                other.named(method, &path, None, None).masked(),
                absent,
                "{method}"
            );
        }
        assert_eq!(other.put(&path, &json!({"country": "FR"})).masked(), absent);
    }
    assert_eq!(paris.get(&format!("/v1/documents/{paper}")).status, 200);
}

#[test]
fn a_company_outside_of_the_key_s_branches_is_not_named() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let user = london.user(&person());
    let firm = make::customer(&app, |new| {
        make::as_company(new, "Elsewhere Lda");
        new.branch_id = app.acme.branch("paris");
    });
    make::relation(&app, firm, id(&app, user), "director", None);
    let shown = london.get(&format!("/v1/users/{user}")).good()["users"][0].clone();
    assert_eq!(
        (&shown["parentUserId"], &shown["parentType"]),
        (&Value::Null, &Value::Null)
    );
    let all = ours(&app).get(&format!("/v1/users/{user}")).good()["users"][0].clone();
    assert_eq!(all["parentUserId"], number(&app, &app.acme, firm));
}
