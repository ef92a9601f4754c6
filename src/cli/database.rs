//! The database of a command: our own, started or already running, or the operator's.

use crate::config::Config;
use crate::db::embedded::{DataDir, Embedded, EmbeddedError, Options, Urls};
use crate::db::{migrations, roles};

/// A database that is reached, and that is stopped again when this is dropped, if it was started for it.
pub struct Database {
    /// The role that serves.
    pub app_url: String,
    /// The role that owns the schema, where it is known.
    pub owner_url: Option<String>,
    embedded: Option<Embedded>,
}

/// The schema is older than this program.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database lacks {0} migrations of this version (the next is {1}): run `vouch migrate` first"
)]
pub struct SchemaBehind(usize, String);

impl Database {
    /// Reaches the database for a server. Our own is started, and must not be running; it is migrated here. Another
    /// must have the schema of this program, and a role that may serve.
    pub fn for_serving(config: &mut Config) -> anyhow::Result<Self> {
        if let Some(app_url) = &config.database_url {
            roles::check_serving_role(app_url)?;
            up_to_date(app_url)?;
            return Ok(Self::external(config, app_url.clone()));
        }
        let dir = own_dir(config)?;
        Self::started(Embedded::start(&dir, &Options::default())?)
    }

    /// Reaches the database for a command that may work beside a server: if our own is running already, that is used.
    pub fn for_a_command(config: &mut Config) -> anyhow::Result<Self> {
        if let Some(app_url) = &config.database_url {
            up_to_date(app_url)?;
            return Ok(Self::external(config, app_url.clone()));
        }
        let dir = own_dir(config)?;
        match Embedded::start(&dir, &Options::default()) {
            Err(EmbeddedError::AlreadyRunning { .. }) => {
                let urls: Urls = Embedded::attach(&dir)?;
                up_to_date(&urls.app_url())?;
                Ok(Self {
                    app_url: urls.app_url(),
                    owner_url: Some(urls.owner_url()),
                    embedded: None,
                })
            }
            started => Self::started(started?),
        }
    }

    fn started(embedded: Embedded) -> anyhow::Result<Self> {
        migrations::apply(&embedded.owner_url(), "vouch_app")?;
        Ok(Self {
            app_url: embedded.app_url(),
            owner_url: Some(embedded.owner_url()),
            embedded: Some(embedded),
        })
    }

    fn external(config: &Config, app_url: String) -> Self {
        Self {
            app_url,
            owner_url: config.owner_url.clone(),
            embedded: None,
        }
    }

    /// Whether the database is one of our own that was started here.
    pub fn is_own(&self) -> bool {
        self.embedded.is_some()
    }
}

/// Settles the data directory and its key into the settings: what is said from here on is where things really are.
fn own_dir(config: &mut Config) -> Result<DataDir, EmbeddedError> {
    let dir = DataDir::settle(&config.data_dir)?;
    if let Some(notice) = dir.notice() {
        eprintln!("vouch: {notice}");
    }
    if config.secret_key.is_none() {
        config.secret_key = Some(dir.secret_key()?);
    }
    dir.path().clone_into(&mut config.data_dir);
    Ok(dir)
}

fn up_to_date(app_url: &str) -> anyhow::Result<()> {
    let missing = migrations::missing(app_url)?;
    match missing.first() {
        Some(next) => Err(SchemaBehind(missing.len(), next.clone()).into()),
        None => Ok(()),
    }
}
