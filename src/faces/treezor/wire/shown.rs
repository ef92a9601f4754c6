//! The two life cycles: the newer one answers numbers as numbers, the older one as texts (the vendor's page shows both). One
//! type says what is answered; the older form is made from it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::reviews::policy::rules::LifeCycle;

/// An answer in the form of the organisation's life cycle.
#[derive(Clone, Debug)]
pub enum Shown<T> {
    /// The newer form.
    New(T),
    /// The older one.
    Legacy(Legacy<T>),
}

impl<T> Shown<T> {
    /// In the form of this life cycle.
    pub const fn of(cycle: LifeCycle, answer: T) -> Self {
        match cycle {
            LifeCycle::New => Self::New(answer),
            LifeCycle::Legacy => Self::Legacy(Legacy(answer)),
        }
    }
}

impl<T: Serialize> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::New(answer) => answer.serialize(serializer),
            Self::Legacy(answer) => answer.serialize(serializer),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Shown<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Shown{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (new, legacy) = (
            generator.subschema_for::<T>(),
            generator.subschema_for::<Legacy<T>>(),
        );
        json_schema!({"anyOf": [new, legacy]})
    }
}

/// An answer with its numbers as texts.
#[derive(Clone, Debug)]
pub struct Legacy<T>(pub T);

impl<T: Serialize> Serialize for Legacy<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut answer = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        numbers_as_texts(&mut answer);
        answer.serialize(serializer)
    }
}

fn numbers_as_texts(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(numbers_as_texts),
        Value::Object(fields) => fields.values_mut().for_each(numbers_as_texts),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

impl<T: JsonSchema> JsonSchema for Legacy<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Legacy{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator).to_value();
        types_as_texts(&mut schema);
        Schema::try_from(schema).unwrap_or_default()
    }
}

/// The same for what is said of the answer. (What stands within is written out in it: see `inline`.)
fn types_as_texts(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(types_as_texts),
        Value::Object(fields) => {
            let number = |word: &Value| matches!(word.as_str(), Some("integer" | "number"));
            let mut changed = false;
            match fields.get_mut("type") {
                Some(Value::Array(words)) => {
                    for word in words.iter_mut().filter(|word| number(word)) {
                        (*word, changed) = ("string".into(), true);
                    }
                }
                Some(word) if number(word) => (*word, changed) = ("string".into(), true),
                _ => {}
            }
            if changed {
                fields.retain(|name, _| !matches!(name.as_str(), "format" | "minimum" | "maximum"));
            }
            fields.values_mut().for_each(types_as_texts);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Serialize, JsonSchema)]
    struct Within {
        number: Option<i64>,
        yes: bool,
    }

    #[derive(Serialize, JsonSchema)]
    struct Answer {
        list: Vec<Within>,
        word: &'static str,
    }

    #[test]
    fn the_older_form_has_its_numbers_as_texts_and_nothing_else_changes() {
        let answer = || Answer {
            list: vec![
                Within {
                    number: Some(7),
                    yes: true,
                },
                Within {
                    number: None,
                    yes: false,
                },
            ],
            word: "x",
        };
        let shown = |cycle| serde_json::to_value(Shown::of(cycle, answer())).expect("JSON");
        assert_eq!(
            shown(LifeCycle::New),
            json!({"list": [{"number": 7, "yes": true}, {"number": null, "yes": false}], "word": "x"})
        );
        assert_eq!(
            shown(LifeCycle::Legacy),
            json!({"list": [{"number": "7", "yes": true}, {"number": null, "yes": false}], "word": "x"})
        );
    }

    #[test]
    fn what_is_said_of_it_follows() {
        let mut schema = json!({"type": ["integer", "null"], "format": "int64", "title": "n"});
        types_as_texts(&mut schema);
        assert_eq!(schema, json!({"type": ["string", "null"], "title": "n"}));
    }
}
