//! The path's `{id}` as this face has it: a whole number.

use schemars::json_schema;

use super::wire::numbers::whole;
use crate::{
    error::{Error, Result},
    web::{
        described::Described,
        input::{FromInput, Input},
    },
};

/// The number in the path. What is none is 400; one that is too large names nothing.
pub(super) struct Number(pub i64);

impl FromInput for Number {
    fn from_input(input: &Input) -> Result<Self> {
        let text = input.params.get("id").map_or("", String::as_str);
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Error::field("id", "a whole number"));
        }
        whole(text).map(Self).ok_or(Error::NotFound)
    }

    fn describe(described: &mut Described<'_>) {
        described.id = Some(json_schema!({"type": "integer", "format": "int64"}));
    }
}
