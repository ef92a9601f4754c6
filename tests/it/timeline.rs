//! What happened to a customer: newest first, by kind, page by page, and what is new since the last visit.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::support::{Browser, Persona, Response, TestApp, make};

fn titles(page: &Response) -> Vec<String> {
    page.texts("#timeline-list .timeline h3")
}

fn note(by: &mut Browser, customer: Uuid, body: &str) {
    let answer = by.post(&format!("/customers/{customer}/notes"), &[("body", body)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

fn link(page: &Response, words: &str) -> String {
    page.texts("#timeline-list a")
        .into_iter()
        .zip(page.attributes("#timeline-list a", "hx-get"))
        .find(|(text, _)| text == words)
        .unwrap_or_else(|| panic!("no link {words}"))
        .1
}

#[test]
fn each_kind_shows_its_own() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "validated");
    let mut officer = app.sign_in(Persona::Officer);
    let edit = format!("/customers/{customer}/edit");
    let mut fields = officer.get(&edit).form(&edit);
    for (name, value) in &mut fields {
        if name == "occupation" {
            "Carpenter".clone_into(value);
        }
    }
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(officer.post(&edit, &fields).status, 303);
    note(&mut officer, customer, "Called.");
    make::paper(
        &app,
        Persona::Manager,
        customer,
        "ADDRESS_PROOF",
        "b.pdf",
        make::pdf(1).as_bytes(),
    );
    officer.post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "address"), ("provider", "manual")],
    );
    app.sign_in(Persona::Manager).post(
        &format!("/customers/{customer}/risk"),
        &[
            ("risk", "medium"),
            ("reason", "Two tax residences."),
            ("version", "4"),
        ],
    );
    let path = format!("/customers/{customer}");
    app.sign_in(Persona::Auditor).get(&path);
    let page = officer.get(&path);
    for (kind, expected) in [
        ("Notes", vec!["Wrote a note"]),
        ("Documents", vec!["Added a document"]),
        ("Checks", vec!["Started a verification"]),
        ("Decisions", vec!["Set the risk"]),
        ("Access", vec!["Opened the customer", "Opened the customer"]),
        ("Data", vec!["Edited the customer"]),
    ] {
        let address = link(&page, kind);
        let shown = officer.get(&address);
        assert_eq!(titles(&shown), expected, "{kind}");
        assert_eq!(shown.texts("#timeline-list [aria-current]"), [kind]);
        // The same block alone, as htmx asks for it.
        let block = officer.fragment(&address, "timeline-list");
        assert_eq!(titles(&block), expected, "{kind}");
        assert!(block.texts("h1").is_empty());
        if kind == "Data" {
            let changed = block.texts("#timeline-list .timeline").concat();
            assert!(changed.contains("Carpenter"), "{changed}");
        }
    }
    assert_eq!(titles(&page).len(), 7);
    // An address that names nothing known shows everything.
    let odd = officer.get(&format!("{path}?timeline=whatever&before=x.y"));
    assert_eq!(odd.texts("#timeline-list [aria-current]"), ["All"]);
}

#[test]
fn older_entries_are_reached_page_by_page_each_once_and_newest_first() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut manager = app.sign_in(Persona::Manager);
    for at in 0..45 {
        // Some at one moment, so that time alone does not tell them apart.
        if at % 3 == 0 {
            app.clock.advance(TimeDelta::seconds(1));
        }
        let (reason, version) = (
            format!("Note {at}, seen at the counter."),
            (at + 1).to_string(),
        );
        let answer = manager.post(
            &format!("/customers/{customer}/risk"),
            &[
                ("risk", if at % 2 == 0 { "medium" } else { "low" }),
                ("reason", &reason),
                ("version", &version),
            ],
        );
        assert_eq!(answer.status, 303, "{at}: {}", answer.text());
    }
    let mut address = format!("/customers/{customer}?timeline=decisions");
    let (mut counts, mut notes, mut times) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let page = manager.get(&address);
        let told = page.texts("#timeline-list .timeline blockquote");
        counts.push(titles(&page).len());
        times.extend(page.attributes("#timeline-list .timeline .by time", "datetime"));
        notes.extend(told.iter().map(|said| {
            let number = said
                .strip_prefix("Note ")
                .and_then(|rest| rest.split(',').next());
            let number = number.and_then(|digits| digits.parse::<usize>().ok());
            number.unwrap_or_else(|| panic!("{said:?} is no note"))
        }));
        if !page.texts("#timeline-list a").contains(&"Older".to_owned()) {
            assert!(
                page.texts("#timeline-list a")
                    .contains(&"Newest".to_owned())
            );
            break;
        }
        address = link(&page, "Older");
    }
    assert_eq!(counts, [20, 20, 5]);
    // Three have one moment, and stand in any order among themselves.
    let moments: Vec<usize> = notes.iter().map(|at| at / 3).collect();
    let descending: Vec<usize> = (0..45).rev().map(|at| at / 3).collect();
    assert_eq!(moments, descending);
    assert_eq!(times.len(), 45);
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
    notes.sort_unstable();
    assert_eq!(notes, (0..45).collect::<Vec<usize>>(), "each once");
}

#[test]
fn what_others_did_since_the_last_visit_stands_apart() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let path = format!("/customers/{customer}");
    let mut officer = app.sign_in(Persona::Officer);
    let since = |page: &Response| page.texts(".timeline__since").len();
    // The first visit, and the same reloaded: there is no last one.
    assert_eq!(since(&officer.get(&path)), 0);
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(since(&officer.get(&path)), 0);
    // A colleague writes while the visit goes on; the next visit finds it new.
    note(&mut app.sign_in(Persona::Manager), customer, "Look.");
    app.clock.advance(TimeDelta::minutes(20));
    let page = officer.get(&path);
    assert_eq!(since(&page), 2);
    assert!(page.texts(".timeline__since")[0].starts_with("New since your last visit"));
    let new = page.texts("#timeline-list ol:first-of-type h3");
    assert_eq!(new, ["Wrote a note"]);
    // It stays new while this visit goes on, and is not in the next.
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(since(&officer.get(&path)), 2);
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(since(&officer.get(&path)), 0);
    // What one did oneself is no news.
    note(&mut officer, customer, "Called.");
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(since(&officer.get(&path)), 0);
    // Openings are written once in a quarter of an hour, as before.
    let mine = app
        .actions()
        .into_iter()
        .filter(|one| one == "customer.viewed")
        .count();
    assert_eq!(mine, 4);
}

#[test]
fn what_is_new_is_marked_as_far_as_it_goes_over_the_pages() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let path = format!("/customers/{customer}");
    let mut officer = app.sign_in(Persona::Officer);
    officer.get(&path);
    app.clock.advance(TimeDelta::minutes(10));
    let mut manager = app.sign_in(Persona::Manager);
    for at in 0..25 {
        note(&mut manager, customer, &format!("Note {at}."));
    }
    app.clock.advance(TimeDelta::minutes(10));
    let heads = |page: &Response| page.texts(".timeline__since");
    let first = officer.get(&path);
    let told = heads(&first);
    assert_eq!(told.len(), 1, "everything on it is new: {told:?}");
    assert!(told[0].starts_with("New since your last visit"), "{told:?}");
    let second = officer.get(&link(&first, "Older"));
    let told = heads(&second);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("New since your last visit"), "{told:?}");
    assert_eq!(told[1], "Earlier");
    let mut news = titles(&first);
    news.extend(second.texts("#timeline-list ol:first-of-type h3"));
    news.retain(|title| title == "Wrote a note");
    assert_eq!(news.len(), 25, "each note is new, and once");
}

#[test]
fn a_customer_elsewhere_has_no_timeline_here() {
    let app = TestApp::start();
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let mut officer = app.sign_in(Persona::Officer);
    let block = officer.fragment(
        &format!("/customers/{paris}?timeline=notes"),
        "timeline-list",
    );
    assert_eq!(block.status, 404);
    assert_eq!(
        app.sign_in(Persona::Other)
            .fragment(&format!("/customers/{paris}"), "timeline-list")
            .status,
        404
    );
}
