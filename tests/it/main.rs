//! The integration tests: one binary, real PostgreSQL.

mod audit_chain;
mod embedded;
mod support;
mod web;
