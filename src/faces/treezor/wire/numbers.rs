//! Numbers as callers write them. The vendor's older answers give numbers as texts, and its callers send back what they were
//! given: both ways of writing one are taken.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

/// A whole number, or its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole(pub i64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => whole(&text),
            _ => None,
        };
        number
            .map(Self)
            .ok_or_else(|| D::Error::custom("no whole number"))
    }
}

/// Digits, perhaps with a minus before them.
pub fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

macro_rules! written {
    ($name:ident, $plain:tt, $pattern:literal) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"anyOf": [$plain, {"type": "string", "pattern": $pattern}]})
            }
        }
    };
}

written!(Whole, {"type": "integer"}, "^-?[0-9]+$");
written!(Plain, {"type": "number"}, "");
// The bounds are those of a number alone.
written!(
    Flag,
    {"type": ["boolean", "integer"], "minimum": 0, "maximum": 1},
    "^(0|1|true|false)$"
);

/// A number or a text, as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(pub String);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => Ok(Self(number.to_string())),
            Value::String(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("neither a number nor a text")),
        }
    }
}

/// Yes or no: a truth value, 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = match Value::deserialize(deserializer)? {
            Value::Bool(said) => return Ok(Self(said)),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text,
            _ => String::new(),
        };
        match word.as_str() {
            "1" | "true" => Ok(Self(true)),
            "0" | "false" => Ok(Self(false)),
            _ => Err(D::Error::custom("neither yes nor no")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_either_way() {
        for (text, number) in [("7", Some(7)), ("\"7\"", Some(7)), ("-1", Some(-1))] {
            assert_eq!(serde_json::from_str::<Whole>(text).ok(), number.map(Whole));
        }
        for not in ["7.5", "\"+7\"", "\"\"", "\" 7\"", "true", "null", "\"7x\""] {
            assert!(serde_json::from_str::<Whole>(not).is_err(), "{not}");
        }
    }

    #[test]
    fn yes_and_no_are_written_in_three_ways() {
        for (text, said) in [("true", true), ("1", true), ("\"0\"", false)] {
            let flag: Flag = serde_json::from_str(text).expect("a flag");
            assert_eq!(flag.0, said, "{text}");
        }
        for not in ["2", "\"yes\"", "[]", "null"] {
            assert!(serde_json::from_str::<Flag>(not).is_err(), "{not}");
        }
    }
}
