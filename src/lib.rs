//! Vouch: a self-hosted KYC/KYB back office. This file is the table of contents.

pub mod access;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod countries;
pub mod customers;
pub mod days;
pub mod db;
pub mod demo;
pub mod documents;
pub mod error;
pub mod gauges;
pub mod keys;
pub mod organisations;
pub mod reports;
pub mod reviews;
pub mod routes;
pub mod schema;
pub mod seal;
pub mod staff;
pub mod value;
pub mod verifications;
pub mod web;
pub mod working_time;
