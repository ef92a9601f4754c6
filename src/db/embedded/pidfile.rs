//! `postmaster.pid`: the file by which PostgreSQL says who serves a cluster and how far it is. It outlives a server
//! that was killed, so its word is checked before it is believed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::EmbeddedError;

/// How long a server that lost its Vouch gets to end by itself before it is told to, and again after that.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
pub struct PidFile {
    /// Line 1: the server's process.
    pub pid: i32,
    /// Line 8: whether it answers queries by now.
    pub ready: bool,
}

fn path(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

impl PidFile {
    /// Reads the file of a cluster; `None` when it is not there, or only half written.
    pub fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(path(cluster)).ok()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        Some(Self {
            pid,
            ready: lines.nth(6).is_some_and(|status| status.trim() == "ready"),
        })
    }
}

/// Makes way for a new server. The caller holds the data directory's lock, so a server that still runs here has
/// lost its Vouch: it was told to end when that died, and gets the time to do so. Files that nobody stands behind
/// go, since their number may by now belong to an innocent process, or to a corpse that a container's first process
/// never buries, and PostgreSQL would take either for a server.
pub fn make_way(cluster: &Path, socket: &Path) -> Result<(), EmbeddedError> {
    let left = PidFile::read(cluster).and_then(|left| Pid::from_raw(left.pid));
    if let Some(pid) = left
        && !ended_within(PATIENCE, pid, cluster)
    {
        tracing::warn!(%pid, "stopping a PostgreSQL that lost its Vouch");
        let _ = kill_process(pid, Signal::INT);
        if !ended_within(PATIENCE, pid, cluster) {
            return Err(EmbeddedError::Orphan {
                pid: pid.as_raw_nonzero().get(),
                dir: cluster.to_owned(),
            });
        }
    }
    // Safe even if the server's children still live: PostgreSQL looks for their shared memory by the cluster's inode.
    for stale in [path(cluster), socket.join(".s.PGSQL.5432.lock")] {
        match fs::remove_file(&stale) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(EmbeddedError::file("removed", &stale)(source));
            }
            _ => {}
        }
    }
    Ok(())
}

fn ended_within(patience: Duration, pid: Pid, cluster: &Path) -> bool {
    let start = Instant::now();
    while serves(pid, cluster) {
        if start.elapsed() > patience {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Whether `pid` is alive and is a server of this cluster. PostgreSQL makes the cluster its working directory.
pub fn serves(pid: Pid, cluster: &Path) -> bool {
    if test_kill_process(pid).is_err() {
        return false;
    }
    if cfg!(target_os = "linux") {
        let cwd = fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()));
        // Another user's process does not tell us where it works; a server of ours would.
        return cwd.is_ok_and(|cwd| cwd == cluster);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "4711\n/data/cluster\n1764000000\n5432\n/data/socket\n\n  1234 5678\nready   \n";

    #[test]
    fn line_eight_says_ready() {
        assert_eq!(
            PidFile::parse(FILE),
            Some(PidFile {
                pid: 4711,
                ready: true
            })
        );
        let starting = FILE.replace("ready   ", "starting");
        assert_eq!(
            PidFile::parse(&starting),
            Some(PidFile {
                pid: 4711,
                ready: false
            })
        );
        assert_eq!(
            PidFile::parse("4711\n/data"),
            Some(PidFile {
                pid: 4711,
                ready: false
            })
        );
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn a_number_that_now_belongs_to_somebody_else_is_no_server() {
        let cluster = tempfile::tempdir().unwrap();
        let innocent = std::process::id();
        fs::write(
            path(cluster.path()),
            FILE.replace("4711", &innocent.to_string()),
        )
        .unwrap();
        let start = Instant::now();
        make_way(cluster.path(), cluster.path()).unwrap();
        assert!(start.elapsed() < Duration::from_secs(1));
        assert!(!path(cluster.path()).exists());
    }
}
