//! The port, taken before anything is started that would have to be stopped again.

use std::io;
use std::net::{SocketAddr, TcpListener};

/// The address to listen on is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum CannotListen {
    /// Somebody else listens there.
    #[error(
        "{1} is in use by another program: stop that one, or set {0} to another port, such as 127.0.0.1:8081"
    )]
    InUse(&'static str, SocketAddr),
    /// The system says no.
    #[error("{1} cannot be listened on ({2}): set {0} to another address")]
    Refused(&'static str, SocketAddr, io::Error),
}

/// Demonstration accounts have a password that everybody knows.
#[derive(Debug, thiserror::Error)]
#[error(
    "this database holds demonstration accounts, and {0} can be reached from other machines: listen on 127.0.0.1, or say --allow-demo-accounts"
)]
pub struct DemoBeyondLoopback(pub SocketAddr);

/// Takes the port that a setting names.
pub(super) fn listen(
    setting: &'static str,
    address: SocketAddr,
) -> Result<TcpListener, CannotListen> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => CannotListen::InUse(setting, address),
        _ => CannotListen::Refused(setting, address, error),
    })
}
