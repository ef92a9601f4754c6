//! The clock: the one place that reads the time. Everything else takes the time as an argument, so that
//! "90 days later" is a test of a millisecond. Ids carry their time, so they are made here as well.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Where the present comes from. Clones share one present: a test that moves its clock moves everybody's.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Microseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is advanced. For tests and for filling demos deterministically.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(
            at.timestamp_micros(),
        ))))
    }

    /// The present, cut to whole microseconds: PostgreSQL keeps no finer, and a time that changes when it
    /// is stored would break every comparison and hash made before.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that reads the time"
            )]
            Source::System => Utc::now().timestamp_micros(),
            Source::Fixed(micros) => micros.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Moves a fixed clock, for all who share it; backwards too, since clocks do that. The system's clock
    /// does not listen.
    pub fn advance(&self, by: TimeDelta) {
        if let (Source::Fixed(micros), Some(by)) = (&self.0, by.num_microseconds()) {
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// A new id: a UUID of version 7, the present's milliseconds and then random bits, so that rows made
    /// together lie together in an index and nobody can guess the next one.
    ///
    /// # Panics
    /// When the system has no source of randomness: nothing that Vouch does would be safe then.
    pub fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        #[expect(
            clippy::expect_used,
            reason = "without randomness there is nothing safe to do"
        )]
        getrandom::fill(&mut random).expect("the system gives random bytes");
        let millis = u64::try_from(self.now().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(TimeDelta::days(90));
        assert_eq!(
            other.now(),
            DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(90)
        );
    }

    #[test]
    fn the_present_has_no_nanoseconds() {
        assert_eq!(Clock::system().now().timestamp_subsec_nanos() % 1_000, 0);
    }

    #[test]
    fn ids_are_ordered_by_their_time_and_never_alike() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let (first, twin) = (clock.new_id(), clock.new_id());
        clock.advance(TimeDelta::milliseconds(1));
        let later = clock.new_id();
        assert_ne!(first, twin);
        assert!(first < later && twin < later);
        assert_eq!(later.get_version_num(), 7);
    }
}
