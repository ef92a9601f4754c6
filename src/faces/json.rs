//! A machine's JSON: bounded in depth, without what is no text, and with "left out" told apart from "null".

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    error::{Error, FieldError, Result},
    web::input::{FromInput, Input},
};

/// How many objects and lists may stand in one another. Ours need four.
const DEEPEST: usize = 32;

/// The body, as `application/json`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromInput for Json<T> {
    fn from_input(input: &Input) -> Result<Self> {
        let media = input.content_type.split(';').next().unwrap_or_default();
        if !media.trim().eq_ignore_ascii_case("application/json") {
            return Err(Error::WrongMedia);
        }
        let unreadable = |why: &str| Error::BadRequest(why.to_owned().into());
        let value: Value = serde_json::from_slice(&input.body)
            .map_err(|_| unreadable("the body is no valid JSON"))?;
        sound(&value, DEEPEST).map_err(unreadable)?;
        // Said without the value: it may be personal.
        serde_path(value).map(Self)
    }
}

fn serde_path<T: DeserializeOwned>(value: Value) -> Result<T> {
    if !value.is_object() {
        return Err(Error::BadRequest("the body must be a JSON object".into()));
    }
    T::deserialize(&value).map_err(|_| wrong_type::<T>(&value))
}

/// Names the fields of the wrong type: those that cannot be read alone either. Every body of a face can be read without
/// any field, so that what is missing is said by its name too.
fn wrong_type<T: DeserializeOwned>(value: &Value) -> Error {
    let alone = |name: &str, value: &Value| {
        let one = Value::Object(std::iter::once((name.to_owned(), value.clone())).collect());
        T::deserialize(one).is_ok()
    };
    let fields: Vec<FieldError> = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| !alone(name, value))
        .map(|(name, _)| FieldError {
            field: name.clone().into(),
            message: "has the wrong type".into(),
        })
        .collect();
    if fields.is_empty() {
        Error::BadRequest("a field of the body has the wrong type".into())
    } else {
        Error::Invalid(fields)
    }
}

fn sound(value: &Value, depth: usize) -> Result<(), &'static str> {
    let text = |text: &str| {
        if text.contains('\0') {
            Err("a NUL character is not text")
        } else {
            Ok(())
        }
    };
    let deeper = depth.checked_sub(1).ok_or("the body is nested too deep");
    match value {
        Value::String(said) => text(said),
        Value::Array(items) => {
            let depth = deeper?;
            items.iter().try_for_each(|item| sound(item, depth))
        }
        Value::Object(fields) => {
            let depth = deeper?;
            fields.iter().try_for_each(|(name, value)| {
                text(name)?;
                sound(value, depth)
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// A field of a partial update.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// Left out: it stays.
    #[default]
    Absent,
    /// Null: it is cleared.
    Null,
    /// It becomes this.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    /// Use with `#[serde(default)]`: what is left out never comes here.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl Given<String> {
    /// Puts it into a field of a form, where an empty text is a value that is not there.
    pub fn put(self, field: &mut String) {
        match self {
            Self::Absent => {}
            Self::Null => field.clear(),
            Self::Value(value) => *field = value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Body {
        a: Given<String>,
        b: Given<String>,
        c: Given<String>,
    }

    #[test]
    fn left_out_null_and_given_are_three_things() {
        let body: Body = serde_json::from_str(r#"{"a": null, "b": "x"}"#).expect("read");
        assert_eq!(
            body,
            Body {
                a: Given::Null,
                b: Given::Value("x".to_owned()),
                c: Given::Absent
            }
        );
    }

    #[test]
    fn depth_and_nul_are_bounded() {
        let nested = |levels: usize| {
            let text = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
            serde_json::from_str::<Value>(&text).expect("JSON")
        };
        assert!(sound(&nested(32), DEEPEST).is_ok());
        assert!(sound(&nested(33), DEEPEST).is_err());
        assert!(sound(&serde_json::json!({"a": ["x\0"]}), DEEPEST).is_err());
        assert!(sound(&serde_json::json!({"a\0": 1}), DEEPEST).is_err());
    }
}
