//! Vouch's own PostgreSQL: a private cluster in the data directory, started and stopped with the server.
//!
//! Its life: found among the machine's programs, made once (beside its place, then renamed), started as a child on a
//! leash, given its roles and its database, and stopped last. It listens on a unix socket in a private directory and
//! nowhere else. Only one Vouch at a time runs on a data directory; others may [`Embedded::attach`] to it.

use std::fs::File;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

mod account;
mod child;
mod cluster;
mod dir;
mod error;
mod find;
mod launch;
mod pidfile;
mod setup;
mod urls;

pub use account::Account;
pub use dir::DataDir;
pub use error::EmbeddedError;
pub use find::Binaries;
pub use launch::{Launch, Leash};
pub use urls::{Role, Urls};

use child::Child;
use pidfile::PidFile;

/// The role that makes the others; nothing serves as it.
const SUPERUSER: &str = "postgres";
/// The database of the embedded cluster.
const DATABASE: &str = "vouch";

/// How to run it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether a commit waits for the disk. `false` is for tests, whose data may die with the machine.
    pub fsync: bool,
    /// Further settings of the server, which win over our own.
    pub settings: Vec<(String, String)>,
    /// The program that knows the hidden command `postgres-child`: this one, except in tests.
    pub launcher: PathBuf,
    /// How PostgreSQL learns of our death.
    pub leash: Leash,
    /// How long it may take to become ready; after a crash it first replays what was not yet in its files.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fsync: true,
            settings: Vec::new(),
            // The link outlives a rebuild that replaces the file, and needs no way to the file for another account.
            launcher: if cfg!(target_os = "linux") {
                "/proc/self/exe".into()
            } else {
                std::env::current_exe().unwrap_or_else(|_| "vouch".into())
            },
            leash: Leash::BEST,
            patience: Duration::from_mins(5),
        }
    }
}

/// A running PostgreSQL of our own. Dropping it stops it and waits.
pub struct Embedded {
    child: Child,
    urls: Urls,
    /// Held for as long as the child runs; dropped after it.
    _lock: File,
}

impl Embedded {
    /// Starts it on this data directory, making what is not there yet.
    pub fn start(dir: &DataDir, options: &Options) -> Result<Self, EmbeddedError> {
        let lock = dir.lock()?;
        let cluster = dir.cluster();
        pidfile::make_way(&cluster, &dir.socket()?)?;
        let major = cluster::major(&cluster);
        let binaries = Binaries::find(major).map_err(|error| match major {
            Some(major) => EmbeddedError::VersionGone {
                major,
                dir: cluster.clone(),
            },
            None => error,
        })?;
        let urls = Urls::of(dir)?;
        cluster::make(dir, &binaries, urls.password(Role::Superuser), options)?;
        let child = start_server(dir, &binaries, options)?;
        let embedded = Self {
            child,
            urls,
            _lock: lock,
        };
        setup::run(dir, &embedded.urls)?;
        Ok(embedded)
    }

    /// The addresses of the database that another Vouch runs on this data directory, for the commands that work
    /// beside a server. Waits for it for a few seconds, since it may just be starting.
    pub fn attach(dir: &DataDir) -> Result<Urls, EmbeddedError> {
        let start = Instant::now();
        loop {
            let ready = PidFile::read(&dir.cluster()).is_some_and(|file| file.ready);
            if ready && setup::done(dir) {
                return Urls::of(dir);
            }
            if start.elapsed() > Duration::from_secs(10) {
                return Err(EmbeddedError::NotRunning {
                    dir: dir.path().to_owned(),
                });
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The addresses of the database, for each role.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The role that owns the schema: for migrations and the demo.
    pub fn owner_url(&self) -> String {
        self.urls.url(Role::Owner, DATABASE)
    }

    /// The role that serves.
    pub fn app_url(&self) -> String {
        self.urls.url(Role::App, DATABASE)
    }

    /// The role that may do anything: for the tests' templates, never for serving.
    pub fn superuser_url(&self) -> String {
        self.urls.url(Role::Superuser, DATABASE)
    }

    /// The server's process: on a pipe leash, the watcher's.
    pub fn pid(&self) -> i32 {
        self.child.pid()
    }

    /// Whether it still runs. One that has ended by itself left its reason in `postgres.log`.
    pub fn runs(&self) -> bool {
        self.child.status().is_none()
    }

    /// Stops it and waits until it has: sessions are broken off, commits are kept.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.child.stop();
    }
}

fn start_server(
    dir: &DataDir,
    binaries: &Binaries,
    options: &Options,
) -> Result<Child, EmbeddedError> {
    let start = Instant::now();
    let socket = dir.socket()?;
    loop {
        let command = cluster::server(dir, binaries, &socket, options);
        let mut child = Child::spawn(command, Some(dir.log()))?;
        match wait_ready(dir, &child, options) {
            Ok(()) => return Ok(child),
            // Children of a server that was killed itself still hold its memory; they notice within moments.
            Err(EmbeddedError::Failed { last, .. })
                if last.contains("pre-existing shared memory block")
                    && start.elapsed() < Duration::from_secs(15) =>
            {
                thread::sleep(Duration::from_millis(300));
            }
            Err(error) => {
                child.stop();
                return Err(error);
            }
        }
    }
}

fn wait_ready(dir: &DataDir, child: &Child, options: &Options) -> Result<(), EmbeddedError> {
    let start = Instant::now();
    loop {
        let own = |file: &PidFile| options.leash == Leash::Pipe || file.pid == child.pid();
        if PidFile::read(&dir.cluster()).is_some_and(|file| file.ready && own(&file)) {
            return Ok(());
        }
        if child.wait(Duration::from_millis(10)).is_some() {
            return Err(EmbeddedError::last_words(
                "postgres",
                dir.path(),
                &child.words(),
            ));
        }
        if start.elapsed() > options.patience {
            return Err(EmbeddedError::NotReady {
                seconds: options.patience.as_secs(),
                last: child.words().pop().unwrap_or_default(),
            });
        }
    }
}

/// As many random bytes as asked, in hex digits.
fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    #[expect(
        clippy::expect_used,
        reason = "a password that could be guessed is worse than no start"
    )]
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    hex::encode(bytes)
}
