//! Lists: numbered pages, searches, days, order.

use chrono::TimeDelta;

use super::*;

/// Five customers, an hour apart; the third has begun a KYC.
fn five(app: &TestApp) -> Vec<Uuid> {
    (0..5)
        .map(|n| {
            app.clock.advance(TimeDelta::hours(1));
            make::customer(app, |new| {
                new.last_name = Some(format!("Person{n}"));
                new.email = Some(format!("p{n}@mail.example"));
                new.tax_id = Some(format!("10%_{n}"));
                new.kyc = if n == 2 { "draft" } else { "none" };
            })
        })
        .collect()
}

pub(super) fn uuids(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().expect("rows").iter();
    rows.map(|row| text(&row["uuid"])).collect()
}

#[test]
fn a_walk_over_the_pages_meets_everybody_once() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let mut all = five(&app);
    all.reverse();
    let expected: Vec<String> = all.iter().map(Uuid::to_string).collect();
    let mut met = Vec::new();
    for (page, from, to) in [
        (1, Some(1), Some(2)),
        (2, Some(3), Some(4)),
        (3, Some(5), Some(5)),
    ] {
        let answer = ours
            .get(&format!("/2.0/customers?page={page}&per_page=2"))
            .ok();
        let keys: Vec<&String> = answer.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            [
                "data",
                "current_page",
                "last_page",
                "per_page",
                "total",
                "from",
                "to"
            ]
        );
        assert_eq!(
            without(&answer, "data"),
            json!({"current_page": page, "last_page": 3, "per_page": 2, "total": 5, "from": from, "to": to})
        );
        met.extend(uuids(&answer));
    }
    assert_eq!(met, expected);
    let beyond = ours.get("/2.0/customers?page=4&per_page=2").ok();
    assert_eq!(
        beyond,
        json!({"data": [], "current_page": 4, "last_page": 3, "per_page": 2, "total": 5, "from": null, "to": null})
    );
    let far = ours.get("/2.0/customers?page=1000000000").ok();
    assert_eq!(far["data"], json!([]));
}

#[test]
fn what_is_out_of_bounds_is_422_on_its_parameter() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    make::customer(&app, |new| new.kyc = "draft");
    for list in ["/2.0/customers", "/2.0/verifications"] {
        assert_eq!(ours.get(list).ok()["per_page"], 15);
        for good in [1, 100] {
            let page = ours.get(&format!("{list}?per_page={good}")).ok();
            assert_eq!(page["per_page"], good);
        }
        for (query, field) in [
            ("per_page=0", "per_page"),
            ("per_page=101", "per_page"),
            ("per_page=x", "per_page"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=99999999999999999999", "page"),
            ("page=1&page=2", "page"),
            ("search=shoe_size&query=4", "search"),
            ("date_begin=yesterday", "date_begin"),
            ("date_end=2026-02-30", "date_end"),
            ("order=version", "order"),
            ("sort=up", "sort"),
        ] {
            let answer = ours.get(&format!("{list}?{query}"));
            assert_eq!(answer.faults(), [field], "{query}");
        }
        ours.get(&format!("{list}?unknown=%FF&other")).ok();
        let nul = ours.get(&format!("{list}?query=a%00b"));
        assert_eq!(nul.refused().0, 400);
    }
}

#[test]
fn a_search_says_where_and_what_and_its_signs_are_no_pattern() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let all = five(&app);
    make::customer(&app, |new| new.tax_id = Some("10ab7".to_owned()));
    let found = |query: &str| {
        let page = ours
            .get(&format!("/2.0/customers?{query}&order=created_at&sort=asc"))
            .ok();
        assert_eq!(page["total"], uuids(&page).len());
        uuids(&page)
    };
    let of = |places: &[usize]| -> Vec<String> {
        places.iter().map(|place| all[*place].to_string()).collect()
    };
    assert_eq!(found("search=last_name&query=PERSON3"), of(&[3]));
    assert_eq!(found("search=name&query=In%C3%AAs+Person1"), of(&[1]));
    assert_eq!(found("search=email&query=p4%40"), of(&[4]));
    assert_eq!(found("search=vat_id&query=10%25_"), of(&[0, 1, 2, 3, 4]));
    assert_eq!(found("search=email&query=Person"), of(&[]));
    assert_eq!(found("query=p2%40mail"), of(&[2]));
    assert_eq!(found("search=tag&query=x"), of(&[]));
    assert_eq!(found("search=phone&query=1"), of(&[]));
    assert_eq!(found("search=first_name&query=zz"), of(&[]));
    let verifications = ours
        .get("/2.0/verifications?search=last_name&query=person")
        .ok();
    assert_eq!(uuids(&verifications), of(&[2]));
}

#[test]
fn days_are_the_organisations_and_both_are_within() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let first = make::customer(&app, |_| {});
    app.clock.advance(TimeDelta::days(1));
    let second = make::customer(&app, |_| {});
    for (query, expected) in [
        ("date_begin=2026-11-17", vec![second]),
        ("date_end=2026-11-16", vec![first]),
        (
            "date_begin=2026-11-16&date_end=2026-11-17",
            vec![second, first],
        ),
        ("date_begin=2026-11-18", vec![]),
        // As the vendor's framework writes a day.
        ("date_begin=2026-11-17+00:00:00", vec![second]),
        ("date_end=2026-11-16T00:00:00Z", vec![first]),
    ] {
        let page = ours.get(&format!("/2.0/customers?{query}")).ok();
        let expected: Vec<String> = expected.iter().map(Uuid::to_string).collect();
        assert_eq!(uuids(&page), expected, "{query}");
    }
}

#[test]
fn each_order_goes_both_ways() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let all: Vec<String> = five(&app).iter().map(Uuid::to_string).collect();
    let mut backwards = all.clone();
    backwards.reverse();
    for order in ["created_at", "updated_at", "id", "name"] {
        let sorted = |sort: &str| {
            let target = format!("/2.0/customers?order={order}{sort}");
            uuids(&ours.get(&target).ok())
        };
        assert_eq!(sorted("&sort=asc"), all, "{order}");
        assert_eq!(sorted("&sort=desc"), backwards, "{order}");
        assert_eq!(sorted(""), backwards, "{order}");
    }
}

#[test]
fn the_list_of_verifications_has_only_those_that_have_begun() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let all = five(&app);
    let page = ours.get("/2.0/verifications").ok();
    let one = ours.verification(all[2]).ok();
    assert_eq!(page["data"], json!([one]));
    assert_eq!((&page["total"], &page["last_page"]), (&json!(1), &json!(1)));
}

/// The vendor's framework reads an empty text as null, and a form sends each of its fields.
#[test]
fn empty_filters_are_none() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    five(&app);
    for list in ["/2.0/customers", "/2.0/verifications"] {
        let all = ours.get(list).ok();
        let empty = ours.get(&format!("{list}?search=&query=&date_begin=&date_end="));
        assert_eq!(empty.ok(), all);
        let nowhere = ours.get(&format!("{list}?search=&query=Person2")).ok();
        assert_eq!(nowhere["total"], 1, "it is looked for everywhere");
        let nothing = ours.get(&format!("{list}?search=email&query=")).ok();
        assert_eq!(nothing, all);
        // Not twice all the same, and what is no filter says what it is.
        let twice = ours.get(&format!("{list}?query=&query=x"));
        assert_eq!(twice.faults(), ["query"]);
        let page = ours.get(&format!("{list}?page="));
        assert_eq!(page.faults(), ["page"]);
    }
}
