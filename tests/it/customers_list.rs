//! The list of customers: what it shows to whom, page by page, and what leaves as a file.

use std::collections::HashSet;

use chrono::TimeDelta;

use crate::support::{Browser, Persona, TestApp, make};

/// The short ids of a page, sorted: rows made in one moment stand in any order.
fn sorted_ids(browser: &mut Browser, address: &str) -> Vec<String> {
    let mut ids = ids(browser, address);
    ids.sort_unstable();
    ids
}

/// The short ids of a page, in its order.
fn ids(browser: &mut Browser, address: &str) -> Vec<String> {
    let page = browser.get(address);
    assert_eq!(page.status, 200, "{address}: {}", page.text());
    page.texts("tr[data-row] td.id")
}

fn count(browser: &mut Browser, address: &str) -> String {
    browser.get(address).texts("[data-count]").join("")
}

/// Searches as the form does, and gives the address of the result.
fn search(browser: &mut Browser, term: &str) -> String {
    let answer = browser.post("/customers/search", &[("q", term)]);
    assert_eq!(answer.status, 303, "{term}");
    answer.header("location").expect("a location").to_owned()
}

/// Customers that differ in everything that can be filtered.
fn various(app: &TestApp) {
    let kinds = ["natural", "sole_trader", "legal"];
    let statuses = ["none", "pending", "validated"];
    let risks = [None, Some("low"), Some("high")];
    for n in 0..24_usize {
        make::customer(app, |new| {
            new.short_id = format!("CUSTOMER{n:04}");
            new.branch_id = app.acme.branches[n % 2].1;
            new.kind = kinds[n % 3];
            new.legal_type = (n % 3 == 2).then_some(2);
            if n % 3 == 2 {
                new.legal_name = Some(format!("Firma {n} Lda"));
                (new.first_name, new.last_name) = (None, None);
                new.email = None;
            }
            new.kyc = statuses[n / 8];
            new.risk = risks[(n / 2) % 3];
            new.country = Some(if n % 4 == 0 { "ES" } else { "PT" });
            new.created_at = app.clock.now() - TimeDelta::days(i64::try_from(n).expect("small"));
            new.updated_at = new.created_at;
        });
    }
}

#[test]
fn every_filter_narrows_and_all_together_are_their_intersection() {
    let app = TestApp::start();
    various(&app);
    let mut admin = app.sign_in(Persona::Admin);
    let all = |n: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..24)
            .filter(|at| n(*at))
            .map(|at| format!("CUSTOMER{at:04}"))
            .collect()
    };
    let mut shows = |query: &str, expected: Vec<String>| {
        let address = format!("/customers?{query}");
        assert_eq!(ids(&mut admin, &address), expected, "{query}");
        if !expected.is_empty() {
            assert_eq!(
                count(&mut admin, &address),
                format!(
                    "{} customer{}",
                    expected.len(),
                    if expected.len() == 1 { "" } else { "s" }
                ),
                "{query}"
            );
        }
    };
    shows("", all(&|_| true));
    shows("branch=london", all(&|n| n % 2 == 0));
    shows("branch=london&branch=madrid", all(&|_| true));
    shows("branch=paris", vec![]);
    shows("branch=nowhere", vec![]);
    shows("branch=nowhere&branch=madrid", all(&|n| n % 2 == 1));
    shows("kyc=pending", all(&|n| n / 8 == 1));
    shows("kyc=pending&kyc=none", all(&|n| n / 8 < 2));
    shows("kind=legal", all(&|n| n % 3 == 2));
    shows("risk=high", all(&|n| (n / 2) % 3 == 2));
    shows("risk=none&risk=low", all(&|n| (n / 2) % 3 < 2));
    shows("country=ES", all(&|n| n % 4 == 0));
    shows("country=es&country=", all(&|n| n % 4 == 0));
    shows(
        "from=2026-11-10&to=2026-11-12",
        all(&|n| (4..=6).contains(&n)),
    );
    shows("from=&to=&sort=&after=&s=", all(&|_| true));
    shows(
        "branch=london&kyc=none&kind=natural",
        all(&|n| n % 2 == 0 && n < 8 && n % 3 == 0),
    );
    shows(
        "branch=london&kyc=none&kyc=pending&kind=natural&risk=none&risk=low&country=ES&from=2026-11-01",
        all(&|n| n % 4 == 0 && n < 16 && n % 3 == 0 && (n / 2) % 3 < 2),
    );
}

#[test]
fn a_value_that_cannot_be_read_is_a_bad_request() {
    let app = TestApp::start();
    let mut admin = app.sign_in(Persona::Admin);
    for query in [
        "kyc=lost",
        "kind=robot",
        "risk=5",
        "sort=short_id",
        "from=yesterday",
        "s=abc",
        "after=abc",
        "branch=%00",
    ] {
        assert_eq!(
            admin.get(&format!("/customers?{query}")).status,
            400,
            "{query}"
        );
    }
}

#[test]
fn every_order_walks_all_pages_without_gap_or_repetition() {
    let app = TestApp::start();
    for n in 0..120_i64 {
        make::customer(&app, |new| {
            new.short_id = format!("CUSTOMER{n:04}");
            // Only a few keys: most rows share theirs with the last row of some page.
            new.last_name =
                Some(["Ábel", "abel", "Żak"][usize::try_from(n % 3).expect("small")].to_owned());
            new.first_name = Some("Ana".to_owned());
            new.risk = [None, Some("high")][usize::try_from(n % 2).expect("small")];
            new.created_at = app.clock.now() - TimeDelta::hours(n / 40);
            new.updated_at = app.clock.now() - TimeDelta::hours(n % 2);
        });
    }
    let mut officer = app.sign_in(Persona::Officer);
    for sort in [
        "",
        "&sort=-updated",
        "&sort=name",
        "&sort=-risk",
        "&sort=-created",
    ] {
        let mut address = format!("/customers?branch=london{sort}");
        let mut seen = Vec::new();
        for page in 0..3 {
            let answer = officer.get(&address);
            seen.extend(answer.texts("tr[data-row] td.id"));
            assert_eq!(answer.texts("[data-count]"), ["120 customers"]);
            assert_eq!(
                answer.attributes("a[rel=first]", "href").is_empty(),
                page == 0
            );
            match answer.attributes("a[rel=next]", "href").first() {
                Some(next) => address.clone_from(next),
                None => assert_eq!(page, 2),
            }
        }
        assert_eq!(seen.len(), 120, "{sort}");
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 120, "{sort}");
    }
}

#[test]
fn a_page_belongs_to_its_own_list() {
    let app = TestApp::start();
    for _ in 0..51 {
        make::customer(&app, |_| ());
    }
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get("/customers?branch=london");
    let next = page.attributes("a[rel=next]", "href").remove(0);
    assert!(!next.to_lowercase().contains("falc"), "{next}");
    assert_eq!(officer.get(&next).texts("tr[data-row]").len(), 1);
    for other in [
        next.replace("branch=london", "branch=madrid"),
        format!("{next}&sort=name"),
        next.replace("after=", "after=A"),
    ] {
        assert_eq!(officer.get(&other).status, 400, "{other}");
    }
    // Another tenant's key does not open it.
    assert_eq!(app.sign_in(Persona::Other).get(&next).status, 400);
}

#[test]
fn the_order_is_said_in_the_head_of_its_column() {
    let app = TestApp::start();
    for (last, risk) in [("Østberg", "low"), ("Åkesson", "high"), ("Zola", "medium")] {
        make::customer(&app, |new| {
            new.last_name = Some(last.to_owned());
            new.risk = Some(risk);
        });
    }
    let mut officer = app.sign_in(Persona::Officer);
    let mut names = |address: &str| {
        let page = officer.get(address);
        assert_eq!(page.texts("th[aria-sort]").len(), 1);
        page.texts("tr[data-row] td.wide bdi")
            .iter()
            .filter_map(|name| name.split(' ').next_back().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("/customers?sort=name"),
        ["Åkesson", "Østberg", "Zola"]
    );
    assert_eq!(
        names("/customers?sort=-risk"),
        ["Åkesson", "Zola", "Østberg"]
    );
    let page = officer.get("/customers?sort=name&kyc=none");
    assert_eq!(page.texts("th[aria-sort=ascending]"), ["Name"]);
    let heads = page.attributes("thead a", "href");
    assert!(
        heads.contains(&"/customers?kyc=none&sort=-risk".to_owned()),
        "{heads:?}"
    );
    assert!(
        heads.contains(&"/customers?kyc=none".to_owned()),
        "{heads:?}"
    );
}

#[test]
fn a_search_finds_parts_without_accents_and_case() {
    let app = TestApp::start();
    let make = |short: &str, first: &str, last: &str, tax: Option<&str>| {
        make::customer(&app, |new| {
            new.short_id = short.to_owned();
            (new.first_name, new.last_name) = (Some(first.to_owned()), Some(last.to_owned()));
            new.email = Some(format!("{}@mail.example", short.to_lowercase()));
            new.tax_id = tax.map(str::to_owned);
        })
    };
    make("AAAAAAAAAAAA", "Inês", "Falcão", Some("PT501964843"));
    make("BBBBBBBBBBBB", "Łukasz", "Żak 100%", None);
    make("CCCCCCCCCCCC", "José", "Ines_Co", None);
    let mut officer = app.sign_in(Persona::Officer);
    for (term, expected) in [
        ("ines", &["CCCCCCCCCCCC", "AAAAAAAAAAAA"][..]),
        ("FALCAO", &["AAAAAAAAAAAA"]),
        ("alcã", &["AAAAAAAAAAAA"]),
        ("falcao ines", &["AAAAAAAAAAAA"]),
        ("  falcao   ines ", &["AAAAAAAAAAAA"]),
        ("lukasz", &["BBBBBBBBBBBB"]),
        ("aaaaaaaaaaaa@mail", &["AAAAAAAAAAAA"]),
        ("501964", &["AAAAAAAAAAAA"]),
        ("bbbb", &["BBBBBBBBBBBB"]),
        ("100%", &["BBBBBBBBBBBB"]),
        ("s_c", &["CCCCCCCCCCCC"]),
        ("in", &["CCCCCCCCCCCC", "AAAAAAAAAAAA"]),
        ("nobody", &[]),
        ("falcao lukasz", &[]),
        ("' OR 1=1 --", &[]),
    ] {
        let address = search(&mut officer, term);
        let found: HashSet<String> = ids(&mut officer, &address).into_iter().collect();
        assert_eq!(
            found,
            expected.iter().map(|id| (*id).to_owned()).collect(),
            "{term}"
        );
    }
    assert_eq!(search(&mut officer, "  "), "/customers");
}

#[test]
fn what_was_searched_stands_in_no_address_and_narrows_with_the_other_filters() {
    let app = TestApp::start();
    various(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let answer = officer.post(
        "/customers/search",
        &[
            ("q", "falcao"),
            ("kyc", "none"),
            ("kyc", "pending"),
            ("sort", "name"),
        ],
    );
    let address = answer.header("location").expect("a location").to_owned();
    assert!(
        address.starts_with("/customers?kyc=none&kyc=pending&sort=name&s="),
        "{address}"
    );
    assert!(!address.to_lowercase().contains("falc"));
    let page = officer.get(&address);
    // Persons and sole traders among the first sixteen.
    assert_eq!(page.texts("tr[data-row]").len(), 11);
    assert_eq!(page.texts("[data-count]"), ["11 customers"]);
    assert!(page.texts(".chip")[0].starts_with("“falcao”"));
    for href in page.attributes("main a", "href") {
        assert!(!href.to_lowercase().contains("falc"), "{href}");
    }
    // Its own form sends the same filters again.
    assert_eq!(
        page.attributes("form#search input", "name"),
        ["kyc", "kyc", "sort"]
    );
    assert_eq!(
        page.attributes("form#search input", "value"),
        ["none", "pending", "name"]
    );
    // Without the search, without one status.
    let chips = page.attributes(".chip", "href");
    assert_eq!(chips[0], "/customers?kyc=none&kyc=pending&sort=name");
    assert!(chips[1].starts_with("/customers?kyc=pending&sort=name&s="));
    assert_eq!(
        page.attributes(".chips > a:last-child", "href"),
        ["/customers?sort=name"]
    );
    // A changed seal, and another tenant's, are no search.
    let torn = address.replace("&s=", "&s=A");
    assert_eq!(officer.get(&torn).status, 400);
    assert_eq!(app.sign_in(Persona::Other).get(&address).status, 400);
    let long = "x".repeat(201);
    assert_eq!(
        officer.post("/customers/search", &[("q", &long)]).status,
        422
    );
}

#[test]
fn out_of_scope_is_on_no_page_in_no_picker_in_no_count_and_in_no_search() {
    let app = TestApp::start();
    for (code, short) in [
        ("london", "LLLLLLLLLLLL"),
        ("madrid", "MMMMMMMMMMMM"),
        ("paris", "PPPPPPPPPPPP"),
    ] {
        make::customer(&app, |new| {
            new.branch_id = app.acme.branch(code);
            new.short_id = short.to_owned();
        });
    }
    make::customer_of(&app, &app.other, |new| {
        new.short_id = "OOOOOOOOOOOO".to_owned();
    });
    for (persona, expected, branches) in [
        (Persona::Manager, vec!["LLLLLLLLLLLL"], vec!["london"]),
        (
            Persona::Officer,
            vec!["LLLLLLLLLLLL", "MMMMMMMMMMMM"],
            vec!["london", "madrid"],
        ),
        (
            Persona::Auditor,
            vec!["LLLLLLLLLLLL", "MMMMMMMMMMMM", "PPPPPPPPPPPP"],
            vec!["london", "madrid", "paris"],
        ),
        (Persona::Other, vec!["OOOOOOOOOOOO"], vec!["main"]),
    ] {
        let mut browser = app.sign_in(persona);
        assert_eq!(
            sorted_ids(&mut browser, "/customers"),
            expected,
            "{persona:?}"
        );
        let page = browser.get("/customers");
        assert_eq!(
            page.attributes("input[name=branch]", "value"),
            branches,
            "{persona:?}"
        );
        let noun = if expected.len() == 1 {
            "customer"
        } else {
            "customers"
        };
        let counted = format!("{} {noun}", expected.len());
        assert_eq!(page.texts("[data-count]"), std::slice::from_ref(&counted));
        let found = search(&mut browser, "falcao");
        assert_eq!(sorted_ids(&mut browser, &found), expected, "{persona:?}");
        assert_eq!(count(&mut browser, &found), counted);
        let file = browser.get("/customers.csv");
        assert_eq!(file.body.lines().count(), expected.len() + 1, "{persona:?}");
    }
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(
        ids(&mut manager, "/customers?branch=madrid"),
        Vec::<String>::new()
    );
}

#[test]
fn a_count_stops_at_ten_thousand_unless_a_counter_knows() {
    use diesel::RunQueryDsl as _;
    let app = TestApp::start();
    make::customer(&app, |new| new.last_name = Some("Unique".to_owned()));
    make::many(&app, 10_001);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(count(&mut officer, "/customers"), "10,002 customers");
    assert_eq!(
        count(&mut officer, "/customers?branch=london&kind=natural"),
        "10,002 customers"
    );
    assert_eq!(
        count(&mut officer, "/customers?country=PT&risk=none"),
        "10,002 customers",
        "the counters know every combination"
    );
    assert_eq!(
        count(&mut officer, "/customers?country=PT&from=2020-01-01"),
        "10,000+ customers"
    );
    // Too many to be sorted whole: the order's own index is walked.
    let by_name = officer.get("/customers?country=PT&kind=natural&sort=name");
    assert_eq!(by_name.texts("tr[data-row]").len(), 50);
    let next = officer.get(&by_name.attributes("a[rel=next]", "href")[0]);
    assert_eq!(next.texts("tr[data-row]").len(), 50);
    let many = search(&mut officer, "MÁNY");
    let page = officer.get(&many);
    assert_eq!(page.texts("[data-count]"), ["10,000+ customers"]);
    let second = officer.get(&page.attributes("a[rel=next]", "href")[0]);
    assert_eq!(second.texts("tr[data-row]").len(), 50);
    let one = search(&mut officer, "unique");
    assert_eq!(count(&mut officer, &one), "1 customer");

    // A counter makes the tenant look large: what many match is counted once its rows are shown.
    diesel::sql_query(
        "INSERT INTO customer_counts (organisation_id, branch_id, kyc, kind, n)
         SELECT organisation_id, branch_id, 'none', 'natural', 1000000 FROM customers LIMIT 1",
    )
    .execute(&mut app.owner())
    .expect("a counter");
    let page = officer.get(&many);
    assert_eq!(page.texts("[data-count]"), ["More than 50 customers"]);
    assert_eq!(page.texts("tr[data-row]").len(), 50);
    let later = page.attributes("[data-count]", "hx-get")[0].clone();
    let counted = officer.fragment(&later, "count");
    assert_eq!(counted.texts("[data-count]"), ["10,000+ customers"]);
    let second = officer.get(&page.attributes("a[rel=next]", "href")[0]);
    assert_eq!(second.texts("tr[data-row]").len(), 50);
    assert_ne!(
        second.texts("tr[data-row] td.id"),
        page.texts("tr[data-row] td.id")
    );
    assert_eq!(count(&mut officer, &one), "1 customer");
}

#[test]
fn one_or_two_letters_are_looked_for_where_words_begin() {
    let app = TestApp::start();
    for (short_id, first, last) in [
        ("CUSTOMER0001", "Quentin", "Ba"),
        ("CUSTOMER0002", "Iraq", "Xu"),
    ] {
        make::customer(&app, |new| {
            new.short_id = short_id.to_owned();
            new.first_name = Some(first.to_owned());
            new.last_name = Some(last.to_owned());
            new.email = None;
        });
    }
    let mut officer = app.sign_in(Persona::Officer);
    for (term, found) in [
        ("q", vec!["CUSTOMER0001"]),
        ("xu", vec!["CUSTOMER0002"]),
        ("b quen", vec!["CUSTOMER0001"]),
        ("raq", vec!["CUSTOMER0002"]),
        ("aq", vec![]),
    ] {
        let address = search(&mut officer, term);
        assert_eq!(ids(&mut officer, &address), found, "{term}");
    }
}

#[test]
fn htmx_gets_the_piece_that_it_replaces() {
    let app = TestApp::start();
    various(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let address = "/customers?kyc=pending&sort=name";
    let (whole, piece) = (
        officer.get(address),
        officer.fragment("/customers?kyc=pending&from=&to=&sort=name", "list"),
    );
    assert!(whole.body.contains("<html") && !piece.body.contains("<html"));
    assert!(!piece.body.contains("id=\"list\""));
    assert_eq!(
        piece.texts("tr[data-row] td.id"),
        whole.texts("tr[data-row] td.id")
    );
    assert_eq!(piece.header("hx-push-url"), Some(address));
    assert!(
        piece
            .header("vary")
            .is_some_and(|vary| vary.contains("HX-Request"))
    );
    assert_eq!(whole.texts("#list").len(), 1);
}

#[test]
fn an_empty_list_says_what_to_do() {
    let app = TestApp::start();
    let page = app.sign_in(Persona::Officer).get("/customers");
    assert_eq!(page.texts(".empty h2"), ["No customers yet"]);
    assert_eq!(page.attributes(".empty a", "href"), ["/customers/new"]);
    let page = app
        .sign_in(Persona::Auditor)
        .get("/customers?kyc=pending&sort=name");
    assert_eq!(page.texts(".empty h2"), ["No customer matches"]);
    assert_eq!(
        page.attributes(".empty a", "href"),
        ["/customers?sort=name"]
    );
    assert!(
        page.attributes("main a", "href")
            .iter()
            .all(|href| !href.contains("new"))
    );
}

#[test]
fn the_file_holds_the_list_and_its_taking_is_written_down_first() {
    let app = TestApp::start();
    make::customer(&app, |new| {
        new.short_id = "AAAAAAAAAAAA".to_owned();
        (new.first_name, new.last_name) = (
            Some("=HYPERLINK(\"http://x\")".to_owned()),
            Some("Falcão".to_owned()),
        );
        new.kyc = "review_needed";
        new.risk = Some("high");
        new.email = Some("ana@mail.example".to_owned());
    });
    make::customer(&app, |new| new.kyc = "draft");
    let mut officer = app.sign_in(Persona::Officer);
    let searched = search(&mut officer, "falcao");
    let sealed = searched.split_once("s=").expect("a seal").1;
    let answer = officer.get(&format!(
        "/customers.csv?kyc=review_needed&branch=london&s={sealed}"
    ));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"customers-2026-11-16.csv\"")
    );
    let mut file = csv::Reader::from_reader(answer.body.as_bytes());
    let rows: Vec<csv::StringRecord> = file.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1);
    let cell = |name: &str| {
        let at = csv::Reader::from_reader(answer.body.as_bytes())
            .headers()
            .expect("heads")
            .iter()
            .position(|head| head == name)
            .expect("a column");
        rows[0][at].to_owned()
    };
    assert_eq!(cell("short_id"), "AAAAAAAAAAAA");
    assert_eq!(cell("name"), "'=HYPERLINK(\"http://x\") Falcão");
    assert_eq!(cell("status"), "Review needed");
    assert_eq!(cell("risk"), "High");
    assert_eq!(cell("kind"), "Person");
    assert_eq!(cell("branch"), "LONDON");
    assert_eq!(cell("created_at"), "2026-11-16T12:00:00Z");
    assert_eq!(app.actions(), ["customers.exported"]);
    let entry = entry(&app);
    assert!(
        entry.contains("review_needed") && entry.contains("london"),
        "{entry}"
    );
    assert!(!entry.to_lowercase().contains("falc"), "{entry}");
}

/// What stands in clear in the one entry.
fn entry(app: &TestApp) -> String {
    use diesel::prelude::*;
    use vouch::schema::audit_entries;
    let changes: serde_json::Value = audit_entries::table
        .select(audit_entries::changes)
        .first(&mut app.owner())
        .expect("an entry");
    changes.to_string()
}
