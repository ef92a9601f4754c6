//! The query of a list: pages by number, sorting, and between which days.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::wire::{fault, kyc, none, numbers::whole};
use crate::{
    customers::by_number::{Asked, Sort},
    error::{FieldError, Result},
    faces::{self, params::Parameters},
    web::described::Parameter,
};

/// Rows on a page, unless the caller asks for another number: our ruling.
const PAGE: i64 = 50;
/// The most rows on a page: our ruling.
const MOST: usize = 200;
/// The last page that is answered: our ruling, since each page before it is passed over.
const LAST: usize = 10_000;

/// By what a list may be sorted, and what each is.
const SORTS: [(&str, Sort); 4] = [
    ("createdDate", Sort::Created),
    ("updatedDate", Sort::Updated),
    // As the answers call it.
    ("modifiedDate", Sort::Updated),
    ("userId", Sort::Number),
];

/// The query of a list of users. Unknown names are ignored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UserList(pub Asked);

/// The query of a list of what hangs on users.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OfUsers(pub Asked);

impl Parameters for UserList {
    fn all() -> Vec<Parameter> {
        let mut all = parameters();
        all.push(parameter(
            "kycStatus",
            "Only users whose KYC stands there.",
            json!({"enum": ["NONE", "PENDING", "INCOMPLETE", "REFUSED", "REVIEWNEEDED", "REVIEW_NEEDED", "VALIDATED", "CANCELED"]}),
        ));
        all
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        read(&pairs, true).map(Self)
    }
}

impl Parameters for OfUsers {
    fn all() -> Vec<Parameter> {
        parameters()
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        read(&pairs, false).map(Self)
    }
}

fn parameter(name: &str, about: &str, schema: Value) -> Parameter {
    Parameter {
        name: name.to_owned(),
        about: about.to_owned(),
        schema,
    }
}

fn parameters() -> Vec<Parameter> {
    let day = || json!({"type": "string"});
    let day_of = |name, about| parameter(name, about, day());
    vec![
        parameter(
            "pageNumber",
            "Which page; the first is 1.",
            json!({"type": "integer", "minimum": 1, "maximum": LAST, "default": 1}),
        ),
        parameter(
            "pageCount",
            "Rows on a page.",
            json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
        ),
        parameter(
            "sortBy",
            "By what it is sorted.",
            json!({"enum": SORTS.map(|(name, _)| name), "default": "createdDate"}),
        ),
        parameter(
            "sortOrder",
            "Which way.",
            json!({"enum": ["ASC", "DESC"], "default": "DESC"}),
        ),
        parameter(
            "userId",
            "Only of this user.",
            json!({"type": "integer", "format": "int64"}),
        ),
        day_of(
            "createdDateFrom",
            "Added then or later: `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS` or RFC 3339; UTC.",
        ),
        day_of("createdDateTo", "Added then or earlier; a day is whole."),
        day_of("updatedDateFrom", "Changed then or later."),
        day_of("updatedDateTo", "Changed then or earlier."),
    ]
}

fn read(pairs: &[(String, String)], of_users: bool) -> Result<Asked> {
    let mut faults: Vec<FieldError> = Vec::new();
    let mut one = |name: &'static str| {
        let mut found = pairs.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        if found.next().is_some() {
            faults.push(fault(name, "send it once"));
        }
        (name, value)
    };
    let [page, count, sort, order, user, status] = [
        "pageNumber",
        "pageCount",
        "sortBy",
        "sortOrder",
        "userId",
        "kycStatus",
    ]
    .map(&mut one);
    let days = [
        "createdDateFrom",
        "createdDateTo",
        "updatedDateFrom",
        "updatedDateTo",
    ]
    .map(&mut one);
    let mut wrong = |name: &'static str, message: &'static str| faults.push(fault(name, message));
    let mut asked = Asked {
        take: PAGE,
        ..Asked::default()
    };
    if let Some(text) = count.1 {
        match faces::whole(text, MOST) {
            Some(number) => asked.take = i64::try_from(number).unwrap_or(PAGE),
            None => wrong(count.0, "a whole number from 1 to 200"),
        }
    }
    if let Some(text) = page.1 {
        match faces::whole(text, LAST) {
            Some(number) => asked.skip = (i64::try_from(number).unwrap_or(1) - 1) * asked.take,
            None => wrong(page.0, "a whole number from 1 to 10,000"),
        }
    }
    if let Some(text) = sort.1 {
        match SORTS.iter().find(|(name, _)| *name == text) {
            Some((_, sort)) => asked.sort = *sort,
            None => wrong(sort.0, "createdDate, updatedDate or userId"),
        }
    }
    match order.1.map(str::to_uppercase).as_deref() {
        None | Some("DESC") => {}
        Some("ASC") => asked.ascending = true,
        Some(_) => wrong(order.0, "ASC or DESC"),
    }
    if let Some(text) = user.1 {
        asked.number = whole(text);
        if asked.number.is_none() {
            wrong(user.0, "a whole number");
        }
    }
    if let Some(text) = status.1.filter(|_| of_users) {
        match kyc::meant(text) {
            Some(meant) => asked.kyc = meant.to_vec(),
            None => wrong(status.0, "a status of the KYC object"),
        }
    }
    let mut moments = days.map(|(name, text)| {
        let last = name.ends_with("To");
        let read = text.map(|text| moment(text, last));
        if read == Some(None) {
            wrong(name, "YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or RFC 3339");
        }
        read.flatten()
    });
    asked.created = (moments[0].take(), moments[1].take());
    asked.updated = (moments[2].take(), moments[3].take());
    none(faults)?;
    Ok(asked)
}

/// A moment; of a day the first, or where it is the end, the last.
fn moment(text: &str, last: bool) -> Option<DateTime<Utc>> {
    let at = if let Ok(day) = text.parse::<NaiveDate>() {
        let begins = day.and_hms_opt(0, 0, 0)?.and_utc();
        if last {
            let ends = begins.checked_add_signed(TimeDelta::days(1))?;
            ends.checked_sub_signed(TimeDelta::microseconds(1))?
        } else {
            begins
        }
    } else if let Ok(at) = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S") {
        at.and_utc()
    } else {
        DateTime::parse_from_rfc3339(text).ok()?.to_utc()
    };
    // Beyond these the database has no days.
    let year = chrono::Datelike::year(&at);
    (1..=9_999).contains(&year).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{customers::rules::Kyc, error::Error};

    fn asked(query: &[(&str, &str)]) -> Result<Asked, String> {
        let pairs: Vec<(String, String)> = query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        read(&pairs, true).map_err(|error| match error {
            Error::Invalid(faults) => {
                let names: Vec<&str> = faults.iter().map(|one| one.field.as_ref()).collect();
                names.join(" ")
            }
            other => other.to_string(),
        })
    }

    #[test]
    fn a_page_is_the_newest_fifty_unless_something_else_is_asked() {
        let plain = asked(&[("other", "x")]).expect("a page");
        assert_eq!((plain.skip, plain.take), (0, 50));
        assert_eq!((plain.sort, plain.ascending), (Sort::Created, false));
        let third = asked(&[
            ("pageCount", "10"),
            ("pageNumber", "3"),
            ("sortOrder", "asc"),
        ]);
        let third = third.expect("a page");
        assert_eq!((third.skip, third.take, third.ascending), (20, 10, true));
        let needed = asked(&[("kycStatus", "REVIEW_NEEDED")]).expect("a page");
        assert_eq!(needed.kyc, [Kyc::ReviewNeeded]);
    }

    #[test]
    fn a_day_is_whole() {
        let both = asked(&[
            ("createdDateFrom", "2026-01-02"),
            ("createdDateTo", "2026-01-02"),
        ]);
        let (from, to) = both.expect("a page").created;
        assert_eq!(
            from.expect("from").to_rfc3339(),
            "2026-01-02T00:00:00+00:00"
        );
        assert_eq!(
            to.expect("to").to_rfc3339(),
            "2026-01-02T23:59:59.999999+00:00"
        );
        let at = asked(&[("updatedDateFrom", "2026-01-02 03:04:05")]).expect("a page");
        let same = asked(&[("updatedDateFrom", "2026-01-02T04:04:05+01:00")]).expect("a page");
        assert_eq!(at.updated, same.updated);
    }

    #[test]
    fn every_fault_is_named() {
        let wrong = asked(&[
            ("pageNumber", "0"),
            ("pageCount", "201"),
            ("sortBy", "name"),
            ("sortOrder", "up"),
            ("userId", "x"),
            ("kycStatus", "GONE"),
            ("createdDateTo", "yesterday"),
            ("updatedDateFrom", "+12026-01-01"),
        ]);
        assert_eq!(
            wrong,
            Err("pageCount pageNumber sortBy sortOrder userId kycStatus createdDateTo updatedDateFrom".to_owned())
        );
        let twice = asked(&[("pageNumber", "1"), ("pageNumber", "2")]);
        assert_eq!(twice, Err("pageNumber".to_owned()));
    }
}
