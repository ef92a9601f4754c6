//! What an operation takes and answers, as the types in its handler's signature say it: guard, pieces of the request and
//! reply each add their part. [`crate::faces::openapi`] writes the document of a face from it.

use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform,
};
use serde_json::{Map, Value};

/// Where a document keeps the schemas that its operations share.
const SHARED: &str = "/components/schemas";

/// The schemas of a document. What is taken and what is answered are told apart: a field that may be left out when it is
/// sent is always there when it is answered.
pub struct Schemas {
    taken: SchemaGenerator,
    answered: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        // What is left out reads as nothing, which is no value that somebody might send.
        let bare = |schema: &mut Schema| {
            if schema.get("default").is_some_and(Value::is_null) {
                schema.remove("default");
            }
        };
        let settings = || {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = SHARED.into();
            settings.with_transform(RecursiveTransform(bare))
        };
        Self {
            taken: settings().for_deserialize().into_generator(),
            answered: settings().for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// What is sent to us.
    pub fn taken<T: JsonSchema>(&mut self) -> Schema {
        self.taken.subschema_for::<T>()
    }

    /// What we send.
    pub fn answered<T: JsonSchema>(&mut self) -> Schema {
        self.answered.subschema_for::<T>()
    }

    /// All that were asked for, by name. A name has one meaning: a type is either taken or answered, or the same both ways.
    pub fn shared(mut self) -> Map<String, Value> {
        let mut shared = self.taken.take_definitions(true);
        for (name, schema) in self.answered.take_definitions(true) {
            let other = shared.insert(name.clone(), schema.clone());
            debug_assert!(other.is_none_or(|other| other == schema), "two are {name}");
        }
        shared.sort_keys();
        shared
    }
}

/// A parameter of a query.
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it does, in a sentence.
    pub about: String,
    /// What it may be.
    pub schema: Value,
}

/// An operation, as far as its handler's types tell.
pub struct Described<'a> {
    /// The document's schemas.
    pub schemas: &'a mut Schemas,
    /// The permissions of which any one is enough.
    pub permissions: &'static [&'static str],
    /// What the path's `{id}` may be, where it is not any text.
    pub id: Option<Schema>,
    /// The query.
    pub parameters: Vec<Parameter>,
    /// The body.
    pub body: Option<Schema>,
    /// How it travels.
    pub media: &'static str,
    /// What is answered where all goes well.
    pub answers: Vec<(u16, Schema)>,
    /// Headers of such an answer that say something of their own: the name, and what it says.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl<'a> Described<'a> {
    /// Nothing is said yet.
    pub const fn new(schemas: &'a mut Schemas) -> Self {
        Self {
            schemas,
            permissions: &[],
            id: None,
            parameters: Vec::new(),
            body: None,
            media: "application/json",
            answers: Vec::new(),
            headers: Vec::new(),
        }
    }
}
