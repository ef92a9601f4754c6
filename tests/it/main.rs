//! The integration tests: one binary, real PostgreSQL.

mod audit_chain;
mod embedded;
mod audit_export;
mod support;
mod web;
