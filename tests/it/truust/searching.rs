//! What a search looks into: the columns that it names and no others, with the signs of a pattern as they are.

use super::{listing::uuids, *};

/// Somebody of whom each searched column says something of its own.
fn somebody(app: &TestApp) -> Uuid {
    let ours = machine(app, &app.acme, &ALL, &[]);
    let made = ours
        .post(
            "/2.0/customers",
            &json!({
                "first_name": "Aurora", "last_name": "Bastida", "email": "cobalt@mail.example", "prefix": "+34",
                "phone": "600111222", "tag": "Diamante", "vat_id": "ESX4471", "metadata": {"kept": "Esmeralda"},
            }),
        )
        .ok();
    let id: Uuid = text(&made["uuid"]).parse().expect("an id");
    diesel::update(customers::table.filter(customers::id.eq(id)))
        .set((
            customers::city.eq("Fuenlabrada"),
            customers::occupation.eq("Ganadera"),
            customers::risk_reason.eq("Huelva"),
        ))
        .execute(&mut app.owner())
        .expect("more about them");
    id
}

/// What stands in each column, and which searches find it there.
const COLUMNS: &[(&str, &[&str])] = &[
    ("uror", &["name", "first_name"]),
    ("BASTI", &["name", "last_name"]),
    ("aurora bastida", &["name"]),
    ("cobalt@MAIL", &["email"]),
    ("60011122", &["phone"]),
    ("mante", &["tag"]),
    ("esx44", &["vat_id"]),
    // What no search promises.
    ("Esmeralda", &[]),
    ("Fuenlabrada", &[]),
    ("Ganadera", &[]),
    ("Huelva", &[]),
    ("+34", &[]),
];

const NAMES: [&str; 7] = [
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "tag",
    "vat_id",
];

#[test]
fn a_search_looks_into_the_column_that_it_names_and_into_no_other() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = somebody(&app);
    make::customer(&app, |_| {});
    let found = |search: &str, query: &str| {
        let query = serde_html_form::to_string([("query", query)]).expect("a query");
        let page = ours.get(&format!("/2.0/customers?{search}{query}")).ok();
        assert_eq!(page["total"], uuids(&page).len());
        uuids(&page)
    };
    let them = vec![customer.to_string()];
    for (query, columns) in COLUMNS {
        for name in NAMES {
            let found = found(&format!("search={name}&"), query);
            if columns.contains(&name) {
                assert_eq!(found, them, "{name}: {query}");
            } else {
                assert!(found.is_empty(), "{name}: {query}");
            }
        }
        // By itself `query` looks into all of them.
        let all = found("", query);
        assert_eq!(all.is_empty(), columns.is_empty(), "{query}");
    }
}

#[test]
fn the_signs_of_a_pattern_are_themselves_in_every_column() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let odd = r"9%_\z";
    let made = |text: &str| {
        let id = make::customer(&app, |new| {
            new.first_name = Some(text.to_owned());
            new.last_name = Some(text.to_owned());
            new.tax_id = Some(text.to_owned());
            // Nothing of the database asks what an address looks like.
            new.email = Some(text.to_owned());
        });
        diesel::update(customers::table.filter(customers::id.eq(id)))
            .set((customers::phone.eq(text), customers::tag.eq(text)))
            .execute(&mut app.owner())
            .expect("more of it");
        id
    };
    let plain = made(odd);
    // Whoever takes a sign for a pattern finds these too.
    made("9abcz");
    made(r"9%a\z");
    made("9%_z");
    for name in NAMES {
        for query in [odd, "%_", r"_\z"] {
            let query = serde_html_form::to_string([("query", query)]).expect("a query");
            let page = ours
                .get(&format!("/2.0/customers?search={name}&{query}"))
                .ok();
            let expected: &[String] = &[plain.to_string()];
            if query.starts_with("query=%25_") && !query.contains("%5C") {
                assert!(uuids(&page).contains(&expected[0]), "{name}: {query}");
                assert_eq!(page["total"], 2, "{name}: {query}");
            } else {
                assert_eq!(uuids(&page), expected, "{name}: {query}");
            }
        }
        let percent = ours
            .get(&format!("/2.0/customers?search={name}&query=%25%25"))
            .ok();
        assert_eq!(percent["total"], 0, "{name}");
    }
}

/// The index that knows who contains a word answers for few; who is not in it, or is one of many, is found all the same.
#[test]
fn long_and_short_words_find_the_same_people() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |new| {
        new.first_name = Some("Åse Ó".to_owned());
        new.last_name = Some("Öst-Straße von".to_owned());
    });
    for query in [
        "se",
        "Öst",
        "ST-STRA",
        "traße",
        "Ó Öst",
        "Åse Ó Öst",
        "e V",
        "-",
        "VON",
    ] {
        let query = serde_html_form::to_string([("query", query)]).expect("a query");
        for search in ["", "search=name&"] {
            let page = ours.get(&format!("/2.0/customers?{search}{query}")).ok();
            assert_eq!(uuids(&page), [customer.to_string()], "{search}{query}");
        }
    }
    // A text is one: its words alone are not it.
    let apart = ours
        .get("/2.0/customers?search=name&query=Stra%C3%9Fe+%C3%85se")
        .ok();
    assert_eq!(apart["total"], 0);
}
