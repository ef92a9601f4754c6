//! PostgreSQL: the pool, the doors through which everything is read and written, keyset pages, and the embedded server.

pub mod embedded;
pub mod migrations;
pub mod roles;
