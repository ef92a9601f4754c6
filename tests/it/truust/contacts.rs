//! Customers: added or found by what they are reached by, read, changed.

use vouch::schema::{audit_entries, branches};

use super::*;

const KEYS: [&str; 14] = [
    "id",
    "uuid",
    "name",
    "first_name",
    "last_name",
    "email",
    "prefix",
    "phone",
    "tag",
    "metadata",
    "vat_id",
    "created_at",
    "updated_at",
    "connections",
];

fn many(app: &TestApp) -> i64 {
    customers::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count")
}

#[test]
fn a_customer_is_added_read_and_stands_on_the_desk() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let made = ours
        .post(
            "/2.0/customers",
            &json!({
                "first_name": "Ana", "last_name": "Lima", "email": " ana@mail.example ", "prefix": "+34", "phone": "600 000 000",
                "tag": "gold", "metadata": {"order": {"id": 7, "lines": ["a", null]}}, "vat_id": "12345678A", "unknown": 1,
            }),
        )
        .ok();
    let keys: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(keys, KEYS);
    let uuid = text(&made["uuid"]);
    let at = format!("/2.0/customers/{uuid}");
    assert_eq!(
        made,
        json!({
            "id": made["id"], "uuid": uuid, "name": "Ana Lima", "first_name": "Ana", "last_name": "Lima",
            "email": "ana@mail.example", "prefix": "+34", "phone": "600 000 000", "tag": "gold",
            "metadata": {"order": {"id": 7, "lines": ["a", null]}}, "vat_id": "12345678A",
            "created_at": "2026-11-16T12:00:00.000000Z", "updated_at": "2026-11-16T12:00:00.000000Z",
            "connections": {"verification": format!("{at}/verification"), "verify": format!("{at}/verify")},
        })
    );
    assert!(made["id"].is_i64());
    let said = app.actions();
    assert_eq!(
        said[said.len() - 2..],
        ["customer.added", "customer.edited"]
    );
    assert_eq!(ours.get(&at).ok(), made);
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{uuid}"));
    assert!(page.text().contains("Ana Lima"));
    let by_key: i64 = audit_entries::table
        .filter(audit_entries::actor_kind.eq("key"))
        .filter(audit_entries::actor_id.eq(ours.key.actor))
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(by_key, 2);
}

#[test]
fn the_same_email_or_the_same_phone_is_the_same_customer() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let before = many(&app);
    let by_email = |body: Value| ours.post("/2.0/customers", &body).ok();
    let ana = by_email(json!({"email": "ana@mail.example", "first_name": "Ana"}));
    let again = by_email(json!({"email": "ANA@mail.example", "last_name": "Lima"}));
    assert_eq!(
        (&again["uuid"], &again["email"]),
        (&ana["uuid"], &json!("ana@mail.example")),
        "who is found keeps their address as it was"
    );
    assert_eq!(
        (&again["first_name"], &again["last_name"]),
        (&json!("Ana"), &json!("Lima"))
    );
    // The e-mail decides where one is sent; else prefix and phone, with and without the sign.
    let rui = by_email(json!({"prefix": "34", "phone": "600100200", "first_name": "Rui"}));
    let found = by_email(json!({"prefix": "+34", "phone": "600100200", "tag": "x"}));
    assert_eq!(
        (&found["uuid"], &found["tag"], &found["prefix"]),
        (&rui["uuid"], &json!("x"), &json!("34"))
    );
    let other = by_email(json!({"prefix": "+351", "phone": "600100200"}));
    assert_ne!(other["uuid"], rui["uuid"]);
    let third =
        by_email(json!({"email": "other@mail.example", "prefix": "34", "phone": "600100200"}));
    assert_ne!(third["uuid"], rui["uuid"]);
    assert_eq!(many(&app), before + 4);
    // The same once more says nothing and changes nothing.
    let said = app.actions();
    let same = by_email(json!({"email": "ana@mail.example", "first_name": "Ana"}));
    assert_eq!(same, again);
    assert_eq!(app.actions(), said);
}

/// The vendors write one number in many ways: Truust with its prefix apart, Treezor whole.
#[test]
fn a_phone_is_the_same_however_it_is_spelled_and_on_whichever_face() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let upsert = |prefix: &str, phone: &str| {
        let body = json!({"prefix": prefix, "phone": phone});
        text(&ours.post("/2.0/customers", &body).ok()["uuid"])
    };
    let rui = upsert("+34", "600 100 200");
    for (prefix, phone) in [
        ("34", "600100200"),
        ("0034", "600-100-200"),
        ("+34", "(600) 100.200"),
        ("+34", "+34 600 100 200"),
        ("+34", "0034600100200"),
    ] {
        assert_eq!(upsert(prefix, phone), rui, "{prefix} {phone}");
    }
    assert_ne!(upsert("+34", "600100201"), rui);
    assert_ne!(upsert("+3", "4600100202"), rui);
    // Whole on another face, with the zero of home or with that which a country keeps; a number of no country is nobody's.
    let whole = |phone: &str| {
        let customer = make::customer(&app, |new| new.email = None);
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::phone.eq(phone))
            .execute(&mut app.owner())
            .expect("a phone");
        customer.to_string()
    };
    let (british, italian, home) = (
        whole("+44 (0)7700 900123"),
        whole("+39 06 5555 123"),
        whole("600100300"),
    );
    assert_eq!(upsert("44", "07700 900 123"), british);
    assert_eq!(upsert("+39", "06 5555123"), italian);
    assert_ne!(upsert("+34", "600100300"), home);
    // Who may not see a customer does not reach them.
    let paris = machine(&app, &app.acme, &ALL, &["paris"]);
    let body = json!({"prefix": "44", "phone": "7700900123"});
    assert_ne!(
        text(&paris.post("/2.0/customers", &body).ok()["uuid"]),
        british
    );
}

#[test]
fn of_two_with_one_email_the_first_is_found_and_none_out_of_scope() {
    let app = TestApp::start();
    let email = |new: &mut make::NewCustomer| new.email = Some("two@mail.example".to_owned());
    let paris = make::customer(&app, |new| {
        email(new);
        new.branch_id = app.acme.branch("paris");
    });
    app.clock.advance(chrono::TimeDelta::hours(1));
    let first = make::customer(&app, email);
    app.clock.advance(chrono::TimeDelta::hours(1));
    make::customer(&app, email);
    make::customer_of(&app, &app.other, email);
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let body = json!({"email": "two@mail.example"});
    let found = london.post("/2.0/customers", &body).ok();
    assert_eq!(found["uuid"], first.to_string());
    let all = machine(&app, &app.acme, &ALL, &[]);
    let found = all.post("/2.0/customers", &body).ok();
    assert_eq!(found["uuid"], paris.to_string());
    // Whom a key cannot see is nobody to it: somebody new, in its first branch.
    let elsewhere = machine(&app, &app.acme, &ALL, &["paris", "london"]);
    let one = json!({"email": "one@mail.example"});
    make::customer(&app, |new| new.email = Some("one@mail.example".to_owned()));
    app.clock.advance(chrono::TimeDelta::hours(1));
    let paris_only = machine(&app, &app.acme, &ALL, &["paris"]);
    let made = paris_only.post("/2.0/customers", &one).ok();
    let lives: String = customers::table
        .inner_join(branches::table.on(branches::id.eq(customers::branch_id)))
        .filter(customers::id.eq(text(&made["uuid"]).parse::<Uuid>().expect("an id")))
        .select(branches::code)
        .first(&mut app.owner())
        .expect("a branch");
    assert_eq!(lives, "paris");
    let found = elsewhere.post("/2.0/customers", &one).ok();
    assert_ne!(found["uuid"], made["uuid"], "the first there was");
}

#[test]
fn two_at_once_with_one_email_are_one_customer() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let before = many(&app);
    let body = json!({"email": "twin@mail.example", "first_name": "Twin"});
    let start = std::sync::Barrier::new(3);
    let made: Vec<Answer> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    ours.post("/2.0/customers", &body)
                })
            })
            .collect();
        let done = racers.into_iter().map(|one| one.join().expect("a racer"));
        done.collect()
    });
    let ids: std::collections::BTreeSet<String> = made
        .into_iter()
        .map(|answer| text(&answer.ok()["uuid"]))
        .collect();
    assert_eq!((ids.len(), many(&app)), (1, before + 1));
}

#[test]
fn one_of_email_or_prefix_and_phone_is_required() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let before = many(&app);
    for body in [
        json!({}),
        json!({"first_name": "Ana"}),
        json!({"email": ""}),
        json!({"email": null, "phone": "600100200"}),
        json!({"prefix": "+34"}),
        json!({"email": " ", "prefix": "+34", "phone": null}),
    ] {
        let answer = ours.post("/2.0/customers", &body);
        assert_eq!(answer.faults(), ["email", "phone"], "{body}");
    }
    assert_eq!(many(&app), before);
}

#[test]
fn what_is_left_out_stays_and_null_clears() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let made = ours
        .post(
            "/2.0/customers",
            &json!({
                "email": "ana@mail.example", "first_name": "Ana", "last_name": "Lima", "tag": "gold", "metadata": {"a": 1},
            }),
        )
        .ok();
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let changed = ours
        .put(&at, &json!({"tag": null, "last_name": "Sousa"}))
        .ok();
    let expected = with(
        &made,
        json!({
            "tag": null, "last_name": "Sousa", "name": "Ana Sousa", "updated_at": "2026-11-16T12:05:00.000000Z",
        }),
    );
    assert_eq!(changed, expected);
    let cleared = ours.put(&at, &json!({"metadata": null})).ok();
    assert_eq!(cleared["metadata"], Value::Null);
    let said = app.actions();
    assert_eq!(ours.put(&at, &json!({})).ok(), cleared);
    assert_eq!(ours.put(&at, &json!({"first_name": "Ana"})).ok(), cleared);
    assert_eq!(app.actions(), said, "nothing was different");
}

#[test]
fn a_whole_name_counts_where_no_part_of_it_is_sent() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let made = ours
        .post(
            "/2.0/customers",
            &json!({"email": "ana@mail.example", "name": "Ana Lima"}),
        )
        .ok();
    assert_eq!(
        (&made["name"], &made["first_name"], &made["last_name"]),
        (&json!("Ana Lima"), &Value::Null, &json!("Ana Lima"))
    );
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    let parts = json!({"name": "Ignored", "first_name": "Ana", "last_name": "Lima"});
    let parted = ours.put(&at, &parts).ok();
    assert_eq!(parted["first_name"], "Ana");
    // What was read is sent back: nothing is lost.
    assert_eq!(ours.put(&at, &json!({"name": "Ana Lima"})).ok(), parted);
    let company = make::company(&app, "Obras SA");
    let at = format!("/2.0/customers/{company}");
    let named = ours.put(&at, &json!({"name": "Obras Doe SA"})).ok();
    assert_eq!(
        (&named["name"], &named["last_name"]),
        (&json!("Obras Doe SA"), &Value::Null)
    );
}

#[test]
fn each_field_is_held_to_its_length_and_form() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let made = ours
        .post("/2.0/customers", &json!({"email": "ana@mail.example"}))
        .ok();
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    for (field, good, bad) in [
        ("first_name", "é".repeat(255), "é".repeat(256)),
        ("last_name", "é".repeat(255), "é".repeat(256)),
        ("name", "é".repeat(255), "é".repeat(256)),
        ("vat_id", "é".repeat(255), "é".repeat(256)),
        ("tag", "é".repeat(100), "é".repeat(101)),
        ("email", "b@mail.example".to_owned(), "b@".to_owned()),
        ("prefix", "+351".to_owned(), "Portugal".to_owned()),
        ("phone", "912 345 678".to_owned(), "12".to_owned()),
        ("first_name", "Ana".to_owned(), "A\nna".to_owned()),
        ("name", "Ana".to_owned(), "A\u{7}na".to_owned()),
    ] {
        ours.put(&at, &json!({ (field): good })).ok();
        let answer = ours.put(&at, &json!({ (field): bad }));
        assert_eq!(answer.faults(), [field], "{bad}");
        assert!(!answer.body.to_string().contains(&bad), "it is not echoed");
        let typed = ours.put(&at, &json!({ (field): 7 }));
        assert_eq!(typed.faults(), [field]);
    }
    let metadata = |length: usize| json!({"metadata": {"a": "x".repeat(length)}});
    ours.put(&at, &metadata(16 * 1024 - 8)).ok();
    let long = ours.put(&at, &metadata(16 * 1024 - 7));
    assert_eq!(long.faults(), ["metadata"]);
    let list = ours.put(&at, &json!({"metadata": [1]}));
    assert_eq!(list.faults(), ["metadata"]);
}

/// A number is kept in all its digits, so a few letters may be a great many.
#[test]
fn what_is_kept_beside_a_customer_is_bounded_as_it_is_kept() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let made = ours
        .post("/2.0/customers", &json!({"email": "ana@mail.example"}))
        .ok();
    let at = format!("/2.0/customers/{}", text(&made["uuid"]));
    let put = |numbers: &str| {
        let body = format!("{{\"metadata\": {{\"a\": [{numbers}]}}}}");
        ours.sent(("PUT", &at), &[], Some(body))
    };
    let many = |one: &str, times: usize| vec![one; times].join(",");
    assert_eq!(put(&many("1e308", 40)).status, 200);
    for (one, times) in [("1e308", 60), ("1e-300", 60), ("-1E300", 60)] {
        assert_eq!(put(&many(one, times)).faults(), ["metadata"], "{one}");
    }
    assert_eq!(put("1e400").status, 400, "no number at all");
    let kept: i32 = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>(
        "max(length(metadata::text))::int FROM customers",
    ))
    .get_result(&mut app.owner())
    .expect("a length");
    assert!((1..=16 * 1024 + 200).contains(&kept), "{kept}");
}

/// Nobody is found by what they told of themselves by a link: it may be another's.
#[test]
fn a_link_leads_nobody_to_another_customer() {
    use crate::onboard::visitor_of;
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    // The first was there before the second, whose address and number they tell as their own.
    let first = make::customer(&app, |new| new.email = None);
    let second = ours
        .post(
            "/2.0/customers",
            &json!({"email": "second@mail.example", "prefix": "+34", "phone": "600 000 000"}),
        )
        .ok();
    let second = text(&second["uuid"]);
    let upsert = |body: &Value| text(&ours.post("/2.0/customers", body).ok()["uuid"]);
    let by_email = json!({"email": "Second@mail.example", "tag": "a"});
    let by_phone = json!({"prefix": "34", "phone": "600 000 000", "tag": "b"});
    let mut visitor = visitor_of(&app, first, &json!({}));
    let told = [
        ("email", "second@mail.example"),
        ("phone_prefix", "+34"),
        ("phone", "600 000 000"),
    ];
    assert_eq!(visitor.post("details", &told).status, 303);
    assert_eq!(
        (upsert(&by_email), upsert(&by_phone)),
        (second.clone(), second.clone())
    );
    // Nor does whoever has an address give it up for another's.
    let third = make::customer(&app, |new| {
        new.email = Some("third@mail.example".to_owned());
    });
    let mut visitor = visitor_of(&app, third, &json!({}));
    let other = visitor.post("details", &[("email", "second@mail.example")]);
    assert_eq!(other.status, 422);
    assert_eq!(upsert(&by_email), second);
    assert_eq!(
        upsert(&json!({"email": "third@mail.example"})),
        third.to_string()
    );
    // What nobody had finds nobody, until the house says that it is theirs.
    let fourth = make::customer(&app, |new| new.email = None);
    let mut visitor = visitor_of(&app, fourth, &json!({}));
    assert_eq!(
        visitor
            .post("details", &[("email", "new@mail.example")])
            .status,
        303
    );
    let before = many(&app);
    assert_ne!(
        upsert(&json!({"email": "new@mail.example"})),
        fourth.to_string()
    );
    assert_eq!(many(&app), before + 1);
    ours.put(
        &format!("/2.0/customers/{fourth}"),
        &json!({"email": "fourth@mail.example"}),
    )
    .ok();
    assert_eq!(
        upsert(&json!({"email": "fourth@mail.example"})),
        fourth.to_string()
    );
}

/// A number that somebody told is theirs once the house writes it too; another prefix before it says nothing of it.
#[test]
fn another_prefix_makes_no_number_of_a_link_theirs() {
    use crate::onboard::visitor_of;
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| new.email = None);
    let mut visitor = visitor_of(&app, customer, &json!({}));
    let told = [("phone_prefix", "+351"), ("phone", "600 000 000")];
    assert_eq!(visitor.post("details", &told).status, 303);
    let put = |body: &Value| ours.put(&format!("/2.0/customers/{customer}"), body).ok();
    let upsert = |number: &str| {
        let body = json!({"prefix": "+34", "phone": number, "tag": "a"});
        text(&ours.post("/2.0/customers", &body).ok()["uuid"])
    };
    put(&json!({"prefix": "+34"}));
    app.clock.advance(chrono::TimeDelta::hours(1));
    let another = upsert("600 000 000");
    assert_ne!(another, customer.to_string());
    // The same number in another spelling is the house's word for it.
    put(&json!({"phone": "600000000"}));
    assert_eq!(upsert("600000000"), customer.to_string());
}
