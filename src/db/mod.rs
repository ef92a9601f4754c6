//! PostgreSQL: the pool, the few doors through which everything is read and written, keyset pages, and the embedded
//! server.
//!
//! A request checks out one connection and goes through a door with it: `read` (a read-only transaction), `change`
//! (commits only together with what it says happened), `view` (reading one customer or paper, which is itself
//! written down), `bookkeep` (sessions, jobs, deliveries). Each sets the tenant for row-level security in the same
//! round trip as BEGIN.

pub mod counted;
pub mod embedded;
pub mod keyset;
pub mod migrations;
pub mod page;
pub mod readiness;
pub mod roles;

mod connection;
mod doors;
mod pool;
mod waiting;

pub use connection::{Connection, Transaction};
pub use doors::{Change, Read};
pub use pool::{Db, PoolOptions};
pub use waiting::Waiting;
