//! A page as it is answered, with its counts beside the rows.

use schemars::JsonSchema;
use serde::Serialize;

use super::Asked;
use crate::customers::numbered::Numbered;

/// A page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Many<T> {
    /// They.
    pub(super) data: Vec<T>,
    /// Which page this is.
    pub(super) current_page: usize,
    /// Which page is the last.
    pub(super) last_page: usize,
    /// Rows on a page.
    pub(super) per_page: usize,
    /// How many there are on all pages.
    pub(super) total: usize,
    /// The place of the first row among all, from 1; null on a page without rows.
    pub(super) from: Option<usize>,
    /// The place of the last one.
    pub(super) to: Option<usize>,
}

impl<T> Many<T> {
    /// A page as it was asked for and found.
    pub fn of(asked: &Asked, found: &Numbered, data: Vec<T>) -> Self {
        let total = usize::try_from(found.total).unwrap_or_default();
        let before = (asked.page - 1).saturating_mul(asked.per_page);
        let some = !data.is_empty();
        Self {
            current_page: asked.page,
            last_page: total.div_ceil(asked.per_page).max(1),
            per_page: asked.per_page,
            total,
            from: some.then_some(before + 1),
            to: some.then_some(before + data.len()),
            data,
        }
    }
}
