//! Papers on the face that did not take them: types and numbers belong together as the table says.

use serde_json::{Value, json};
use uuid::Uuid;
use vouch::access::keys::rules::Face;

use super::Systems;
use crate::{
    support::{TestApp, make},
    treezor, truust,
};

/// Treezor's number, what the paper is on Truust, and what it is of a company.
const BY_NUMBER: [(i64, &str, &str); 11] = [
    (9, "IDENTITY_PROOF", "IDENTITY_PROOF"),
    (15, "IDENTITY_PROOF", "IDENTITY_PROOF"),
    (16, "IDENTITY_PROOF", "IDENTITY_PROOF"),
    (17, "IDENTITY_PROOF", "IDENTITY_PROOF"),
    (12, "ADDRESS_PROOF", "ADDRESS_PROOF"),
    (4, "REGISTRATION_PROOF", "COMPANY_REGISTRATION_PROOF"),
    (19, "REGISTRATION_PROOF", "COMPANY_REGISTRATION_PROOF"),
    (23, "ARTICLES_OF_ASSOCIATION", "ARTICLES_OF_ASSOCIATION"),
    (20, "TAX_VERIFICATION", "TAX_VERIFICATION"),
    (24, "TAX_VERIFICATION", "TAX_VERIFICATION"),
    (11, "BANK_VERIFICATION", "BANK_VERIFICATION"),
];

/// Truust's type, and Treezor's number of a paper that was handed in by none.
const BY_TYPE: [(&str, Option<i64>); 8] = [
    ("IDENTITY_PROOF", Some(9)),
    ("ADDRESS_PROOF", Some(12)),
    ("REGISTRATION_PROOF", Some(4)),
    ("COMPANY_REGISTRATION_PROOF", Some(4)),
    ("ARTICLES_OF_ASSOCIATION", Some(23)),
    ("SHAREHOLDER_DECLARATION", None),
    ("TAX_VERIFICATION", Some(20)),
    ("BANK_VERIFICATION", Some(11)),
];

/// A person and a company whose verification has begun.
fn both(app: &TestApp) -> [(Uuid, bool); 2] {
    let person = make::customer(app, |new| new.kyc = "draft");
    let company = make::customer(app, |new| {
        make::as_company(new, "Obras Lda");
        new.kyc = "draft";
    });
    [(person, false), (company, true)]
}

/// The one of a list with this number.
#[track_caller]
fn numbered<'a>(list: &'a Value, name: &str, number: &Value) -> &'a Value {
    let mut all = list.as_array().expect("a list").iter();
    let found = all.find(|one| one[name] == *number);
    found.unwrap_or_else(|| panic!("{number} in {list}"))
}

#[test]
fn what_treezor_s_caller_handed_in_has_its_type_on_truust() {
    let app = TestApp::start();
    let systems = Systems::of(&app);
    for (customer, company) in both(&app) {
        let user = treezor::number(&app, &app.acme, customer);
        let at = format!("/2.0/verifications/{customer}/documents");
        for (pages, (number, of_person, of_company)) in (1..).zip(BY_NUMBER) {
            let paper = treezor::paper(user, number);
            let paper = treezor::with(paper, &[("fileContentBase64", json!(file(pages)))]);
            let made = systems.ask(Face::Treezor, "POST", "/v1/documents", paper);
            let made = &made["documents"][0];
            assert_eq!(made["documentTypeId"], number);
            let list = systems.get(Face::Truust, &at);
            let shown = numbered(&list["data"], "id", &made["documentId"]);
            let expected = if company { of_company } else { of_person };
            assert_eq!(
                (&shown["type"], &shown["status"]),
                (&json!(expected), &json!("CREATED")),
                "{number}"
            );
            let uuid = shown["uuid"].as_str().expect("an id");
            assert_eq!(systems.get(Face::Truust, &format!("{at}/{uuid}")), *shown);
        }
        let list = systems.get(Face::Truust, &at);
        let many = list["data"].as_array().map(Vec::len);
        assert_eq!(many, Some(BY_NUMBER.len()));
    }
}

#[test]
fn what_truust_s_caller_handed_in_has_its_number_on_treezor() {
    let app = TestApp::start();
    let systems = Systems::of(&app);
    for (customer, _) in both(&app) {
        let user = treezor::number(&app, &app.acme, customer);
        let at = format!("/2.0/verifications/{customer}/documents");
        let all = format!("/v1/documents?userId={user}");
        for (of, number) in BY_TYPE {
            let paper = truust::paper(of, make::pdf(1).as_bytes());
            let made = systems.ask(Face::Truust, "POST", &at, paper);
            let list = systems.get(Face::Treezor, &all);
            let shown = numbered(&list["documents"], "documentId", &made["id"]);
            // Null, and not left out, where Treezor has no number for it.
            assert_eq!(shown.get("documentTypeId"), Some(&json!(number)), "{of}");
            assert_eq!(
                (&shown["userId"], &shown["documentStatus"]),
                (&json!(user), &json!("PENDING"))
            );
            let one = systems.get(Face::Treezor, &format!("/v1/documents/{}", made["id"]));
            assert_eq!(one["documents"], json!([shown]));
        }
        let list = systems.get(Face::Treezor, &all);
        let many = list["documents"].as_array().map(Vec::len);
        assert_eq!(many, Some(BY_TYPE.len()));
    }
}

/// A file of so many pages, as Treezor's caller sends it.
fn file(pages: usize) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(make::pdf(pages))
}
