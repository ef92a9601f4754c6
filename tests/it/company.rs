//! Who stands behind a company: members added, changed and removed, what they own along all paths, and what is refused.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::schema::{customers, relations};

use crate::support::{Browser, Persona, Response, TestApp, make};

mod gone;
mod reckoned;
mod refused;
mod words;

fn address(company: Uuid) -> String {
    format!("/customers/{company}/relations")
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

fn kyc(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer")
}

fn short_id(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::short_id)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Whose, as what, how much, in which band, who says so.
type Tie = (Uuid, String, Option<i32>, Option<String>, String);

/// Child, role, percent, band, source of every member.
fn members(app: &TestApp, company: Uuid) -> Vec<Tie> {
    relations::table
        .filter(relations::parent_id.eq(company))
        .order(relations::id)
        .select((
            relations::child_id,
            relations::role,
            relations::percent,
            relations::band,
            relations::source,
        ))
        .load(&mut app.owner())
        .expect("relations")
}

fn relation(app: &TestApp, company: Uuid) -> String {
    relations::table
        .filter(relations::parent_id.eq(company))
        .order(relations::id.desc())
        .select(relations::id)
        .first::<Uuid>(&mut app.owner())
        .expect("a relation")
        .to_string()
}

/// Sends a form of the page with the version as it is now.
fn send(app: &TestApp, by: &mut Browser, company: Uuid, fields: &[(&str, &str)]) -> Response {
    let now = version(app, company).to_string();
    let mut all = vec![("version", now.as_str())];
    all.extend_from_slice(fields);
    by.post(&address(company), &all)
}

fn person(app: &TestApp, name: &str) -> Uuid {
    make::customer(app, |new| new.last_name = Some(name.to_owned()))
}

fn add(app: &TestApp, by: &mut Browser, company: Uuid, member: Uuid, percent: &str) -> Response {
    let short = short_id(app, member);
    let fields = [
        ("step", "add"),
        ("member", short.as_str()),
        ("role", "shareholder"),
        ("percent", percent),
        ("source", "register"),
    ];
    send(app, by, company, &fields)
}

#[test]
fn an_owner_is_added_changed_and_removed_and_the_accepted_company_goes_back_to_review() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Falcão & Filhos");
        new.kyc = "validated";
    });
    let owner = person(&app, "Neves");
    let mut officer = app.sign_in(Persona::Officer);
    let before = (app.actions().len(), version(&app, company));
    let done = add(&app, &mut officer, company, owner, "37,5");
    assert_eq!(
        done.header("location"),
        Some(format!("{}?done=added", address(company)).as_str()),
        "{}",
        done.text()
    );
    let page = officer.follow(&done);
    assert!(
        page.text().contains("The member is added."),
        "{}",
        page.text()
    );
    assert!(page.text().contains("37.5 %"), "{}", page.text());
    assert_eq!(
        members(&app, company),
        [(
            owner,
            "shareholder".to_owned(),
            Some(3_750),
            None,
            "register".to_owned()
        )]
    );
    assert_eq!(
        app.actions()[before.0..],
        ["member.added", "customer.moved", "customer.viewed"]
    );
    assert_eq!(kyc(&app, company), "review_needed");
    assert_eq!(version(&app, company), before.1 + 1);

    // The form of a change is loaded with what stands there.
    let id = relation(&app, company);
    let form = officer
        .get(&format!("{}?change={id}", address(company)))
        .form(&address(company));
    assert!(
        form.contains(&("percent".to_owned(), "37.5".to_owned())),
        "{form:?}"
    );
    let before = app.actions().len();
    let changed = [
        ("step", "change"),
        ("relation", &id),
        ("role", "beneficial_owner"),
        ("percent", ""),
        ("band", "25-50"),
        ("source", "document"),
    ];
    let done = send(&app, &mut officer, company, &changed);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        members(&app, company),
        [(
            owner,
            "beneficial_owner".to_owned(),
            None,
            Some("25-50".to_owned()),
            "document".to_owned()
        )]
    );
    // Nothing different is no change, and says so.
    assert_eq!(send(&app, &mut officer, company, &changed).status, 409);
    let done = send(
        &app,
        &mut officer,
        company,
        &[("step", "remove"), ("relation", &id)],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(members(&app, company), []);
    // It needed a review already, so nothing more moves; the person stays a customer.
    assert_eq!(
        app.actions()[before..],
        ["member.changed", "member.removed"]
    );
    assert_eq!(kyc(&app, owner), "none");
}

#[test]
fn a_person_who_is_no_customer_yet_becomes_one_and_those_alike_are_shown_first() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let twin = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let fields = [
        ("step", "add"),
        ("first_name", "Inês"),
        ("last_name", "Falcão"),
        ("birth_date", "1987-03-09"),
        ("role", "director"),
        ("source", "declared"),
    ];
    let back = send(&app, &mut officer, company, &fields);
    assert_eq!(back.status, 422);
    let pick = back.attributes("input[name=pick]", "value");
    assert_eq!(pick, [twin.to_string()]);
    assert!(
        back.form(&address(company))
            .contains(&("last_name".to_owned(), "Falcão".to_owned())),
        "what was typed stays"
    );
    assert_eq!(members(&app, company), []);
    let before = app.actions().len();
    let confirmed: Vec<(&str, &str)> = fields.into_iter().chain([("confirm", "yes")]).collect();
    let done = send(&app, &mut officer, company, &confirmed);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(app.actions()[before..], ["customer.added", "member.added"]);
    let [(added, role, ..)] = &members(&app, company)[..] else {
        panic!("one member");
    };
    assert_ne!(*added, twin);
    assert_eq!(role, "director");
    assert_eq!(kyc(&app, *added), "none");
}

#[test]
fn a_name_finds_several_and_one_of_them_is_chosen() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let (one, _) = (
        person(&app, "Quintela Neves"),
        person(&app, "Quintela Reis"),
    );
    let mut officer = app.sign_in(Persona::Officer);
    let tie = [("role", "director"), ("source", "declared")];
    let by_name: Vec<(&str, &str)> = [("step", "add"), ("member", "quintela")]
        .into_iter()
        .chain(tie)
        .collect();
    let back = send(&app, &mut officer, company, &by_name);
    assert_eq!(back.status, 422);
    assert!(
        back.text().contains("Choose who of these is meant"),
        "{}",
        back.text()
    );
    assert_eq!(back.attributes("input[name=pick]", "value").len(), 2);
    // Searching first changes nothing, and htmx takes the piece that it replaces.
    let before = app.actions().len();
    let mut found = by_name.clone();
    found[0] = ("step", "find");
    let piece = officer.post_with(
        &address(company),
        &found,
        &[("hx-request", "true"), ("hx-target", "found")],
    );
    assert_eq!((piece.status, piece.body.contains("<html")), (200, false));
    assert_eq!(
        piece.attributes("input[name=pick]", "value").len(),
        2,
        "{}",
        piece.body
    );
    assert_eq!(app.actions().len(), before);
    let one = one.to_string();
    let picked: Vec<(&str, &str)> = by_name
        .into_iter()
        .chain([("pick", one.as_str())])
        .collect();
    let done = send(&app, &mut officer, company, &picked);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(members(&app, company).len(), 1);
}

#[test]
fn what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let other = make::company(&app, "Holding");
    let (first, second) = (person(&app, "Neves"), person(&app, "Reis"));
    make::relation(&app, company, first, "shareholder", Some(60));
    let mut officer = app.sign_in(Persona::Officer);
    let before = app.actions().len();
    let wrong = |by: &mut Browser, fields: &[(&str, &str)], field: &str| {
        let back = send(&app, by, company, fields);
        assert_eq!(back.status, 422, "{fields:?}: {}", back.text());
        let errors = back.texts(&format!("#{field}-error"));
        assert_eq!(errors.len(), 1, "{fields:?}: {}", back.text());
        errors[0].clone()
    };
    let (second, other, first) = (
        short_id(&app, second),
        short_id(&app, other),
        short_id(&app, first),
    );
    let with = |member: &'static str, role: &'static str, percent: &'static str| {
        [
            ("step", "add"),
            ("member", member),
            ("role", role),
            ("percent", percent),
            ("source", "register"),
        ]
    };
    let leak = |text: &String| -> &'static str { Box::leak(text.clone().into_boxed_str()) };
    let (second, other, first) = (leak(&second), leak(&other), leak(&first));
    let said = wrong(
        &mut officer,
        &with(second, "shareholder", "40.01"),
        "percent",
    );
    assert!(said.contains("100.01 % together"), "{said}");
    wrong(
        &mut officer,
        &with(second, "shareholder", "forty"),
        "percent",
    );
    wrong(&mut officer, &with(second, "shareholder", ""), "percent");
    wrong(&mut officer, &with(second, "director", "40"), "percent");
    wrong(&mut officer, &with(second, "owner", "40"), "role");
    wrong(&mut officer, &with(other, "beneficial_owner", "40"), "role");
    wrong(&mut officer, &with(first, "shareholder", "10"), "member");
    wrong(&mut officer, &with("", "shareholder", "10"), "member");
    wrong(
        &mut officer,
        &with("nobody-at-all", "shareholder", "10"),
        "member",
    );
    wrong(
        &mut officer,
        &[("step", "state"), ("stated_on", "2026-11-01")],
        "stated_by",
    );
    wrong(
        &mut officer,
        &[
            ("step", "state"),
            ("stated_by", "The director"),
            ("stated_on", "2027-01-01"),
        ],
        "stated_on",
    );
    // An owner is named, so it cannot be stated that there is none.
    wrong(
        &mut officer,
        &[
            ("step", "state"),
            ("stated_by", "The director"),
            ("stated_on", "2026-11-01"),
        ],
        "stated_by",
    );
    let back = send(
        &app,
        &mut officer,
        company,
        &with(second, "shareholder", "40.01"),
    );
    let kept = back.form(&address(company));
    for (name, value) in [
        ("member", second),
        ("percent", "40.01"),
        ("role", "shareholder"),
    ] {
        assert!(
            kept.contains(&(name.to_owned(), value.to_owned())),
            "{kept:?}"
        );
    }
    assert_eq!(
        app.actions().len(),
        before,
        "nothing that was refused is said"
    );
    assert_eq!(members(&app, company).len(), 1);
}

#[test]
fn a_company_has_at_most_two_hundred_members_and_each_of_them_counts() {
    let app = TestApp::start();
    let holding = make::company(&app, "Holding");
    // It owns a part of more companies than a page shows, and what is below it is read all the same.
    let owned: Vec<Uuid> = (0..201)
        .map(|n| make::company(&app, &format!("Part {n}")))
        .collect();
    for company in owned {
        make::relation(&app, company, holding, "beneficial_owner", Some(100));
    }
    let people: Vec<Uuid> = (0..200)
        .map(|n| person(&app, &format!("Member {n}")))
        .collect();
    for member in &people {
        make::relation(&app, holding, *member, "shareholder", Some(10));
    }
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/customers/{holding}"));
    assert_eq!(page.status, 200);
    let links = page.attributes("a[href^='/customers/']", "href");
    for (n, member) in people.iter().enumerate() {
        let theirs = format!("/customers/{member}");
        let linked = links.iter().any(|link| link.starts_with(&theirs));
        assert!(linked, "member {n} is on the page");
    }
    let one_more = person(&app, "One too many");
    let refused = add(&app, &mut officer, holding, one_more, "1");
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text()
            .contains("A company has at most 200 members here"),
        "{}",
        refused.text()
    );
}

#[test]
fn a_company_cannot_own_itself_through_others_in_any_branch() {
    let app = TestApp::start();
    let one = make::company(&app, "One");
    let two = make::customer(&app, |new| {
        make::as_company(new, "Two");
        new.branch_id = app.acme.branch("paris");
    });
    let three = make::company(&app, "Three");
    let mut officer = app.sign_in(Persona::Officer);
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(add(&app, &mut admin, one, two, "50").status, 303);
    assert_eq!(add(&app, &mut admin, two, three, "50").status, 303);
    for company in [one, three] {
        let refused = add(&app, &mut officer, three, company, "10");
        assert_eq!(refused.status, 422, "{}", refused.text());
        let errors = refused.texts("#member-error");
        assert!(
            errors.iter().all(|error| !error.contains("Two")),
            "{errors:?}"
        );
    }
    assert_eq!(members(&app, three), []);
    // A director is no owner: two companies may well have each other's people.
    let short = short_id(&app, one);
    let fields = [
        ("step", "add"),
        ("member", short.as_str()),
        ("role", "director"),
        ("source", "register"),
    ];
    assert_eq!(send(&app, &mut officer, three, &fields).status, 303);
}

#[test]
fn two_who_each_add_half_of_a_circle_at_once_do_not_close_it() {
    let app = TestApp::start();
    let (one, two) = (make::company(&app, "One"), make::company(&app, "Two"));
    let mut windows = [app.sign_in(Persona::Officer), app.sign_in(Persona::Manager)];
    let [first, second] = &mut windows;
    let statuses = std::thread::scope(|scope| {
        let a = scope.spawn(|| add(&app, first, one, two, "50").status);
        let b = scope.spawn(|| add(&app, second, two, one, "50").status);
        [a.join().expect("an answer"), b.join().expect("an answer")]
    });
    let mut sorted = statuses;
    sorted.sort_unstable();
    assert_eq!(sorted, [303, 422], "{statuses:?}");
}

#[test]
fn shares_are_added_along_all_paths_and_each_member_opens_in_place() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let (holding, fund) = (make::company(&app, "Holding"), make::company(&app, "Fund"));
    let (ines, rui) = (person(&app, "Falcão"), person(&app, "Neves"));
    make::complete(&app, ines);
    diesel::update(customers::table.filter(customers::id.eq(rui)))
        .set(customers::kyc.eq("pending"))
        .execute(&mut app.owner())
        .expect("a status");
    make::relation(&app, company, holding, "shareholder", Some(60));
    make::relation(&app, company, fund, "shareholder", Some(30));
    make::relation(&app, company, ines, "shareholder", Some(10));
    make::relation(&app, holding, ines, "shareholder", Some(50));
    make::relation(&app, holding, rui, "shareholder", Some(50));
    make::relation(&app, fund, ines, "shareholder", Some(25));
    make::relation(&app, company, rui, "director", None);
    let mut auditor = app.sign_in(Persona::Auditor);
    let page = auditor.get(&address(company));
    assert_eq!(page.status, 200);
    let rows = page.texts("#owners tbody tr");
    assert!(
        rows[0].contains("Falcão") && rows[0].contains("10 %"),
        "{rows:?}"
    );
    // 10 % + 60 % of 50 % + 30 % of 25 %.
    assert!(
        rows[0].contains("37.5 %") && rows[0].contains("47.5 %"),
        "{rows:?}"
    );
    assert!(
        rows[1].contains("Neves") && rows[1].contains("30 %"),
        "{rows:?}"
    );
    // Indented as they own each other, each with their own checklist and the way to their page.
    let below = page.texts(".tree__root > li > ul > li .name a");
    assert_eq!(
        below.iter().filter(|name| name.contains("Inês")).count(),
        3,
        "{below:?}"
    );
    let lists = page.texts(".tree details");
    assert!(
        lists
            .iter()
            .any(|list| list.contains("Proof of address To be checked")),
        "{lists:?}"
    );
    assert!(
        page.attributes(".tree a[href]", "href")
            .contains(&format!("/customers/{rui}"))
    );
    // Each by their roles and with their own status; the list comes before the picture.
    let tree = page.texts(".tree .tree__node").join("\n");
    for words in ["Shareholder", "Director", "In review", "Not started"] {
        assert!(tree.contains(words), "{words}: {tree}");
    }
    let place = |what: &str| page.body.find(what).expect("it is on the page");
    assert!(place("class=\"tree\"") < place("class=\"org\""));
    // The picture says that it repeats the list.
    let labels = page.attributes("svg.org", "aria-label");
    assert_eq!(labels, ["Ownership diagram. The list says the same."]);
    assert!(page.texts("svg.org text").contains(&"60 %".to_owned()));
    // Who may not change anything finds no form.
    assert!(page.attributes("main form", "action").is_empty());
    // The KYC page has the same list and picture.
    let file = auditor.get(&format!("/customers/{company}"));
    assert_eq!(
        file.texts("#members .tree__root > li").len(),
        4,
        "{}",
        file.text()
    );
    assert_eq!(file.texts("#members svg.org").len(), 1);
}

#[test]
fn a_circle_that_came_from_elsewhere_is_shown_as_one() {
    let app = TestApp::start();
    let (one, two, three) = (
        make::company(&app, "One"),
        make::company(&app, "Two"),
        make::company(&app, "Three"),
    );
    let end = person(&app, "Neves");
    make::relation(&app, one, two, "shareholder", Some(50));
    make::relation(&app, two, three, "shareholder", Some(50));
    make::relation(&app, three, two, "shareholder", Some(50));
    make::relation(&app, three, end, "shareholder", Some(50));
    let page = app.sign_in(Persona::Officer).get(&address(one));
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("own each other in a circle"),
        "{}",
        page.text()
    );
    assert!(page.texts("#owners tbody tr")[0].contains("Not known"));
}

#[test]
fn nothing_is_shown_of_what_stands_behind_a_member_elsewhere() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let hidden = make::customer(&app, |new| {
        make::as_company(new, "Hidden Holding");
        new.branch_id = app.acme.branch("paris");
    });
    let behind = person(&app, "Neves");
    make::relation(&app, company, hidden, "shareholder", Some(100));
    make::relation(&app, hidden, behind, "shareholder", Some(100));
    let page = app.sign_in(Persona::Officer).get(&address(company));
    assert!(
        page.text().contains("Outside of your branches"),
        "{}",
        page.text()
    );
    for secret in ["Hidden", "Neves"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    let whole = app.sign_in(Persona::Auditor).get(&address(company));
    assert!(whole.text().contains("Hidden Holding") && whole.text().contains("Neves"));
}

#[test]
fn the_name_of_a_member_elsewhere_stands_in_no_timeline_and_no_log() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let member = person(&app, "Quintela");
    let mut officer = app.sign_in(Persona::Officer);
    let added = add(&app, &mut officer, company, member, "60");
    assert_eq!(added.status, 303, "{}", added.text());
    let pages = [address(company), "/audit".to_owned()];
    for page in &pages {
        assert!(officer.get(page).body.contains("Quintela"), "{page}");
    }
    diesel::update(customers::table.filter(customers::id.eq(member)))
        .set(customers::branch_id.eq(app.acme.branch("paris")))
        .execute(&mut app.owner())
        .expect("a branch");
    for page in &pages {
        let seen = officer.get(page);
        assert!(!seen.body.contains("Quintela"), "{page}: {}", seen.text());
        assert!(
            seen.text().contains("somebody outside of your branches"),
            "{page}"
        );
    }
    assert!(
        app.sign_in(Persona::Auditor)
            .get("/audit")
            .text()
            .contains("Quintela")
    );
}

#[test]
fn the_statement_that_there_is_no_owner_names_who_made_it_and_is_no_empty_list() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&address(company));
    assert!(
        page.text().contains("An empty list is no statement"),
        "{}",
        page.text()
    );
    let before = app.actions().len();
    let done = send(
        &app,
        &mut officer,
        company,
        &[
            ("step", "state"),
            ("stated_by", "Rui Neves, director"),
            ("stated_on", "2026-11-02"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let page = officer.follow(&done);
    assert!(
        page.text()
            .contains("nobody owns 25 % or more. By Rui Neves, director , 2 Nov 2026"),
        "{}",
        page.text()
    );
    let file = officer.get(&format!("/customers/{company}"));
    assert!(
        file.text().contains("Rui Neves, director"),
        "{}",
        file.text()
    );
    let done = send(&app, &mut officer, company, &[("step", "take_back")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        app.actions()[before..]
            .to_vec()
            .iter()
            .filter(|a| a.starts_with("no_owner"))
            .count(),
        2
    );
    assert_eq!(
        send(&app, &mut officer, company, &[("step", "take_back")]).status,
        409
    );
}

#[test]
fn a_stale_page_saves_nothing_and_shows_both() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let (one, two) = (person(&app, "Neves"), person(&app, "Reis"));
    let mut officer = app.sign_in(Persona::Officer);
    let seen = version(&app, company).to_string();
    assert_eq!(add(&app, &mut officer, company, one, "30").status, 303);
    let short = short_id(&app, two);
    let stale = officer.post(
        &address(company),
        &[
            ("version", &seen),
            ("step", "add"),
            ("member", &short),
            ("role", "shareholder"),
            ("percent", "40"),
            ("source", "register"),
        ],
    );
    assert_eq!(stale.status, 409);
    assert!(
        stale.text().contains(&format!("you saw version {seen}")),
        "{}",
        stale.text()
    );
    assert!(
        stale.text().contains("30 %"),
        "what the other added is shown"
    );
    let again = stale.form(&address(company));
    assert!(again.contains(&("percent".to_owned(), "40".to_owned())));
    assert!(again.contains(&("version".to_owned(), version(&app, company).to_string())));
    assert_eq!(members(&app, company).len(), 1);
}

#[test]
fn members_are_changed_by_those_who_may_where_they_may() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let elsewhere = make::customer(&app, |new| {
        make::as_company(new, "Paris SARL");
        new.branch_id = app.acme.branch("paris");
    });
    let foreign = make::customer_of(&app, &app.other, |new| make::as_company(new, "Other Ltd"));
    let owner = person(&app, "Neves");
    let refused = add(
        &app,
        &mut app.sign_in(Persona::Auditor),
        company,
        owner,
        "10",
    );
    assert_eq!(refused.status, 403);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(officer.get(&address(elsewhere)).status, 404);
    assert_eq!(add(&app, &mut officer, elsewhere, owner, "10").status, 404);
    assert_eq!(officer.get(&address(foreign)).status, 404);
    let fields = [("version", "1"), ("step", "add")];
    assert_eq!(officer.post(&address(foreign), &fields).status, 404);
    // Nor is somebody of elsewhere made a member from here.
    for member in [elsewhere, foreign] {
        let id = member.to_string();
        let back = send(
            &app,
            &mut officer,
            company,
            &[
                ("step", "add"),
                ("pick", &id),
                ("role", "shareholder"),
                ("percent", "10"),
                ("source", "register"),
            ],
        );
        assert_eq!(back.status, 422, "{}", back.text());
    }
    // A person has no members.
    assert_eq!(add(&app, &mut officer, owner, company, "10").status, 409);
    assert_eq!(members(&app, company), []);
}

#[test]
fn a_company_is_looked_at_again_once_a_member_is_no_longer_validated() {
    let lines = crate::support::log::lines();
    let app = TestApp::start();
    let validated = |new: &mut make::NewCustomer| new.kyc = "validated";
    // In another branch too: what was decided about the company no longer holds there either.
    let company = |branch: &str| {
        make::customer(&app, |new| {
            make::as_company(new, "Falcão & Filhos");
            validated(new);
            new.branch_id = app.acme.branch(branch);
        })
    };
    for (revoke, role, moves) in [
        (true, "director", true),
        (false, "shareholder", true),
        (true, "employee", false),
    ] {
        let member = make::customer(&app, validated);
        let (here, there) = (company("london"), company("paris"));
        for company in [here, there] {
            make::relation(&app, company, member, role, None);
        }
        let version = version(&app, member).to_string();
        let reason = "The register names somebody else.";
        let done = if revoke {
            app.sign_in(Persona::Manager).post(
                &format!("/customers/{member}/revoke"),
                &[
                    ("version", &version),
                    ("reason", "data_mismatch"),
                    ("comment", reason),
                ],
            )
        } else {
            app.sign_in(Persona::Admin).post(
                &format!("/customers/{member}/override"),
                &[
                    ("version", &version),
                    ("status", "refused"),
                    ("reason", reason),
                    ("step", "apply"),
                ],
            )
        };
        assert_eq!(done.status, 303, "{} {:?}", done.text(), lines.all());
        assert_eq!(kyc(&app, member), "refused");
        let expected = if moves { "review_needed" } else { "validated" };
        for company in [here, there] {
            assert_eq!(kyc(&app, company), expected, "{role}");
        }
    }
}

#[test]
fn a_company_is_looked_at_again_once_a_members_review_ends_in_a_refusal() {
    let app = TestApp::start();
    let company = |branch: &str| {
        make::customer(&app, |new| {
            make::as_company(new, "Falcão & Filhos");
            new.kyc = "validated";
            new.branch_id = app.acme.branch(branch);
        })
    };
    for (role, decision, moves) in [
        ("director", "refused", true),
        ("beneficial_owner", "incomplete", false),
        ("employee", "refused", false),
    ] {
        let member = make::customer(&app, |new| new.kyc = "pending");
        // In another branch too, where the officer sees nothing.
        let companies = [company("london"), company("paris")];
        for company in companies {
            make::relation(&app, company, member, role, None);
        }
        let (review, _) = make::review_of(&app, &app.acme, member, |new| {
            new.assignee = Some(app.staff(Persona::Officer));
            new.claim_expires_at = Some(app.clock.now() + chrono::TimeDelta::minutes(30));
        });
        let version = version(&app, member).to_string();
        let before = app.actions().len();
        let done = app.sign_in(Persona::Officer).post(
            &format!("/reviews/{review}/decision"),
            &[
                ("version", &version),
                ("decision", decision),
                ("reason", "data_mismatch"),
                ("comment", "The register names somebody else."),
                ("message", "Please send us another paper."),
            ],
        );
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(kyc(&app, member), decision);
        let expected = if moves { "review_needed" } else { "validated" };
        for company in companies {
            assert_eq!(kyc(&app, company), expected, "{role} {decision}");
        }
        let moved = app.actions()[before..]
            .iter()
            .filter(|action| *action == "customer.moved")
            .count();
        assert_eq!(moved, if moves { 3 } else { 1 }, "one entry for each");
    }
}

#[test]
fn an_override_that_sends_a_company_back_takes_its_members_rounds_along() {
    let app = TestApp::start();
    let company = make::customer(&app, |new| {
        make::as_company(new, "Falcão & Filhos");
        new.kyc = "pending";
    });
    let member = make::customer(&app, |new| new.kyc = "pending");
    let alone = make::customer(&app, |new| new.kyc = "pending");
    for one in [member, alone] {
        make::relation(&app, company, one, "director", None);
    }
    let (_, check) = make::open_review(&app, company, 1);
    make::open_review(&app, member, 1);
    // This one was asked for before, by itself.
    make::review_of(&app, &app.acme, alone, |new| {
        new.submitted_at -= chrono::TimeDelta::hours(1);
    });
    let before = app.actions().len();
    let version = version(&app, company).to_string();
    let done = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("version", &version),
            ("status", "expired"),
            ("reason", "The papers are of another company."),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let all = [company, member, alone].map(|one| kyc(&app, one));
    assert_eq!(all, ["draft", "draft", "pending"]);
    assert_eq!(
        app.actions()[before..],
        [
            "verification.overridden",
            "customer.moved",
            "review.withdrawn",
            "customer.moved",
            "verification.expired"
        ]
    );
}
