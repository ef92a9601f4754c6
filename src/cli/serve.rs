//! `vouch serve`: the port first, then the database, then the server, and back again in the other order.

use std::io::{self, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use anyhow::anyhow;

use crate::access::store::credentials as staff_credentials;
use crate::app::{self, Serve};
use crate::audit::witness;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, PoolOptions};
use crate::demo;
use crate::documents::Papers;
use crate::gauges::Gauges;
use crate::jobs::worker::Worker;
use crate::keys::Keys;
use crate::onboarding::expiry;
use crate::outgoing::Client;
use crate::reviews::deadlines;
use crate::seal::SecretKey;
use crate::webhooks::worker::Worker as Webhooks;

use super::Database;
use super::listen::{DemoBeyondLoopback, listen};

/// What `vouch serve` may be told.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct ServeArgs {
    /// Fill an empty database with demonstration data once, and print who can log in
    #[arg(long)]
    pub demo: bool,
    /// Listen beyond this machine although the database holds demonstration accounts
    #[arg(long)]
    pub allow_demo_accounts: bool,
}

pub(super) fn run(mut config: Config, args: ServeArgs) -> anyhow::Result<()> {
    // Before anything is started that would have to be stopped again.
    let listener = listen("VOUCH_LISTEN", config.listen)?;
    let operators = config
        .metrics_listen
        .map(|address| listen("VOUCH_METRICS_LISTEN", address))
        .transpose()?;
    let port_was_asked = config.listen.port() != 0;
    config.listen = listener.local_addr()?;
    if !port_was_asked && config.public_url.ends_with(":0") {
        config.public_url = format!("http://{}", config.listen);
    }
    let database = Database::for_serving(&mut config)?;
    let Some(secret) = config.secret_key.clone() else {
        // Settings with an address carry the key, and a data directory makes it.
        return Err(anyhow!("VOUCH_SECRET_KEY is missing"));
    };
    // The data directory is there now; what is wrong with the store of papers is known before anything listens.
    let papers = Papers::open(&config, std::env::current_exe()?)?;
    let clock = Clock::system();
    if args.demo {
        fill_once(&database, &secret, &clock)?;
    }
    let demo = {
        // Over one connection, closed again: where nothing is served, the database ends without a word about those that are open.
        let alone = PoolOptions {
            size: 1,
            ..background(&database, &config)
        };
        let alone = Db::open(&alone, clock.clone(), Keys::new(secret.clone()));
        staff_credentials::has_demo_accounts(&mut alone.connection()?)?
    };
    if demo && !config.listen.ip().is_loopback() && !args.allow_demo_accounts {
        return Err(DemoBeyondLoopback(config.listen).into());
    }
    let behind = Db::open(
        &background(&database, &config),
        clock.clone(),
        Keys::new(secret.clone()),
    );
    announce(&config.public_url, operators.as_ref(), demo);
    let gauges = Arc::new(Gauges::default());
    let _clock = deadlines::schedule(
        behind.clone(),
        Arc::clone(&gauges),
        deadlines::EVERY,
        expiry::sweep,
    )?;
    witness::schedule(
        behind,
        config.checkpoint_dir(),
        config.public_url.clone(),
        Arc::clone(&gauges),
    )?;
    let worker = Worker {
        db: Db::open(
            &background(&database, &config),
            clock.clone(),
            Keys::new(secret.clone()),
        ),
        files: Arc::clone(&papers.files),
        checkpoints: config.checkpoint_dir(),
        origin: config.public_url.clone(),
    };
    worker.schedule()?;
    let webhooks = Webhooks {
        db: Db::open(
            &PoolOptions {
                size: 4,
                ..background(&database, &config)
            },
            clock.clone(),
            Keys::new(secret.clone()),
        ),
        client: Client::new(config.webhooks_allow_loopback),
        gauges: Arc::clone(&gauges),
    };
    let webhooks = webhooks.schedule()?;
    let serve = Serve {
        database_url: database.app_url.clone(),
        secret,
        demo,
        papers,
        clock,
        config,
        gauges,
    };
    let served = app::serve(&serve, listener, operators);
    webhooks.stop();
    Ok(served?)
    // Only now goes `database`: PostgreSQL stops after the last request was answered.
}

/// Who can log in to a demonstration.
const DEMO_LOG_INS: &str = "Demonstration accounts, all with the password vouch-demo-2026:
  admin@vouch.test     everything
  manager@vouch.test   branch london
  officer@vouch.test   branches london and madrid
  auditor@vouch.test   reads, all branches";

/// How many customers `--demo` makes.
const DEMO_CUSTOMERS: u64 = 2_000;

fn fill_once(database: &Database, secret: &SecretKey, clock: &Clock) -> anyhow::Result<()> {
    let owner_url = database.owner_url.as_deref().ok_or_else(|| {
        anyhow!("VOUCH_OWNER_URL is missing: the demo is filled by the role that owns the schema")
    })?;
    let mut report = super::demo::report(DEMO_CUSTOMERS);
    demo::fill(
        owner_url,
        secret,
        clock.now(),
        DEMO_CUSTOMERS,
        1,
        &mut report,
    )?;
    Ok(())
}

/// Connections for what the server does by the clock, or for its jobs.
fn background(database: &Database, config: &Config) -> PoolOptions {
    PoolOptions {
        url: database.app_url.clone(),
        size: 2,
        wait: std::time::Duration::from_secs(5),
        statement_cache: config.statement_cache,
    }
}

/// Whoever started us waits for the line with the address, even at the end of a pipe; that they read no further, or not
/// at all, is no reason not to serve.
fn announce(public_url: &str, operators: Option<&TcpListener>, demo: bool) {
    let mut lines = Vec::new();
    if let Some(address) = operators.and_then(|listener| listener.local_addr().ok()) {
        lines.push(format!(
            "Figures for Prometheus are at http://{address}/metrics"
        ));
    }
    lines.push(format!("Vouch listens on {public_url}"));
    if demo {
        lines.push(DEMO_LOG_INS.to_owned());
    }
    let text = lines.join("\n");
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
