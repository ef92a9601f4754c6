//! Declared, extracted, register: differences are marked, an officer lets them stand or corrects what was declared.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;
use vouch::{
    reviews::deadlines::{self, Swept},
    schema::{accepted_differences, customers, documents, verifications},
};

use crate::{
    approvals::database,
    support::{Browser, Persona, Response, TestApp, make},
};

const REASON: &str = "The passport shows it, page two.";

/// A person with an identity document on which something stands.
fn person(app: &TestApp, read: &[(&str, &str)]) -> (Uuid, Uuid) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    let paper = documents::table
        .filter(documents::customer_id.eq(customer))
        .filter(documents::type_.eq("IDENTITY_PROOF"))
        .select(documents::id)
        .first(&mut app.owner())
        .expect("a paper");
    for (field, value) in read {
        make::extracted(app, &app.acme, (customer, paper), "officer", field, value);
    }
    (customer, paper)
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

fn last_name(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::last_name.assume_not_null())
        .first(&mut app.owner())
        .expect("the customer")
}

fn answer(by: &mut Browser, customer: Uuid, version: i32, fields: &[(&str, &str)]) -> Response {
    let version = version.to_string();
    let mut all = vec![("version", version.as_str()), ("reason", REASON)];
    all.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
    all.extend(fields);
    by.post(&format!("/customers/{customer}/fields"), &all)
}

fn verdicts(page: &Response) -> Vec<(String, String)> {
    let of = |selector: &str| page.texts(selector);
    of(".compare tbody th")
        .into_iter()
        .zip(of(".compare .verdict"))
        .collect()
}

fn register(app: &TestApp, customer: Uuid, status: &'static str, fields: &serde_json::Value) {
    let check = make::verification(app, customer, |new| {
        new.provider = "registra";
        new.status = status;
    });
    diesel::update(verifications::table.filter(verifications::id.eq(check)))
        .set(verifications::result_payload.eq(json!({ "score": 97, "fields": fields })))
        .execute(&mut app.owner())
        .expect("a check");
}

#[test]
fn differences_stand_first_with_the_differing_part_marked_in_every_source() {
    let app = TestApp::start();
    let (customer, _) = person(
        &app,
        &[
            ("last_name", "FALCAO SEQUEIRA"),
            ("first_name", "INES"),
            ("birth_date", "1987-03-09"),
            ("document_number", "CB481902"),
        ],
    );
    register(
        &app,
        customer,
        "verified",
        &json!({ "last_name": "Falcão de Sequeira", "city": "Porto", "shoe_size": "38", "nationality": 7 }),
    );
    register(&app, customer, "failed", &json!({ "city": "Lisboa" }));
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{customer}"));
    let rows = verdicts(&page);
    let said: Vec<(&str, &str)> = rows.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        said[..5],
        [
            ("Last name", "Differs"),
            ("First name", "Match (spelling)"),
            ("Date of birth", "Match"),
            ("City", "Match"),
            ("Document number", "Document only"),
        ]
    );
    assert_eq!(page.texts("tr.is-open mark"), ["SEQUEIRA", "de Sequeira"]);
    let line = page
        .texts(".checklist .is-open")
        .into_iter()
        .find(|line| line.contains("Names"))
        .expect("the names are open");
    assert!(line.contains("Differs: last name"), "{line}");
    // The auditor sees the same, and no way to answer.
    let seen = app
        .sign_in(Persona::Auditor)
        .get(&format!("/customers/{customer}"));
    assert_eq!(verdicts(&seen), rows);
    assert!(seen.attributes(".compare a", "href").is_empty());
    assert_eq!(page.attributes("#compare-last_name a", "href").len(), 2);
}

#[test]
fn each_verdict_has_a_shape_of_its_own_for_whoever_sees_no_colours() {
    let app = TestApp::start();
    let (customer, _) = person(
        &app,
        &[
            ("last_name", "Sequeira"),
            ("first_name", "INES"),
            ("birth_date", "1987-03-09"),
            ("tax_id", "123"),
            ("document_number", "CB481902"),
        ],
    );
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&format!("/customers/{customer}"));
    for (field, verdict, shape) in [
        ("last_name", "Differs", "differ"),
        ("first_name", "Match (spelling)", "equal"),
        ("birth_date", "Match", "equal"),
        ("tax_id", "Not declared", "plus"),
        ("document_number", "Document only", "minus"),
    ] {
        let row = format!("#compare-{field} .verdict");
        assert_eq!(page.texts(&row), [verdict], "{field}");
        let drawn = page.attributes(&format!("{row} svg use"), "href");
        let [(sprite, name)] = drawn
            .iter()
            .filter_map(|href| href.split_once('#'))
            .collect::<Vec<_>>()[..]
        else {
            panic!("{field}: {drawn:?}");
        };
        assert_eq!(name, shape, "{field}");
        let shapes = officer.get(sprite);
        assert_eq!(shapes.status, 200, "{sprite}");
        assert!(
            shapes.body.contains(&format!("id=\"{shape}\"")),
            "{shape} is not drawn"
        );
    }
}

#[test]
fn a_difference_that_may_stand_is_remembered_until_either_value_changes() {
    let app = TestApp::start();
    let (customer, paper) = person(&app, &[("city", "Braga")]);
    let mut officer = app.sign_in(Persona::Officer);
    let accept = [("field", "city"), ("answer", "accept")];
    let form = officer.get(&format!(
        "/customers/{customer}/fields?field=city&answer=accept"
    ));
    assert_eq!(form.status, 200, "{}", form.text());
    let short = answer(
        &mut officer,
        customer,
        1,
        &[accept[0], accept[1], ("reason", "seen")],
    );
    assert_eq!(short.status, 422);
    assert_eq!(short.attributes("[aria-invalid]", "id"), ["reason"]);
    let done = answer(&mut officer, customer, 1, &accept);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(version(&app, customer), 2);
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("field.accepted")
    );
    let page = officer.get(&format!("/customers/{customer}"));
    assert!(verdicts(&page).contains(&("City".to_owned(), "Differs, accepted".to_owned())));
    assert!(page.texts(".checklist .is-open").is_empty());
    assert!(page.text().contains(REASON));
    // Nothing is left to accept.
    assert_eq!(answer(&mut officer, customer, 2, &accept).status, 409);
    // Another value on the paper opens it again.
    let read = officer.post(
        &format!("/documents/{paper}/fields"),
        &[
            ("source", "officer"),
            ("version", "2"),
            ("last_name", "Falcão"),
        ],
    );
    assert_eq!(read.status, 303, "{}", read.text());
    make::extracted(
        &app,
        &app.acme,
        (customer, paper),
        "officer",
        "city",
        "Faro",
    );
    let page = officer.get(&format!("/customers/{customer}"));
    assert!(verdicts(&page).contains(&("City".to_owned(), "Differs".to_owned())));
    let kept: i64 = accepted_differences::table
        .count()
        .get_result(&mut app.owner())
        .expect("a count");
    assert_eq!(kept, 1);
}

#[test]
fn a_correction_is_an_edit_with_a_source_and_a_reason() {
    let app = TestApp::start();
    let (customer, paper) = person(&app, &[("last_name", "Falcão Sequeira"), ("tax_id", "123")]);
    let mut officer = app.sign_in(Persona::Officer);
    let source = format!("page:{paper}");
    let correct = [
        ("field", "last_name"),
        ("answer", "correct"),
        ("source", source.as_str()),
    ];
    let short = [correct[0], correct[1], correct[2], ("reason", "seen")];
    assert_eq!(answer(&mut officer, customer, 1, &short).status, 422);
    let before = app.actions().len();
    let done = answer(&mut officer, customer, 1, &correct);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(last_name(&app, customer), "Falcão Sequeira");
    assert_eq!(version(&app, customer), 2);
    assert_eq!(
        app.actions()[before..],
        ["customer.edited", "field.corrected"]
    );
    let page = officer.get(&format!("/customers/{customer}"));
    assert!(page.text().contains(REASON), "why stands in the timeline");
    assert!(verdicts(&page).contains(&("Last name".to_owned(), "Match".to_owned())));
    // What was not declared at all may be taken over too.
    let fill = [
        ("field", "tax_id"),
        ("answer", "correct"),
        ("source", source.as_str()),
    ];
    assert_eq!(answer(&mut officer, customer, 2, &fill).status, 303);
    assert_eq!(version(&app, customer), 3);
}

#[test]
fn a_correction_obeys_the_rules_of_the_form() {
    let app = TestApp::start();
    let (customer, paper) = person(
        &app,
        &[("birth_date", "2027-03-09"), ("nationality", "UTO")],
    );
    let mut officer = app.sign_in(Persona::Officer);
    let source = format!("page:{paper}");
    for (field, sentence) in [
        ("birth_date", "not in the future"),
        ("nationality", "Choose a country"),
    ] {
        let fields = [("field", field), ("answer", "correct"), ("source", &source)];
        let wrong = answer(&mut officer, customer, 1, &fields);
        assert_eq!(wrong.status, 422, "{}", wrong.text());
        assert!(wrong.text().contains(sentence), "{}", wrong.text());
        assert!(wrong.text().contains(REASON), "what was typed is kept");
    }
    let nowhere = [
        ("field", "birth_date"),
        ("answer", "correct"),
        ("source", "page:elsewhere"),
    ];
    assert_eq!(answer(&mut officer, customer, 1, &nowhere).status, 422);
    for unknown in [
        [("field", "password"), ("answer", "correct")],
        [("field", "city"), ("answer", "perhaps")],
    ] {
        assert_eq!(answer(&mut officer, customer, 1, &unknown).status, 400);
    }
    assert_eq!(version(&app, customer), 1);
}

#[test]
fn a_correction_into_somebody_else_is_halted_until_it_is_confirmed() {
    let app = TestApp::start();
    make::customer(&app, |new| new.last_name = Some("Sequeira".to_owned()));
    let (customer, paper) = person(&app, &[("last_name", "Sequeira")]);
    let mut officer = app.sign_in(Persona::Officer);
    let source = format!("page:{paper}");
    let correct = [
        ("field", "last_name"),
        ("answer", "correct"),
        ("source", source.as_str()),
    ];
    let halted = answer(&mut officer, customer, 1, &correct);
    assert_eq!(halted.status, 422);
    assert!(
        halted.text().contains("Possible duplicates"),
        "{}",
        halted.text()
    );
    assert_eq!(last_name(&app, customer), "Falcão");
    let mut confirmed = correct.to_vec();
    confirmed.push(("confirm", "yes"));
    assert_eq!(answer(&mut officer, customer, 1, &confirmed).status, 303);
    assert_eq!(last_name(&app, customer), "Sequeira");
}

#[test]
fn whoever_may_not_edit_may_not_answer_and_a_stale_answer_is_not_saved() {
    let app = TestApp::start();
    let (customer, paper) = person(&app, &[("last_name", "Sequeira")]);
    let source = format!("page:{paper}");
    let correct = [
        ("field", "last_name"),
        ("answer", "correct"),
        ("source", source.as_str()),
    ];
    let accept = [("field", "last_name"), ("answer", "accept")];
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(answer(&mut auditor, customer, 1, &correct).status, 403);
    assert_eq!(
        auditor
            .get(&format!(
                "/customers/{customer}/fields?field=last_name&answer=accept"
            ))
            .status,
        403
    );
    let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(answer(&mut officer, paris, 1, &accept).status, 404);
    let mut other = app.sign_in(Persona::Other);
    assert_eq!(answer(&mut other, customer, 1, &accept).status, 404);
    // A colleague writes meanwhile; what the officer typed is kept, and what changed is said.
    make::paper(
        &app,
        Persona::Manager,
        customer,
        "ADDRESS_PROOF",
        "bill.pdf",
        make::pdf(1).as_bytes(),
    );
    for fields in [&correct[..], &accept[..]] {
        let stale = answer(&mut officer, customer, 1, fields);
        assert_eq!(stale.status, 409, "{}", stale.text());
        assert!(
            stale.text().contains("Added a document"),
            "{}",
            stale.text()
        );
        assert!(stale.text().contains(REASON));
        let form = stale.form(&format!("/customers/{customer}/fields"));
        assert!(form.contains(&("version".to_owned(), "2".to_owned())));
    }
    assert_eq!(last_name(&app, customer), "Falcão");
}

#[test]
fn nobody_validates_while_a_difference_is_open() {
    let app = TestApp::start();
    let (customer, paper) = person(&app, &[("last_name", "Sequeira")]);
    let (review, _) = make::review_of(&app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
        new.claim_expires_at = Some(app.clock.now() + TimeDelta::minutes(30));
    });
    let path = format!("/reviews/{review}/decision");
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&path);
    assert!(verdicts(&page).contains(&("Last name".to_owned(), "Differs".to_owned())));
    let decide = |officer: &mut Browser| {
        let version = version(&app, customer).to_string();
        officer.post(
            &path,
            &[
                ("decision", "validated"),
                ("risk", "low"),
                ("version", &version),
            ],
        )
    };
    let refused = decide(&mut officer);
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Names"), "{}", refused.text());
    // The answer leads back to the decision.
    let link = page
        .attributes("#compare-last_name a", "href")
        .into_iter()
        .find(|href| href.contains("answer=correct"))
        .expect("a link");
    assert_eq!(officer.get(&link).status, 200);
    let done = answer(
        &mut officer,
        customer,
        1,
        &[
            ("field", "last_name"),
            ("answer", "correct"),
            ("source", &format!("page:{paper}")),
            ("review", &review.to_string()),
        ],
    );
    assert_eq!(done.header("location"), Some(path.as_str()));
    assert_eq!(decide(&mut officer).status, 303);
}

#[test]
fn the_automatic_review_leaves_a_difference_to_an_officer() {
    let app = TestApp::start();
    let (customer, _) = person(&app, &[("last_name", "Sequeira")]);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::kyc.eq("draft"))
        .execute(&mut app.owner())
        .expect("a customer");
    let asked = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/reviews"),
        &[("version", "1")],
    );
    assert_eq!(asked.status, 303, "{}", asked.text());
    let kyc: String = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(kyc, "pending");
}

fn sweep(app: &TestApp) -> Swept {
    deadlines::sweep(&database(app)).expect("a sweep")
}

#[test]
fn a_paper_that_runs_out_is_an_event_once() {
    let app = TestApp::start();
    let today = app.clock.now().date_naive();
    let paper = |customer, ends: NaiveDate| {
        make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |new| {
            (new.status, new.expires_on) = ("validated", Some(ends));
        })
    };
    let validated = || make::customer(&app, |new| new.kyc = "validated");
    let (out, renewed, last_day) = (validated(), validated(), validated());
    paper(out, today - TimeDelta::days(1));
    paper(renewed, today - TimeDelta::days(1));
    paper(renewed, today + TimeDelta::days(900));
    paper(last_day, today);
    let kyc = |customer: Uuid| -> String {
        customers::table
            .filter(customers::id.eq(customer))
            .select(customers::kyc)
            .first(&mut app.owner())
            .expect("the customer")
    };
    let swept = sweep(&app);
    assert_eq!(swept.papers, 2);
    assert_eq!(
        (kyc(out), kyc(renewed), kyc(last_day)),
        (
            "review_needed".to_owned(),
            "validated".to_owned(),
            "validated".to_owned()
        )
    );
    assert_eq!(sweep(&app).papers, 0);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(sweep(&app).papers, 1);
    assert_eq!(kyc(last_day), "review_needed");
    let said = app.actions();
    assert_eq!(
        said.iter().filter(|one| *one == "document.expired").count(),
        3
    );
    assert_eq!(
        said.iter().filter(|one| *one == "customer.moved").count(),
        2
    );
}
