//! `manual`: a person decides on the desk. Also whoever is named and not known here: another system may answer for them.

use super::{Answer, Provider, Question, Step};
use crate::{db::Read, error::Result};

/// A person at the desk.
pub struct Manual;

impl Provider for Manual {
    fn start(&self, _tx: &mut Read<'_>, _question: &Question<'_>) -> Result<Step> {
        Ok(Step::Answered(Answer::pending()))
    }
}
