//! The data directory: what Vouch keeps on this machine when no other database is named.
//!
//! It holds `cluster` (PostgreSQL's files), `socket`, `passwords`, `secret-key`, `lock` and `postgres.log`. The
//! directory is ours; `cluster` and `socket` belong to the account that PostgreSQL runs under.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Account, EmbeddedError};
use crate::seal::SecretKey;

/// The longest path that a socket's address holds on every system, less the name of PostgreSQL's socket file.
const SOCKET_DIR_LIMIT: usize = 103 - "/.s.PGSQL.5432".len();

/// A data directory that exists and that the database's account can reach.
#[derive(Clone, Debug)]
pub struct DataDir {
    path: PathBuf,
    account: Option<Account>,
    notice: Option<String>,
}

impl DataDir {
    /// Makes the directory at `asked` if it is not there. As root it may lie where the unprivileged account of the
    /// database cannot go, such as below a private home: then another place, the same each time, serves instead and
    /// [`DataDir::notice`] says so.
    pub fn settle(asked: &Path) -> Result<Self, EmbeddedError> {
        Self::settle_for(asked, Account::to_become()?, Path::new("/var/lib"))
    }

    fn settle_for(
        asked: &Path,
        account: Option<Account>,
        elsewhere: &Path,
    ) -> Result<Self, EmbeddedError> {
        let mut path =
            std::path::absolute(asked).map_err(EmbeddedError::file("understood", asked))?;
        let mut notice = None;
        let above = path.parent().unwrap_or(&path);
        if account.is_some_and(|account| !account.reaches(above)) {
            let moved = elsewhere.join(format!("vouch-{}", short_name(&path)));
            notice = Some(format!(
                "{} is out of reach for the unprivileged account that PostgreSQL needs; the data is in {}",
                path.display(),
                moved.display()
            ));
            path = moved;
        }
        let mode = if account.is_some() { 0o711 } else { 0o700 };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(&path)
            .map_err(EmbeddedError::file("made", &path))?;
        let path = path
            .canonicalize()
            .map_err(EmbeddedError::file("found", &path))?;
        if account.is_some_and(|account| !account.reaches(&path)) {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode))
                .map_err(EmbeddedError::file("opened to PostgreSQL", &path))?;
        }
        Ok(Self {
            path,
            account,
            notice,
        })
    }

    /// Where it is: absolute, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A line for the operator when the directory is not where it was asked to be.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Whom PostgreSQL runs as, when not as ourselves.
    pub(super) fn account(&self) -> Option<Account> {
        self.account
    }

    /// PostgreSQL's own files.
    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    /// Where PostgreSQL's log lines go.
    pub(super) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// Takes the directory for this process, until the file is closed. The system lets go of it even after `kill -9`.
    pub(super) fn lock(&self) -> Result<File, EmbeddedError> {
        let path = self.path.join("lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(EmbeddedError::file("opened", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path).unwrap_or_default();
                return Err(EmbeddedError::AlreadyRunning {
                    dir: self.path.clone(),
                    pid: pid.trim().to_owned(),
                });
            }
            Err(fs::TryLockError::Error(source)) => {
                return Err(EmbeddedError::file("locked", &path)(source));
            }
        }
        // The number is a courtesy to whoever comes second; a full disk must not be the end of the first.
        let _ = lock
            .set_len(0)
            .and_then(|()| write!(lock, "{}", std::process::id()));
        Ok(lock)
    }

    /// The directory of the socket: private, and with a path that fits into a socket's address.
    pub(super) fn socket(&self) -> Result<PathBuf, EmbeddedError> {
        let inside = self.path.join("socket");
        let dir = if inside.as_os_str().len() <= SOCKET_DIR_LIMIT {
            inside
        } else {
            let base = match self.account {
                Some(_) if Path::new("/run").is_dir() => "/run",
                _ => "/tmp",
            };
            Path::new(base).join(format!("vouch-{}", short_name(&self.path)))
        };
        self.private_dir(&dir)?;
        Ok(dir)
    }

    /// Makes a directory that only the database's account may enter, or makes sure that it is one.
    pub(super) fn private_dir(&self, dir: &Path) -> Result<(), EmbeddedError> {
        match fs::DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => self.hand_over(dir)?,
            Err(source) if source.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(EmbeddedError::file("made", dir)(source)),
        }
        let found = fs::symlink_metadata(dir).map_err(EmbeddedError::file("read", dir))?;
        let owner = self.account.map_or_else(
            || rustix::process::geteuid().as_raw(),
            |account| account.uid,
        );
        if found.uid() == 0 && self.account.is_some() && found.is_dir() {
            // Killed between making and handing over.
            self.hand_over(dir)?;
        } else if !found.is_dir() || found.uid() != owner {
            return Err(EmbeddedError::NotPrivate {
                path: dir.to_owned(),
            });
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
            .map_err(EmbeddedError::file("made private", dir))
    }

    /// Gives a file to the database's account.
    pub(super) fn hand_over(&self, path: &Path) -> Result<(), EmbeddedError> {
        match self.account {
            Some(account) => chown(path, Some(account.uid), Some(account.gid))
                .map_err(EmbeddedError::file("handed over", path)),
            None => Ok(()),
        }
    }

    /// The installation's key: read, or made on the very first start. Never made beside a database that exists:
    /// what is in there is sealed with the key that is gone.
    pub fn secret_key(&self) -> Result<SecretKey, EmbeddedError> {
        let path = self.path.join("secret-key");
        if !path.exists() && self.cluster().exists() {
            return Err(EmbeddedError::KeyGone {
                dir: self.path.clone(),
            });
        }
        let digits = self.keep("secret-key", || Ok(super::random_hex::<32>()))?;
        SecretKey::from_hex(digits.trim()).map_err(|_| EmbeddedError::Damaged {
            path,
            why: "it must hold 64 hex digits",
        })
    }

    /// A small secret file, made once: whole or not at all, readable by us only, and of two who make it at once one wins.
    pub(super) fn keep(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<String, EmbeddedError>,
    ) -> Result<String, EmbeddedError> {
        let path = self.path.join(name);
        if !path.exists() {
            let draft = self.path.join(format!("{name}.{}", std::process::id()));
            let kept = write_private(&draft, &make()?)
                .and_then(|()| match fs::hard_link(&draft, &path) {
                    Err(source) if source.kind() != ErrorKind::AlreadyExists => Err(source),
                    _ => Ok(()),
                })
                .and_then(|()| File::open(&self.path)?.sync_all());
            let _ = fs::remove_file(&draft);
            kept.map_err(EmbeddedError::file("written", &path))?;
        }
        fs::read_to_string(&path).map_err(EmbeddedError::file("read", &path))
    }
}

/// Writes a file that only we may read, down to the disk.
pub(super) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A short name that a path always has.
fn short_name(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    hex::encode(&digest[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir_in(parent: &Path) -> DataDir {
        DataDir::settle_for(&parent.join("data"), None, Path::new("/nowhere")).unwrap()
    }

    #[test]
    fn the_key_is_made_once_and_only_we_may_read_it() {
        let parent = tempfile::tempdir().unwrap();
        let dir = dir_in(parent.path());
        let key = dir.secret_key().unwrap();
        assert_eq!(key.to_hex(), dir.secret_key().unwrap().to_hex());
        let file = fs::metadata(dir.path().join("secret-key")).unwrap();
        assert_eq!(file.mode() & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(dir.path()).unwrap().count(),
            1,
            "no draft is left"
        );
    }

    #[test]
    fn no_new_key_beside_a_database_that_the_old_one_sealed() {
        let parent = tempfile::tempdir().unwrap();
        let dir = dir_in(parent.path());
        dir.secret_key().unwrap();
        fs::create_dir(dir.cluster()).unwrap();
        fs::remove_file(dir.path().join("secret-key")).unwrap();
        assert!(matches!(
            dir.secret_key(),
            Err(EmbeddedError::KeyGone { .. })
        ));
        fs::write(dir.path().join("secret-key"), "half").unwrap();
        assert!(matches!(
            dir.secret_key(),
            Err(EmbeddedError::Damaged { .. })
        ));
    }

    #[test]
    fn the_second_one_is_told_who_was_first() {
        let parent = tempfile::tempdir().unwrap();
        let dir = dir_in(parent.path());
        let first = dir.lock().unwrap();
        let line = dir.lock().unwrap_err().to_string();
        assert!(
            line.contains(&format!("process {}", std::process::id())),
            "{line}"
        );
        drop(first);
        dir.lock().unwrap();
    }

    #[test]
    fn below_a_private_home_another_place_serves_and_is_named() {
        let (home, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account {
            uid: 4_000_000_000,
            gid: 4_000_000_000,
        };
        let settle = || {
            DataDir::settle_for(&home.path().join("data"), Some(stranger), elsewhere.path())
                .unwrap()
        };
        let dir = settle();
        assert_eq!(dir.path().parent(), Some(elsewhere.path()));
        assert!(
            dir.notice()
                .unwrap()
                .contains(&dir.path().display().to_string())
        );
        assert_eq!(settle().path(), dir.path(), "the same place each time");
        assert!(!home.path().join("data").exists());
    }

    #[test]
    fn a_long_path_gets_a_short_socket() {
        let parent = tempfile::tempdir().unwrap();
        let dir = dir_in(&parent.path().join("a".repeat(100)));
        let socket = dir.socket().unwrap();
        assert!(socket.as_os_str().len() <= SOCKET_DIR_LIMIT);
        assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
        fs::remove_dir(socket).unwrap();
    }
}
