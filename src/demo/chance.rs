//! Chance by seed: the same seed tells the same story, so that two fills can be compared row by row.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::{Rng as _, RngExt as _, SeedableRng as _, rngs::ChaCha8Rng};
use uuid::Uuid;

/// A stream of chance.
pub struct Chance(ChaCha8Rng);

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Chance {
    /// The stream of one seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// A number from `low` to `high`, both included; `low` where they cross.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            low
        } else {
            self.0.random_range(low..=high)
        }
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, cases: u32) -> bool {
        self.0.random_range(0..100) < cases
    }

    /// One of these, each as likely. There must be one.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    /// One of these, the first ones more often than the last: names are like that.
    pub fn pick_early<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let end = self.below(among.len()) + 1;
        &among[self.below(end)]
    }

    /// One of these by weight. There must be one with a weight.
    pub fn weighted<T: Copy>(&mut self, among: &[(u32, T)]) -> T {
        let total: u32 = among.iter().map(|(weight, _)| weight).sum();
        let mut at = self.0.random_range(0..total.max(1));
        for (weight, value) in among {
            if at < *weight {
                return *value;
            }
            at -= weight;
        }
        among[0].1
    }

    /// So many decimal digits.
    pub fn digits(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b"0123456789"[self.below(10)]))
            .collect()
    }

    /// So many characters of 0-9A-Za-z.
    pub fn word(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(BASE62[self.below(62)])).collect()
    }

    /// Bytes, for hashes of papers that do not exist.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// An id of this time, shaped as the house's ids are (UUID version 7).
    pub fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A day between so many days before a day and so many before it.
    pub fn day_before(&mut self, day: NaiveDate, most: i64, least: i64) -> NaiveDate {
        day - TimeDelta::days(self.between(least, most))
    }
}
