//! The list's query: the vendor's seven parameters, and `field.op=value` for every field of the object that can be compared.

use chrono::{DateTime, Utc};
use uuid::fmt::Hyphenated;

use super::errors::OPERATORS;
use crate::{
    error::{Error, FieldError, Result},
    faces::{params::Parameters, whole},
    verifications::{
        compared::{Comparison, IdColumn, Order, TextColumn, TimeColumn},
        rules::Status,
    },
    web::described::Parameter,
};

/// Rows on a page, unless the caller asks for another number.
pub(super) const PAGE: usize = 50;
/// The most rows on a page.
pub(super) const MOST_ROWS: usize = 200;
/// The most comparisons of one list.
const MOST_COMPARISONS: usize = 50;
/// The most values of one `in`.
const MOST_VALUES: usize = 100;

/// What can be compared, and how.
#[derive(Clone, Copy)]
pub(super) enum Compared {
    Id(IdColumn),
    Text(TextColumn),
    /// One of a closed set.
    Status,
    Time(TimeColumn),
    /// It is known and has no operator.
    Nothing,
}

/// Every known field. Any other is ignored.
pub(super) const FIELDS: &[(&str, Compared)] = &[
    ("id", Compared::Id(IdColumn::Check)),
    ("organization_id", Compared::Id(IdColumn::Organisation)),
    ("customer_id", Compared::Id(IdColumn::Customer)),
    ("actor_id", Compared::Id(IdColumn::Actor)),
    ("verification_type", Compared::Text(TextColumn::Type)),
    ("check_type", Compared::Text(TextColumn::CheckType)),
    ("provider", Compared::Text(TextColumn::Provider)),
    ("provider_reference", Compared::Text(TextColumn::Reference)),
    ("status", Compared::Status),
    ("verified_at", Compared::Time(TimeColumn::Verified)),
    ("expires_at", Compared::Time(TimeColumn::Expires)),
    ("last_checked_at", Compared::Time(TimeColumn::Checked)),
    ("created_at", Compared::Time(TimeColumn::Created)),
    ("updated_at", Compared::Time(TimeColumn::Updated)),
    // Made when it is answered, from the round or the provider.
    ("reason", Compared::Nothing),
    // An object.
    ("result_payload", Compared::Nothing),
    // Parameters of their own.
    ("occurred_after", Compared::Nothing),
    ("occurred_before", Compared::Nothing),
    ("limit", Compared::Nothing),
    ("cursor", Compared::Nothing),
];

/// The operators that make sense for each.
pub(super) const fn operators(compared: Compared) -> &'static [&'static str] {
    match compared {
        Compared::Id(_) | Compared::Status => &["eq", "ne", "in"],
        Compared::Text(_) => &["eq", "ne", "in", "contains"],
        Compared::Time(_) => &["eq", "ne", "gt", "gte", "lt", "lte"],
        Compared::Nothing => &[],
    }
}

/// The vendor's own parameters, as comparisons.
pub(super) const SHORT: &[(&str, &str, &str)] = &[
    ("customer_id", "customer_id", "eq"),
    ("status", "status", "eq"),
    ("verification_type", "verification_type", "eq"),
    ("occurred_after", "created_at", "gte"),
    ("occurred_before", "created_at", "lt"),
];

/// What a caller asks to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// All must hold, also where one is given twice.
    pub comparisons: Vec<Comparison>,
    /// How many rows.
    pub limit: usize,
    /// The sealed place of the page before.
    pub cursor: Option<String>,
    /// What a cursor of this list is bound to.
    pub bound_to: String,
}

impl Parameters for Asked {
    fn all() -> Vec<Parameter> {
        super::parameters::all()
    }

    fn read(pairs: Vec<(String, String)>) -> Result<Self> {
        read(&pairs)
    }
}

/// Reads a query; each fault is named.
fn read(pairs: &[(String, String)]) -> Result<Asked> {
    let mut asked = Asked {
        comparisons: Vec::new(),
        limit: PAGE,
        cursor: None,
        bound_to: bound_to(pairs),
    };
    let mut errors = Vec::new();
    for (place, (name, value)) in pairs.iter().enumerate() {
        let before = pairs[..place]
            .iter()
            .filter(|(known, _)| known == name)
            .count();
        let read = match before {
            1 if single(name) => Err("Send it once".to_owned()),
            // Said already.
            2.. if single(name) => continue,
            _ => one(&mut asked, name, value),
        };
        if let Err(message) = read {
            errors.push(FieldError {
                field: name.clone().into(),
                message: message.into(),
            });
        }
    }
    if asked.comparisons.len() > MOST_COMPARISONS {
        return Err(Error::BadRequest("at most 50 filters at once".into()));
    }
    if errors.is_empty() {
        Ok(asked)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Whether a parameter has one value. A comparison may come more than once: all must hold.
fn single(name: &str) -> bool {
    name == "limit" || name == "cursor" || SHORT.iter().any(|(short, _, _)| *short == name)
}

fn one(asked: &mut Asked, name: &str, value: &str) -> Result<(), String> {
    if name == "limit" {
        asked.limit = whole(value, MOST_ROWS).ok_or("Send a whole number from 1 to 200")?;
        return Ok(());
    }
    if name == "cursor" {
        asked.cursor = Some(value.to_owned());
        return Ok(());
    }
    let (field, operator) = match SHORT.iter().find(|(short, _, _)| *short == name) {
        Some((_, field, operator)) => (*field, *operator),
        None => match name.split_once('.') {
            Some(split) => split,
            None => return Ok(()),
        },
    };
    let Some((_, compared)) = FIELDS.iter().find(|(known, _)| *known == field) else {
        return Ok(());
    };
    let has = operators(*compared);
    if !has.contains(&operator) {
        return Err(match has {
            [] => format!("{OPERATORS}no operators"),
            has => format!("{OPERATORS}{}", has.join(", ")),
        });
    }
    let comparison = comparison(*compared, operator, value)?;
    asked.comparisons.extend(comparison);
    Ok(())
}

fn comparison(
    compared: Compared,
    operator: &str,
    value: &str,
) -> Result<Option<Comparison>, String> {
    Ok(Some(match compared {
        Compared::Id(column) => {
            let mut ids = each(operator, value, |text| {
                let id: Result<Hyphenated, _> = text.parse();
                id.map(Hyphenated::into_uuid)
                    .map_err(|_| "Send a UUID".to_owned())
            })?;
            match operator {
                "ne" => Comparison::IdNot(column, ids.remove(0)),
                _ => Comparison::IdIn(column, ids),
            }
        }
        Compared::Status => {
            let known = |text: &str| {
                let status: Result<Status, _> = text.parse();
                status
                    .map(|status| status.as_str().to_owned())
                    .map_err(|_| statuses())
            };
            texts(TextColumn::Status, operator, each(operator, value, known)?)
        }
        Compared::Text(column) if operator == "contains" => {
            Comparison::Contains(column, value.to_owned())
        }
        Compared::Text(column) => {
            let values = each(operator, value, |text| Ok(text.to_owned()))?;
            texts(column, operator, values)
        }
        Compared::Time(column) => {
            let order = match operator {
                "eq" => Order::Equal,
                "ne" => Order::Unequal,
                "gt" => Order::After,
                "gte" => Order::From,
                "lt" => Order::Before,
                _ => Order::Until,
            };
            let moment = moment(value).ok_or(
                "Send a moment as RFC 3339 has it: 2026-01-31T09:30:00Z, or with an offset",
            )?;
            Comparison::Time(column, order, moment)
        }
        Compared::Nothing => return Ok(None),
    }))
}

fn texts(column: TextColumn, operator: &str, mut values: Vec<String>) -> Comparison {
    match operator {
        "ne" => Comparison::TextNot(column, values.remove(0)),
        _ => Comparison::TextIn(column, values),
    }
}

/// The values of `in`, parted by commas; else the one value. Never none.
fn each<T>(
    operator: &str,
    value: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    if operator != "in" {
        return Ok(vec![read(value)?]);
    }
    let values = value
        .split(',')
        .map(read)
        .collect::<Result<Vec<T>, String>>()?;
    if values.len() > MOST_VALUES {
        return Err("At most 100 values".to_owned());
    }
    Ok(values)
}

/// Said where a status is none.
pub(super) fn statuses() -> String {
    let names: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    format!("Send one of {}", names.join(", "))
}

/// A moment by RFC 3339. The plus of an offset that was not escaped comes as a space, and is meant all the same.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let mut text = text.to_owned();
    let at = text.len().checked_sub("+00:00".len());
    if let Some(at) = at.filter(|at| text.as_bytes()[*at] == b' ') {
        text.replace_range(at..=at, "+");
    }
    let read = DateTime::parse_from_rfc3339(&text).ok()?;
    Some(read.with_timezone(&Utc))
}

/// What a cursor is bound to: the endpoint and the filters, in whatever order they were sent. Not how many rows are asked
/// for: a page may be longer than the one before.
fn bound_to(pairs: &[(String, String)]) -> String {
    let mut filters: Vec<&(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name != "limit" && name != "cursor")
        .filter(|(name, _)| {
            let field = name
                .split_once('.')
                .map_or(name.as_str(), |(field, _)| field);
            FIELDS.iter().any(|(known, _)| *known == field)
        })
        .collect();
    filters.sort();
    let filters = serde_json::json!(filters);
    format!("kontorion-verifications {filters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Vec<(String, String)> {
        serde_html_form::from_str(query).expect("a query")
    }

    fn wrong(query: &str) -> Vec<(String, String)> {
        match read(&pairs(query)) {
            Err(Error::Invalid(errors)) => errors
                .into_iter()
                .map(|error| (error.field.into_owned(), error.message.into_owned()))
                .collect(),
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn every_field_takes_the_operators_of_the_table_and_no_other() {
        const ALL: [&str; 9] = [
            "eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "like",
        ];
        for (field, compared) in FIELDS {
            let value = match compared {
                Compared::Id(_) => "0193d9c8-0000-7000-8000-000000000000",
                Compared::Status => "pending",
                Compared::Time(_) => "2026-01-31T09:30:00Z",
                _ => "x",
            };
            for operator in ALL {
                let query = format!("{field}.{operator}={value}");
                if operators(*compared).contains(&operator) {
                    let asked = read(&pairs(&query)).expect("a comparison");
                    assert_eq!(asked.comparisons.len(), 1, "{query}");
                } else {
                    let errors = wrong(&query);
                    assert_eq!(errors[0].0, format!("{field}.{operator}"));
                    assert!(errors[0].1.starts_with(OPERATORS), "{query}");
                }
            }
        }
    }

    #[test]
    fn each_fault_is_named_and_what_is_unknown_is_ignored() {
        let errors = wrong("limit=0&status=lost&created_at.in=x&customer_id.ne=7&unknown=1&a.b=2");
        let fields: Vec<&str> = errors.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            ["limit", "status", "created_at.in", "customer_id.ne"]
        );
        let twice = wrong("limit=1&limit=2&limit=3&status=failed&status=failed&id.ne=x");
        let fields: Vec<&str> = twice.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["limit", "status", "id.ne"]);
        let asked = read(&pairs("unknown=1&colour.eq=red&provider=acme")).expect("a query");
        assert!(asked.comparisons.is_empty() && asked.limit == PAGE);
    }

    #[test]
    fn an_offset_is_read_also_where_its_plus_became_a_space() {
        let noon = moment("2026-01-31T12:00:00Z");
        assert!(noon.is_some());
        for same in [
            "2026-01-31T14:00:00+02:00",
            "2026-01-31T14:00:00 02:00",
            "2026-01-31T10:30:00-01:30",
            "2026-01-31T12:00:00.000Z",
        ] {
            assert_eq!(moment(same), noon, "{same}");
        }
        for not in [
            "",
            "2026-01-31",
            "2026-01-31T12:00:00",
            "now",
            "é00:00",
            "1",
        ] {
            assert_eq!(moment(not), None, "{not}");
        }
    }

    #[test]
    fn a_cursor_is_bound_to_the_filters_in_any_order_and_to_nothing_else() {
        let of = |query| bound_to(&pairs(query));
        assert_eq!(
            of("status=pending&limit=2&provider.eq=a&utm=x"),
            of("provider.eq=a&status=pending&cursor=abc&limit=9")
        );
        assert_ne!(of("status=pending"), of("status=failed"));
        assert_ne!(of("status=pending"), of("status.ne=pending"));
        assert_ne!(of(""), of("status=pending"));
    }
}
