//! What a company owes is said of it where its review cannot begin, and nobody behind it is named.

use super::{
    company::{added, hand_in, representative},
    *,
};

const MEMBERS: &str = "Every member of the company must be complete first.";

fn missing(lines: &str) -> String {
    format!("{MEMBERS} Missing or to be mended: {lines}.")
}

#[test]
fn a_company_learns_at_once_of_each_paper_that_is_missing() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = added(&ours);
    ours.verify(company_id, &company()).ok();
    let mut papers = vec![
        ("COMPANY_REGISTRATION_PROOF", "Registration proof"),
        ("ARTICLES_OF_ASSOCIATION", "Articles of association"),
        ("SHAREHOLDER_DECLARATION", "Shareholder declaration"),
        (
            "BUSINESS_ADMINISTRATOR_ID",
            "Administrator's identity document",
        ),
    ];
    while !papers.is_empty() {
        let words: Vec<&str> = papers.iter().map(|(_, words)| *words).collect();
        let said = refused_on_status(&ours.request(company_id));
        assert_eq!(said, missing(&words.join("; ")));
        assert_eq!(kyc(&app, company_id), "draft", "nothing was changed");
        let (of, _) = papers.remove(0);
        hand_in(&ours, company_id, of);
    }
    assert_eq!(ours.request(company_id).ok()["status"], "PENDING");
}

/// Whom an officer named, the officer completes: the administrator's paper would prove nobody.
#[test]
fn of_whom_an_officer_named_nothing_is_said() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = make::company(&app, "Obras SA");
    let member = make::customer(&app, |new| new.last_name = Some("Unsagbar".to_owned()));
    make::relation(&app, company_id, member, "legal_representative", None);
    ours.verify(company_id, &company()).ok();
    for of in ["COMPANY_REGISTRATION_PROOF", "ARTICLES_OF_ASSOCIATION"] {
        hand_in(&ours, company_id, of);
    }
    let said = refused_on_status(&ours.request(company_id));
    assert_eq!(said, missing("Shareholder declaration"));
    hand_in(&ours, company_id, "SHAREHOLDER_DECLARATION");
    assert_eq!(refused_on_status(&ours.request(company_id)), MEMBERS);
}

/// A representative of one word has both names where the word is the last name that stands beside it.
#[test]
fn one_word_for_a_representative_takes_the_first_name_beside_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for (word, first, last) in [
        ("Doe", "John", "Doe"),
        (" Doe ", "John", "Doe"),
        ("Roe", "", "Roe"),
    ] {
        let company_id = make::customer(&app, |_| {});
        let body = with(&company(), json!({"representative_name": word}));
        ours.verify(company_id, &body).ok();
        let (_, said) = representative(&app, company_id);
        assert_eq!(
            [said[0].as_str(), said[1].as_str()],
            [first, last],
            "{word}"
        );
        let said = refused_on_status(&ours.request(company_id));
        let asked = said.contains("First and last name of the representative");
        assert_eq!(asked, first.is_empty(), "{said}");
    }
}
