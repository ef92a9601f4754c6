//! Keyset pages: one row more than asked tells whether there is a next page, and the last row's key leads to it.

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// Whether more follow.
    pub more: bool,
}

impl<T> Page<T> {
    /// Cuts a result of at most `size + 1` rows.
    pub fn cut(mut rows: Vec<T>, size: usize) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        Self { rows, more }
    }

    /// The key of the next page, made from the last row.
    pub fn next<K>(&self, key: impl FnOnce(&T) -> K) -> Option<K> {
        if self.more {
            self.rows.last().map(key)
        } else {
            None
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(row).collect(),
            more: self.more,
        }
    }
}

/// A count that is exact up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many, at most where counting stopped.
    pub n: i64,
    /// Whether there are more.
    pub more: bool,
    /// Whether it is counted once the rows are shown.
    pub later: bool,
}

impl Count {
    /// Counted no further than this.
    pub const CAP: i64 = 10_000;

    /// Work that waits is counted no further than this before its rows are shown: nobody plans by whether it is two
    /// thousand or three, and counting ten thousand took longer than the page.
    pub const WORK: i64 = 2_000;

    /// From a count that stopped at `CAP + 1`.
    pub const fn capped(n: i64) -> Self {
        Self::capped_at(n, Self::CAP)
    }

    /// From a count that stopped at `most + 1`.
    pub const fn capped_at(n: i64, most: i64) -> Self {
        if n > most {
            Self {
                n: most,
                more: true,
                later: false,
            }
        } else {
            Self::exact(n)
        }
    }

    /// Whether there are more than people read.
    pub const fn is_long(&self) -> bool {
        self.more || self.n > Self::CAP
    }

    /// From a number that is known exactly, such as a counter.
    pub const fn exact(n: i64) -> Self {
        Self {
            n,
            more: false,
            later: false,
        }
    }

    /// More than a page: how many more is counted once the page is shown.
    pub fn later(size: usize) -> Self {
        Self {
            n: i64::try_from(size).unwrap_or(Self::CAP),
            more: true,
            later: true,
        }
    }
}
