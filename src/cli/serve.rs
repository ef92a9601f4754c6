//! `vouch serve`: the port first, then the database, then the server, and back again in the other order.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};

use anyhow::anyhow;

use crate::app::{self, Serve};
use crate::clock::Clock;
use crate::config::Config;
use crate::seal;

use super::Database;

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

/// The address to listen on is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum CannotListen {
    /// Somebody else listens there.
    #[error(
        "{0} is in use by another program: stop that one, or set VOUCH_LISTEN to another port, such as 127.0.0.1:8081"
    )]
    InUse(SocketAddr),
    /// The system says no.
    #[error("{0} cannot be listened on ({1}): set VOUCH_LISTEN to another address")]
    Refused(SocketAddr, io::Error),
}

pub(super) fn run(mut config: Config, args: ServeArgs) -> anyhow::Result<()> {
    // Before anything is started that would have to be stopped again.
    let listener = listen(config.listen)?;
    let port_was_asked = config.listen.port() != 0;
    config.listen = listener.local_addr()?;
    if !port_was_asked && config.public_url.ends_with(":0") {
        config.public_url = format!("http://{}", config.listen);
    }
    let database = Database::for_serving(&mut config)?;
    let Some(key) = &config.secret_key else {
        // Settings with an address carry the key, and a data directory makes it.
        return Err(anyhow!("VOUCH_SECRET_KEY is missing"));
    };
    let secret = seal::SecretKey::from_hex(&key.to_hex())?;
    // Whoever started us waits for this line, even at the end of a pipe.
    let mut out = io::stdout().lock();
    writeln!(out, "Vouch listens on {}", config.public_url)?;
    out.flush()?;
    drop(out);
    let serve = Serve {
        database_url: database.app_url.clone(),
        secret,
        demo: args.demo,
        clock: Clock::system(),
        config,
    };
    Ok(app::serve(&serve, listener)?)
    // Only now goes `database`: PostgreSQL stops after the last request was answered.
}

fn listen(address: SocketAddr) -> Result<TcpListener, CannotListen> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => CannotListen::InUse(address),
        _ => CannotListen::Refused(address, error),
    })
}
