//! What a handler asks: the request as plain data, and the typed pieces a handler takes from it.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use crate::{
    access::actor::Origin,
    error::{Error, Result},
    value::RequestId,
    verifications::providers::Providers,
    web::described::Described,
};

/// A request, read whole at the edge.
#[derive(Clone, Debug)]
pub struct Input {
    /// Upper-case method.
    pub method: String,
    /// The path as asked.
    pub path: String,
    /// The path's named pieces.
    pub params: HashMap<String, String>,
    /// The query, as asked.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
    /// The body was larger than the route takes, and was thrown away.
    pub oversized: bool,
    /// `Content-Type` of the body.
    pub content_type: String,
    /// Whether htmx asks, and thus wants a fragment.
    pub htmx: bool,
    /// The id of the element htmx will replace.
    pub target: Option<String>,
    /// Where the asker came from, if it was a page of ours: a path with its query.
    pub referer: Option<String>,
    /// From where.
    pub origin: Origin,
    /// Its id.
    pub request: RequestId,
    /// Every `Idempotency-Key`, as its bytes came.
    pub idempotency_keys: Vec<Vec<u8>>,
    /// Path and query exactly as they came, as a signature covers them.
    pub target_as_received: String,
    /// Which languages the browser asks for, as it says so.
    pub languages: String,
    /// All headers by their lower-case names, where another machine sends them; none of a browser's.
    pub headers: HashMap<String, String>,
    /// How far the time of a signed request may be from ours.
    pub signed_within: chrono::TimeDelta,
    /// Whether the server holds demo accounts, which the sign-in page says.
    pub demo: bool,
    /// Where signed checkpoints of the audit log are written.
    pub checkpoints: std::path::PathBuf,
    /// Where papers are kept and who draws them.
    pub papers: crate::documents::Papers,
    /// Who answers checks.
    pub providers: Providers,
    /// Where this installation is reached.
    pub desk: Desk,
}

/// Where this installation is reached, for whoever follows a link from elsewhere.
#[derive(Clone, Debug)]
pub struct Desk(pub std::sync::Arc<str>);

impl Desk {
    /// A page of the desk as it is written in a message.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0.trim_end_matches('/'))
    }
}

/// A piece of a request that a handler takes as an argument.
pub trait FromInput: Sized + 'static {
    /// Reads it, or says what is wrong with it.
    fn from_input(input: &Input) -> Result<Self>;
    /// Says what it may be, to whoever reads a document of ours.
    fn describe(_: &mut Described<'_>) {}
}

/// The whole request.
impl FromInput for Input {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(input.clone())
    }
}

impl FromInput for Desk {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(input.desk.clone())
    }
}

/// Who answers checks.
impl FromInput for Providers {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(input.providers.clone())
    }
}

/// The path's `{id}`, or `{uuid}` where a vendor calls it so. What is no id is no such thing: 404.
pub struct Id<T>(pub T);

impl<T: std::str::FromStr + 'static> FromInput for Id<T> {
    fn from_input(input: &Input) -> Result<Self> {
        input
            .params
            .get("id")
            .or_else(|| input.params.get("uuid"))
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or(Error::NotFound)
    }

    fn describe(described: &mut Described<'_>) {
        described.id = Some(described.schemas.taken::<uuid::Uuid>());
    }
}

/// The query string as a struct; names may repeat where a field is a list. An unreadable value is 400.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromInput for Query<T> {
    fn from_input(input: &Input) -> Result<Self> {
        refuse_nul(input.query.as_bytes())?;
        serde_html_form::from_str(&input.query)
            .map(Self)
            .map_err(|error| Error::BadRequest(error.to_string().into()))
    }
}

/// The form in the body as a struct.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned + 'static> FromInput for Form<T> {
    fn from_input(input: &Input) -> Result<Self> {
        refuse_nul(&input.body)?;
        serde_html_form::from_bytes(&input.body)
            .map(Self)
            .map_err(|error| Error::BadRequest(error.to_string().into()))
    }
}

/// NUL is no character of any text; PostgreSQL would answer with an error of its own.
fn refuse_nul(encoded: &[u8]) -> Result<()> {
    if encoded.contains(&0) || encoded.windows(3).any(|piece| piece == b"%00") {
        return Err(Error::BadRequest("a NUL character is not text".into()));
    }
    Ok(())
}
