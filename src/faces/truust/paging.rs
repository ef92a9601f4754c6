//! Lists: numbered pages, as the vendor's framework walks them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::{
    customers::numbered::{Order, Searched, Wanted},
    days,
    error::{Error, FieldError, Result},
    faces::{params::Parameters, whole},
    web::described::Parameter,
};

mod many;

pub(super) use many::Many;

/// Rows on a page, unless the caller asks for another number.
const PAGE: usize = 15;
/// The most rows on a page. The vendor says up to 100; that more is refused, and not cut, is our ruling.
const MOST: usize = 100;
/// The last page that may be asked for; our ruling.
const LAST: usize = 1_000_000_000;
/// The longest text that is looked for, in characters; our ruling.
const LONGEST: usize = 200;

/// What `search` may name. The vendor names the two parameters and no fields: that `search` says where and `query` what is
/// our ruling, and so are the fields; `query` alone looks in all of them.
const SEARCHED: &[(&str, Searched)] = &[
    ("name", Searched::Name),
    ("first_name", Searched::FirstName),
    ("last_name", Searched::LastName),
    ("email", Searched::Email),
    ("phone", Searched::Phone),
    ("tag", Searched::Tag),
    ("vat_id", Searched::TaxId),
];

/// What `order` may name: the first is the vendor's, the others are our ruling.
const ORDERS: &[(&str, Order)] = &[
    ("created_at", Order::Created),
    ("updated_at", Order::Updated),
    ("id", Order::Number),
    ("name", Order::Name),
];

/// Filters that are none where nothing stands in them: the vendor's framework reads an empty text as null; our ruling.
const EMPTIED: &[&str] = &["search", "query", "date_begin", "date_end"];
/// What may stand behind a day, which begins then: the vendor's framework writes a day as a moment; our ruling.
const MIDNIGHT: &[&str] = &[" 00:00:00", "T00:00:00Z"];

/// The query of a list. Unknown names are ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    page: usize,
    per_page: usize,
    contains: Option<(Vec<Searched>, String)>,
    begin: Option<NaiveDate>,
    end: Option<NaiveDate>,
    order: Order,
    descending: bool,
}

impl Asked {
    /// What is asked for; `begun`: only those whose KYC has begun. Days are the organisation's.
    pub fn wanted(&self, begun: bool, zone: Tz) -> Wanted {
        let (from, before) = days::between(self.begin, self.end, zone);
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Wanted {
            begun,
            contains: self.contains.clone(),
            from,
            before,
            order: self.order,
            descending: self.descending,
            page: number(self.page),
            size: number(self.per_page),
        }
    }
}

impl Parameters for Asked {
    fn all() -> Vec<Parameter> {
        let one = |name: &str, about: &str, schema: Value| Parameter {
            name: name.to_owned(),
            about: about.to_owned(),
            schema,
        };
        let names = SEARCHED.iter().map(|(name, _)| *name);
        let searched: Vec<&str> = names.chain([""]).collect();
        let orders: Vec<&str> = ORDERS.iter().map(|(name, _)| *name).collect();
        let day = json!({"anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": format!("^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}({}))?$", MIDNIGHT.join("|"))},
        ]});
        vec![
            one(
                "page",
                "Which page.",
                json!({"type": "integer", "minimum": 1, "maximum": LAST, "default": 1}),
            ),
            one(
                "per_page",
                "Rows on a page.",
                json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE}),
            ),
            one(
                "search",
                "Where `query` is looked for; everywhere, where it is left out.",
                json!({"type": "string", "enum": searched}),
            ),
            one(
                "query",
                "Only those who contain this, in any case of letters.",
                json!({"type": "string", "maxLength": LONGEST}),
            ),
            one(
                "date_begin",
                "Only what was created on this day of the organisation’s or later: a customer when they were added, a \
                 verification when its present round began.",
                day.clone(),
            ),
            one("date_end", "The same on this day or earlier.", day),
            one(
                "order",
                "Sorted by what; a verification’s created_at is when its present round began.",
                json!({"type": "string", "enum": orders, "default": "created_at"}),
            ),
            one(
                "sort",
                "In which direction.",
                json!({"type": "string", "enum": ["asc", "desc"], "default": "desc"}),
            ),
        ]
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        let mut asked = Self {
            page: 1,
            per_page: PAGE,
            contains: None,
            begin: None,
            end: None,
            order: Order::Created,
            descending: true,
        };
        let (mut search, mut query) = (None, None);
        let mut faults: Vec<FieldError> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in pairs {
            let value = value.as_str();
            let read = if seen.contains(&name) {
                Err("Send it once")
            } else if value.is_empty() && EMPTIED.contains(&name.as_str()) {
                Ok(())
            } else {
                match name.as_str() {
                    "page" => put(&mut asked.page, whole(value, LAST), "A whole number from 1"),
                    "per_page" => put(
                        &mut asked.per_page,
                        whole(value, MOST),
                        "A whole number from 1 to 100",
                    ),
                    "search" => put(
                        &mut search,
                        named(SEARCHED, value).map(Some),
                        "One of name, first_name, last_name, email, phone, tag, vat_id",
                    ),
                    "query" => {
                        let fits = value.chars().count() <= LONGEST;
                        let text = fits.then(|| Some(value.to_owned()));
                        put(&mut query, text, "At most 200 characters")
                    }
                    "date_begin" => put(&mut asked.begin, day(value).map(Some), DAY),
                    "date_end" => put(&mut asked.end, day(value).map(Some), DAY),
                    "order" => put(
                        &mut asked.order,
                        named(ORDERS, value),
                        "One of created_at, updated_at, id, name",
                    ),
                    "sort" => {
                        let descending = match value {
                            "asc" => Some(false),
                            "desc" => Some(true),
                            _ => None,
                        };
                        put(&mut asked.descending, descending, "asc or desc")
                    }
                    _ => continue,
                }
            };
            if let Err(message) = read {
                faults.push(FieldError {
                    field: name.clone().into(),
                    message: message.into(),
                });
            }
            seen.push(name);
        }
        asked.contains = query.map(|text| {
            let all = || SEARCHED.iter().map(|(_, field)| *field).collect();
            (search.map_or_else(all, |field| vec![field]), text)
        });
        if faults.is_empty() {
            Ok(asked)
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

const DAY: &str = "A day as YYYY-MM-DD";

fn put<T>(place: &mut T, value: Option<T>, wanted: &'static str) -> Result<(), &'static str> {
    *place = value.ok_or(wanted)?;
    Ok(())
}

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value)
}

fn day(text: &str) -> Option<NaiveDate> {
    let mut ends = MIDNIGHT.iter();
    let text = ends.find_map(|end| text.strip_suffix(*end)).unwrap_or(text);
    // As it is written, and in no other way that would be read as one.
    days::read(text).filter(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::numbered::Numbered;

    fn read(pairs: &[(&str, &str)]) -> Result<Asked, Vec<String>> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        match Asked::read(pairs.iter().map(owned).collect()) {
            Ok(asked) => Ok(asked),
            Err(Error::Invalid(faults)) => Err(faults
                .into_iter()
                .map(|fault| fault.field.into_owned())
                .collect()),
            Err(other) => Err(vec![other.to_string()]),
        }
    }

    #[test]
    fn each_parameter_is_held_to_what_it_may_be() {
        for (name, good, bad) in [
            (
                "page",
                &["1", "1000000000"][..],
                &["0", "-1", "x", "1.0", ""][..],
            ),
            ("per_page", &["1", "100"], &["0", "101", "+5", ""]),
            ("search", &["email", ""], &["mail"]),
            ("query", &["x", "%", ""], &[]),
            (
                "date_begin",
                &[
                    "2026-11-16",
                    "2026-11-16 00:00:00",
                    "2026-11-16T00:00:00Z",
                    "",
                ],
                &[
                    "16/11/2026",
                    "2026-02-30",
                    "2026-1-2",
                    "2026-11-16 12:00:00",
                    "2026-11-16 00:00:00 00:00:00",
                    " 00:00:00",
                ],
            ),
            ("date_end", &["2026-11-16", ""], &["+2026-11-16"]),
            ("order", &["created_at", "name"], &["kyc", ""]),
            ("sort", &["asc", "desc"], &["ASC", ""]),
        ] {
            for value in good {
                assert!(read(&[(name, value)]).is_ok(), "{name}={value}");
            }
            for value in bad {
                assert_eq!(
                    read(&[(name, value)]),
                    Err(vec![name.to_owned()]),
                    "{value}"
                );
            }
            assert_eq!(
                read(&[(name, good[0]), (name, good[0])]),
                Err(vec![name.to_owned()])
            );
        }
        assert!(read(&[("unknown", "x"), ("unknown", "y")]).is_ok());
        let long = "é".repeat(LONGEST);
        assert!(read(&[("query", &long)]).is_ok());
        assert!(read(&[("query", &format!("{long}é"))]).is_err());
    }

    #[test]
    fn a_page_says_where_it_lies() {
        let asked = read(&[("page", "3"), ("per_page", "2")]).expect("read");
        let found = |total| Numbered {
            rows: Vec::new(),
            total,
        };
        let page = Many::of(&asked, &found(5), vec!["e"]);
        assert_eq!((page.last_page, page.from, page.to), (3, Some(5), Some(5)));
        let beyond = Many::of(&asked, &found(4), Vec::<&str>::new());
        assert_eq!((beyond.last_page, beyond.from, beyond.to), (2, None, None));
        let none = Many::of(&asked, &found(0), Vec::<&str>::new());
        assert_eq!((none.last_page, none.total), (1, 0));
    }
}
