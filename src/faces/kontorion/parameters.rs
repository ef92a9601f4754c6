//! What may stand in the list's query, for whoever reads the document: made from the tables by which it is read.

use serde_json::{Value, json};

use super::query::{Compared, FIELDS, MOST_ROWS, PAGE, SHORT, operators};
use crate::{verifications::rules::Status, web::described::Parameter};

/// Every parameter.
pub(super) fn all() -> Vec<Parameter> {
    let own = [
        (
            "limit",
            "Verifications on a page.",
            json!({"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": PAGE}),
        ),
        (
            "cursor",
            "Where the page begins: `pagination.cursor` of the page before, with the same filters.",
            json!({"type": "string"}),
        ),
    ];
    let own = own.into_iter().map(|(name, about, schema)| Parameter {
        name: name.to_owned(),
        about: about.to_owned(),
        schema,
    });
    let short = SHORT.iter().map(|(name, field, operator)| Parameter {
        name: (*name).to_owned(),
        about: format!("The same as `{field}.{operator}`."),
        schema: one(compared(field)),
    });
    let compared = FIELDS.iter().flat_map(|(field, compared)| {
        operators(*compared).iter().map(move |operator| Parameter {
            name: format!("{field}.{operator}"),
            about: about(field, operator),
            schema: value(*compared, operator),
        })
    });
    own.chain(short).chain(compared).collect()
}

fn compared(field: &str) -> Compared {
    let known = FIELDS.iter().find(|(name, _)| *name == field);
    known.map_or(Compared::Nothing, |(_, compared)| *compared)
}

fn about(field: &str, operator: &str) -> String {
    let is = match operator {
        "eq" => "is this",
        "ne" => "is not this",
        "gt" => "is after this",
        "gte" => "is this or after it",
        "lt" => "is before this",
        "lte" => "is this or before it",
        "in" => "is one of these, parted by commas",
        _ => "contains this",
    };
    format!("Only where `{field}` {is}.")
}

/// Several values of `in` are one text.
fn value(compared: Compared, operator: &str) -> Value {
    match operator {
        "in" => json!({"type": "array", "items": one(compared), "minItems": 1, "maxItems": 100}),
        _ => one(compared),
    }
}

fn one(compared: Compared) -> Value {
    match compared {
        Compared::Id(_) => json!({"type": "string", "format": "uuid"}),
        Compared::Status => {
            let all: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
            json!({"type": "string", "enum": all})
        }
        Compared::Time(_) => json!({"type": "string", "format": "date-time"}),
        Compared::Text(_) | Compared::Nothing => json!({"type": "string"}),
    }
}
