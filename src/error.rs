//! The one error of the house, named by what the asker can do about it. `web::problem` gives it a body: a page, a
//! fragment, or a face's own shape.

use std::borrow::Cow;

mod database;

/// What is wrong with one field: its name as in the form, and the sentence shown beside it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The field's name.
    pub field: Cow<'static, str>,
    /// A plain sentence.
    pub message: Cow<'static, str>,
}

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in; sign in and ask again.
    #[error("not signed in")]
    Unauthenticated,
    /// The password was right; the second factor is still to come.
    #[error("second factor needed")]
    CodeNeeded,
    /// Policy wants a second factor that this member has not set up yet.
    #[error("second factor must be set up")]
    CodeMissing,
    /// Signed in, but the role may not do this.
    #[error("not permitted")]
    Forbidden,
    /// No such thing in the asker's organisation and branches.
    #[error("not found")]
    NotFound,
    /// The request itself cannot be read.
    #[error("bad request: {0}")]
    BadRequest(Cow<'static, str>),
    /// Some fields must be mended.
    #[error("invalid: {0:?}")]
    Invalid(Vec<FieldError>),
    /// The thing changed since the asker saw it; look again.
    #[error("conflict: {0}")]
    Conflict(Cow<'static, str>),
    /// The rules do not allow this move now, whoever asks.
    #[error("refused: {0}")]
    Refused(Cow<'static, str>),
    /// Too often; wait so many seconds.
    #[error("too many requests, retry in {0} s")]
    TooMany(u64),
    /// The name of a request (`Idempotency-Key`) stands for another one already.
    #[error("idempotency key reused")]
    KeyReused,
    /// The body is of a kind that this address does not take.
    #[error("wrong media type")]
    WrongMedia,
    /// Too large.
    #[error("too large")]
    TooLarge,
    /// Something outside is away; try again in a moment.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The database went away in the middle of storing what was asked: it may have been done.
    #[error("it may have been done: look before you repeat it ({0})")]
    Unsure(String),
    /// Somebody outside is there and does not take what was asked of them; the same again is refused again.
    #[error("declined: {0}")]
    Declined(Cow<'static, str>),
    /// Too much of this is going on here; try again in a while.
    #[error("busy: {0}")]
    Busy(Cow<'static, str>),
    /// Our fault. The chain is logged, the asker sees the request's id.
    #[error("internal: {0:#}")]
    Internal(#[from] anyhow::Error),
}

/// The house's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl Error {
    /// One field that must be mended.
    pub fn field(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unauthenticated | Self::CodeNeeded => 401,
            Self::Forbidden | Self::CodeMissing => 403,
            Self::NotFound => 404,
            Self::Conflict(_) | Self::Refused(_) => 409,
            Self::TooLarge => 413,
            Self::WrongMedia => 415,
            Self::Invalid(_) | Self::KeyReused => 422,
            Self::TooMany(_) => 429,
            Self::Internal(_) => 500,
            Self::Unavailable(_) | Self::Unsure(_) | Self::Declined(_) | Self::Busy(_) => 503,
        }
    }
}
