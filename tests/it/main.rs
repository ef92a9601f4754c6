//! The integration tests: one binary, real PostgreSQL.

mod audit_chain;
mod audit_export;
mod customers;
mod embedded;
mod moves;
mod overrides;
mod floors;
mod licences;
mod migrations;
mod rls;
mod schema;
mod support;
mod verifications;
mod web;
