//! A tax ID and a registration number are the same however somebody wrote them.

use super::*;

/// Who stands beside a customer, and what they share.
fn pairs(by: &mut Browser, customer: Uuid) -> (Vec<String>, String) {
    let page = by.get(&address(customer));
    assert_eq!(page.status, 200, "{}", page.text());
    (page.attributes("section[id^=pair]", "id"), page.text())
}

#[test]
fn a_registration_number_is_the_same_however_it_is_written() {
    let app = TestApp::start();
    let registered = |name: &str, number: &str| {
        make::customer(&app, |new| {
            make::as_company(new, name);
            new.registration_number = Some(number.to_owned());
        })
    };
    let all = [
        registered("Falcão & Filhos", "HRB 12345"),
        registered("Sequeira Lda", "HRB12345"),
        registered("Reis Lda", "hrb-12345"),
    ];
    let stranger = registered("Matias Lda", "HRB 12346");
    // Nothing but marks is no number.
    let marks = [registered("Sousa Lda", "--"), registered("Lopes Lda", "--")];
    let mut officer = app.sign_in(Persona::Officer);
    for one in all {
        let (mut found, text) = pairs(&mut officer, one);
        found.sort();
        let mut others: Vec<String> = all
            .iter()
            .filter(|other| **other != one)
            .map(|other| format!("pair-{other}"))
            .collect();
        others.sort();
        assert_eq!(found, others);
        assert!(text.contains("Same: Registration number"), "{text}");
        assert!(!text.contains("Same: Name"), "{text}");
    }
    for one in [stranger, marks[0], marks[1]] {
        let (found, text) = pairs(&mut officer, one);
        assert!(found.is_empty(), "{text}");
    }
}

#[test]
fn a_tax_id_is_the_same_however_it_is_written_and_the_form_says_so_before_it_saves() {
    let app = TestApp::start();
    let taxed = |name: &str, number: &str| {
        make::customer(&app, |new| {
            new.last_name = Some(name.to_owned());
            new.tax_id = Some(number.to_owned());
        })
    };
    let one = taxed("Falcão", "PT 123.456-789");
    let other = taxed("Pereira", "pt123456789");
    let mut officer = app.sign_in(Persona::Officer);
    let (found, text) = pairs(&mut officer, one);
    assert_eq!(found, [format!("pair-{other}")]);
    assert!(text.contains("Same: Tax ID"), "{text}");
    // Somebody new with the same number, written in a third way.
    let branch = app.acme.branch("london").to_string();
    let back = officer.post(
        "/customers/new",
        &[
            ("kind", "natural"),
            ("branch", &branch),
            ("first_name", "Rui"),
            ("last_name", "Neves"),
            ("tax_id", "Pt-123 456 789"),
        ],
    );
    assert_eq!(back.status, 422, "{}", back.text());
    let alike = back.texts("#alike li");
    assert_eq!(alike.len(), 2, "{}", back.text());
    assert!(
        alike.iter().all(|one| one.contains("Same: Tax ID")),
        "{alike:?}"
    );
}
