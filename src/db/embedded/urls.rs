//! The addresses of the embedded database: one for each role, through the private socket, with a random password.

use std::path::PathBuf;

use super::{DATABASE, DataDir, EmbeddedError, SUPERUSER, random_hex};

/// A role that can log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owns the cluster.
    Superuser,
    /// Owns the schema.
    Owner,
    /// Serves.
    App,
}

impl Role {
    pub(super) const ALL: [Self; 3] = [Self::Superuser, Self::Owner, Self::App];

    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Superuser => SUPERUSER,
            Self::Owner => "vouch_owner",
            Self::App => "vouch_app",
        }
    }
}

/// How to connect. It holds passwords, so it has no `Debug`.
#[derive(Clone)]
pub struct Urls {
    socket: PathBuf,
    /// In the order of [`Role::ALL`].
    passwords: [String; 3],
}

impl Urls {
    /// Reads the passwords of a data directory, or makes them.
    pub(super) fn of(dir: &DataDir) -> Result<Self, EmbeddedError> {
        let text = dir.keep("passwords", || {
            Ok(Role::ALL
                .map(|role| format!("{} {}\n", role.name(), random_hex::<24>()))
                .concat())
        })?;
        let password = |role: Role| {
            text.lines()
                .filter_map(|line| line.split_once(' '))
                .find(|(name, _)| *name == role.name())
                .map(|(_, password)| password.trim().to_owned())
                .filter(|password| password.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .ok_or_else(|| EmbeddedError::Damaged {
                    path: dir.path().join("passwords"),
                    why: "it must hold one line `role password` for each role",
                })
        };
        Ok(Self {
            socket: dir.socket()?,
            passwords: [
                password(Role::Superuser)?,
                password(Role::Owner)?,
                password(Role::App)?,
            ],
        })
    }

    /// Hex digits, so that it needs no quoting anywhere.
    pub(super) fn password(&self, role: Role) -> &str {
        &self.passwords[role as usize]
    }

    /// The address of `database` as `role`, as a URL that libpq understands.
    pub fn url(&self, role: Role, database: &str) -> String {
        format!(
            "postgresql://{}:{}@/{}?host={}&port=5432",
            role.name(),
            self.password(role),
            encoded(database.as_bytes()),
            encoded(self.socket.as_os_str().as_encoded_bytes()),
        )
    }

    /// The database `vouch` as the owner of its schema.
    pub fn owner_url(&self) -> String {
        self.url(Role::Owner, DATABASE)
    }

    /// The database `vouch` as the role that serves.
    pub fn app_url(&self) -> String {
        self.url(Role::App, DATABASE)
    }
}

fn encoded(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
