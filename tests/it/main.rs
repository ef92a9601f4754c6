//! The integration tests: one binary, real PostgreSQL.

mod audit_chain;
mod audit_export;
mod customers;
mod embedded;
mod support;
mod web;
