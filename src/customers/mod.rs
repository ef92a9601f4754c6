//! Persons and companies that an organisation must know, and their KYC.

pub mod index;
pub mod pages;
pub mod rules;
pub mod store;
