//! A child process on a leash, and the thread that keeps it.
//!
//! The kernel's death signal follows the *thread* that made the child, so that thread stays for as long as the child
//! does, and reaps it. Everything else talks to it through a small shared state.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, ExitStatus};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

use super::EmbeddedError;

/// How much of a log is kept before it is set aside as `.old`: the last one and this one, no more.
const LOG_LIMIT: u64 = 16 << 20;
/// How many of the last lines are remembered, for the sentence that says why it ended.
const WORDS: usize = 20;

/// A running (or ended) child.
pub struct Child {
    pid: Pid,
    shared: Arc<Shared>,
    /// Closing it lets a watched child go.
    leash: Option<ChildStdin>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    words: VecDeque<String>,
    /// Set once it is reaped: from then on its number may be somebody else's.
    status: Option<ExitStatus>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A line was being pushed when somebody panicked: the state is whole all the same.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Child {
    /// Starts it. Its error output goes to the file `log` (if any) and its last lines are remembered.
    pub fn spawn(mut command: Command, log: Option<PathBuf>) -> Result<Self, EmbeddedError> {
        let program = PathBuf::from(command.get_program());
        let shared = Arc::new(Shared::default());
        let keeper = Arc::clone(&shared);
        let (tell, told) = mpsc::channel();
        thread::spawn(move || match command.spawn() {
            Ok(mut child) => {
                let pid = Pid::from_child(&child);
                let lines = child.stderr.take();
                let _ = tell.send(Ok((pid, child.stdin.take())));
                thread::scope(|scope| {
                    if let Some(lines) = lines {
                        let keeper = &keeper;
                        scope.spawn(move || drain(lines, log.as_deref(), keeper));
                    }
                    // Waits without reaping, so that the number stays the child's while anybody may signal it.
                    let _ = waitid(
                        WaitId::Pid(pid),
                        WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
                    );
                });
                let mut state = keeper.state();
                state.status = child.wait().ok().or(state.status);
                keeper.ended.notify_all();
            }
            Err(error) => drop(tell.send(Err(error))),
        });
        let (pid, leash) = told
            .recv()
            .unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into()))
            .map_err(EmbeddedError::file("started", &program))?;
        Ok(Self { pid, shared, leash })
    }

    /// Its process.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// How it ended, if it has.
    pub fn status(&self) -> Option<ExitStatus> {
        self.shared.state().status
    }

    /// Its last lines.
    pub fn words(&self) -> Vec<String> {
        self.shared.state().words.iter().cloned().collect()
    }

    /// Waits until it has ended, at most this long.
    pub fn wait(&self, patience: Duration) -> Option<ExitStatus> {
        let (state, _) = self
            .shared
            .ended
            .wait_timeout_while(self.shared.state(), patience, |state| {
                state.status.is_none()
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.status
    }

    /// Ends it, politely first. For PostgreSQL INT breaks the sessions off and keeps every commit; QUIT and KILL keep
    /// them too, at the price of a recovery at the next start.
    pub fn stop(&mut self) {
        let watched = self.leash.take().is_some();
        for (signal, patience) in [
            (Signal::INT, Duration::from_secs(30)),
            (Signal::QUIT, Duration::from_secs(5)),
            (Signal::KILL, Duration::from_secs(5)),
        ] {
            if !(watched && signal == Signal::INT) {
                let state = self.shared.state();
                if state.status.is_none() {
                    let _ = kill_process(self.pid, signal);
                }
            }
            if self.wait(patience).is_some() {
                return;
            }
        }
    }
}

/// Copies lines to the log until nobody can write any more. A full disk takes the log, never the lines' reader.
fn drain(lines: impl Read, log: Option<&Path>, shared: &Shared) {
    let mut log = log.and_then(open_log);
    for line in BufReader::new(lines).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line).into_owned();
        if let Some(log) = &mut log {
            let _ = writeln!(log, "{line}");
        }
        let mut state = shared.state();
        if state.words.len() == WORDS {
            state.words.pop_front();
        }
        state.words.push_back(line);
    }
}

fn open_log(path: &Path) -> Option<File> {
    if path.metadata().is_ok_and(|log| log.len() > LOG_LIMIT) {
        let _ = std::fs::rename(path, path.with_extension("log.old"));
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .ok()
}
