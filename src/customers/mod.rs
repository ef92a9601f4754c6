//! Persons and companies that an organisation must know, and their KYC.

pub mod authors;
pub mod index;
pub mod notes;
pub mod pages;
pub mod relations;
pub mod rules;
pub mod store;
pub mod tax_residences;
