//! Few questions are under way at once: each keeps a thread and a connection for as long as whoever is asked takes its time.
//! A turn is taken around the question alone, so what asks nobody outside never waits for one.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    error::{Error, Result},
    value::OrganisationId,
};

/// How many questions are under way at once: half of a server's places, so that as many are there for what asks nobody.
const ASKING: usize = 2;
/// How many of them may be one organisation's: a slow provider of one leaves a turn to the others.
const SHARE: usize = 1;
/// How long one waits for a question of the same organisation. With the longest that a provider may take, it is less than
/// what a request has in all.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct State {
    /// Whose questions are under way.
    asking: Vec<OrganisationId>,
    /// Who waits, by a number of their own. They keep a page's place as well, so they wait in a turn that nobody has: whoever
    /// may take the last one does, and sends them away.
    waiting: Option<u64>,
    /// The last such number.
    last: u64,
}

impl State {
    /// Whether there is a turn for an organisation.
    fn has_one_for(&self, organisation: OrganisationId) -> bool {
        let own = self.asking.iter().filter(|one| **one == organisation);
        self.asking.len() < ASKING && own.count() < SHARE
    }

    /// Whether nobody has all the turns, nor waits in the last of them.
    fn has_room(&self) -> bool {
        self.asking.len() < ASKING && self.waiting.is_none()
    }
}

/// The turns of all providers of an installation. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<(Mutex<State>, Condvar)>);

/// Somebody may be asked until this is dropped.
#[derive(Debug)]
pub struct Turn(Turns, OrganisationId);

impl Turns {
    /// A turn for a question of an organisation: at once where there is one; where its own are under way, after a moment in
    /// which one ends; else [`Error::Busy`].
    pub fn take(&self, organisation: OrganisationId) -> Result<Turn> {
        let busy = || Error::Busy("Other providers are being asked. Try again in a moment.".into());
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.has_one_for(organisation) {
            if !state.has_room() {
                return Err(busy());
            }
            state.last += 1;
            let mine = state.last;
            state.waiting = Some(mine);
            let waits =
                |state: &mut State| state.waiting == Some(mine) && !state.has_one_for(organisation);
            (state, _) = changed
                .wait_timeout_while(state, PATIENCE, waits)
                .unwrap_or_else(PoisonError::into_inner);
            let kept = state.waiting.take_if(|one| *one == mine);
            if kept.is_none() || !state.has_one_for(organisation) {
                return Err(busy());
            }
        }
        state.asking.push(organisation);
        if state.asking.len() >= ASKING {
            state.waiting = None;
            changed.notify_all();
        }
        Ok(Turn(self.clone(), organisation))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (state, changed) = &*self.0.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let own = state.asking.iter().position(|one| *one == self.1);
        if let Some(own) = own {
            state.asking.swap_remove(own);
        }
        changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: OrganisationId = OrganisationId(uuid::Uuid::from_u128(1));
    const THEIRS: OrganisationId = OrganisationId(uuid::Uuid::from_u128(2));
    const ANOTHER: OrganisationId = OrganisationId(uuid::Uuid::from_u128(3));

    fn until_somebody_waits(turns: &Turns) {
        while turns.0.0.lock().expect("the state").waiting.is_none() {
            std::thread::yield_now();
        }
    }

    fn nobody_is_left(turns: &Turns) -> bool {
        let state = turns.0.0.lock().expect("the state");
        state.asking.is_empty() && state.waiting.is_none()
    }

    fn is_busy(taken: Result<Turn>) -> bool {
        matches!(taken, Err(Error::Busy(_)))
    }

    #[test]
    fn one_of_an_organisation_asks_the_next_waits_a_moment_and_the_third_is_told_so() {
        let turns = Turns::default();
        let first = turns.take(OURS).expect("a turn");
        std::thread::scope(|scope| {
            let second = scope.spawn(|| turns.take(OURS).map(drop));
            until_somebody_waits(&turns);
            assert!(is_busy(turns.take(OURS)));
            drop(first);
            assert!(second.join().expect("no panic").is_ok());
        });
        // Then it does not end in time.
        let held = turns.take(OURS).expect("a turn");
        assert!(is_busy(turns.take(OURS)));
        drop(held);
        assert!(nobody_is_left(&turns));
    }

    #[test]
    fn who_waits_for_their_own_gives_way_to_another_organisation() {
        let turns = Turns::default();
        let first = turns.take(OURS).expect("a turn");
        std::thread::scope(|scope| {
            let second = scope.spawn(|| turns.take(OURS));
            until_somebody_waits(&turns);
            let theirs = turns.take(THEIRS).expect("their share");
            assert!(is_busy(second.join().expect("no panic")), "sent away");
            // Half of the places are all that asking takes: nobody waits beside two who ask.
            for organisation in [OURS, THEIRS, ANOTHER] {
                assert!(is_busy(turns.take(organisation)));
            }
            drop(first);
            let another = turns.take(ANOTHER).expect("a turn that became free");
            assert!(is_busy(turns.take(OURS)));
            drop((theirs, another));
        });
        assert!(nobody_is_left(&turns));
        drop(turns.take(OURS).expect("a turn"));
    }
}
