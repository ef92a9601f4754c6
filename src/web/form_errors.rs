//! What a page says of a form that was refused: beside each field, and in the list at the form's top.

use crate::error::FieldError;

/// How a page reads the errors of its form.
pub trait FormErrors {
    /// What is wrong with a field.
    fn of(&self, field: &str) -> Option<&str>;

    /// Every error by the id of the element that mends it, which is `id` of the field's name.
    fn listed_by<'a, I>(&'a self, id: impl Fn(&'a str) -> I) -> Vec<(I, &'a str)>;

    /// Every error by its field's name, where that is the id of the element that mends it.
    fn listed(&self) -> Vec<(&str, &str)> {
        self.listed_by(|field| field)
    }
}

impl FormErrors for [FieldError] {
    fn of(&self, field: &str) -> Option<&str> {
        let found = self.iter().find(|error| error.field == field);
        found.map(|error| error.message.as_ref())
    }

    fn listed_by<'a, I>(&'a self, id: impl Fn(&'a str) -> I) -> Vec<(I, &'a str)> {
        self.iter()
            .map(|error| (id(&error.field), error.message.as_ref()))
            .collect()
    }
}
