//! The integration tests: one binary, real PostgreSQL.

mod audit_chain;
mod audit_export;
mod customers;
mod demo;
mod embedded;
mod moves;
mod overrides;
mod support;
mod verifications;
mod web;
