//! Rows, verdicts, and what is remembered.

use super::*;
use crate::{
    customers::rules::Kyc,
    value::{BranchId, DataKeyId},
};

fn customer(kind: Kind) -> Customer {
    let some = |text: &str| Some(text.to_owned());
    let at = DateTime::<Utc>::UNIX_EPOCH;
    Customer {
        id: CustomerId(Uuid::from_u128(1)),
        number: 1,
        short_id: "AAAAAAAAAAAA".to_owned(),
        branch_id: BranchId(Uuid::nil()),
        kind,
        legal_type: None,
        title: None,
        first_name: some("Inês"),
        last_name: some("Falcão"),
        email: None,
        phone_prefix: None,
        phone: None,
        birth_date: "1987-03-09".parse().ok(),
        birth_place: None,
        birth_country: None,
        nationality: some("PT"),
        address_line1: some("Rua Direita 1"),
        address_line2: None,
        city: some("Porto"),
        postal_code: some("4000-034"),
        state: None,
        country: some("PT"),
        tax_id: None,
        occupation: None,
        income_range: None,
        legal_name: some("Falcão Lda"),
        legal_form: None,
        registration_number: some("500 123"),
        representative_name: None,
        representative_email: None,
        representative_phone: None,
        distribution_country: None,
        us_person: false,
        no_beneficial_owner: false,
        tag: None,
        kyc: Kyc::Draft,
        review_type: None,
        risk: None,
        risk_reason: None,
        kyc_comment: None,
        last_request_at: None,
        last_review_at: None,
        next_review_on: None,
        refused_at: None,
        data_key: DataKeyId(Uuid::nil()),
        created_at: at,
        updated_at: at,
        version: 1,
        name: "Inês Falcão".to_owned(),
        merged_into: None,
    }
}

fn reading(field: Field, value: &str, of: Of, id: u128) -> Reading {
    Reading {
        customer: CustomerId(Uuid::from_u128(1)),
        field,
        value: value.to_owned(),
        of,
        id: Uuid::from_u128(id),
        words: "Identity document".to_owned(),
    }
}

fn accepted(field: Field, declared: &str, other: &str) -> Accepted {
    Accepted {
        customer: CustomerId(Uuid::from_u128(1)),
        field,
        declared: declared.to_owned(),
        other: other.to_owned(),
        at: DateTime::<Utc>::UNIX_EPOCH,
    }
}

fn verdict_of(field: Field, value: &str) -> Verdict {
    let rows = compare(
        &customer(Kind::Natural),
        &[reading(field, value, Of::Page, 7)],
        &[],
    );
    rows.iter()
        .find(|row| row.field == field)
        .expect("a row")
        .verdict
}

#[test]
fn nothing_read_is_nothing_to_compare() {
    assert!(compare(&customer(Kind::Natural), &[], &[]).is_empty());
    let zone = [reading(Field::Mrz, "P<UTO", Of::Zone, 7)];
    assert!(compare(&customer(Kind::Natural), &zone, &[]).is_empty());
}

#[test]
fn each_verdict_has_its_case() {
    for (field, value, verdict) in [
        (Field::LastName, "Falcão", Verdict::Match),
        (Field::LastName, "FALCAO", Verdict::Spelling),
        (Field::LastName, "FALCAO SEQUEIRA", Verdict::Differs),
        (Field::BirthDate, "1987-03-09", Verdict::Match),
        (Field::BirthDate, "1987-09-03", Verdict::Differs),
        (Field::Nationality, "ES", Verdict::Differs),
        (Field::PostalCode, "4000034", Verdict::Spelling),
        (Field::TaxId, "123", Verdict::NotDeclared),
        (Field::DocumentNumber, "CB481902", Verdict::PaperOnly),
    ] {
        assert_eq!(verdict_of(field, value), verdict, "{field} {value}");
    }
}

#[test]
fn differences_stand_first_and_the_rest_in_the_order_of_the_fields() {
    let readings = [
        reading(Field::LastName, "FALCAO", Of::Zone, 7),
        reading(Field::DocumentNumber, "CB481902", Of::Zone, 7),
        reading(Field::City, "Braga", Of::Page, 8),
        reading(Field::Nationality, "PT", Of::Zone, 7),
        reading(Field::City, "Porto", Of::Register, 9),
    ];
    let rows = compare(&customer(Kind::Natural), &readings, &[]);
    let seen: Vec<(Field, Verdict)> = rows.iter().map(|row| (row.field, row.verdict)).collect();
    assert_eq!(
        seen,
        [
            (Field::City, Verdict::Differs),
            (Field::LastName, Verdict::Spelling),
            (Field::Nationality, Verdict::Match),
            (Field::DocumentNumber, Verdict::PaperOnly),
            (Field::FirstName, Verdict::DeclaredOnly),
            (Field::BirthDate, Verdict::DeclaredOnly),
            (Field::AddressLine1, Verdict::DeclaredOnly),
            (Field::PostalCode, Verdict::DeclaredOnly),
            (Field::Country, Verdict::DeclaredOnly),
        ]
    );
    assert_eq!(
        (rows[0].papers().count(), rows[0].registers().count()),
        (1, 1)
    );
    // The row offers the value that differs, and not the one that is declared already.
    let offered: Vec<&str> = rows[0].offered().map(|cell| cell.value.as_str()).collect();
    assert_eq!(offered, ["Braga"]);
}

#[test]
fn an_accepted_difference_stands_until_either_value_is_another() {
    let mut person = customer(Kind::Natural);
    let read = |value: &str| [reading(Field::City, value, Of::Page, 8)];
    let remembered = [accepted(Field::City, "Porto", "Braga")];
    assert_eq!(open(&person, &read("Braga"), &[]), [Field::City]);
    assert!(open(&person, &read("Braga"), &remembered).is_empty());
    assert_eq!(open(&person, &read("Évora"), &remembered), [Field::City]);
    person.city = Some("Faro".to_owned());
    assert_eq!(open(&person, &read("Braga"), &remembered), [Field::City]);
    person.city = Some("Braga".to_owned());
    assert!(open(&person, &read("Braga"), &remembered).is_empty());
    // Somebody else's word counts for nothing.
    let mut others = remembered[0].clone();
    others.customer = CustomerId(Uuid::from_u128(2));
    person.city = Some("Porto".to_owned());
    assert_eq!(open(&person, &read("Braga"), &[others]), [Field::City]);
}

#[test]
fn a_zone_that_contradicts_its_own_page_is_a_difference_though_nobody_declares_it() {
    let readings = [
        reading(Field::DocumentNumber, "CB 481902", Of::Page, 7),
        reading(Field::DocumentNumber, "CB481920", Of::Zone, 7),
        // Another paper has another number, as it should.
        reading(Field::DocumentNumber, "XX1", Of::Page, 8),
        reading(Field::Sex, "F", Of::Page, 7),
        reading(Field::Sex, "F", Of::Zone, 7),
    ];
    let person = customer(Kind::Natural);
    assert_eq!(open(&person, &readings, &[]), [Field::DocumentNumber]);
    let rows = compare(&person, &readings, &[]);
    assert!(!rows[0].may_be_corrected(Kind::Natural));
    let stands = [accepted(Field::DocumentNumber, "CB 481902", "CB481920")];
    assert!(open(&person, &readings, &stands).is_empty());
}

#[test]
fn an_administrators_names_are_not_compared_with_the_companys() {
    let readings = [
        reading(Field::LastName, "Costa", Of::Page, 7),
        reading(Field::LegalName, "FALCAO, LDA.", Of::Page, 8),
        reading(Field::RegistrationNumber, "500123", Of::Register, 9),
    ];
    let company = customer(Kind::Legal);
    assert!(open(&company, &readings, &[]).is_empty());
    let rows = compare(&company, &readings, &[]);
    assert!(rows.iter().all(|row| row.field != Field::LastName));
    let name = rows.iter().find(|row| row.field == Field::LegalName);
    assert_eq!(name.map(|row| row.verdict), Some(Verdict::Spelling));
}

#[test]
fn a_name_that_its_zone_had_no_room_for_is_no_difference() {
    let mut person = customer(Kind::Natural);
    person.last_name = Some("Falcão de Magalhães".to_owned());
    person.first_name = Some("Inês Catarina".to_owned());
    let with = |names: &str, first: &str| {
        [
            reading(Field::LastName, "FALCAO DE MAGALHAES", Of::Zone, 7),
            reading(Field::FirstName, first, Of::Zone, 7),
            reading(Field::Mrz, &format!("I<PRT\n870309\n{names}"), Of::Zone, 7),
        ]
    };
    let full = with("FALCAO<DE<MAGALHAES<<INES<CATA", "INES CATA");
    assert!(open(&person, &full, &[]).is_empty());
    // Where there was room, nothing is cut off.
    let room = with("FALCAO<DE<MAGALHAES<<INES<<<<<", "INES");
    assert_eq!(open(&person, &room, &[]), [Field::FirstName]);
    let other = with("FALCAO<DE<MAGALHAES<<ANA<CATAR", "ANA CATAR");
    assert_eq!(open(&person, &other, &[]), [Field::FirstName]);
}

#[test]
fn what_is_not_the_same_does_not_look_the_same() {
    let shapes = [
        Verdict::Differs,
        Verdict::Match,
        Verdict::NotDeclared,
        Verdict::PaperOnly,
    ]
    .map(Verdict::icon);
    for (at, shape) in shapes.iter().enumerate() {
        assert!(!shapes[..at].contains(shape), "{shape} stands for two");
    }
    // A difference stays one when it is let stand, and the same value is the same however it is spelled.
    assert_eq!(Verdict::Accepted.icon(), Verdict::Differs.icon());
    assert_eq!(Verdict::Spelling.icon(), Verdict::Match.icon());
    assert_eq!(Verdict::DeclaredOnly.icon(), Verdict::PaperOnly.icon());
}
