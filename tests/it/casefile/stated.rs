//! What was stated in place of a number or an owner.

use vouch::schema::tax_residences;

use super::*;

#[test]
fn why_there_is_no_tax_number_is_told_in_the_words_of_the_customer() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    make::tax_residence(&app, customer, "AE", None);
    diesel::update(tax_residences::table.filter(tax_residences::customer_id.eq(customer)))
        .set((
            tax_residences::waiver_reason.eq("not_obtained"),
            tax_residences::waiver_note.eq("The office was closed & never answered."),
        ))
        .execute(&mut app.owner())
        .expect("a waiver");
    make::tax_residence(&app, customer, "BR", None);
    let (facts, page) = made(&app, customer);
    let told = &facts["tax_residences"];
    assert_eq!(told[0]["country"], "AE");
    assert_eq!(told[0]["waiver_reason"], "not_obtained");
    assert_eq!(
        told[0]["waiver_note"],
        "The office was closed & never answered."
    );
    assert_eq!(told[1]["waiver_reason"], Value::Null);
    let declared = texts(&page, "#declared").join(" ");
    for words in [
        "None: The customer could not get one",
        "The office was closed & never answered.",
        "None, waiver stated without a reason",
    ] {
        assert!(declared.contains(words), "{words} is not in {declared}");
    }
}

#[test]
fn who_stated_that_nobody_owns_a_quarter_is_told_with_the_day_and_who_noted_it() {
    let app = start();
    let company = make::company(&app, "Moinho & Filhos");
    assert_eq!(
        made(&app, company).0["no_beneficial_owner"],
        Value::Null,
        "nobody stated it yet"
    );
    let now = version(&app, company).to_string();
    let stated = app.sign_in(Persona::Officer).post(
        &format!("/customers/{company}/relations"),
        &[
            ("step", "state"),
            ("version", now.as_str()),
            ("stated_by", "Rui Neves, secretary"),
            ("stated_on", "2026-11-02"),
        ],
    );
    assert_eq!(stated.status, 303, "{}", stated.text());
    let (facts, page) = made(&app, company);
    let told = &facts["no_beneficial_owner"];
    assert_eq!(told["stated_by"], "Rui Neves, secretary");
    assert_eq!(told["stated_on"], "2026-11-02");
    assert_eq!(told["noted_by"], "Officer Person");
    assert!(told["noted_at"].is_string());
    let members = texts(&page, "#members").join(" ");
    for words in [
        "nobody owns a quarter or more of it",
        "Rui Neves, secretary",
        "2 Nov 2026",
        "Officer Person",
    ] {
        assert!(members.contains(words), "{words} is not in {members}");
    }
}
