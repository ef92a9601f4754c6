//! The thread that takes what is due, and those that send it.
//!
//! A receiver that is slow or dead must not keep the others waiting, so nobody waits for a place that one of them holds:
//! each endpoint has few attempts at once; one that failed last has a single one, among places of their own; and an attempt
//! that takes longer than a moment gives its place back while it goes on, up to a number of threads.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    deliver,
    store::waiting::{self, Held},
    tidying,
};
use crate::{db::Db, error::Result, gauges::Gauges, outgoing::Client, value::DeliveryId};

/// Attempts at once to one endpoint that answers.
const EACH: i64 = 4;
/// Places for endpoints that answer.
const PLACES: usize = 12;
/// Places for endpoints whose last attempt failed.
const FAILING: usize = 12;
/// Threads that send, all in all.
const MOST: usize = 40;
/// After so long an attempt no longer takes a place.
const MOMENT: Duration = Duration::from_secs(1);
/// How long the worker rests when there is nothing to do.
const REST: Duration = Duration::from_millis(500);
/// How long others may end after one has, so that what follows them is taken in one go.
const GATHER: Duration = Duration::from_millis(3);
/// How often old messages are looked for, and what is behind is counted.
const TIDIED: TimeDelta = TimeDelta::minutes(1);
/// How long attempts that are under way may take to end when the server does.
const FAREWELL: Duration = Duration::from_secs(2);

/// What delivers.
#[derive(Clone)]
pub struct Worker {
    /// Connections of its own: few, since none is held while a receiver takes its time.
    pub db: Db,
    /// Sends.
    pub client: Client,
    /// What the operator sees.
    pub gauges: Arc<Gauges>,
}

/// A worker at work. Stops when it is told to; what is under way then is given a moment.
pub struct Working {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Working {
    /// Takes nothing more, and waits for what is under way, for two seconds at most. What has not ended by then is sent
    /// again, under the same id, when its lease is over.
    pub fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        // A panic in it was logged where it happened.
        let _ = self.thread.join();
    }
}

/// A message, and the how manieth taking of it.
type Key = (DeliveryId, i32);

/// An attempt under way.
struct Under {
    begun: Instant,
    failing: bool,
}

struct Desk {
    worker: Worker,
    under: HashMap<Key, Under>,
    ended: (Sender<Key>, Receiver<Key>),
}

impl Worker {
    /// Works until it is told to stop, in a thread of its own.
    pub fn schedule(self) -> std::io::Result<Working> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("webhooks".to_owned())
            .spawn(move || Desk::new(self).work(&told))?;
        Ok(Working { stop, thread })
    }

    /// Sends all that is due, and waits for the end of it. Returns how many attempts were made.
    pub fn step(&self) -> Result<usize> {
        let mut desk = Desk::new(self.clone());
        let mut made = 0;
        loop {
            let taken = desk.take(true)?;
            made += taken;
            if taken == 0 && desk.under.is_empty() {
                return Ok(made);
            }
            desk.wait(REST);
        }
    }
}

impl Desk {
    fn new(worker: Worker) -> Self {
        Self {
            worker,
            under: HashMap::new(),
            ended: mpsc::channel(),
        }
    }

    fn work(mut self, stop: &AtomicBool) {
        let (mut tidied, mut looked) = (None, Instant::now());
        while !stop.load(Ordering::SeqCst) {
            self.tidy(&mut tidied);
            // Who fails is not in such a hurry.
            let failing = looked.elapsed() >= REST;
            if failing {
                looked = Instant::now();
            }
            if let Err(error) = self.take(failing) {
                tracing::warn!(%error, "no webhook could be taken");
            }
            self.wait(REST);
        }
        let until = Instant::now() + FAREWELL;
        while !self.under.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.wait(left);
        }
    }

    /// How many more attempts may begin.
    fn room(&self, failing: bool) -> i64 {
        let taken = self
            .under
            .values()
            .filter(|under| under.failing == failing)
            .filter(|under| failing || under.begun.elapsed() < MOMENT)
            .count();
        let places = if failing { FAILING } else { PLACES };
        let threads = MOST.saturating_sub(self.under.len());
        let room = places.saturating_sub(taken).min(threads);
        i64::try_from(room).unwrap_or(0)
    }

    /// Takes what is due, as far as there is room, and begins to send it; of endpoints that fail only where it says so.
    fn take(&mut self, failing_too: bool) -> Result<usize> {
        let mut taken = 0;
        for (failing, each) in [(false, EACH), (true, 1)] {
            let room = self.room(failing);
            if room == 0 || (failing && !failing_too) {
                continue;
            }
            let mut conn = self.worker.db.connection()?;
            let held = waiting::claim(&mut conn, failing, each, room)?;
            drop(conn);
            taken += held.len();
            for one in held {
                self.begin(one, failing);
            }
        }
        Ok(taken)
    }

    fn begin(&mut self, held: Held, failing: bool) {
        let key = (held.delivery_id, held.claims);
        let (worker, ended) = (self.worker.clone(), self.ended.0.clone());
        let thread = thread::Builder::new()
            .name("webhook".to_owned())
            .spawn(move || {
                // Says so however it ends.
                let _over = Over { key, ended };
                match deliver::attempt(&worker.db, &worker.client, &held) {
                    Ok(Some(arrived)) => worker.gauges.webhook(arrived),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(delivery = %held.delivery_id, %error, "what became of a webhook was not written down");
                    }
                }
            });
        match thread {
            Ok(_) => {
                self.under.insert(
                    key,
                    Under {
                        begun: Instant::now(),
                        failing,
                    },
                );
            }
            Err(error) => tracing::warn!(%error, "a webhook waits for the end of its lease"),
        }
    }

    /// Waits until an attempt ends, or for so long.
    fn wait(&mut self, most: Duration) {
        match self.ended.1.recv_timeout(most) {
            Ok(key) => {
                self.under.remove(&key);
                // Those that end together are followed together.
                thread::sleep(GATHER);
                while let Ok(key) = self.ended.1.try_recv() {
                    self.under.remove(&key);
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }

    fn tidy(&self, tidied: &mut Option<DateTime<Utc>>) {
        let now = self.worker.db.clock().now();
        if tidied.is_some_and(|at| now - at < TIDIED) {
            return;
        }
        *tidied = Some(now);
        let done = self.worker.db.connection().and_then(|mut conn| {
            tidying::forget(&mut conn)?;
            waiting::behind(&mut conn)
        });
        match done {
            Ok((waiting, seconds)) => self.worker.gauges.behind(waiting, seconds),
            Err(error) => tracing::warn!(%error, "old webhooks stay"),
        }
    }
}

struct Over {
    key: Key,
    ended: Sender<Key>,
}

impl Drop for Over {
    fn drop(&mut self) {
        // Nobody waits any more where the server ends.
        let _ = self.ended.send(self.key);
    }
}
