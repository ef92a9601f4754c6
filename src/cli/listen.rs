//! The port, taken before anything is started that would have to be stopped again.

use std::io;
use std::net::{SocketAddr, TcpListener};

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

/// Demonstration accounts have a password that everybody knows.
#[derive(Debug, thiserror::Error)]
#[error(
    "this database holds demonstration accounts, and {0} can be reached from other machines: listen on 127.0.0.1, or say --allow-demo-accounts"
)]
pub struct DemoBeyondLoopback(pub SocketAddr);

/// Takes the port.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, CannotListen> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => CannotListen::InUse(address),
        _ => CannotListen::Refused(address, error),
    })
}
