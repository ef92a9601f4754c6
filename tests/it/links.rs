//! No page offers what its reader may not have: signed in as each role, every address on every page that can be
//! reached from `/` is registered, permitted, and answers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use scraper::{Html, Selector};

use crate::{
    calls,
    support::{Persona, TestApp, make},
};

/// So many addresses of one route are opened; all are matched against the routes.
const OPENED: usize = 12;

fn furnish(app: &TestApp) {
    for at in 0..55 {
        make::customer(app, |new| {
            new.first_name = Some(format!("Vera {at}"));
            new.kyc = ["none", "draft", "validated"][at % 3];
        });
    }
    let person = make::customer(app, |new| new.kyc = "pending");
    make::open_review(app, person, 1);
    make::tax_residence(app, person, "PT", Some("123456789"));
    make::note(app, person, "Asked for the second page.");
    for status in ["pending", "failed"] {
        make::verification(app, person, |new| new.status = status);
    }
    make::hit(app, &app.acme, person);
    make::provider(app, &app.acme, "acme-id", "https://id.example/ask");
    let waits = make::customer(app, |new| new.kyc = "validated");
    make::proposal(app, &app.acme, waits);
    let company = make::company(app, "Falcão & Filhos");
    make::relation(app, company, person, "shareholder", Some(60));
}

#[test]
fn every_address_on_every_page_answers_its_reader() {
    let app = TestApp::start();
    furnish(&app);
    let routes = calls::routes();
    let mut wrong = BTreeSet::new();
    for persona in Persona::ROLES {
        let mut browser = app.sign_in(persona);
        let mut opened: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seen = BTreeSet::from(["/".to_owned()]);
        let mut queue = VecDeque::from([("/".to_owned(), "the start".to_owned())]);
        while let Some((address, from)) = queue.pop_front() {
            let answer = browser.get(&address);
            // A list may lead to itself, with what whoever asks sees first in its address.
            let itself = format!("{address}?");
            let led = answer.header("location").unwrap_or_default().to_owned();
            if answer.status == 303 && led.starts_with(&itself) {
                if seen.insert(led.clone()) {
                    queue.push_back((led, address));
                }
                continue;
            }
            if answer.status != 200 {
                wrong.insert(format!(
                    "{persona:?}: {address} on {from}: {}",
                    answer.status
                ));
                continue;
            }
            if !answer
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("text/html"))
            {
                continue;
            }
            for (method, to) in addresses(&answer.html()) {
                if let Some(anchor) = to.strip_prefix('#') {
                    if !anchor.is_empty()
                        && answer
                            .attributes("[id]", "id")
                            .iter()
                            .all(|id| id != anchor)
                    {
                        wrong.insert(format!(
                            "{persona:?}: nothing is called #{anchor} on {address}"
                        ));
                    }
                    continue;
                }
                let to = if to.starts_with('?') {
                    format!("{}{to}", address.split('?').next().unwrap_or_default())
                } else {
                    to
                };
                let path = to.split(['?', '#']).next().unwrap_or_default();
                if !path.starts_with('/') || path.starts_with("//") {
                    wrong.insert(format!(
                        "{persona:?}: {to} on {address} is no address of ours"
                    ));
                    continue;
                }
                let known = if path.starts_with("/static/") {
                    Some(("/static/", true))
                } else {
                    routes
                        .iter()
                        .find(|route| route.method == method && matches(route.path, path))
                        .map(|route| (route.path, calls::holds(&route.guard, persona)))
                };
                let Some((pattern, permitted)) = known else {
                    wrong.insert(format!(
                        "{persona:?}: {method} {path} on {address} is no route"
                    ));
                    continue;
                };
                if !permitted {
                    wrong.insert(format!(
                        "{persona:?}: {method} {path} on {address} is not theirs"
                    ));
                    continue;
                }
                let count = opened.entry(pattern).or_default();
                let to = to.split('#').next().unwrap_or_default().to_owned();
                if method == "GET" && *count < OPENED && seen.insert(to.clone()) {
                    *count += 1;
                    queue.push_back((to, address.clone()));
                }
            }
        }
        assert!(seen.len() > 20, "{persona:?} reached only {seen:?}");
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether the route with this pattern answers this path; a literal piece is better than `{id}`, which is an id.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(piece, asked)| {
            if piece.starts_with('{') {
                piece != &"{id}" || uuid::Uuid::try_parse(asked).is_ok()
            } else {
                piece == asked
            }
        })
}

/// Each address on a page, with the method it is asked by.
fn addresses(page: &Html) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (selector, attribute, method) in [
        ("a[href]", "href", "GET"),
        ("link[href]", "href", "GET"),
        ("use[href]", "href", "GET"),
        ("script[src]", "src", "GET"),
        ("img[src]", "src", "GET"),
        ("[hx-get]", "hx-get", "GET"),
        ("[hx-post]", "hx-post", "POST"),
        ("form[method=get][action]", "action", "GET"),
        ("form:not([method])[action]", "action", "GET"),
        ("form[method=post][action]", "action", "POST"),
        ("[formaction]", "formaction", "POST"),
    ] {
        let selector = Selector::parse(selector).expect("a selector");
        for element in page.select(&selector) {
            found.extend(element.attr(attribute).map(|to| (method, to.to_owned())));
        }
    }
    found
}
