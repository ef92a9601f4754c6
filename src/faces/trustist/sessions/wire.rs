//! What travels: a session, as it is sent and as it is answered.

mod answered;
mod asked;

pub use answered::SessionAnswer;
pub use asked::{OptionsBody, SessionBody};
