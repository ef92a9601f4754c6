//! CREATED, PENDING, VALIDATED, REFUSED: asked for by the machine, decided at the desk.

use chrono::TimeDelta;
use vouch::{
    reviews::{
        deadlines,
        policy::{
            changes,
            rules::{Policy, Prerequisites},
        },
    },
    schema::{reviews, verifications},
};

use super::*;
use crate::{approvals, races};

/// Said for colleagues; looked for in every answer.
pub(super) const CANARY: &str = "CANARY the cousin of a minister, says the bank";

/// A person with all that is asked of them, declared by the machine and sent to review.
pub(super) fn pending(app: &TestApp, ours: &Machine<'_>) -> Uuid {
    let customer = make::customer(app, |new| new.risk = Some("low"));
    ours.verify(customer, &person()).ok();
    make::complete(app, customer);
    let asked = ours.request(customer).ok();
    assert_eq!(asked["status"], "PENDING", "{asked}");
    customer
}

/// What the manager decides at the desk, by its own pages.
pub(super) fn decided(app: &TestApp, customer: Uuid, fields: &[(&str, &str)]) {
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let version = races::kyc(app, customer).1;
    assert_eq!(races::decide(&mut manager, round, version, fields), 303);
}

pub(super) fn refused(app: &TestApp, customer: Uuid, retry: bool) {
    let mut fields = vec![
        ("decision", "refused"),
        ("reason", "identity_not_proved"),
        ("comment", CANARY),
        ("message", "We could not match the photograph."),
    ];
    if retry {
        fields.push(("retry", "1"));
    }
    decided(app, customer, &fields);
}

#[test]
fn a_verification_is_the_bare_object_with_the_vendors_seven_keys() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    assert_eq!(
        ours.get(&format!("/2.0/customers/{customer}/verification"))
            .refused(),
        (404, "Not found")
    );
    let number: i64 = customers::table
        .filter(customers::id.eq(customer))
        .select(customers::number)
        .first(&mut app.owner())
        .expect("its number");
    let made = ours.verify(customer, &person()).ok();
    let this = format!("/2.0/verifications/{customer}");
    assert_eq!(
        made,
        json!({
            "id": number, "self": this, "uuid": customer, "type": "INDIVIDUAL", "status": "CREATED", "refused_reason": null,
            "connections": {
                "customer": format!("/2.0/customers/{customer}"), "documents": format!("{this}/documents"),
                "request": format!("{this}/request"),
            },
        })
    );
    let keys: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "self",
            "uuid",
            "type",
            "status",
            "refused_reason",
            "connections"
        ]
    );
    assert_eq!(ours.get(&this).ok(), made);
    let of_customer = format!("/2.0/customers/{customer}/verification");
    assert_eq!(ours.get(&of_customer).ok(), made);
    // The desk has it at once.
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/customers/{customer}"));
    assert!(page.text().contains("John Doe"), "{}", page.text());
    assert_eq!(kyc(&app, customer), "draft");
    let said = app.actions();
    assert_eq!(
        said[said.len() - 3..],
        ["customer.moved", "customer.edited", "customer.viewed"]
    );
}

#[test]
fn what_is_created_goes_to_review_by_request_alone_and_the_desk_validates_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    assert_eq!(kyc(&app, customer), "pending");
    let before = row(&app, customer);
    for answer in [
        ours.verify(customer, &person()),
        ours.put(
            &format!("/2.0/verifications/{customer}"),
            &with(&person(), json!({"first_name": "Jane"})),
        ),
        ours.request(customer),
    ] {
        refused_on_status(&answer);
    }
    assert_eq!(row(&app, customer), before);
    decided(
        &app,
        customer,
        &[
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", CANARY),
        ],
    );
    let shown = ours.verification(customer).ok();
    assert_eq!(
        (&shown["status"], &shown["refused_reason"]),
        (&json!("VALIDATED"), &Value::Null)
    );
    let before = row(&app, customer);
    for answer in [
        ours.verify(customer, &person()),
        ours.put(&format!("/2.0/verifications/{customer}"), &person()),
        ours.request(customer),
    ] {
        refused_on_status(&answer);
    }
    assert_eq!(row(&app, customer), before);
}

#[test]
fn a_refusal_says_the_customers_text_and_a_new_verify_opens_a_new_round_where_one_may() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    refused(&app, customer, true);
    let shown = ours.verification(customer).ok();
    assert_eq!(shown["status"], "REFUSED");
    assert_eq!(
        shown["refused_reason"],
        "We could not match the photograph."
    );
    // By the vendor's life a request comes after a new verify.
    refused_on_status(&ours.request(customer));
    // What was decided was decided about a person.
    let other = ours.verify(customer, &with(&person(), json!({"type": "SOLETRADER"})));
    assert_eq!(other.faults(), ["type"]);
    assert_eq!(kyc(&app, customer), "refused");
    let anew = ours
        .verify(customer, &with(&person(), json!({"first_name": "Jon"})))
        .ok();
    assert_eq!(
        (&anew["status"], &anew["refused_reason"], &anew["uuid"]),
        (&json!("CREATED"), &Value::Null, &json!(customer))
    );
    assert_eq!(row(&app, customer).1.as_deref(), Some("Jon"));
    let again = ours.request(customer).ok();
    assert_eq!(
        (&again["status"], &again["id"]),
        (&json!("PENDING"), &shown["id"])
    );
    let rounds: i64 = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("the rounds");
    assert_eq!(rounds, 2);
}

#[test]
fn a_put_after_a_refusal_opens_a_new_round_too() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    refused(&app, customer, true);
    let body = with(&person(), json!({"first_name": "Jon"}));
    let anew = ours
        .put(&format!("/2.0/verifications/{customer}"), &body)
        .ok();
    assert_eq!(
        (&anew["status"], &anew["refused_reason"]),
        (&json!("CREATED"), &Value::Null)
    );
    assert_eq!(row(&app, customer).1.as_deref(), Some("Jon"));
    assert_eq!(ours.request(customer).ok()["status"], "PENDING");
}

#[test]
fn a_refusal_without_retry_stands_for_machines_until_it_is_closed() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    refused(&app, customer, false);
    let before = (row(&app, customer), app.actions());
    let body = with(&person(), json!({"first_name": "Jon"}));
    let said = refused_on_status(&ours.verify(customer, &body));
    assert!(said.contains("may not try again yet"), "{said}");
    refused_on_status(&ours.put(&format!("/2.0/verifications/{customer}"), &body));
    assert_eq!((row(&app, customer), app.actions()), before);
    app.clock.advance(TimeDelta::days(91));
    deadlines::sweep(&approvals::database(&app)).expect("swept");
    assert_eq!(kyc(&app, customer), "canceled");
    let shown = ours.verification(customer).ok();
    assert_eq!(shown["status"], "REFUSED", "a closed refusal is one");
    assert_eq!(
        shown["refused_reason"], "We could not match the photograph.",
        "what the customer was told stays"
    );
    assert_eq!(ours.verify(customer, &body).ok()["status"], "CREATED");
}

#[test]
fn what_is_missing_keeps_it_created_and_says_so() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &person()).ok();
    let asked = ours.request(customer).ok();
    assert_eq!(asked["status"], "CREATED");
    let missing = text(&asked["refused_reason"]);
    // The language has no word for a place of birth and none for a tax residence: these are the desk's to ask for.
    assert_eq!(
        missing,
        "Missing or to be mended: Identity document; Proof of address."
    );
    assert_eq!(ours.verification(customer).ok(), asked);
    // An update meanwhile is the same record, and the round goes on.
    let body = with(&person(), json!({"legal_city": "Toledo"}));
    ours.put(&format!("/2.0/verifications/{customer}"), &body)
        .ok();
    assert_eq!(kyc(&app, customer), "incomplete");
    make::complete(&app, customer);
    assert_eq!(ours.request(customer).ok()["status"], "PENDING");
    let rounds: i64 = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("the rounds");
    assert_eq!(rounds, 1);
}

#[test]
fn a_company_waits_for_its_members_and_the_sentence_names_nobody() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &company()).ok();
    let member = make::customer(&app, |new| new.last_name = Some("Unsagbar".to_owned()));
    make::relation(&app, customer, member, "legal_representative", None);
    let said = refused_on_status(&ours.request(customer));
    assert!(
        said.starts_with("Every member of the company must be complete first. Missing"),
        "{said}"
    );
    assert!(!said.contains("Unsagbar"), "{said}");
    assert_eq!(kyc(&app, customer), "draft");
    // It does not become a person while somebody stands behind it.
    let person = ours.verify(customer, &person());
    assert_eq!(person.faults(), ["type"]);
    assert!(!person.body.to_string().contains("Unsagbar"));
}

#[test]
fn strict_prerequisites_refuse_with_the_list_and_change_nothing() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    approvals::act(&app, Persona::Admin, |tx| {
        let policy = Policy {
            kyc_prerequisites: Prerequisites::Strict,
            ..Policy::default()
        };
        changes::change(tx, 0, &policy)
    })
    .expect("a policy");
    for body in [person(), company()] {
        let customer = make::customer(&app, |_| {});
        ours.verify(customer, &body).ok();
        let before = row(&app, customer);
        let said = refused_on_status(&ours.request(customer));
        assert!(said.starts_with("Missing or to be mended: "), "{said}");
        assert_eq!(row(&app, customer), before);
    }
}

#[test]
fn every_status_of_the_kyc_has_its_word() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (stored, shown) in [
        ("draft", "CREATED"),
        ("incomplete", "CREATED"),
        ("pending", "PENDING"),
        ("validated", "VALIDATED"),
        ("review_needed", "VALIDATED"),
        ("refused", "REFUSED"),
        ("canceled", "REFUSED"),
    ] {
        let customer = make::customer(&app, |new| new.kyc = stored);
        let answer = ours.verification(customer).ok();
        assert_eq!(answer["status"], shown, "{stored}");
    }
    let none = make::customer(&app, |_| {});
    assert_eq!(ours.verification(none).refused(), (404, "Not found"));
    assert_eq!(ours.request(none).refused(), (404, "Not found"));
    let put = ours.put(&format!("/2.0/verifications/{none}"), &person());
    assert_eq!(put.refused(), (404, "Not found"));
}

#[test]
fn what_is_for_colleagues_never_leaves() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    make::note(&app, customer, CANARY);
    // Asked for more, in words for colleagues alone.
    decided(
        &app,
        customer,
        &[
            ("decision", "incomplete"),
            ("reason", "information_missing"),
            ("comment", CANARY),
        ],
    );
    let mut seen = Vec::new();
    let mut look = |ours: &Machine<'_>| {
        for target in [
            format!("/2.0/customers/{customer}"),
            format!("/2.0/customers/{customer}/verification"),
            format!("/2.0/verifications/{customer}"),
            format!("/2.0/verifications/{customer}/documents"),
            "/2.0/customers".to_owned(),
            "/2.0/verifications".to_owned(),
        ] {
            let answer = ours.get(&target).ok();
            let whole = answer.to_string();
            assert!(
                !whole.contains("CANARY") && !whole.contains("minister"),
                "{target}: {whole}"
            );
            seen.push(whole);
        }
    };
    look(&ours);
    let asked = ours.verification(customer).ok();
    assert_eq!(asked["status"], "CREATED");
    assert_eq!(
        asked["refused_reason"],
        "We need more information from you."
    );
    ours.request(customer).ok();
    refused(&app, customer, false);
    look(&ours);
    let answers = [
        ours.verify(customer, &person()),
        ours.request(customer),
        ours.verification(customer),
    ];
    for answer in answers {
        assert!(!answer.body.to_string().contains("CANARY"));
    }
    assert_eq!(seen.len(), 12);
}

/// What was decided in any round was decided about what the customer was then.
#[test]
fn two_verifies_in_a_row_make_no_company_of_a_person_who_was_decided_about() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    refused(&app, customer, true);
    // The first makes a draft of the refusal, so the last state says nothing of it.
    ours.verify(customer, &with(&person(), json!({"first_name": "Jon"})))
        .ok();
    assert_eq!(kyc(&app, customer), "draft");
    let before = (row(&app, customer), app.actions());
    for body in [company(), with(&person(), json!({"type": "SOLETRADER"}))] {
        let at = format!("/2.0/verifications/{customer}");
        for answer in [ours.verify(customer, &body), ours.put(&at, &body)] {
            assert_eq!(answer.faults(), ["type"]);
        }
    }
    assert_eq!((row(&app, customer), app.actions()), before);
}

#[test]
fn whoever_has_a_role_in_a_company_becomes_none() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let parent = make::company(&app, "Obras SA");
    for role in [
        "legal_representative",
        "beneficial_owner",
        "director",
        "employee",
    ] {
        let member = make::customer(&app, |_| {});
        make::relation(&app, parent, member, role, None);
        let before = (row(&app, member), app.actions());
        assert_eq!(ours.verify(member, &company()).faults(), ["type"], "{role}");
        assert_eq!((row(&app, member), app.actions()), before);
        // A trader is a person still.
        let trader = with(&person(), json!({"type": "SOLETRADER"}));
        assert_eq!(ours.verify(member, &trader).ok()["type"], "SELFEMPLOYEE");
    }
    let holder = make::customer(&app, |_| {});
    make::relation(&app, parent, holder, "shareholder", Some(30));
    assert_eq!(ours.verify(holder, &company()).ok()["type"], "LEGAL");
}

#[test]
fn whoever_is_to_be_looked_at_again_or_was_closed_is_not_sent_to_review() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (again, closed) = (
        make::customer(&app, |new| new.kyc = "review_needed"),
        make::customer(&app, |new| new.kyc = "canceled"),
    );
    let before = ([again, closed].map(|one| row(&app, one)), app.actions());
    let put = |one: Uuid| ours.put(&format!("/2.0/verifications/{one}"), &person());
    for answer in [
        ours.verify(again, &person()),
        put(again),
        ours.request(again),
        // A new verify comes first, by the vendor's life.
        ours.request(closed),
    ] {
        refused_on_status(&answer);
    }
    let after = ([again, closed].map(|one| row(&app, one)), app.actions());
    assert_eq!(after, before);
    assert_eq!(ours.verify(closed, &person()).ok()["status"], "CREATED");
}

/// A round that waits for its customer goes on with the check that it has, also where they turn out to be a company.
#[test]
fn the_check_of_a_round_that_waits_is_of_what_the_customer_is_by_now() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = pending(&app, &ours);
    let types = || -> Vec<String> {
        verifications::table
            .filter(verifications::customer_id.eq(customer))
            .select(verifications::verification_type)
            .load(&mut app.owner())
            .expect("checks")
    };
    let more = [("decision", "incomplete"), ("message", "Say who you are.")];
    decided(&app, customer, &more);
    assert_eq!(types(), ["kyc"]);
    ours.verify(customer, &company()).ok();
    assert_eq!(types(), ["kyb"]);
    // A trader is a person.
    let trader = with(&person(), json!({"type": "SOLETRADER"}));
    ours.verify(customer, &trader).ok();
    assert_eq!(types(), ["kyc"]);
}
