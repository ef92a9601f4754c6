//! The most urgent round, for whoever asks.

use super::{hold, whoever};
use crate::{
    audit::event::What,
    db::Change,
    error::{Error, Result},
    reviews::store::rounds::{self, Review},
};

/// Takes the most urgent open round of my branches that nobody holds; nothing where there is none.
pub fn next(tx: &mut Change<'_>) -> Result<Option<Review>> {
    let me = whoever(tx)?;
    let Some(review) = rounds::next(tx, me)? else {
        return Ok(None);
    };
    hold(tx, &review, Some(me), What::ReviewClaimed)?;
    Ok(Some(review))
}

/// The same; that nothing is left is not found, so that a change which did nothing is not kept.
pub fn next_or_nothing(tx: &mut Change<'_>) -> Result<Review> {
    next(tx)?.ok_or(Error::NotFound)
}
