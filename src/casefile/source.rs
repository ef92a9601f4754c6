//! One reading for several writers, which take rows page by page as they go.

use std::{cell::RefCell, vec};

use crate::{
    db::Read,
    error::{Error, Result},
    value::CustomerId,
};

/// One reading, from which several writers take rows as they go. What goes wrong meanwhile ends their rows
/// and is kept, since a template cannot fail with it.
pub struct Source<'a, 'tx> {
    tx: RefCell<&'a mut Read<'tx>>,
    failed: RefCell<Option<Error>>,
}

/// The function that reads a page.
type Fetch<T> = fn(&mut Read<'_>, CustomerId, Option<&T>) -> Result<Vec<T>>;

impl<'a, 'tx> Source<'a, 'tx> {
    /// Begins.
    pub const fn new(tx: &'a mut Read<'tx>) -> Self {
        Self {
            tx: RefCell::new(tx),
            failed: RefCell::new(None),
        }
    }

    /// Asks the database something; nothing once something went wrong.
    pub fn ask<T>(&self, ask: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Option<T> {
        if self.failed.borrow().is_some() {
            return None;
        }
        match ask(&mut self.tx.borrow_mut()) {
            Ok(answer) => Some(answer),
            Err(error) => {
                *self.failed.borrow_mut() = Some(error);
                None
            }
        }
    }

    /// All rows of a customer that a function reads page by page.
    pub fn rows<'s, T: Clone + 's>(
        &'s self,
        customer: CustomerId,
        fetch: Fetch<T>,
    ) -> impl Iterator<Item = T> + 's {
        let (mut page, mut last): (vec::IntoIter<T>, Option<T>) = (Vec::new().into_iter(), None);
        std::iter::from_fn(move || {
            if page.len() == 0 {
                page = self
                    .ask(|tx| fetch(tx, customer, last.as_ref()))?
                    .into_iter();
            }
            let row = page.next()?;
            last = Some(row.clone());
            Some(row)
        })
    }

    /// What went wrong, if anything did.
    pub fn end(&self) -> Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
