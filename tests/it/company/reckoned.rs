//! Whoever owns a quarter through several companies is an owner, for the statement that there is none, the checklist and the
//! decision.

use super::*;
use crate::races::{self, claim, decide, ready, request};

/// Two small shares of a company, each through another company that one person owns whole. The second lies in this branch.
fn through_two(app: &TestApp, company: Uuid, owner: Uuid, branch: &str) -> [Uuid; 2] {
    let held = ["london", branch].map(|branch| {
        make::customer(app, |new| {
            make::as_company(new, &format!("Holding of {branch}"));
            new.kyc = "validated";
            new.branch_id = app.acme.branch(branch);
        })
    });
    for one in held {
        make::relation(app, company, one, "shareholder", Some(20));
        make::relation(app, one, owner, "shareholder", Some(100));
    }
    held
}

const STATED: [(&str, &str); 3] = [
    ("step", "state"),
    ("stated_by", "Rui Neves, director"),
    ("stated_on", "2026-11-02"),
];

fn stated(app: &TestApp, company: Uuid) -> bool {
    customers::table
        .filter(customers::id.eq(company))
        .select(customers::no_beneficial_owner)
        .first(&mut app.owner())
        .expect("the company")
}

fn line(by: &mut Browser, company: Uuid) -> String {
    let page = by.get(&format!("/customers/{company}"));
    let lines = page.texts(".checklist__groups li");
    let line = lines
        .iter()
        .find(|line| line.contains("Owners of 25 % or more"));
    line.unwrap_or_else(|| panic!("{}", page.text())).clone()
}

#[test]
fn nobody_owns_a_quarter_is_refused_where_several_paths_make_one() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let owner = person(&app, "Quintela");
    let [first, _] = through_two(&app, company, owner, "london");
    let mut officer = app.sign_in(Persona::Officer);
    let before = app.actions().len();
    let back = send(&app, &mut officer, company, &STATED);
    assert_eq!(back.status, 422, "{}", back.text());
    let said = back.texts("#stated_by-error");
    assert!(
        said[0].contains("Quintela owns 40 %, counted along all paths"),
        "{said:?}"
    );
    assert!(!stated(&app, company));
    assert_eq!(app.actions().len(), before, "nothing refused is said");
    // With less than a quarter in all the statement stands, though each share is the same as before.
    diesel::update(relations::table.filter(relations::parent_id.eq(first)))
        .set(relations::percent.eq(2_400))
        .execute(&mut app.owner())
        .expect("a smaller share");
    let done = send(&app, &mut officer, company, &STATED);
    assert_eq!(done.status, 303, "{}", done.text());
    assert!(stated(&app, company));
}

#[test]
fn whoever_owns_a_quarter_through_companies_elsewhere_is_not_named_and_counts() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let owner = person(&app, "Quintela");
    through_two(&app, company, owner, "paris");
    let mut officer = app.sign_in(Persona::Officer);
    let back = send(&app, &mut officer, company, &STATED);
    assert_eq!(back.status, 422, "{}", back.text());
    let said = back.texts("#stated_by-error");
    assert!(
        said[0].contains("through companies outside of your branches"),
        "{said:?}"
    );
    // What the officer sees of the paths is 20 %; the rest is not told.
    assert!(
        !said[0].contains("Quintela") && !said[0].contains("40"),
        "{said:?}"
    );
    let back = send(&app, &mut app.sign_in(Persona::Admin), company, &STATED);
    assert_eq!(back.status, 422);
    assert!(back.texts("#stated_by-error")[0].contains("Quintela owns 40 %"));
}

#[test]
fn the_checklist_counts_owners_along_all_paths() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão & Filhos");
    let mut officer = app.sign_in(Persona::Officer);
    let missing = line(&mut officer, company);
    assert!(missing.contains("Missing"), "{missing}");
    let owner = person(&app, "Quintela");
    through_two(&app, company, owner, "london");
    let named = line(&mut officer, company);
    assert!(named.contains("Named behind other companies"), "{named}");
    // A statement that was made before the others were known holds no longer.
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::no_beneficial_owner.eq(true))
        .execute(&mut app.owner())
        .expect("the statement");
    let against = line(&mut officer, company);
    assert!(
        against.contains("Owned through other companies, and stated that there are none"),
        "{against}"
    );
}

#[test]
fn no_company_is_validated_on_a_statement_that_the_shares_contradict() {
    let app = TestApp::start();
    let company = races::company(&app, "Falcão Lda");
    let signs = ready(&app, |new| new.kyc = "validated");
    make::relation(&app, company, signs, "legal_representative", None);
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::no_beneficial_owner.eq(true))
        .execute(&mut app.owner())
        .expect("the statement");
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let review = request(&app, &mut officer, company);
    assert_eq!(claim(&mut manager, review), 303);
    // Meanwhile somebody writes down who owns the companies that own it, all of them accepted.
    let owner = ready(&app, |new| new.kyc = "validated");
    for held in through_two(&app, company, owner, "london") {
        whole(&app, held);
    }
    let valid = [
        ("decision", "validated"),
        ("risk", "low"),
        ("comment", "Seen."),
    ];
    let page = manager.get(&format!("/reviews/{review}/decision"));
    assert!(
        page.text().contains("Owners of 25 % or more"),
        "the page says what hinders: {}",
        page.text()
    );
    let status = decide(&mut manager, review, version(&app, company), &valid);
    assert_eq!(status, 409);
    assert_eq!(kyc(&app, company), "pending");
    // Taken back, nothing hinders it any more: they are named behind the others.
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::no_beneficial_owner.eq(false))
        .execute(&mut app.owner())
        .expect("no statement");
    let status = decide(&mut manager, review, version(&app, company), &valid);
    assert_eq!((status, kyc(&app, company).as_str()), (303, "validated"));
}

/// A company with all that its own list asks of it as a member.
fn whole(app: &TestApp, company: Uuid) {
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set((
            customers::registration_number.eq(format!("R {company}")),
            customers::legal_form.eq("Lda"),
            customers::address_line1.eq("Rua Direita 1"),
            customers::city.eq("Porto"),
            customers::postal_code.eq("4000-001"),
        ))
        .execute(&mut app.owner())
        .expect("the company");
    for kind in [
        "COMPANY_REGISTRATION_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
    ] {
        make::document(app, company, kind);
    }
}
