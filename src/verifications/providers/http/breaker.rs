//! A circuit breaker: a provider that failed several times in a row is left alone for a while, so that callers learn at
//! once that it is away and a provider that struggles is not asked all the more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    value::OrganisationId,
};

/// So many questions in a row go wrong before it opens.
const FAILURES: u32 = 5;
/// So long nobody is asked; then one question is let through, and its end decides.
const REST: TimeDelta = TimeDelta::seconds(30);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<DateTime<Utc>>,
}

/// Those of all providers, by organisation and provider. In memory: another server learns by itself.
#[derive(Clone, Debug, Default)]
pub struct Breakers(Arc<Mutex<HashMap<(OrganisationId, Uuid), State>>>);

impl Breakers {
    /// Asks, unless the provider is being left alone. An `ask` that is [`Error::Busy`] asked nobody, and one that is
    /// [`Error::Declined`] was not taken: neither says whether the next would be answered, so everything stays as it was.
    pub fn guard<T>(
        &self,
        whose: (OrganisationId, Uuid),
        now: DateTime<Utc>,
        ask: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let rested = self.with(whose, |state| match state.open_until {
            Some(until) if now < until => Err(Error::Unavailable(
                "the provider failed several times and is left alone for half a minute".to_owned(),
            )),
            Some(until) => {
                // One at a time finds out: until it has, the others are turned away.
                state.open_until = Some(now + REST);
                Ok(Some(until))
            }
            None => Ok(None),
        })?;
        let asked = ask();
        self.with(whose, |state| match &asked {
            // Whoever was to find out did not, so the next one is.
            Err(Error::Busy(_) | Error::Declined(_)) => {
                if rested.is_some() && state.open_until == Some(now + REST) {
                    state.open_until = rested;
                }
            }
            Err(Error::Unavailable(_)) => {
                state.failures += 1;
                if state.failures >= FAILURES {
                    state.open_until = Some(now + REST);
                }
            }
            _ => *state = State::default(),
        });
        asked
    }

    fn with<T>(&self, whose: (OrganisationId, Uuid), work: impl FnOnce(&mut State) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(all.entry(whose).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_often_is_left_alone_and_then_tried_once() {
        let breakers = Breakers::default();
        let whose = (OrganisationId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let begin = DateTime::UNIX_EPOCH;
        let away = || Err::<(), _>(Error::Unavailable("away".to_owned()));
        let mut asked = 0;
        for _ in 0..8 {
            let _ = breakers.guard(whose, begin, || {
                asked += 1;
                away()
            });
        }
        assert_eq!(asked, 5);
        let other = (whose.0, Uuid::from_u128(3));
        assert!(breakers.guard(other, begin, || Ok(())).is_ok());
        // After the rest one is let through; it fails, and the rest begins anew.
        let later = begin + REST;
        assert!(breakers.guard(whose, later, away).is_err());
        assert!(breakers.guard(whose, later, || Ok(())).is_err());
        let again = later + REST;
        assert!(breakers.guard(whose, again, || Ok(())).is_ok());
        assert!(breakers.guard(whose, again, away).is_err());
        assert!(breakers.guard(whose, again, || Ok(())).is_ok());
        // That somebody is asked what they cannot answer says nothing about whether they are there.
        for _ in 0..9 {
            let _ = breakers.guard(whose, again, || Err::<(), _>(Error::NotFound));
        }
        assert!(breakers.guard(whose, again, || Ok(())).is_ok());
    }

    #[test]
    fn who_found_no_turn_asked_nobody_and_changes_nothing() {
        neither_counts_nor_is_forgiven(|| Error::Busy("others are asked".into()));
    }

    #[test]
    fn who_declines_a_question_neither_failed_nor_did_well() {
        neither_counts_nor_is_forgiven(|| Error::Declined("not this one".into()));
    }

    fn neither_counts_nor_is_forgiven(said: impl Fn() -> Error) {
        let breakers = Breakers::default();
        let whose = (OrganisationId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let begin = DateTime::UNIX_EPOCH;
        let away = || Err::<(), _>(Error::Unavailable("away".to_owned()));
        let open = |at| {
            let mut asked = false;
            let _ = breakers.guard(whose, at, || {
                asked = true;
                Err::<(), _>(said())
            });
            !asked
        };
        for _ in 1..FAILURES {
            let _ = breakers.guard(whose, begin, away);
        }
        for _ in 0..9 {
            assert!(!open(begin), "it counts as no failure");
        }
        // Nor as a success: one more failure is the last.
        let _ = breakers.guard(whose, begin, away);
        assert!(open(begin));
        // After the rest they leave finding out to the next.
        let later = begin + REST;
        assert!(!open(later) && !open(later));
        let _ = breakers.guard(whose, later, away);
        assert!(open(later), "it never closed");
    }

    #[test]
    fn after_the_rest_one_at_a_time_finds_out() {
        let breakers = Breakers::default();
        let whose = (OrganisationId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let begin = DateTime::UNIX_EPOCH;
        for _ in 0..FAILURES {
            let away = || Err::<(), _>(Error::Unavailable("away".to_owned()));
            assert!(breakers.guard(whose, begin, away).is_err());
        }
        let (mut asked, later) = (0, begin + REST);
        let mut ask = |at: DateTime<Utc>| {
            breakers.guard(whose, at, || {
                asked += 1;
                Ok(())
            })
        };
        assert!(ask(later - TimeDelta::microseconds(1)).is_err());
        // Whoever comes while the first one still waits for an answer is turned away.
        let first = breakers.guard(whose, later, || {
            assert!(matches!(ask(later), Err(Error::Unavailable(_))));
            Ok(())
        });
        assert!(first.is_ok());
        // It was there, so all are let through again.
        assert!(ask(later).is_ok() && ask(later).is_ok());
        assert_eq!(asked, 2);
    }
}
