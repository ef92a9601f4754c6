//! Who a customer says to be: names, addresses and numbers that fit one country.

use chrono::{NaiveDate, TimeDelta};

use super::{
    chance::Chance,
    figures,
    lands::{City, Land},
};
use crate::customers::rules::Kind;

/// What was declared. The fields are those of the customer's row.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    pub title: Option<&'static str>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: String,
    pub phone: String,
    pub birth_date: Option<NaiveDate>,
    pub birth_place: Option<&'static str>,
    pub birth_country: Option<&'static str>,
    pub nationality: Option<&'static str>,
    pub address_line1: String,
    pub city: &'static str,
    pub postal_code: String,
    pub tax_id: String,
    pub occupation: Option<&'static str>,
    pub income_range: Option<i64>,
    pub legal_name: Option<String>,
    pub legal_form: Option<&'static str>,
    pub legal_type: Option<i16>,
    pub registration_number: Option<String>,
    pub us_person: bool,
}

const POST: [&str; 7] = [
    "mail.example",
    "post.example",
    "inbox.example",
    "correo.example",
    "courrier.example",
    "netz.example",
    "casella.example",
];
const WORK: [&str; 16] = [
    "Nurse",
    "Teacher",
    "Software developer",
    "Shop assistant",
    "Electrician",
    "Accountant",
    "Driver",
    "Student",
    "Retired",
    "Civil servant",
    "Architect",
    "Cook",
    "Lawyer",
    "Farmer",
    "Physician",
    "Sales manager",
];

/// Makes one up.
pub fn declare(chance: &mut Chance, land: &Land, kind: Kind, today: NaiveDate) -> Declared {
    let city = *chance.pick_early(&land.cities);
    let common = Declared {
        address_line1: address(chance, land),
        city: city.name,
        postal_code: fill(chance, city.postal),
        phone: format!("{}{}", chance.between(6, 7), chance.digits(8)),
        ..Declared::default()
    };
    match kind {
        Kind::Legal => company(chance, land, city, common),
        Kind::Natural | Kind::SoleTrader => person(chance, land, kind, today, common),
    }
}

fn person(
    chance: &mut Chance,
    land: &Land,
    kind: Kind,
    today: NaiveDate,
    common: Declared,
) -> Declared {
    let woman = chance.percent(50);
    let names = if woman { &land.women } else { &land.men };
    let mut first = (*chance.pick_early(names)).to_owned();
    if chance.percent(18) {
        let second = *chance.pick(names);
        if second != first {
            first = format!("{first} {second}");
        }
    }
    let mut last = (*chance.pick_early(&land.last)).to_owned();
    if land.surnames == 2 {
        last = format!("{last} {}", chance.pick_early(&land.last));
    } else if chance.percent(6) {
        last = format!("{last}-{}", chance.pick(&land.last));
    }
    let born = chance.day_before(today, 82 * 365, 18 * 365 + 200);
    let birth_city = *chance.pick(&land.cities);
    let tax_id = figures::person(
        chance,
        land.code,
        (&first, &last),
        woman,
        born,
        birth_city.code,
    );
    let registration =
        (kind == Kind::SoleTrader).then(|| figures::company(chance, land.code, common.city).1);
    Declared {
        title: Some(if woman { "Ms" } else { "Mr" }),
        email: mailbox(chance, &first, &last),
        birth_date: Some(born),
        birth_place: Some(birth_city.name),
        birth_country: Some(land.code),
        nationality: Some(land.code),
        tax_id,
        occupation: Some(*chance.pick(&WORK)),
        income_range: Some(chance.between(1, 8)),
        registration_number: registration,
        us_person: chance.between(0, 249) == 0,
        first_name: Some(first),
        last_name: Some(last),
        ..common
    }
}

fn company(chance: &mut Chance, land: &Land, city: City, common: Declared) -> Declared {
    let form = *chance.pick_early(&land.forms);
    let trade = *chance.pick(&land.trades);
    let founder = *chance.pick_early(&land.last);
    let stem = match chance.below(4) {
        0 => format!("{founder} & {} {trade}", chance.pick(&land.last)),
        1 => format!("{trade} {}", city.name),
        2 => format!("{founder} {trade} {}", city.name),
        _ => format!("{founder} {trade}"),
    };
    let (tax_id, registration) = figures::company(chance, land.code, city.name);
    let host: String = plain(&stem)
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(30)
        .collect();
    Declared {
        email: format!("info@{host}{}.example", chance.between(1, 9_999)),
        tax_id,
        legal_name: Some(format!("{stem} {form}")),
        legal_form: Some(form),
        legal_type: Some(chance.weighted(&[(92, 2), (6, 3), (2, 4)])),
        registration_number: Some(registration),
        ..common
    }
}

fn mailbox(chance: &mut Chance, first: &str, last: &str) -> String {
    let part = |name: &str| -> String {
        let word = name.split([' ', '-', '\u{a0}']).next().unwrap_or_default();
        plain(word)
            .to_lowercase()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect()
    };
    format!(
        "{}.{}{}@{}",
        part(first),
        part(last),
        chance.between(1, 99_999),
        chance.pick(&POST)
    )
}

fn address(chance: &mut Chance, land: &Land) -> String {
    let street = *chance.pick(&land.streets);
    let number = chance.between(1, 180);
    if land.number_first {
        format!("{number} {street}")
    } else {
        format!("{street} {number}")
    }
}

/// A postal code of this shape: # is a digit, @ a letter.
fn fill(chance: &mut Chance, shape: &str) -> String {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    shape
        .chars()
        .map(|place| match place {
            '#' => char::from(b"123456789"[chance.below(9)]),
            '@' => char::from(*chance.pick(LETTERS)),
            other => other,
        })
        .collect()
}

/// A name without accents, for mailboxes and ids.
pub fn plain(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'Á' | 'À' | 'Â' | 'Ä' => 'A',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'É' | 'È' | 'Ë' => 'E',
            'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
            'Í' | 'Î' => 'I',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'Ó' | 'Ö' => 'O',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'Ú' | 'Ü' => 'U',
            'ç' => 'c',
            'Ç' => 'C',
            'ñ' => 'n',
            'ß' | 'ş' => 's',
            'Ş' => 'S',
            'ğ' => 'g',
            'Ğ' => 'G',
            other => other,
        })
        .collect()
}

/// When an identity document of somebody of this age runs out.
pub fn document_end(chance: &mut Chance, issued: NaiveDate) -> NaiveDate {
    issued + TimeDelta::days(chance.between(400, 3_650))
}
