//! `vouch sweep`: everything that is due by the clock, once.

use anyhow::Context as _;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, PoolOptions};
use crate::documents::files::Files;
use crate::imports;
use crate::jobs::tidying;
use crate::keys::Keys;
use crate::onboarding::expiry;
use crate::reviews::deadlines;
use crate::webhooks;

use super::Database;

pub(super) fn run(mut config: Config) -> anyhow::Result<()> {
    let database = Database::for_a_command(&mut config)?;
    let key = config
        .secret_key
        .clone()
        .context("VOUCH_SECRET_KEY is missing")?;
    let options = PoolOptions {
        url: database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: config.statement_cache,
    };
    let db = Db::open(&options, Clock::system(), Keys::new(key));
    let swept = deadlines::sweep(&db)?;
    println!("{swept}");
    let over = expiry::sweep(&db);
    if let Ok(expired) = &over {
        println!("onboarding sessions expired: {expired}");
    }
    let files = Files::open(&config)?;
    let gone = tidying::forget(&mut db.connection()?, &files)?;
    println!("old jobs removed: {gone}");
    let gone = imports::tidying::forget(&mut db.connection()?, &files)?;
    imports::tidying::forget_strays(&mut db.connection()?, &files)?;
    println!("old files of imports removed: {gone}");
    let gone = webhooks::tidying::forget(&mut db.connection()?)?;
    println!("old webhook deliveries removed: {gone}");
    anyhow::ensure!(
        swept.failed == 0,
        "parts of the sweep that failed: {}; the log says which",
        swept.failed
    );
    over?;
    Ok(())
}
