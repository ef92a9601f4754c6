//! Settings: environment variables, read once and checked before anything starts, so that a wrong one is a
//! line on the operator's screen and not a surprise at three in the morning.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

mod values;

pub use values::Network;

use crate::seal::SecretKey;

/// One environment variable, as the help and the README list it.
#[derive(Debug)]
pub struct Setting {
    /// The variable's name.
    pub name: &'static str,
    /// What holds when it is absent, in words for the help.
    pub default: &'static str,
    /// What it is for, in one sentence.
    pub meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        name,
        default,
        meaning,
    }
}

/// Every setting there is. A variable that is not in this table is never read.
pub const SETTINGS: &[Setting] = &[
    setting(
        "DATABASE_URL",
        "Vouch's own PostgreSQL",
        "PostgreSQL as the role the server runs as (vouch_app)",
    ),
    setting(
        "VOUCH_OWNER_URL",
        "none",
        "the same database as the role that owns the schema; `vouch migrate` uses it",
    ),
    setting(
        "VOUCH_LISTEN",
        "127.0.0.1:8080",
        "address and port to listen on",
    ),
    setting(
        "VOUCH_DATA_DIR",
        "./data",
        "where Vouch keeps its own database, documents and key",
    ),
    setting(
        "VOUCH_PUBLIC_URL",
        "http:// and VOUCH_LISTEN",
        "the address people type; https makes cookies Secure",
    ),
    setting(
        "VOUCH_SECRET_KEY",
        "made in the data directory",
        "64 hex digits that wrap every other key; required with DATABASE_URL",
    ),
    setting(
        "VOUCH_WEBHOOKS_ALLOW_LOOPBACK",
        "no",
        "yes lets webhooks call this machine (development only)",
    ),
    setting("VOUCH_LOG", "info", "error, warn, info, debug or trace"),
    setting(
        "VOUCH_TRUSTED_PROXIES",
        "none",
        "addresses or networks, with commas, whose X-Forwarded-For is believed",
    ),
    setting(
        "VOUCH_METRICS_LISTEN",
        "none",
        "address and port of the operator's own listener for /metrics",
    ),
    setting(
        "VOUCH_METRICS_TOKEN",
        "none",
        "token that opens /metrics on the public listener",
    ),
    setting(
        "VOUCH_DOCUMENTS_URL",
        "documents in the data directory",
        "where sealed documents are stored: file:///… or s3://…",
    ),
    setting(
        "VOUCH_STATEMENT_CACHE",
        "on",
        "off behind a pooler that shares connections between transactions",
    ),
    setting(
        "VOUCH_KEY_RATE",
        "100",
        "requests a second that one API key may make, twice as many at once; 0 for no limit",
    ),
    setting(
        "VOUCH_TRUSTIST_WINDOW",
        "300",
        "seconds by which the x-tr-date of a signed request may be off, 30 to 900",
    ),
    setting(
        "VOUCH_CHECKPOINT_DIR",
        "checkpoints in the data directory",
        "where signed audit checkpoints go; should be another disk or host",
    ),
];

/// A setting that is wrong or missing. One line for the operator; the program ends with exit code 2.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The value cannot be understood.
    #[error("{name} is wrong: {wanted}")]
    Wrong {
        /// The variable.
        name: &'static str,
        /// What would have been understood.
        wanted: String,
    },
    /// Two settings need each other.
    #[error("{name} is missing: {why}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// Why it is needed here.
        why: &'static str,
    },
}

/// The settings of one run, understood. `{:?}` shows none of them, since half of them are secret.
#[derive(Clone)]
pub struct Config {
    /// The role the server runs as, or `None` for Vouch's own PostgreSQL.
    pub database_url: Option<String>,
    /// The role that owns the schema.
    pub owner_url: Option<String>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where Vouch keeps what is its own, as the operator asked for it.
    pub data_dir: PathBuf,
    /// The address people type, without a slash at its end.
    pub public_url: String,
    /// The key that wraps every other; `None` until the data directory has made one.
    pub secret_key: Option<SecretKey>,
    /// Whether webhooks may call this very machine.
    pub webhooks_allow_loopback: bool,
    /// How much is logged.
    pub log: tracing::Level,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The operator's own listener for metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// The token that opens metrics on the public listener.
    pub metrics_token: Option<String>,
    /// Where documents are stored; `None` is the data directory.
    pub documents_url: Option<String>,
    /// Whether prepared statements are kept for the life of a connection.
    pub statement_cache: bool,
    /// How many requests a second one key may make; zero for no limit.
    pub key_rate: u32,
    /// How far the `x-tr-date` of a signed request may be from our clock, to either side.
    pub trustist_window: chrono::TimeDelta,
    /// Where audit checkpoints go, when not the data directory.
    pub checkpoint_dir: Option<PathBuf>,
}

impl Config {
    /// Reads the settings from wherever `lookup` finds them. An empty value counts as absent: that is how
    /// compose files and unit files write "not set".
    pub fn from(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let value = |name: &str| {
            debug_assert!(SETTINGS.iter().any(|known| known.name == name));
            lookup(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let listen = address("VOUCH_LISTEN", value("VOUCH_LISTEN"))?
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        let config = Self {
            database_url: postgres_url("DATABASE_URL", value("DATABASE_URL"))?,
            owner_url: postgres_url("VOUCH_OWNER_URL", value("VOUCH_OWNER_URL"))?,
            listen,
            data_dir: value("VOUCH_DATA_DIR")
                .unwrap_or_else(|| "./data".into())
                .into(),
            public_url: public_url(value("VOUCH_PUBLIC_URL"), listen)?,
            secret_key: value("VOUCH_SECRET_KEY")
                .map(|digits| {
                    SecretKey::from_hex(&digits)
                        .map_err(|_| wrong("VOUCH_SECRET_KEY", "it must be 64 hex digits"))
                })
                .transpose()?,
            webhooks_allow_loopback: yes_no(
                "VOUCH_WEBHOOKS_ALLOW_LOOPBACK",
                value("VOUCH_WEBHOOKS_ALLOW_LOOPBACK"),
            )?
            .unwrap_or(false),
            log: value("VOUCH_LOG")
                .map(|level| {
                    level.parse().map_err(|_| {
                        wrong("VOUCH_LOG", "it must be error, warn, info, debug or trace")
                    })
                })
                .transpose()?
                .unwrap_or(tracing::Level::INFO),
            trusted_proxies: value("VOUCH_TRUSTED_PROXIES")
                .map(|list| networks(&list))
                .transpose()?
                .unwrap_or_default(),
            metrics_listen: address("VOUCH_METRICS_LISTEN", value("VOUCH_METRICS_LISTEN"))?,
            metrics_token: value("VOUCH_METRICS_TOKEN"),
            documents_url: value("VOUCH_DOCUMENTS_URL"),
            statement_cache: yes_no("VOUCH_STATEMENT_CACHE", value("VOUCH_STATEMENT_CACHE"))?
                .unwrap_or(true),
            key_rate: value("VOUCH_KEY_RATE")
                .map(|rate| {
                    rate.parse()
                        .map_err(|_| wrong("VOUCH_KEY_RATE", "it must be a whole number"))
                })
                .transpose()?
                .unwrap_or(100),
            trustist_window: trustist_window(value("VOUCH_TRUSTIST_WINDOW"))?,
            checkpoint_dir: value("VOUCH_CHECKPOINT_DIR").map(PathBuf::from),
        };
        if config.database_url.is_some() && config.secret_key.is_none() {
            return Err(ConfigError::Missing {
                name: "VOUCH_SECRET_KEY",
                why: "with DATABASE_URL the key must come from you, since whoever can read the database must not find it there (make one with `openssl rand -hex 32` and keep it)",
            });
        }
        Ok(config)
    }

    /// Reads the settings from the environment of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from(|name| std::env::var(name).ok())
    }

    /// Whether the cookies carry `Secure` and the `__Host-` prefix: exactly when people come by https.
    pub fn secure_cookies(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Where signed audit checkpoints go.
    pub fn checkpoint_dir(&self) -> PathBuf {
        self.checkpoint_dir
            .clone()
            .unwrap_or_else(|| self.data_dir.join("checkpoints"))
    }

    /// Whether the client's own address may be taken from a header that `peer` sent.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|network| network.contains(peer))
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

fn wrong(name: &'static str, wanted: impl Into<String>) -> ConfigError {
    ConfigError::Wrong {
        name,
        wanted: wanted.into(),
    }
}

fn address(name: &'static str, value: Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    value
        .map(|text| {
            text.parse().map_err(|_| {
                wrong(
                    name,
                    "it must be an address and a port, such as 127.0.0.1:8080",
                )
            })
        })
        .transpose()
}

/// The value is never repeated: it holds a password.
fn postgres_url(name: &'static str, value: Option<String>) -> Result<Option<String>, ConfigError> {
    match value {
        Some(url) if !url.starts_with("postgres://") && !url.starts_with("postgresql://") => Err(
            wrong(name, "it must begin with postgres:// or postgresql://"),
        ),
        value => Ok(value),
    }
}

fn public_url(value: Option<String>, listen: SocketAddr) -> Result<String, ConfigError> {
    let url = value.unwrap_or_else(|| format!("http://{listen}"));
    let url = url.trim_end_matches('/');
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host)
            if !host.is_empty()
                && !host.contains(|c: char| "/?#@".contains(c) || c.is_whitespace()) =>
        {
            Ok(url.to_owned())
        }
        _ => Err(wrong(
            "VOUCH_PUBLIC_URL",
            "it must be http:// or https:// and a host, without a path",
        )),
    }
}

fn yes_no(name: &'static str, value: Option<String>) -> Result<Option<bool>, ConfigError> {
    value
        .map(|text| match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "true" | "1" => Ok(true),
            "no" | "off" | "false" | "0" => Ok(false),
            _ => Err(wrong(
                name,
                "it must be yes or no (on and off are understood too)",
            )),
        })
        .transpose()
}

fn trustist_window(value: Option<String>) -> Result<chrono::TimeDelta, ConfigError> {
    let seconds = match value.as_deref().map(str::parse) {
        None => 300,
        Some(Ok(seconds @ 30..=900)) => seconds,
        Some(_) => {
            return Err(wrong(
                "VOUCH_TRUSTIST_WINDOW",
                "it must be a whole number of seconds from 30 to 900",
            ));
        }
    };
    Ok(chrono::TimeDelta::seconds(seconds))
}

fn networks(list: &str) -> Result<Vec<Network>, ConfigError> {
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(|entry| {
            entry.parse().map_err(|()| {
                wrong(
                    "VOUCH_TRUSTED_PROXIES",
                    format!("`{entry}` is no address and no network such as 10.0.0.0/8"),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
