//! A machine's JSON: bounded in depth, without what is no text, and with "left out" told apart from "null".

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    error::{Error, FieldError, Result},
    web::{
        described::Described,
        input::{FromInput, Input},
    },
};

/// How many objects and lists may stand in one another. Ours need four.
const DEEPEST: usize = 32;

/// The body, as `application/json`, with nothing wrong about its types.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + 'static> FromInput for Json<T> {
    fn from_input(input: &Input) -> Result<Self> {
        let Body { read, wrong } = Body::from_input(input)?;
        if wrong.is_empty() {
            Ok(Self(read))
        } else {
            Err(Error::Invalid(wrong))
        }
    }

    fn describe(described: &mut Described<'_>) {
        Body::<T>::describe(described);
    }
}

/// The body, as `application/json`, and which fields of it have the wrong type. Those read as left out, so that whoever
/// takes it can say at once what else must be mended. Every body of a face can be read without any field.
pub struct Body<T> {
    /// What could be read.
    pub read: T,
    /// What could not; a field of an object within goes by both names, `address.city`.
    pub wrong: Vec<FieldError>,
}

impl<T: DeserializeOwned + JsonSchema + 'static> FromInput for Body<T> {
    fn from_input(input: &Input) -> Result<Self> {
        let media = input.content_type.split(';').next().unwrap_or_default();
        if !media.trim().eq_ignore_ascii_case("application/json") {
            return Err(Error::WrongMedia);
        }
        let coding = input.headers.get("content-encoding");
        if coding.is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity")) {
            return Err(Error::WrongMedia);
        }
        let unreadable = |why: &str| Error::BadRequest(why.to_owned().into());
        let value: Value = serde_json::from_slice(&input.body)
            .map_err(|_| unreadable("the body is no valid JSON"))?;
        sound(&value, DEEPEST).map_err(unreadable)?;
        let Value::Object(fields) = value else {
            return Err(unreadable("the body must be a JSON object"));
        };
        // Said without the values: they may be personal.
        read(fields).map_err(unreadable)
    }

    fn describe(described: &mut Described<'_>) {
        described.body = Some(described.schemas.taken::<T>());
    }
}

type Fields = serde_json::Map<String, Value>;

fn read<T: DeserializeOwned>(mut fields: Fields) -> Result<Body<T>, &'static str> {
    let mut wrong = Vec::new();
    if T::deserialize(&fields).is_err() {
        fields = without_wrong::<T>(fields, &mut wrong);
    }
    match T::deserialize(fields) {
        Ok(read) => Ok(Body { read, wrong }),
        Err(_) => Err("a field of the body has the wrong type"),
    }
}

/// Takes out and names the fields of the wrong type: those that cannot be read alone either. Of an object, its own fields.
fn without_wrong<T: DeserializeOwned>(fields: Fields, wrong: &mut Vec<FieldError>) -> Fields {
    let alone = |name: &str, value: Value| {
        let one: Fields = std::iter::once((name.to_owned(), value)).collect();
        T::deserialize(one).is_ok()
    };
    let mut name_it = |name: String| {
        wrong.push(FieldError {
            field: name.into(),
            message: "has the wrong type".into(),
        });
    };
    let mut kept = Fields::new();
    for (name, value) in fields {
        if alone(&name, value.clone()) {
            kept.insert(name, value);
        } else if let Value::Object(inner) = value
            && alone(&name, Value::Object(Fields::new()))
        {
            let mut sound = Fields::new();
            for (part, value) in inner {
                let one: Fields = std::iter::once((part.clone(), value.clone())).collect();
                if alone(&name, Value::Object(one)) {
                    sound.insert(part, value);
                } else {
                    name_it(format!("{name}.{part}"));
                }
            }
            kept.insert(name, Value::Object(sound));
        } else {
            name_it(name);
        }
    }
    kept
}

/// An object within a body. (Derived reading takes a list too, as the fields in their order.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        T::deserialize(fields)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
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

/// What may be left out, or null, or given.
impl<T: JsonSchema> JsonSchema for Given<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
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

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Outer {
        a: Given<String>,
        inner: Given<Object<Body>>,
    }

    #[test]
    fn every_field_of_the_wrong_type_is_named_and_the_others_are_read() {
        let named = |text: &str| {
            let body: super::Body<Outer> =
                read(serde_json::from_str(text).expect("an object")).expect("read");
            let fields: Vec<String> = body.wrong.iter().map(|one| one.field.to_string()).collect();
            (fields.join(" "), body.read)
        };
        let (wrong, read) = named(r#"{"a": "x", "inner": {"a": 1, "b": "y", "c": []}, "more": 7}"#);
        assert_eq!(wrong, "inner.a inner.c");
        let inner = Body {
            b: Given::Value("y".to_owned()),
            ..Body::default()
        };
        assert_eq!(read.inner, Given::Value(Object(inner)));
        for list in ["[]", r#"["x", "y", "z"]"#, "7", r#""x""#] {
            let (wrong, read) = named(&format!(r#"{{"a": [], "inner": {list}}}"#));
            assert_eq!(
                (wrong.as_str(), read),
                ("a inner", Outer::default()),
                "{list}"
            );
        }
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
