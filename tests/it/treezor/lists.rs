//! Lists: pages, order, between which days.

use super::*;

fn found(answer: &Value) -> Vec<i64> {
    let users = answer["users"].as_array().expect("users").iter();
    users
        .map(|one| one["userId"].as_i64().expect("a number"))
        .collect()
}

#[test]
fn users_are_listed_newest_first_in_pages_between_days() {
    let app = TestApp::start();
    let ours = ours(&app);
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(ours.user(&person()));
        app.clock.advance(TimeDelta::minutes(10));
    }
    let list = |query: &str| found(&ours.get(&format!("/v1/users?{query}")).good());
    let newest: Vec<i64> = made.iter().rev().copied().collect();
    assert_eq!(list(""), newest);
    assert_eq!(list("sortOrder=ASC"), made);
    assert_eq!(list("sortBy=userId&sortOrder=asc"), made);
    assert_eq!(list("pageCount=2"), newest[..2]);
    assert_eq!(list("pageCount=2&pageNumber=3"), newest[4..]);
    assert_eq!(list("pageNumber=2"), Vec::<i64>::new());
    assert_eq!(list("createdDateFrom=2026-11-16T12:20:00Z"), newest[..3]);
    assert_eq!(list("createdDateTo=2026-11-16%2012:20:00"), newest[2..]);
    assert_eq!(
        list("createdDateFrom=2026-11-16&createdDateTo=2026-11-16"),
        newest
    );
    assert_eq!(list("createdDateFrom=2026-11-17"), Vec::<i64>::new());
    ours.put(&format!("/v1/users/{}", made[0]), &json!({"city": "Braga"}))
        .good();
    assert_eq!(list("updatedDateFrom=2026-11-16T12:50:00Z"), [made[0]]);
    assert_eq!(list("sortBy=updatedDate&pageCount=1"), [made[0]]);
    assert_eq!(list(&format!("userId={}", made[1])), [made[1]]);
    ours.review(made[2]).good();
    assert_eq!(list("kycStatus=INCOMPLETE"), [made[2]]);
    assert_eq!(list("kycStatus=NONE").len(), 4);
    for word in ["REVIEWNEEDED", "REVIEW_NEEDED"] {
        assert_eq!(list(&format!("kycStatus={word}")), Vec::<i64>::new());
    }
    assert_eq!(list("unknown=1"), newest);
    for (query, field) in [
        ("pageNumber=0", "pageNumber"),
        ("pageCount=201", "pageCount"),
        ("sortBy=lastname", "sortBy"),
        ("sortOrder=down", "sortOrder"),
        ("createdDateFrom=yesterday", "createdDateFrom"),
        // The last day that there is: no day comes after it.
        ("createdDateTo=%2B262142-12-31", "createdDateTo"),
        ("pageNumber=1&pageNumber=2", "pageNumber"),
    ] {
        let answer = ours.get(&format!("/v1/users?{query}"));
        assert_eq!(answer.faults(), [field], "{query}");
    }
}

#[test]
fn what_hangs_on_users_is_listed_alike() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (first, second) = (ours.user(&person()), ours.user(&person()));
    for user in [first, second] {
        ours.complete(user);
        app.clock.advance(TimeDelta::minutes(10));
    }
    for (path, list, each) in [
        ("/v1/documents", "documents", 2),
        ("/v1/taxResidences", "taxResidences", 1),
    ] {
        let rows = |query: &str| -> Vec<i64> {
            let answer = ours.get(&format!("{path}?{query}")).good();
            let rows = answer[list].as_array().expect("a list").iter();
            rows.map(|one| one["userId"].as_i64().expect("a number"))
                .collect()
        };
        assert_eq!(rows("").len(), 2 * each);
        assert_eq!(rows("")[0], second, "newest first");
        assert_eq!(rows("sortOrder=ASC")[0], first);
        assert_eq!(rows(&format!("userId={first}")), vec![first; each]);
        assert_eq!(
            rows("createdDateFrom=2026-11-16T12:10:00Z"),
            vec![second; each]
        );
        assert_eq!(
            rows("updatedDateTo=2026-11-16T12:09:00Z"),
            vec![first; each]
        );
        assert_eq!(rows("pageCount=1&pageNumber=2").len(), 1);
        assert_eq!(rows("sortBy=userId&sortOrder=ASC")[0], first);
        assert_eq!(rows("sortBy=userId&sortOrder=DESC")[0], second);
    }
    // What is changed later is found by that, and comes first.
    app.clock.advance(TimeDelta::minutes(30));
    let one = ours
        .get(&format!("/v1/taxResidences?userId={first}"))
        .good();
    let one = one["taxResidences"][0]["id"].as_i64().expect("a number");
    let changed = json!({"taxPayerId": "501442600"});
    ours.put(&format!("/v1/taxResidences/{one}"), &changed)
        .good();
    diesel::update(documents::table.filter(documents::customer_id.eq(id(&app, first))))
        .set(documents::updated_at.eq(app.clock.now()))
        .execute(&mut app.owner())
        .expect("papers that were checked");
    for (path, list, each) in [
        ("/v1/documents", "documents", 2),
        ("/v1/taxResidences", "taxResidences", 1),
    ] {
        let rows = |query: &str| -> Vec<i64> {
            let answer = ours.get(&format!("{path}?{query}")).good();
            let rows = answer[list].as_array().expect("a list").iter();
            rows.map(|one| one["userId"].as_i64().expect("a number"))
                .collect()
        };
        let later = "2026-11-16T12:45:00Z";
        assert_eq!(rows(&format!("updatedDateFrom={later}")), vec![first; each]);
        assert!(rows(&format!("createdDateFrom={later}")).is_empty());
        assert_eq!(rows("sortBy=updatedDate")[0], first);
        assert_eq!(rows("sortBy=modifiedDate")[0], first);
        assert_eq!(rows("sortBy=createdDate")[0], second);
    }
}
