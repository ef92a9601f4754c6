//! Whoever only represents a company needs no tax residence, whoever owns a part of one does: reviewed alone, and with it.

use super::{
    company::{company, under},
    *,
};

const NOT_ASKED: &str = "Not asked of a legal representative";

/// A company and somebody who represents it; `share`: and owns so much of it. The identity and the address are proved.
fn founded(ours: &Machine<'_>, share: Option<i64>) -> (i64, i64) {
    let firm = ours.user(&company());
    let mut stands = vec![
        ("parentType", json!("leader")),
        ("controllingPersonType", json!(3)),
        ("employeeType", json!(1)),
    ];
    stands.extend(share.map(|share| ("effectiveBeneficiary", json!(share))));
    let user = ours.user(&under(firm, &stands));
    for kind in [9, 12] {
        ours.paper(user, kind);
    }
    (firm, user)
}

fn desk(app: &TestApp, user: i64) -> String {
    let path = format!("/customers/{}", id(app, user));
    app.sign_in(Persona::Officer).get(&path).text()
}

#[test]
fn a_representative_reviewed_alone_owes_none() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (_, user) = founded(&ours, None);
    assert!(desk(&app, user).contains(NOT_ASKED));
    ours.review(user).good();
    assert_eq!(ours.kyc(user)["kycStatus"], "PENDING");
    decide(&app, user, &VALIDATE);
    assert_eq!(ours.kyc(user)["kycStatus"], "VALIDATED");
}

#[test]
fn one_who_is_an_owner_too_owes_one_alone() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (_, user) = founded(&ours, Some(10));
    assert!(!desk(&app, user).contains(NOT_ASKED));
    ours.review(user).good();
    let kyc = ours.kyc(user);
    assert_eq!(
        (&kyc["kycStatus"], &kyc["kycReviewComment"]),
        (
            &json!("INCOMPLETE"),
            &json!("Missing or to be mended: Tax residence.")
        )
    );
}

#[test]
fn an_owner_of_another_company_owes_one_as_the_representative_of_this() {
    let app = TestApp::start();
    let ours = ours(&app);
    let (firm, user) = founded(&ours, None);
    let other = make::customer(&app, |new| make::as_company(new, "Other"));
    make::relation(&app, other, id(&app, user), "beneficial_owner", None);
    let (_, errors) = ours.review(firm).errors();
    let owed = format!("User {user}: Tax residence");
    assert!(
        errors.iter().any(|(_, message)| *message == owed),
        "{errors:?}"
    );
}

#[test]
fn the_same_holds_of_each_as_a_member() {
    let app = TestApp::start();
    let ours = ours(&app);
    for (share, owes) in [(None, false), (Some(10), true)] {
        let (firm, user) = founded(&ours, share);
        let (status, errors) = ours.review(firm).errors();
        assert_eq!(status, 400);
        let own: Vec<&str> = errors
            .iter()
            .map(|(_, message)| message.as_str())
            .filter(|message| message.starts_with(&format!("User {user}:")))
            .collect();
        let owed = format!("User {user}: Tax residence");
        let expected: Vec<&str> = owes.then_some(owed.as_str()).into_iter().collect();
        assert_eq!(own, expected);
        // The company's own page on the desk, and its list of those behind it, say the same.
        let page = desk(&app, firm);
        assert_eq!(page.contains("1 of 1 open"), owes, "{page}");
        assert_eq!(page.contains(NOT_ASKED), !owes, "{page}");
    }
}
