//! What a handler returns. A page is an [`Answer`]; what a machine gets is a [`Reply`], whose type says what stands in it.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;

use crate::web::{answer::Answer, described::Described};

/// What a handler may return.
pub trait IntoAnswer {
    /// The answer that is sent.
    fn into_answer(self) -> Answer;
    /// Says what it may be.
    fn describe(_: &mut Described<'_>) {}
}

impl IntoAnswer for Answer {
    fn into_answer(self) -> Answer {
        self
    }
}

/// `T` as JSON with the status `STATUS`, or, where the operation has a second ordinary end, `ALSO`.
pub struct Reply<T, const STATUS: u16 = 200, const ALSO: u16 = STATUS> {
    answer: Answer,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize, const STATUS: u16, const ALSO: u16> Reply<T, STATUS, ALSO> {
    /// The ordinary end.
    pub fn new(body: &T) -> Self {
        Self::kept(Answer::json(STATUS, body))
    }

    /// The other one.
    pub fn also(body: &T) -> Self {
        Self::kept(Answer::json(ALSO, body))
    }

    /// One that was given before, as it was kept.
    pub const fn kept(answer: Answer) -> Self {
        Self {
            answer,
            of: PhantomData,
        }
    }

    /// With one more header.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        Self::kept(self.answer.with(name, value))
    }

    /// As it is sent.
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }
}

/// A page of a list whose next page has its address in the header `Link`.
pub struct Linked<T>(Reply<T>);

impl<T: Serialize> Linked<T> {
    /// `next`: path and query of the next page, where there is one.
    pub fn new(page: &T, next: Option<&str>) -> Self {
        let reply = Reply::new(page);
        Self(match next {
            Some(next) => reply.with("link", format!("<{next}>; rel=\"next\"")),
            None => reply,
        })
    }
}

impl<T: Serialize + JsonSchema> IntoAnswer for Linked<T> {
    fn into_answer(self) -> Answer {
        self.0.into_answer()
    }

    fn describe(described: &mut Described<'_>) {
        Reply::<T>::describe(described);
        described.headers.push((
            "Link",
            "The address of the next page, as `<…>; rel=\"next\"`. The last page has none.",
        ));
    }
}

impl<T: Serialize + JsonSchema, const STATUS: u16, const ALSO: u16> IntoAnswer
    for Reply<T, STATUS, ALSO>
{
    fn into_answer(self) -> Answer {
        self.answer
    }

    fn describe(described: &mut Described<'_>) {
        let schema = described.schemas.answered::<T>();
        described.answers.push((STATUS, schema.clone()));
        if ALSO != STATUS {
            described.answers.push((ALSO, schema));
        }
    }
}
