//! The specimens that ICAO Doc 9303 prints for each layout, and what harm copying does to them.

use super::*;

const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
const MRV_A: &str =
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<";
const MRV_B: &str = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<";

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
}

fn value(zone: &Zone, field: Field) -> Option<&str> {
    let found = zone.fields.iter().find(|(known, _)| *known == field);
    found.map(|(_, value)| value.as_str())
}

fn sentences(copied: &str) -> Vec<String> {
    let wrong = read(copied, today()).expect_err("something is wrong");
    wrong.iter().map(ToString::to_string).collect()
}

#[test]
fn each_specimen_is_read() {
    for (copied, format, number, birth, expiry) in [
        (TD1, Format::Td1, "D23145890", "1974-08-12", "2012-04-15"),
        (TD2, Format::Td2, "D23145890", "1974-08-12", "2012-04-15"),
        (TD3, Format::Td3, "L898902C3", "1974-08-12", "2012-04-15"),
        (MRV_A, Format::MrvA, "L8988901C", "1940-09-07", "1996-12-10"),
        (MRV_B, Format::MrvB, "L8988901C", "1940-09-07", "1996-12-10"),
    ] {
        let zone = read(copied, today()).expect("a zone");
        assert_eq!(zone.format, format);
        assert_eq!(value(&zone, Field::DocumentNumber), Some(number));
        assert_eq!(value(&zone, Field::LastName), Some("ERIKSSON"));
        assert_eq!(value(&zone, Field::FirstName), Some("ANNA MARIA"));
        assert_eq!(value(&zone, Field::BirthDate), Some(birth));
        assert_eq!(value(&zone, Field::ExpiresOn), Some(expiry));
        assert_eq!(value(&zone, Field::Sex), Some("F"));
        assert_eq!(value(&zone, Field::IssuingCountry), Some("UTO"));
        assert_eq!(value(&zone, Field::Mrz), Some(copied));
    }
    let passport = read(TD3, today()).expect("a zone");
    assert_eq!(value(&passport, Field::PersonalNumber), Some("ZE184226B"));
}

#[test]
fn small_letters_spaces_and_one_long_line_are_the_same_zone() {
    let whole = read(TD1, today());
    assert_eq!(
        read(&TD1.to_lowercase().replace('\n', " \r\n\n "), today()),
        whole
    );
    assert_eq!(read(&TD1.replace('\n', ""), today()), whole);
    assert_eq!(read(&TD3.replace('\n', " "), today()), read(TD3, today()));
}

#[test]
fn a_wrong_check_digit_is_said_with_its_field_and_place() {
    let of = |from: &str, to: &str| sentences(&TD3.replace(from, to));
    assert_eq!(
        of("L898902C36", "L898902C37"),
        [
            "The check digit of the document number is wrong: line 2, character 10 is 7, and 6 would fit",
            "The check digit of the whole zone is wrong: line 2, character 44 is 0, and 7 would fit"
        ]
    );
    assert!(
        of("7408122", "7408123")[0]
            .starts_with("The check digit of the date of birth is wrong: line 2, character 20")
    );
    assert!(
        of("1204159", "1204150")[0].starts_with(
            "The check digit of the last day of validity is wrong: line 2, character 28"
        )
    );
    assert!(
        of("<<<<<10", "<<<<<20")[0]
            .starts_with("The check digit of the personal number is wrong: line 2, character 43")
    );
    assert_eq!(
        of("<<<<<10", "<<<<<14"),
        ["The check digit of the whole zone is wrong: line 2, character 44 is 4, and 0 would fit"]
    );
    // A letter where a digit is printed is the copier's, and is said as it stands there.
    assert!(of("7408122F", "740812ZF")[0].contains("is Z, and 2 would fit"));
}

#[test]
fn what_is_no_zone_is_said_as_such() {
    assert!(sentences("")[0].ends_with("Here are none: "));
    assert!(sentences(&TD3[..60])[0].ends_with("Here are 2 lines: 44, 15"));
    assert_eq!(
        sentences(&TD3.replace("UTOERIKSSON", "UTOÉRIKSSON")),
        ["Line 1, character 6 is “É”: only A to Z, 0 to 9 and < stand there"]
    );
    let no_day = TD2.replace("7408122", "7413122");
    assert!(
        sentences(&no_day)
            .contains(&"the date of birth on line 2 is 741312, which is no day".to_owned())
    );
}

#[test]
fn a_long_number_goes_on_in_the_optional_data() {
    let copied = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
    let zone = read(copied, today()).expect("a zone");
    assert_eq!(value(&zone, Field::DocumentNumber), Some("D23145890734"));
    assert_eq!(value(&zone, Field::PersonalNumber), None);
    assert_eq!(
        sentences(&copied.replace("<7349<", "<7348<"))[0],
        "The check digit of the document number is wrong: line 1, character 19 is 8, and 9 would fit"
    );
}

#[test]
fn centuries_are_those_of_the_living() {
    let day = |text: &str| -> NaiveDate { text.parse().expect("a day") };
    assert_eq!(past((26, 11, 22), today()), day("2026-11-22"));
    assert_eq!(past((26, 11, 23), today()), day("1926-11-23"));
    assert_eq!(near((76, 11, 22), today()), day("2076-11-22"));
    assert_eq!(near((76, 11, 23), today()), day("1976-11-23"));
    // There was no 29 February 1900, and there was one in 2000.
    assert_eq!(past((0, 2, 29), today()), day("2000-02-29"));
}

#[test]
fn an_unknown_day_is_left_out() {
    // Born in 1974, nobody knows when: fillers for month and day.
    let birth = "74<<<<";
    let line = format!(
        "D231458907UTO{birth}{}F1204159<<<<<<<",
        check_digit(&[birth])
    );
    let over = [&line[0..10], &line[13..20], &line[21..35]];
    let copied = format!(
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n{line}{}",
        check_digit(&over)
    );
    let zone = read(&copied, today()).expect("a zone");
    assert_eq!(value(&zone, Field::BirthDate), None);
    assert_eq!(value(&zone, Field::ExpiresOn), Some("2012-04-15"));
}
