//! `vouch watchlist`: lists of names against which customers are checked.

use std::{fs::File, io::BufReader, path::PathBuf};

use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::db::Connection;
use crate::value::OrganisationId;
use crate::verifications::providers::watchlist::import::{self, Loaded};

use super::people::{console, plainly, reach};

/// What `vouch watchlist` can do.
#[derive(Debug, clap::Subcommand)]
pub enum WatchlistCommand {
    /// Load a list in the layout of `OpenSanctions` (targets.simple.csv), in place of the one of the same name
    Import(Import),
}

/// A list to be loaded.
#[derive(Clone, Debug, clap::Args)]
pub struct Import {
    /// The CSV file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What the list is called here; without it, the file's name up to its first point
    #[arg(long)]
    pub list: Option<String>,
}

pub(super) fn run(config: Config, command: WatchlistCommand) -> anyhow::Result<()> {
    let WatchlistCommand::Import(wanted) = command;
    let mut reached = reach(config)?;
    if !reached.owner {
        bail!("VOUCH_OWNER_URL is missing: only the role that owns the schema loads lists");
    }
    let loaded = watchlist_import(&mut reached.conn, &wanted)?;
    println!(
        "{} entries with {} names; {} are as they were",
        loaded.entries, loaded.names, loaded.unchanged
    );
    Ok(())
}

/// Loads a list over the owner's connection, and says so in the installation's chain.
pub fn watchlist_import(conn: &mut Connection, wanted: &Import) -> anyhow::Result<Loaded> {
    let list = match &wanted.list {
        Some(named) => named.clone(),
        None => wanted
            .file
            .file_name()
            .and_then(|name| name.to_str()?.split('.').next())
            .context("say what the list is called, with --list")?
            .to_lowercase(),
    };
    let file = File::open(&wanted.file)
        .with_context(|| format!("cannot read {}", wanted.file.display()))?;
    let actor = console(conn, OrganisationId::INSTALLATION);
    conn.change(&actor, |tx| import::load(tx, &list, BufReader::new(file)))
        .map_err(|error| match error {
            crate::error::Error::BadRequest(why) => anyhow::anyhow!(why),
            other => plainly(other),
        })
}
