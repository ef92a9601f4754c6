//! `POST /oauth/token`: the client credentials grant (RFC 6749, 4.4), with the errors of its section 5.2.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::Exchange;
use crate::{
    access::keys::{guard::Key, token},
    error::{Error, Result},
    web::{
        answer::Answer,
        described::Described,
        input::{FromInput, Input},
        reply::Reply,
    },
};

/// How a form travels.
const FORM: &str = "application/x-www-form-urlencoded";
/// The one grant there is.
const GRANT: &str = "client_credentials";

type Pairs = Vec<(String, String)>;

/// The pairs of a form; nothing where the body is none.
pub(super) fn pairs(input: &Input) -> Option<Pairs> {
    let media = input.content_type.split(';').next().unwrap_or_default();
    if !media.trim().eq_ignore_ascii_case(FORM) {
        return None;
    }
    serde_html_form::from_bytes(&input.body).ok()
}

/// A parameter, which may come once (3.2). One without a value counts as left out.
pub(super) fn one<'a>(form: &'a Pairs, name: &str) -> Result<Option<&'a str>> {
    let mut found = form.iter().filter(|(known, _)| known == name);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Error::BadRequest("send each parameter once".into())),
        (one, None) => Ok(one
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())),
    }
}

/// What is asked of the token endpoint. The client's credentials stand here or in HTTP Basic.
#[derive(JsonSchema)]
#[schemars(rename = "TokenRequest")]
#[expect(dead_code, reason = "it says in the document what the form holds")]
struct Form {
    /// Always this.
    #[schemars(regex(pattern = "^client_credentials$"))]
    grant_type: String,
    /// The key's id.
    client_id: Option<String>,
    /// The key's secret.
    client_secret: Option<String>,
    /// Names of permissions that the key holds, spaces between them; all of them where it is left out.
    scope: Option<String>,
}

/// What was asked, with its one grant.
pub(super) struct Asked {
    scope: Option<String>,
}

impl FromInput for Asked {
    fn from_input(input: &Input) -> Result<Self> {
        let form = pairs(input).ok_or(Error::BadRequest(
            "send a form: application/x-www-form-urlencoded".into(),
        ))?;
        match one(&form, "grant_type")? {
            Some(GRANT) => {}
            Some(_) => return Err(Error::field("grant_type", "client_credentials alone")),
            None => return Err(Error::BadRequest("grant_type is missing".into())),
        }
        Ok(Self {
            scope: one(&form, "scope")?.map(str::to_owned),
        })
    }

    fn describe(described: &mut Described<'_>) {
        described.body = Some(described.schemas.taken::<Form>());
        described.media = FORM;
    }
}

/// A token.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Token")]
pub(super) struct Granted {
    /// A JWT: send it as `Authorization: Bearer`.
    access_token: String,
    /// How it is sent.
    #[schemars(regex(pattern = "^Bearer$"))]
    token_type: &'static str,
    /// For how many seconds it is believed.
    expires_in: i64,
    /// What it opens, spaces between the names.
    scope: String,
}

/// Nothing changes by it, so it is asked for anew whatever `Idempotency-Key` says.
pub(super) fn exchange(by: Key<Exchange>, asked: Asked) -> Result<Reply<Granted>> {
    let held: Vec<&str> = by.caller.permissions.iter().map(String::as_str).collect();
    let scopes = match &asked.scope {
        None => held,
        Some(scope) => {
            let asked: Vec<&str> = scope.split(' ').filter(|one| !one.is_empty()).collect();
            if asked.is_empty() || !asked.iter().all(|one| held.contains(one)) {
                return Err(Error::field("scope", "no more than the key holds"));
            }
            held.into_iter().filter(|one| asked.contains(one)).collect()
        }
    };
    Ok(Reply::new(&Granted {
        access_token: by.token(&scopes)?,
        token_type: "Bearer",
        expires_in: token::LIFE.num_seconds(),
        scope: scopes.join(" "),
    }))
}

/// Why there is no token.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TokenProblem")]
pub struct Problem {
    /// What kind of problem it is.
    error: Code,
    /// In a sentence. Never repeats what was sent.
    error_description: Cow<'static, str>,
}

/// The first four are the standard's for this endpoint. The others are ours, after its names for the endpoint beside it.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TokenProblemCode")]
enum Code {
    /// What was sent cannot be read.
    InvalidRequest,
    /// No such client, or another secret.
    InvalidClient,
    /// There is one grant.
    UnsupportedGrantType,
    /// More than the key holds.
    InvalidScope,
    /// Too often, or something is away.
    TemporarilyUnavailable,
    /// A fault of ours.
    ServerError,
}

/// The endpoint's answer to an error.
pub fn answer(error: &Error, status: u16) -> Answer {
    let field = |name: &str| matches!(error, Error::Invalid(all) if all.iter().any(|one| one.field == name));
    let (status, code) = match error {
        Error::Unauthenticated | Error::CodeNeeded => (401, Code::InvalidClient),
        Error::TooMany(_) => (429, Code::TemporarilyUnavailable),
        Error::Unavailable(_) | Error::Unsure(_) | Error::Declined(_) | Error::Busy(_) => {
            (503, Code::TemporarilyUnavailable)
        }
        Error::Internal(_) => (500, Code::ServerError),
        Error::NotFound => (status, Code::InvalidRequest),
        Error::TooLarge => (413, Code::InvalidRequest),
        _ if field("grant_type") => (400, Code::UnsupportedGrantType),
        _ if field("scope") => (400, Code::InvalidScope),
        _ => (400, Code::InvalidRequest),
    };
    let said: Cow<'static, str> = match (error, code) {
        (Error::BadRequest(why), _) => why.clone(),
        (_, Code::InvalidClient) => "The client's credentials are missing or open nothing.".into(),
        (_, Code::UnsupportedGrantType) => "The grant is client_credentials.".into(),
        (_, Code::InvalidScope) => "Ask for no more than the key holds.".into(),
        (_, Code::TemporarilyUnavailable) => "Try again in a moment.".into(),
        (_, Code::ServerError) => "Something went wrong here.".into(),
        (_, Code::InvalidRequest) => "Send a form by POST, of an ordinary length.".into(),
    };
    let answer = Answer::json(
        status,
        &Problem {
            error: code,
            error_description: said,
        },
    );
    if status == 401 {
        answer.with("www-authenticate", "Basic realm=\"oauth\"")
    } else {
        answer
    }
}
