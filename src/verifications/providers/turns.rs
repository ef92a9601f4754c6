//! Few questions are under way at once: each keeps a thread and a connection for as long as whoever is asked takes its time.
//! A turn is taken around the question alone, so what asks nobody outside never waits for one.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use crate::error::{Error, Result};

/// How many questions are under way at once.
const ASKING: u32 = 2;
/// How many wait for a turn: each of them, too, keeps a page's place, and others are there for what asks nobody.
const WAITING: u32 = 1;
/// How long one waits. With the longest that a provider may take, it is less than what a request has in all.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct State {
    asking: u32,
    waiting: u32,
}

/// The turns of all providers of an installation. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<(Mutex<State>, Condvar)>);

/// Somebody may be asked until this is dropped.
#[derive(Debug)]
pub struct Turn(Turns);

impl Turns {
    /// A turn: at once where there is one, after a moment where one becomes free, else [`Error::Busy`].
    pub fn take(&self) -> Result<Turn> {
        let busy = || Error::Busy("Other providers are being asked. Try again in a moment.".into());
        let (state, freed) = &*self.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.asking >= ASKING {
            if state.waiting >= WAITING {
                return Err(busy());
            }
            state.waiting += 1;
            let full = |state: &mut State| state.asking >= ASKING;
            (state, _) = freed
                .wait_timeout_while(state, PATIENCE, full)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
            if state.asking >= ASKING {
                return Err(busy());
            }
        }
        state.asking += 1;
        Ok(Turn(self.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (state, freed) = &*self.0.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asking -= 1;
        freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_ask_one_waits_a_moment_and_the_next_is_told_so() {
        let turns = Turns::default();
        let first = turns.take().expect("a turn");
        let second = turns.take().expect("a turn");
        std::thread::scope(|scope| {
            let third = scope.spawn(|| turns.take().map(drop));
            while turns.0.0.lock().expect("the state").waiting == 0 {
                std::thread::yield_now();
            }
            assert!(matches!(turns.take(), Err(Error::Busy(_))));
            drop(first);
            assert!(third.join().expect("no panic").is_ok());
        });
        // The third has ended, so one more is free; then nobody's becomes free in time.
        let fourth = turns.take().expect("a turn");
        assert!(matches!(turns.take(), Err(Error::Busy(_))));
        drop((second, fourth));
        assert_eq!(turns.0.0.lock().expect("the state").asking, 0);
    }
}
