//! `vouch sweep`: everything that is due by the clock, once.

use anyhow::Context as _;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, PoolOptions};
use crate::keys::Keys;
use crate::reviews::deadlines;

use super::Database;

pub(super) fn run(mut config: Config) -> anyhow::Result<()> {
    let database = Database::for_a_command(&mut config)?;
    let key = config.secret_key.context("VOUCH_SECRET_KEY is missing")?;
    let options = PoolOptions {
        url: database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: config.statement_cache,
    };
    let db = Db::open(&options, Clock::system(), Keys::new(key));
    println!("{}", deadlines::sweep(&db)?);
    Ok(())
}
