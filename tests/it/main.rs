//! The integration tests: one binary, real PostgreSQL.

mod access;
mod access_matrix;
mod audit_chain;
mod audit_coverage;
mod audit_export;
mod bad_input;
mod calls;
mod customers;
mod customers_list;
mod demo;
mod embedded;
mod faults;
mod floors;
mod licences;
mod links;
mod migrations;
mod moves;
mod overrides;
mod overview;
mod rls;
mod same_origin;
mod schema;
mod staff;
mod support;
mod verifications;
mod web;
