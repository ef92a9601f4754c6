//! Several reviews given at once from the list: what can be ticked, and what is said where they cannot be given.

use super::*;

fn give(by: &mut Browser, (reviews, staff): (&[Uuid], &str), query: &str) -> Response {
    let mut fields: Vec<(&str, String)> = reviews
        .iter()
        .map(|id| ("review", id.to_string()))
        .collect();
    fields.push(("staff", staff.to_owned()));
    fields.push(("query", query.to_owned()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    by.post("/reviews/assign", &fields)
}

fn ticked(page: &Response) -> Vec<String> {
    let mut found = page.attributes("input[name=review][checked]", "value");
    found.sort_unstable();
    found
}

fn written(ids: &[Uuid]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn what_waits_for_a_second_person_cannot_be_ticked() {
    let app = TestApp::start();
    let free = open(&app, "FREE", 1);
    let second = open(&app, "SECOND", 2);
    propose(&app, second, Persona::Officer);
    // About the customer alone: nobody takes or is given the round either.
    let about = open(&app, "ABOUT", 3);
    make::proposal(&app, &app.acme, customer_of(&app, about));
    let mut admin = app.sign_in(Persona::Admin);
    let page = admin.get("/reviews?tab=open");
    assert_eq!(short_ids(&page), ["FREE", "SECOND", "ABOUT"]);
    let offered = page.attributes("input[name=review]", "value");
    assert_eq!(offered, [free.to_string()]);
    let takes = page.attributes("tr[data-row] form", "action");
    assert_eq!(takes, [format!("/reviews/{free}/claim")]);
}

#[test]
fn a_list_that_cannot_be_given_names_whom_and_keeps_what_was_chosen() {
    let app = TestApp::start();
    let (one, two) = (open(&app, "ONE", 1), open(&app, "TWO", 2));
    let elsewhere = [("MADRID", "madrid", 3), ("PARIS", "paris", 4)];
    let [madrid, paris] = elsewhere.map(|(id, branch, due)| {
        review(&app, id, due, |_, customer| {
            customer.branch_id = app.acme.branch(branch);
        })
    });
    let manager = app.staff(Persona::Manager).to_string();
    let mut admin = app.sign_in(Persona::Admin);
    let query = "tab=open&kind=natural";
    // The manager works in london alone.
    let all = [one, two, madrid, paris];
    let page = give(&mut admin, (&all, &manager), query);
    assert_eq!(page.status, 422);
    let said = page.texts(".error-summary li");
    let elsewhere =
        "MADRIDxxxxxx, PARISxxxxxxx: This colleague does not decide reviews of this branch";
    assert_eq!(said, [elsewhere]);
    assert_eq!(short_ids(&page), ["ONE", "TWO", "MADRID", "PARIS"]);
    assert_eq!(ticked(&page), written(&all));
    assert_eq!(
        page.attributes("#assign-to option[selected]", "value"),
        [manager.as_str()]
    );
    assert_eq!(
        page.attributes("#assign input[name=query]", "value"),
        [query]
    );
    assert!(all.iter().all(|id| holder(&app, *id).is_none()));
    assert!(app.actions().is_empty());

    // Meanwhile a second person is asked about one: nobody can be given it, and it is no longer ticked.
    propose(&app, two, Persona::Officer);
    let page = give(&mut admin, (&[one, two], &manager), query);
    assert_eq!(page.status, 409);
    let said = page.texts(".error-summary li");
    assert!(
        said.len() == 1 && said[0].starts_with("TWOxxxxxxxxx: A second person is asked"),
        "{said:?}"
    );
    assert_eq!(ticked(&page), written(&[one]));
    assert_eq!(holder(&app, one), None);

    // Nobody chosen, and nothing.
    let page = give(&mut admin, (&[one], ""), query);
    assert_eq!((page.status, ticked(&page)), (422, written(&[one])));
    assert_eq!(page.texts(".error-summary li"), ["Choose a colleague"]);
    let page = give(&mut admin, (&[], &manager), query);
    assert_eq!(page.status, 422);
    assert_eq!(
        page.texts(".error-summary li"),
        ["Choose at least one review"]
    );

    // What can be given is, and leads back to the list.
    let done = give(&mut admin, (&[one], &manager), query);
    assert_eq!(
        done.header("location"),
        Some("/reviews?tab=open&kind=natural&done=assigned")
    );
    assert_eq!(holder(&app, one), Some(app.staff(Persona::Manager)));
}
