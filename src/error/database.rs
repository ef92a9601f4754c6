//! What the database refuses, as what the asker can do about it.

use super::Error;

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            // Two wanted each other's rows; one of them goes first, the other may ask again.
            Diesel::DatabaseError(_, ref info) if info.message() == "deadlock detected" => {
                Self::Busy("Somebody else is at work on the same customers. Try again.".into())
            }
            Diesel::DatabaseError(_, ref info) if unavailable(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            other => Self::Internal(anyhow::Error::new(other)),
        }
    }
}

/// Messages of a server that is going away, coming back, out of space or too busy. Diesel keeps no SQLSTATE for these.
fn unavailable(message: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "terminating connection",
        "the database system is",
        "could not extend file",
        "No space left on device",
        "server closed the connection",
        "connection to server",
        "canceling statement due to",
        "no connection to the server",
        "could not write",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}
