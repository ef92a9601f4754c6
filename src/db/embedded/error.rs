//! What can go wrong with Vouch's own PostgreSQL, each as one line that an operator can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why Vouch's own PostgreSQL could not be made, started or reached. Nothing that was stored is lost by any of them.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No usable `postgres` and `initdb` on this machine.
    #[error(
        "PostgreSQL 14 or newer was not found (looked in {looked}): install it (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@16), or set DATABASE_URL"
    )]
    NotFound {
        /// The places that were searched.
        looked: String,
    },
    /// The cluster was made by a version whose programs are gone.
    #[error(
        "the database in {} was made by PostgreSQL {major}, which is no longer installed: install that version again, or move the data over with pg_upgrade", dir.display()
    )]
    VersionGone {
        /// The version that the files have.
        major: u32,
        /// The cluster.
        dir: PathBuf,
    },
    /// Somebody holds the data directory's lock.
    #[error(
        "another Vouch (process {pid}) already runs on {}: stop it first, or give this one a VOUCH_DATA_DIR of its own", dir.display()
    )]
    AlreadyRunning {
        /// The data directory.
        dir: PathBuf,
        /// The process that holds it, as it wrote itself down.
        pid: String,
    },
    /// Nobody runs on the data directory, or is not ready, so there is nothing to attach to.
    #[error("no Vouch is ready on {}", dir.display())]
    NotRunning {
        /// The data directory.
        dir: PathBuf,
    },
    /// There is no room left.
    #[error("the disk of {} is full: nothing is lost; make room and start again", dir.display())]
    DiskFull {
        /// Where room was wanted.
        dir: PathBuf,
    },
    /// As root, and nobody to be instead.
    #[error(
        "PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor `nobody`: start Vouch as another user"
    )]
    NoAccount,
    /// A PostgreSQL of an earlier Vouch that does not end.
    #[error(
        "a PostgreSQL left behind by an earlier Vouch (process {pid}) still runs on {} and does not stop: end it with `kill -INT {pid}`", dir.display()
    )]
    Orphan {
        /// The process.
        pid: i32,
        /// The cluster.
        dir: PathBuf,
    },
    /// The cluster is there, but not the key that its content is sealed with.
    #[error(
        "{} holds a database but its file secret-key is gone: put the file back or set VOUCH_SECRET_KEY to that key, since a new key could read nothing", dir.display()
    )]
    KeyGone {
        /// The data directory.
        dir: PathBuf,
    },
    /// A file of ours that we cannot make sense of.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was expected.
        why: &'static str,
    },
    /// A directory for the socket that somebody else made.
    #[error("{} is not a private directory of ours: remove it", path.display())]
    NotPrivate {
        /// The directory.
        path: PathBuf,
    },
    /// PostgreSQL lives but does not become ready.
    #[error("PostgreSQL was not ready after {seconds} seconds; it last said: {last}")]
    NotReady {
        /// How long we waited.
        seconds: u64,
        /// Its last line.
        last: String,
    },
    /// A program of PostgreSQL ended with an error.
    #[error("{program} failed: {last}")]
    Failed {
        /// Which one.
        program: &'static str,
        /// Its last line.
        last: String,
    },
    /// A connection or a statement of the set-up failed.
    #[error("the new database could not be set up: {0}")]
    SetUp(String),
    /// The system refused something about a file.
    #[error("{} cannot be {verb}: {source}", path.display())]
    File {
        /// What was tried, as a participle.
        verb: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// Gives a file error its sentence; a full disk has one of its own.
    pub(super) fn file(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                dir: path.to_owned(),
            },
            _ => Self::File {
                verb,
                path: path.to_owned(),
                source,
            },
        }
    }

    /// Reads the last words of a program that failed. PostgreSQL runs with `LC_ALL=C`, so they are English.
    pub(super) fn last_words(program: &'static str, dir: &Path, words: &[String]) -> Self {
        let full = [
            "No space left on device",
            "File too large",
            "Disk quota exceeded",
        ];
        if words
            .iter()
            .any(|line| full.iter().any(|sign| line.contains(sign)))
        {
            return Self::DiskFull {
                dir: dir.to_owned(),
            };
        }
        let telling = words.iter().rev().find(|line| {
            ["FATAL", "PANIC", "error:"]
                .iter()
                .any(|sign| line.contains(sign))
        });
        Self::Failed {
            program,
            last: telling
                .or(words.last())
                .map_or_else(|| "it said nothing".into(), |line| line.trim().to_owned()),
        }
    }
}
