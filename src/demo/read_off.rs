//! What officers read off papers: of some, and at odds with what was declared where nobody has decided yet. All of it
//! follows from the paper's id, so that nothing else that is told changes with it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    people::{self, Declared},
    staging::Chunk,
    story::Told,
};
use crate::customers::rules::Kyc;

/// A paper as it is told.
pub struct Paper<'a> {
    /// Its id.
    pub id: Uuid,
    /// Its type.
    pub sort: &'a str,
    /// Its last day.
    pub ends: Option<NaiveDate>,
    /// When it was added, and read off.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Uuid,
    /// Where it was issued.
    pub country: &'a str,
}

/// Of a hundred papers, so many are read off.
const READ: u128 = 30;
/// Of a hundred of those that nobody has decided on, so many are at odds with what was declared.
const AT_ODDS: u128 = 30;

/// Tells what stands on one paper.
pub fn tell(
    organisation: Uuid,
    chunk: &mut Chunk,
    told: &Told,
    kyc: Kyc,
    paper: &Paper<'_>,
    declared: &Declared,
) {
    let dice = paper.id.as_u128() & 0xffff_ffff;
    if dice % 100 >= READ {
        return;
    }
    let undecided = matches!(kyc, Kyc::Pending | Kyc::Incomplete);
    let odd = undecided && (dice / 100) % 100 < AT_ODDS;
    for (field, value) in fields(paper, declared, odd.then_some(dice / 10_000 % 2)) {
        chunk.extracted_fields.push(&[
            &organisation,
            &paper.id,
            &field,
            &"officer",
            &told.reference.id.0,
            &value,
            &"staff",
            &paper.by,
            &paper.at,
        ]);
    }
}

/// Of a hundred companies that nobody has decided on, so many stand in the register by another number.
const STALE: i64 = 25;

/// What a register answers about a company, as the payload of a check carries it.
pub fn register(declared: &Declared, undecided: bool, answered: DateTime<Utc>) -> Value {
    let odd = undecided && answered.timestamp_millis() % 100 < STALE;
    let number = declared.registration_number.as_deref();
    let number = number.map(|number| {
        if odd {
            number.chars().rev().collect()
        } else {
            number.to_owned()
        }
    });
    json!({
        "legal_name": declared.legal_name.as_deref().map(|name| people::plain(name).to_uppercase()),
        "registration_number": number,
        "address_line1": declared.address_line1,
        "postal_code": declared.postal_code,
        "city": declared.city,
    })
}

/// Names and values. `odd`: which of two ways it differs.
fn fields(
    paper: &Paper<'_>,
    declared: &Declared,
    odd: Option<u128>,
) -> Vec<(&'static str, String)> {
    let capitals = |name: &str| people::plain(name).to_uppercase();
    let mut all: Vec<(&'static str, Option<String>)> = Vec::new();
    match paper.sort {
        "IDENTITY_PROOF" => {
            let born = declared.birth_date.map(|day| match odd {
                Some(0) => day + TimeDelta::days(10),
                _ => day,
            });
            let last = declared.last_name.as_deref().map(|name| match odd {
                Some(1) => format!("{} {}", capitals(name), "ROCHA"),
                _ => capitals(name),
            });
            let number = format!("{:09}", paper.id.as_u128() % 1_000_000_000);
            all.push(("document_number", Some(format!("P{number}"))));
            all.push(("issuing_country", Some(paper.country.to_owned())));
            all.push(("last_name", last));
            all.push(("first_name", declared.first_name.as_deref().map(capitals)));
            all.push(("birth_date", born.map(|day| day.to_string())));
            all.push(("nationality", declared.nationality.map(str::to_owned)));
            all.push(("expires_on", paper.ends.map(|day| day.to_string())));
        }
        "ADDRESS_PROOF" => {
            let line = match odd {
                Some(_) => format!("{} A", declared.address_line1),
                None => declared.address_line1.clone(),
            };
            all.push(("address_line1", Some(line)));
            all.push(("postal_code", Some(declared.postal_code.clone())));
            all.push(("city", Some(capitals(declared.city))));
        }
        "REGISTRATION_PROOF" => {
            all.push(("legal_name", declared.legal_name.as_deref().map(capitals)));
            all.push(("registration_number", declared.registration_number.clone()));
        }
        _ => {}
    }
    all.into_iter()
        .filter_map(|(field, value)| Some((field, value.filter(|text| !text.is_empty())?)))
        .collect()
}
