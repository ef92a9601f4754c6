//! Vouch: a self-hosted KYC/KYB back office. This file is the table of contents.

pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod seal;
pub mod web;
