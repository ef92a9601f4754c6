//! What a customer may hold: how long, how written, cleared how; and two who change one customer at once.

use super::*;

/// Asks with several threads at once, each with what is its own.
pub(super) fn at_once<T: Send, W: Sync>(all: &[W], ask: impl Fn(&W) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(all.len());
    std::thread::scope(|scope| {
        let racers: Vec<_> = all
            .iter()
            .map(|one| {
                let (start, ask) = (&start, &ask);
                scope.spawn(move || {
                    start.wait();
                    ask(one)
                })
            })
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("a racer"))
            .collect()
    })
}

/// A body with one field, also one of the address.
fn with(field: &str, value: &Value) -> Value {
    match field.split_once('.') {
        Some((outer, inner)) => json!({ outer: { inner: value } }),
        None => json!({ field: value }),
    }
}

fn at<'a>(customer: &'a Value, field: &str) -> &'a Value {
    match field.split_once('.') {
        Some((outer, inner)) => &customer[outer][inner],
        None => &customer[field],
    }
}

const TEXTS: [(&str, usize); 6] = [
    ("firstName", 255),
    ("lastName", 255),
    ("address.addressLine1", 255),
    ("address.addressLine2", 255),
    ("address.city", 255),
    ("address.postalCode", 32),
];

#[test]
fn each_field_takes_what_it_may_hold_and_not_one_character_more() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let longest = |field: &str, signs: usize| match field {
        // 64 before the @ is as much as an address may have (RFC 5321).
        "emailAddress" => format!(
            "{}@{}.example",
            "a".repeat(64),
            [
                "b".repeat(63),
                "c".repeat(63),
                "d".repeat(signs - 64 - 1 - 128 - 8)
            ]
            .join(".")
        ),
        _ => "é".repeat(signs),
    };
    for (field, most) in TEXTS
        .into_iter()
        .chain([("emailAddress", 254), ("orgId", 100)])
    {
        let fits = longest(field, most);
        assert_eq!(fits.chars().count(), most, "{field}");
        let made = ours.made(&with(field, &json!(fits)));
        assert_eq!(at(&made, field), &json!(fits), "{field}");
        let long = ours.ask(
            "POST",
            "/v1/customers",
            &with(field, &json!(longest(field, most + 1))),
        );
        assert_eq!(long.error(), (400, "invalid_request"), "{field}");
        assert!(long.message().starts_with(field), "{}", long.message());
        assert!(!long.text.contains("éé"), "what was sent is not repeated");
    }
}

#[test]
fn dates_and_addresses_are_written_as_agreed() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    for (field, value, good) in [
        ("dateOfBirth", "1985-03-15", true),
        ("dateOfBirth", "1985-3-15", false),
        ("dateOfBirth", "+1985-03-15", false),
        ("dateOfBirth", "19850315", false),
        ("dateOfBirth", "1985-02-30", false),
        ("dateOfBirth", "1985-03-15T00:00:00Z", false),
        ("emailAddress", "a.b@b.de", true),
        ("emailAddress", "a..b@b.de", false),
        ("emailAddress", ".a@b.de", false),
        ("emailAddress", "a.@b.de", false),
        ("emailAddress", "a@b@c.de", false),
        ("address.country", "GB", true),
        ("address.country", "gb", false),
        ("address.country", "ZZ", false),
    ] {
        let answer = ours.ask("POST", "/v1/customers", &with(field, &json!(value)));
        if good {
            assert_eq!(answer.status, 200, "{value}: {}", answer.body);
        } else {
            assert_eq!(answer.error(), (400, "invalid_request"), "{value}");
            assert!(answer.message().starts_with(field), "{}", answer.message());
        }
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once_and_a_list_is_no_object() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let named = |body: Value| {
        let answer = ours.ask("POST", "/v1/customers", &body);
        assert_eq!(answer.error(), (400, "invalid_request"), "{body}");
        let mut fields: Vec<String> = answer
            .message()
            .split("; ")
            .map(|one| one.split(": ").next().expect("a field").to_owned())
            .collect();
        fields.sort();
        fields
    };
    assert_eq!(
        named(json!({
            "firstName": 7, "lastName": "x".repeat(256), "emailAddress": "nobody", "dateOfBirth": [1985, 3, 15],
            "address": {"city": {}, "country": "Spain", "postalCode": "N1"}, "orgId": "x".repeat(101),
        })),
        [
            "address.city",
            "address.country",
            "dateOfBirth",
            "emailAddress",
            "firstName",
            "lastName",
            "orgId",
        ]
    );
    for list in [
        json!([]),
        json!(["1 High Street", null, "London", "N1", "GB"]),
        json!("London"),
        json!(7),
    ] {
        assert_eq!(named(json!({ "address": list })), ["address"]);
    }
    let whole = ours.ask("POST", "/v1/customers", &json!(["Sarah"]));
    assert_eq!(whole.error(), (400, "invalid_request"));
    let id = ours.made(&json!({"lastName": "A"}))["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let put = ours.ask(
        "PUT",
        &format!("/v1/customers/{id}"),
        &json!({"address": ["x"], "firstName": {}}),
    );
    assert_eq!(put.error(), (400, "invalid_request"));
    assert!(put.message().contains("address") && put.message().contains("firstName"));
}

#[test]
fn a_customer_is_answered_whole_and_null_clears_each_field_of_it() {
    const KEYS: [&str; 10] = [
        "id",
        "tenantId",
        "firstName",
        "lastName",
        "emailAddress",
        "dateOfBirth",
        "address",
        "orgId",
        "created",
        "lastUpdated",
    ];
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let whole = json!({
        "firstName": "Sarah", "lastName": "Johnson", "emailAddress": "sarah@post.example", "dateOfBirth": "1990-04-05",
        "address": {
            "addressLine1": "1 High Street", "addressLine2": "Flat 2", "city": "London", "postalCode": "N1",
            "country": "GB",
        },
        "orgId": "madrid",
    });
    let made = ours.ask("POST", "/v1/customers", &whole);
    assert_eq!(made.header("content-type"), Some("application/json"));
    let keys: Vec<&String> = made.body.as_object().expect("an object").keys().collect();
    assert_eq!(keys, KEYS, "in this order");
    let keys: Vec<&String> = made.body["address"]
        .as_object()
        .expect("an object")
        .keys()
        .collect();
    assert_eq!(
        keys,
        [
            "addressLine1",
            "addressLine2",
            "city",
            "postalCode",
            "country"
        ]
    );
    let path = format!("/v1/customers/{}", made.body["id"].as_str().expect("an id"));
    let mut before = made.body;
    for field in [
        "firstName",
        "emailAddress",
        "dateOfBirth",
        "address.addressLine1",
        "address.addressLine2",
        "address.city",
        "address.postalCode",
        "address.country",
        "lastName",
    ] {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        let now = ours.ask("PUT", &path, &with(field, &Value::Null));
        assert_eq!(now.status, 200, "{field}: {}", now.body);
        assert_eq!(at(&now.body, field), &Value::Null);
        let mut expected = before.clone();
        match field.split_once('.') {
            Some((outer, inner)) => expected[outer][inner] = Value::Null,
            None => expected[field] = Value::Null,
        }
        assert_ne!(now.body["lastUpdated"], before["lastUpdated"]);
        let at = app.clock.now().format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        expected["lastUpdated"] = json!(at);
        assert_eq!(now.body, expected, "{field} and nothing else");
        before = now.body;
    }
    app.clock.advance(chrono::TimeDelta::seconds(1));
    for same in [json!({}), json!({"lastName": null, "address": {}})] {
        assert_eq!(
            ours.ask("PUT", &path, &same).body,
            before,
            "nothing changed"
        );
    }
}

#[test]
fn only_what_is_sent_is_held_to_the_limits_of_the_face() {
    use diesel::prelude::*;
    use vouch::schema::customers;
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let made = ours.made(&json!({"lastName": "Johnson"}));
    let id = made["id"].as_str().expect("an id");
    let path = format!("/v1/customers/{id}");
    // The desk takes more than this face does.
    let long = "N".repeat(40);
    diesel::update(customers::table.filter(customers::short_id.eq(id)))
        .set(customers::postal_code.eq(&long))
        .execute(&mut app.owner())
        .expect("the customer");
    for (sent, field) in [
        (json!({"firstName": "Sarah"}), "firstName"),
        (json!({"address": {"city": "London"}}), "address.city"),
    ] {
        let put = ours.ask("PUT", &path, &sent);
        assert_eq!(put.status, 200, "{}", put.body);
        assert_eq!(at(&put.body, field), at(&sent, field));
        assert_eq!(put.body["address"]["postalCode"], long, "it stays");
    }
    let put = ours.ask("PUT", &path, &json!({"address": {"postalCode": long}}));
    assert_eq!(put.error(), (400, "invalid_request"));
    assert_eq!(put.message(), "address.postalCode: At most 32 characters");
    let put = ours.ask("PUT", &path, &json!({"address": null}));
    assert_eq!(
        (put.status, at(&put.body, "address.postalCode")),
        (200, &Value::Null)
    );
}

#[test]
fn what_a_company_has_no_place_for_is_refused_and_not_lost() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let path = format!("/v1/customers/{}", make::company(&app, "Falcão & Filhos"));
    let (before, said) = (ours.get(&path).body, app.actions());
    let put = ours.ask(
        "PUT",
        &path,
        &json!({
            "firstName": "Sarah", "dateOfBirth": "1990-04-05", "address": {"city": "London"},
        }),
    );
    assert_eq!(put.error(), (400, "invalid_request"));
    let named: Vec<&str> = put
        .message()
        .split("; ")
        .filter_map(|one| Some(one.split_once(": ")?.0))
        .collect();
    assert_eq!(named, ["dateOfBirth"]);
    assert_eq!((ours.get(&path).body, app.actions()), (before, said));
    // Clearing what is not there loses nothing; a company has an address, and the name of whoever acts for it.
    let sent = json!({"dateOfBirth": null, "firstName": "Sarah", "address": {"city": "London"}});
    let put = ours.ask("PUT", &path, &sent);
    assert_eq!(put.status, 200, "{}", put.body);
    for field in ["firstName", "address.city"] {
        assert_eq!(at(&put.body, field), at(&sent, field), "it is not lost");
    }
}

#[test]
fn who_change_different_fields_at_once_are_both_heard() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let made = ours.made(&json!({"lastName": "Johnson"}));
    let path = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
    let changes: Vec<(&str, Value)> = [
        ("firstName", "Sarah"),
        ("lastName", "Jones"),
        ("emailAddress", "sarah@post.example"),
        ("dateOfBirth", "1990-04-05"),
        ("address.city", "London"),
        ("address.postalCode", "N1"),
    ]
    .map(|(field, value)| (field, json!(value)))
    .to_vec();
    let answers = at_once(&changes, |(field, value)| {
        ours.ask("PUT", &path, &with(field, value))
    });
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let now = ours.get(&path).body;
    for (field, value) in &changes {
        assert_eq!(at(&now, field), value);
    }
    let said = app.actions();
    let edits = said.iter().filter(|said| *said == "customer.edited");
    assert_eq!(edits.count(), changes.len());
}

#[test]
fn who_name_a_new_branch_at_once_are_in_one() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    for org_id in ["oslo", " paris"] {
        let six: Vec<usize> = (0..6).collect();
        let answers = at_once(&six, |n| {
            let body = json!({"orgId": org_id, "lastName": n.to_string()});
            ours.ask("POST", "/v1/customers", &body)
        });
        for answer in answers {
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.body["orgId"], org_id);
        }
        let query = serde_html_form::to_string([("orgId", org_id)]).expect("a query");
        let list = ours.get(&format!("/v1/customers?{query}"));
        assert_eq!(list.body.as_array().map(Vec::len), Some(6));
    }
    let made = app.actions();
    let made = made.iter().filter(|said| *said == "branch.added");
    assert_eq!(made.count(), 2);
}

#[test]
fn an_org_id_is_the_caller_s_own_name_and_the_desk_works_with_it() {
    const CODE: &str = " São Paulo/2: \"A&B\"; =1+1 #100%";
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, "tenant", &ALL, &[]);
    let made = ours.made(&json!({"orgId": CODE, "lastName": "Figueiredo"}));
    assert_eq!(made["orgId"], CODE, "byte for byte");
    let query = |name: &str| serde_html_form::to_string([(name, CODE)]).expect("a query");
    let list = ours.get(&format!("/v1/customers?{}&limit=1", query("orgId")));
    assert_eq!(list.body, json!([made]));
    assert_eq!(
        ours.get("/v1/customers?orgId=S%C3%A3o+Paulo").body,
        json!([])
    );
    // Its next page leads on, also where the name has signs of its own in an address.
    app.clock.advance(chrono::TimeDelta::seconds(1));
    ours.made(&json!({"orgId": CODE}));
    let first = ours.get(&format!("/v1/customers?{}&limit=1", query("orgId")));
    let link = first.header("link").expect("a next page").to_owned();
    let next = link.trim_start_matches('<').split('>').next().expect("one");
    assert_eq!(ours.get(next).body, json!([made]));

    let mut admin = app.sign_in(Persona::Admin);
    let branch = query("branch");
    let page = admin.get(&format!("/customers?{branch}"));
    assert_eq!(page.texts("tr[data-row]").len(), 2, "{}", page.text());
    assert!(
        admin
            .get("/settings/branches")
            .text()
            .contains("São Paulo/2")
    );
    for target in ["/customers", "/verifications", "/reviews"] {
        let page = admin.get(&format!("{target}?{branch}"));
        assert_eq!(page.status, 200, "{target}");
        // Every link of the page that keeps the filter names the same branch.
        let named = page.attributes("input[name=branch][checked]", "value");
        assert!(named.iter().all(|code| code == CODE), "{target}: {named:?}");
    }
    let file = admin.get(&format!("/customers.csv?{branch}"));
    assert_eq!(file.status, 200);
    let mut rows = csv::Reader::from_reader(file.bytes.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("CSV");
    assert_eq!(rows.len(), 2, "{}", file.body);
    let guarded = CODE.replace("; =", ";' =");
    assert!(rows[0].iter().any(|cell| cell == guarded), "{:?}", rows[0]);
    assert!(
        file.body
            .contains(&format!("\"{}\"", guarded.replace('"', "\"\"")))
    );

    let held = machine(&app, &app.acme, "tenant", &ALL, &[CODE]);
    assert_eq!(
        held.get("/v1/customers").body.as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        held.made(&json!({"lastName": "Ruiz"}))["orgId"],
        Value::Null
    );
    // An empty one names none; what cannot be printed is none.
    assert_eq!(ours.made(&json!({"orgId": ""}))["orgId"], Value::Null);
    for bad in ["a\tb", "a\u{7f}", "\u{85}"] {
        let answer = ours.ask("POST", "/v1/customers", &json!({"orgId": bad}));
        assert_eq!(answer.error(), (400, "invalid_request"));
        assert!(
            answer.message().starts_with("orgId"),
            "{}",
            answer.message()
        );
    }
    // Fixed at creation, so it is not even read afterwards.
    let path = format!("/v1/customers/{}", made["id"].as_str().expect("an id"));
    for ignored in [json!(7), json!(null), json!("x".repeat(101)), json!(["x"])] {
        let answer = ours.ask("PUT", &path, &json!({"orgId": ignored}));
        assert_eq!((answer.status, &answer.body), (200, &made));
    }
}
