//! Finding PostgreSQL's programs: nothing is downloaded, what the machine has is used.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::EmbeddedError;

/// The oldest version whose features Vouch uses.
const OLDEST: u32 = 14;

/// The programs of one installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder that holds `postgres` and `initdb`.
    pub dir: PathBuf,
    /// The version, such as 15.
    pub major: u32,
}

impl Binaries {
    /// Looks where PostgreSQL is usually installed: `PATH` first, since whoever put it there meant it, then what
    /// `pg_config` names, then the folders of Debian's and Homebrew's packages, newest first. A cluster that exists
    /// wants the version that made it: its `major`.
    pub fn find(major: Option<u32>) -> Result<Self, EmbeddedError> {
        Self::among(&places(), major)
    }

    fn among(places: &[PathBuf], major: Option<u32>) -> Result<Self, EmbeddedError> {
        places
            .iter()
            .filter_map(|dir| Self::in_dir(dir))
            .find(|found| major.map_or(found.major >= OLDEST, |wanted| found.major == wanted))
            .ok_or_else(|| EmbeddedError::NotFound {
                looked: "PATH, pg_config --bindir, /usr/lib/postgresql, Homebrew".into(),
            })
    }

    fn in_dir(dir: &Path) -> Option<Self> {
        if !dir.join("initdb").is_file() {
            return None;
        }
        let answer = Command::new(dir.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let major = version(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self {
            dir: dir.to_owned(),
            major,
        })
    }

    /// One of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` and `17beta2` alike.
fn version(line: &str) -> Option<u32> {
    let number = line.split(") ").nth(1)?;
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| {
            env::split_paths(&path)
                .filter(|dir| dir.is_absolute())
                .collect()
        })
        .unwrap_or_default();
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").output() {
        places.push(String::from_utf8_lossy(&answer.stdout).trim().into());
    }
    places.extend(versions("/usr/lib/postgresql", ""));
    for homebrew in ["/opt/homebrew/opt", "/usr/local/opt"] {
        places.extend(versions(homebrew, "postgresql@"));
        places.push(Path::new(homebrew).join("postgresql/bin"));
    }
    places
}

/// The `bin` folders under `parent`, where each version has a folder of its own, newest first.
fn versions(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let number = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((number, entry.path().join("bin")))
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    found.into_iter().map(|(_, dir)| dir).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_postgres_says() {
        for (line, major) in [
            (
                "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n",
                Some(15),
            ),
            ("postgres (PostgreSQL) 18beta1\n", Some(18)),
            ("postgres: command not found\n", None),
        ] {
            assert_eq!(version(line), major, "{line}");
        }
    }

    #[test]
    fn this_machine_has_one_and_an_empty_folder_has_none() {
        let found = Binaries::find(None).unwrap();
        assert!(found.major >= OLDEST && found.program("initdb").is_file());
        assert_eq!(
            Binaries::find(Some(found.major)).unwrap().major,
            found.major
        );
        let empty = tempfile::tempdir().unwrap();
        let line = Binaries::among(&[empty.path().to_owned()], None)
            .unwrap_err()
            .to_string();
        assert!(
            line.contains("apt install postgresql") && !line.contains('\n'),
            "{line}"
        );
    }

    #[test]
    fn newer_versions_come_first() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9", "15", "16", "common"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let order: Vec<_> = versions(parent.path().to_str().unwrap(), "");
        let expected: Vec<_> = ["16", "15", "9"]
            .iter()
            .map(|v| parent.path().join(v).join("bin"))
            .collect();
        assert_eq!(order, expected);
    }
}
