//! Whether whoever asked still waits. They are told that nothing was done exactly when nothing was: the edge, which gives up
//! at its deadline, and the door, which commits, agree by exchanging one value.

use std::sync::{
    Arc,
    atomic::{
        AtomicU8,
        Ordering::{AcqRel, Acquire, Release},
    },
};

use crate::error::{Error, Result};

/// Nothing lasting was done yet, and an answer is waited for.
const OPEN: u8 = 0;
/// Nothing was done, and nothing will be: that is what the asker was told.
const GIVEN_UP: u8 = 1;
/// A change is being committed.
const COMMITTING: u8 = 2;
/// A change was committed, or nobody knows whether it was.
const DONE: u8 = 3;

/// One request's asker, as the edge and the doors share it. Work that nobody waits for (jobs, the command line) has none.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<AtomicU8>);

impl Waiting {
    /// The asker waits no longer: nothing is committed for them from now on. False where something is being committed, or
    /// was; then they must be told what came of it.
    pub fn give_up(&self) -> bool {
        matches!(self.exchange(OPEN, GIVEN_UP), Ok(()) | Err(GIVEN_UP))
    }

    /// Whether something was committed for them, or may have been.
    pub fn done(&self) -> bool {
        matches!(self.0.load(Acquire), COMMITTING | DONE)
    }

    /// Fails where they wait no longer.
    pub(super) fn look(&self) -> Result<()> {
        if self.0.load(Acquire) == GIVEN_UP {
            return Err(gone());
        }
        Ok(())
    }

    /// Commits a change, unless they wait no longer. One request may commit several changes.
    pub(super) fn commit(&self, commit: impl FnOnce() -> Result<()>) -> Result<()> {
        let before = match self.exchange(OPEN, COMMITTING) {
            Ok(()) => OPEN,
            Err(GIVEN_UP) => return Err(gone()),
            Err(other) => other,
        };
        let committed = commit();
        let after = match committed {
            Ok(()) | Err(Error::Unsure(_)) => DONE,
            Err(_) => before,
        };
        self.0.store(after, Release);
        committed
    }

    fn exchange(&self, from: u8, to: u8) -> Result<(), u8> {
        let exchanged = self.0.compare_exchange(from, to, AcqRel, Acquire);
        exchanged.map(drop)
    }
}

fn gone() -> Error {
    Error::Unavailable("whoever asked waits no longer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed() -> Result<()> {
        Err(Error::Refused("a constraint".into()))
    }

    #[test]
    fn who_gave_up_has_nothing_committed() {
        let waiting = Waiting::default();
        assert!(waiting.look().is_ok() && waiting.give_up() && !waiting.done());
        let mut committed = false;
        let refused = waiting.commit(|| {
            committed = true;
            Ok(())
        });
        assert!(matches!(refused, Err(Error::Unavailable(_))));
        assert!(!committed && !waiting.done());
        assert!(matches!(waiting.look(), Err(Error::Unavailable(_))));
        assert!(waiting.give_up(), "and is told the same again");
    }

    #[test]
    fn while_something_is_committed_and_afterwards_nobody_gives_up() {
        let waiting = Waiting::default();
        let edge = waiting.clone();
        let committed = waiting.commit(|| {
            assert!(!edge.give_up() && edge.done());
            Ok(())
        });
        assert!(committed.is_ok() && !edge.give_up() && edge.done());
        // A second change of the same request, which fails, takes nothing back of the first.
        assert!(waiting.commit(failed).is_err());
        assert!(!edge.give_up() && edge.done());
    }

    #[test]
    fn what_was_rolled_back_was_not_done_and_what_nobody_knows_may_have_been() {
        let waiting = Waiting::default();
        assert!(waiting.commit(failed).is_err());
        assert!(!waiting.done() && waiting.give_up());
        let waiting = Waiting::default();
        assert!(
            waiting
                .commit(|| Err(Error::Unsure(String::new())))
                .is_err()
        );
        assert!(waiting.done() && !waiting.give_up());
    }

    /// Both at the same moment, many times: one of them has its way, never both and never neither.
    #[test]
    fn of_giving_up_and_committing_exactly_one_happens() {
        for _ in 0..2_000 {
            let waiting = Waiting::default();
            let edge = waiting.clone();
            let start = Arc::new(std::sync::Barrier::new(2));
            let there = Arc::clone(&start);
            let asker = std::thread::spawn(move || {
                there.wait();
                edge.give_up()
            });
            start.wait();
            let committed = waiting.commit(|| Ok(())).is_ok();
            assert_ne!(asker.join().expect("an asker"), committed);
        }
    }
}
