//! What templates may do to a value: dates, counts, names of countries. `use crate::web::filters;` beside a page makes
//! them known to its template: `{{ at|datetime(zone) }}`.

#![expect(
    missing_docs,
    clippy::inline_always,
    reason = "what askama's filter_fn makes has no docstrings and is inlined"
)]

use std::fmt::Display;

use askama::{Result, Values, filter_fn};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::countries;

/// A day: "19 Nov 2026".
#[filter_fn]
pub fn date(day: &NaiveDate, _: &dyn Values) -> Result<String> {
    Ok(date_of(*day))
}

/// A moment in the organisation's zone: "19 Nov 2026, 10:04". The zone is said once on the page, not here.
#[filter_fn]
pub fn datetime(at: &DateTime<Utc>, _: &dyn Values, zone: &Tz) -> Result<String> {
    Ok(datetime_of(*at, *zone))
}

/// A moment for machines, in the `datetime` attribute: "2026-11-19T10:04:18Z".
#[filter_fn]
pub fn rfc3339(at: &DateTime<Utc>, _: &dyn Values) -> Result<String> {
    Ok(at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A count with separators: "1,204".
#[filter_fn]
pub fn count(count: &i64, _: &dyn Values) -> Result<String> {
    Ok(count_of(*count))
}

/// A country's name by its ISO 3166-1 code of two letters: "Portugal".
#[filter_fn]
pub fn country<'a>(code: &'a str, _: &dyn Values) -> Result<&'a str> {
    Ok(countries::name(code).unwrap_or(code))
}

/// Up to two letters of a name: "Rita Andrade" is "RA".
#[filter_fn]
pub fn initials(name: &str, _: &dyn Values) -> Result<String> {
    Ok(initials_of(name))
}

/// The day as text, for code outside of templates.
pub fn date_of(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// The moment as text in a zone, for code outside of templates.
pub fn datetime_of(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%-d %b %Y, %H:%M")
        .to_string()
}

/// The count as text, for code outside of templates.
pub fn count_of(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::from(if count < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The first letters of the first and the last word of a name, in capitals.
pub fn initials_of(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A text that may be missing, as the components take it: `Option<&str>`.
pub type Maybe<'a> = Option<&'a str>;

/// The id of a field: its form's prefix and its name.
pub fn glue(prefix: impl Display, name: impl Display) -> String {
    format!("{prefix}{name}")
}

/// Whether an option is the chosen one: both as they are shown.
pub fn same(option: impl Display, chosen: impl Display) -> bool {
    option.to_string() == chosen.to_string()
}

/// The icon of a sortable head by its `aria-sort`.
pub fn sort_icon(direction: &str) -> &'static str {
    match direction {
        "ascending" => "asc",
        "descending" => "desc",
        _ => "sort",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::filters;
    use chrono::TimeZone as _;

    #[test]
    fn moments_are_read_in_the_zone_of_the_organisation() {
        let at = Utc
            .with_ymd_and_hms(2026, 7, 31, 23, 4, 9)
            .single()
            .expect("a moment");
        assert_eq!(
            datetime_of(at, chrono_tz::Europe::Madrid),
            "1 Aug 2026, 01:04"
        );
        assert_eq!(datetime_of(at, chrono_tz::UTC), "31 Jul 2026, 23:04");
    }

    #[test]
    fn counts_have_separators() {
        let read: Vec<_> = [0, 12, 999, 1_000, 10_000, 1_204_567, -4_000]
            .into_iter()
            .map(count_of)
            .collect();
        assert_eq!(read.join(" "), "0 12 999 1,000 10,000 1,204,567 −4,000");
    }

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        let of = |names: &[&str]| {
            names
                .iter()
                .map(|name| initials_of(name))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            of(&[
                "Rita Andrade",
                "Inês Catarina de Sá",
                "sukarno",
                "“Bo” Li",
                "李明"
            ]),
            "RA IS S BL 李"
        );
        assert_eq!(initials_of("  "), "");
    }

    #[derive(askama::Template)]
    #[template(
        source = "{{ day|date }}; {{ at|datetime(zone) }}; {{ at|rfc3339 }}; {{ n|count }}; {{ code|country }}; {{ name|initials }}",
        ext = "html"
    )]
    struct Everything {
        day: NaiveDate,
        at: DateTime<Utc>,
        zone: Tz,
        n: i64,
        code: String,
        name: String,
    }

    #[test]
    fn templates_can_use_each() {
        use askama::Template as _;
        let at = Utc
            .with_ymd_and_hms(2026, 11, 19, 10, 4, 18)
            .single()
            .expect("a moment");
        let page = Everything {
            day: at.date_naive(),
            at,
            zone: chrono_tz::Europe::London,
            n: 1204,
            code: "PT".to_owned(),
            name: "Rita Andrade".to_owned(),
        };
        assert_eq!(
            page.render().expect("text"),
            "19 Nov 2026; 19 Nov 2026, 10:04; 2026-11-19T10:04:18Z; 1,204; Portugal; RA"
        );
    }
}
