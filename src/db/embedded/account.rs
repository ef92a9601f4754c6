//! The account that PostgreSQL runs under: ours, or, since it refuses root, an unprivileged one.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::EmbeddedError;

/// A user of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// User id.
    pub uid: u32,
    /// Id of its first group.
    pub gid: u32,
}

impl Account {
    /// Whom to become before starting PostgreSQL: nobody else (`None`) unless we are root, then `postgres` where a
    /// package has made that user, else `nobody`.
    pub fn to_become() -> Result<Option<Self>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).map_err(EmbeddedError::file("read", path))?;
        Self::named("postgres", &passwd)
            .or_else(|| Self::named("nobody", &passwd))
            .map(Some)
            .ok_or(EmbeddedError::NoAccount)
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            let (uid, gid) = (id(fields.nth(1)?)?, id(fields.next()?)?);
            // A second name for root would be refused as root is.
            (uid != 0).then_some(Self { uid, gid })
        })
    }

    /// Whether this account can walk through `dir` and every directory above it.
    pub fn reaches(&self, dir: &Path) -> bool {
        dir.ancestors().all(|step| match fs::metadata(step) {
            Ok(found) => {
                let walk = if found.uid() == self.uid {
                    0o100
                } else if found.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                found.mode() & walk != 0
            }
            // What is not there yet will be made to be walked through.
            Err(_) => true,
        })
    }
}

/// macOS writes its nobody as -2.
fn id(text: &str) -> Option<u32> {
    match text.parse::<i64>().ok()? {
        negative @ i64::MIN..0 => u32::try_from(negative + (1 << 32)).ok(),
        id => u32::try_from(id).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn accounts_are_found_by_name_and_never_root() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104:,,,:/var/lib:/bin/sh\nnobody:*:-2:-2::/:/x\ntoor:x:0:0::/:/x\n";
        let found = |name| Account::named(name, passwd);
        assert_eq!(found("postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(
            found("nobody"),
            Some(Account {
                uid: 4_294_967_294,
                gid: 4_294_967_294
            })
        );
        assert_eq!(found("toor"), None);
        assert_eq!(found("post"), None);
    }

    #[test]
    fn a_private_home_is_out_of_reach() {
        let home = tempfile::tempdir_in("/tmp").unwrap();
        let inside = home.path().join("checkout/data");
        let stranger = Account {
            uid: 4_000_000_000,
            gid: 4_000_000_000,
        };
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.reaches(&inside));
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o711)).unwrap();
        assert!(stranger.reaches(&inside));
    }
}
