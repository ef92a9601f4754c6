//! A company in another branch: nobody who may not see it learns of it, and nobody takes its people from it.

use super::{company::company, *};

/// A user of London, whose oldest company lies in Paris, and a company of London.
struct Split {
    user: i64,
    hidden: i64,
    seen: i64,
}

fn split(app: &TestApp, london: &Machine<'_>) -> Split {
    let user = london.user(&person());
    let firm = make::customer(app, |new| {
        make::as_company(new, "Elsewhere Lda");
        new.branch_id = app.acme.branch("paris");
    });
    make::relation(app, firm, id(app, user), "director", None);
    Split {
        user,
        hidden: number(app, &app.acme, firm),
        seen: london.user(&company()),
    }
}

/// The companies of a user, with the roles in them.
fn companies(app: &TestApp, user: i64) -> Vec<(i64, String)> {
    let on = customers::organisation_id
        .eq(relations::organisation_id)
        .and(customers::id.eq(relations::parent_id));
    relations::table
        .inner_join(customers::table.on(on))
        .filter(relations::child_id.eq(id(app, user)))
        .order((customers::number, relations::role))
        .select((customers::number, relations::role))
        .load(&mut app.owner())
        .expect("companies")
}

#[test]
fn a_change_is_of_the_company_that_is_seen_and_leaves_the_other_alone() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let Split { user, hidden, seen } = split(&app, &london);
    let path = format!("/v1/users/{user}");
    let there = (hidden, "director".to_owned());
    let put = |body: &Value| {
        let answer = london.put(&path, body).good();
        let user = &answer["users"][0];
        assert_ne!(user["parentUserId"], hidden);
        assert_eq!(london.get(&path).good(), answer);
        user["parentUserId"].clone()
    };
    // Taken out of nothing that is seen.
    let said = app.actions();
    assert_eq!(put(&json!({"parentUserId": null})), Value::Null);
    assert_eq!(app.actions(), said);
    assert_eq!(companies(&app, user), std::slice::from_ref(&there));
    let leads = json!({"parentUserId": seen, "parentType": "leader"});
    assert_eq!(put(&leads), seen);
    assert_eq!(
        companies(&app, user),
        [there.clone(), (seen, "legal_representative".to_owned())]
    );
    // The younger one is the one that is seen.
    let other = london.user(&company());
    assert_eq!(put(&json!({"parentUserId": other})), other);
    assert_eq!(
        companies(&app, user),
        [there.clone(), (other, "legal_representative".to_owned())]
    );
    assert_eq!(put(&json!({"parentUserId": null})), Value::Null);
    assert_eq!(companies(&app, user), [there]);
    // Whoever sees all sees the oldest.
    let all = ours(&app).get(&path).good();
    assert_eq!(all["users"][0]["parentUserId"], hidden);
}

#[test]
fn what_is_a_fault_is_one_whether_or_not_somebody_else_has_the_user() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let Split { user, hidden, .. } = split(&app, &london);
    let free = london.user(&person());
    for body in [
        json!({"parentType": "leader"}),
        json!({"effectiveBeneficiary": 30}),
        json!({"parentUserId": hidden, "parentType": "leader"}),
    ] {
        let of = |user: i64| london.put(&format!("/v1/users/{user}"), &body).masked();
        assert_eq!(of(user), of(free), "{body}");
        assert_eq!(of(free).0, 400, "{body}");
    }
    assert_eq!(companies(&app, user), [(hidden, "director".to_owned())]);
}
