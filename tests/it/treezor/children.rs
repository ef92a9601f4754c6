//! A company is asked for while those behind it stand here and there: who moves with it, and who holds all of them back.

use super::{
    company::{company, under},
    *,
};

/// A company and its representative, of whom nothing is missing, and its owner, of whom nothing was handed in.
fn founded(ours: &Machine<'_>) -> [i64; 3] {
    let firm = ours.user(&company());
    for kind in [4, 23] {
        ours.paper(firm, kind);
    }
    // The vendor has no number for it: it comes to the desk.
    make::document(ours.app, id(ours.app, firm), "SHAREHOLDER_DECLARATION");
    let leader = ours.user(&under(firm, &[("parentType", json!("leader"))]));
    for kind in [9, 12] {
        ours.paper(leader, kind);
    }
    [firm, leader, ours.user(&owning(firm, 60))]
}

fn owning(firm: i64, share: i64) -> Value {
    let owns = [
        ("parentType", json!("shareholder")),
        ("effectiveBeneficiary", json!(share)),
    ];
    under(firm, &owns)
}

fn standing<const N: usize>(ours: &Machine<'_>, users: [i64; N]) -> [Value; N] {
    users.map(|user| ours.kyc(user)["kycStatus"].clone())
}

/// Completes somebody, asks for them alone, and has the desk decide so.
fn decided(ours: &Machine<'_>, user: i64, fields: &[(&str, &str)]) {
    ours.complete(user);
    ours.review(user).good();
    decide(ours.app, user, fields);
}

/// Where an owner stands before, of whom nothing is missing by then; what was done for it; where they stand afterwards.
type Row = (&'static str, fn(&Machine<'_>, i64), &'static str);

const ROWS: [Row; 8] = [
    (
        "NONE",
        |ours, owner| {
            ours.complete(owner);
        },
        "PENDING",
    ),
    (
        "PENDING",
        |ours, owner| {
            ours.complete(owner);
            ours.review(owner).good();
        },
        "PENDING",
    ),
    (
        "INCOMPLETE",
        |ours, owner| {
            ours.review(owner).good();
            ours.complete(owner);
        },
        "PENDING",
    ),
    (
        "VALIDATED",
        |ours, owner| decided(ours, owner, &VALIDATE),
        "VALIDATED",
    ),
    (
        "REVIEWNEEDED",
        |ours, owner| {
            decided(ours, owner, &VALIDATE);
            let path = format!("/v1/users/{owner}");
            ours.put(&path, &json!({"lastname": "Reis"})).good();
        },
        "PENDING",
    ),
    // For ninety days nobody asks for them, alone or with a company.
    (
        "REFUSED",
        |ours, owner| decided(ours, owner, &REFUSE),
        "REFUSED",
    ),
    // Unless whoever refused let them try again.
    (
        "REFUSED",
        |ours, owner| {
            let retry = [&REFUSE[..], &[("retry", "1")]].concat();
            decided(ours, owner, &retry);
        },
        "PENDING",
    ),
    (
        "CANCELED",
        |ours, owner| {
            decided(ours, owner, &REFUSE);
            ours.app.clock.advance(TimeDelta::days(90));
            sweep(ours.app);
        },
        "PENDING",
    ),
];

#[test]
fn a_company_takes_its_owner_along_from_wherever_they_stand_or_nobody_moves() {
    let app = TestApp::start();
    let ours = ours(&app);
    for (before, done, after) in ROWS {
        let all = founded(&ours);
        let [firm, _, owner] = all;
        done(&ours, owner);
        assert_eq!(standing(&ours, all), ["NONE", "NONE", before]);
        let said = app.actions();
        let answer = ours.review(firm);
        if after == "REFUSED" {
            assert_eq!(answer.error(), (409, "invalid_state".to_owned()));
            assert_eq!(standing(&ours, all), ["NONE", "NONE", before]);
            assert_eq!(app.actions(), said);
        } else {
            assert_eq!(answer.good()["kycStatus"], "PENDING", "{before}");
            let expected = ["PENDING", "PENDING", after];
            assert_eq!(standing(&ours, all), expected, "{before}");
        }
    }
}

#[test]
fn an_owner_who_owes_papers_holds_back_all_wherever_the_others_stand() {
    let app = TestApp::start();
    let ours = ours(&app);
    let [firm, leader, owner] = founded(&ours);
    ours.complete(owner);
    ours.review(owner).good();
    let second = ours.user(&owning(firm, 40));
    ours.review(second).good();
    let all = [firm, leader, owner, second];
    let before = ["NONE", "NONE", "PENDING", "INCOMPLETE"];
    assert_eq!(standing(&ours, all), before);
    let said = app.actions();
    let (status, errors) = ours.review(firm).errors();
    let expected = ["Identity document", "Proof of address", "Tax residence"].map(|what| {
        (
            "missing_prerequisite".to_owned(),
            format!("User {second}: {what}"),
        )
    });
    assert_eq!((status, errors), (400, expected.to_vec()));
    assert_eq!(standing(&ours, all), before);
    assert_eq!(app.actions(), said);
    ours.complete(second);
    ours.review(firm).good();
    assert_eq!(standing(&ours, all), ["PENDING"; 4]);
}

/// An employee is asked for with the company; that nobody has decided about them does not keep it from being accepted.
#[test]
fn an_employee_is_asked_for_with_the_company_and_decided_alone() {
    let app = TestApp::start();
    let ours = ours(&app);
    let [firm, leader, owner] = founded(&ours);
    ours.complete(owner);
    let employee = ours.user(&under(firm, &[("parentType", json!("employee"))]));
    let all = [firm, leader, owner, employee];
    let (status, errors) = ours.review(firm).errors();
    let own = format!("User {employee}: ");
    assert!(errors.iter().all(|(_, why)| why.starts_with(&own)));
    assert_eq!((status, errors.len()), (400, 3), "{errors:?}");
    assert_eq!(standing(&ours, all), ["NONE"; 4]);
    ours.complete(employee);
    ours.review(firm).good();
    assert_eq!(standing(&ours, all), ["PENDING"; 4]);
    decide(&app, firm, &VALIDATE);
    let accepted = ["VALIDATED", "VALIDATED", "VALIDATED", "PENDING"];
    assert_eq!(standing(&ours, all), accepted);
    decide(&app, employee, &VALIDATE);
    assert_eq!(standing(&ours, all), ["VALIDATED"; 4]);
}

#[test]
fn a_tag_asks_for_a_company_once_and_is_free_again_where_something_was_missing() {
    let app = TestApp::start();
    let ours = ours(&app);
    let all = founded(&ours);
    let [firm, _, owner] = all;
    let path = format!("/v1/users/{firm}/Kycreview?accessTag=t1");
    let tagged = || ours.named("PUT", &path, None, None);
    assert_eq!(tagged().errors().0, 400);
    assert_eq!(standing(&ours, all), ["NONE"; 3]);
    ours.complete(owner);
    let asked = tagged();
    assert_eq!(asked.header("idempotent-replayed"), None);
    let asked = asked.good();
    assert_eq!(asked["kycStatus"], "PENDING");
    assert_eq!(standing(&ours, all), ["PENDING"; 3]);
    for status in ["PENDING", "VALIDATED"] {
        let said = app.actions();
        let again = tagged();
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.good(), asked);
        assert_eq!(standing(&ours, all), [status; 3]);
        assert_eq!(app.actions(), said);
        if status == "PENDING" {
            decide(&app, firm, &VALIDATE);
        }
    }
}
