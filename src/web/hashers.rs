//! Threads that hash passwords. There are two, so that a storm of sign-ins takes two permits and no more memory than
//! two hashes need, while pages go on being answered by theirs.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering::Relaxed},
    mpsc,
};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// How many may wait for their turn; more are told to come back.
const QUEUE: usize = 1024;

/// The hashing threads.
#[derive(Clone)]
pub struct Hashers {
    queue: mpsc::SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
}

impl Hashers {
    /// Starts so many threads.
    pub fn start(threads: usize) -> Self {
        let (queue, jobs) = mpsc::sync_channel::<Job>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            std::thread::spawn(move || {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    // A job that panics drops its sender, which its asker sees; the thread goes on.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                }
            });
        }
        Self {
            queue,
            waiting: Arc::default(),
        }
    }

    /// Runs something on one of the threads; nothing when the queue is full.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (done, wait) = oneshot::channel();
        let waiting = Arc::clone(&self.waiting);
        waiting.fetch_add(1, Relaxed);
        let sent = self.queue.try_send(Box::new(move || {
            waiting.fetch_sub(1, Relaxed);
            let _ = done.send(work());
        }));
        if sent.is_err() {
            self.waiting.fetch_sub(1, Relaxed);
            return None;
        }
        wait.await.ok()
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Relaxed)
    }
}
