//! Persons and companies that an organisation must know, and their KYC.

pub mod actions;
pub mod alike;
pub mod by_branch;
pub mod by_number;
pub mod contacts;
pub mod declared;
pub mod duplicates;
pub mod income;
pub mod index;
pub mod kinds;
pub mod mentions;
pub mod merging;
pub mod metadata;
pub mod moving;
pub mod notes;
pub mod numbered;
pub mod ownership;
pub mod pages;
pub mod relations;
pub mod rules;
pub mod short_id;
pub mod store;
pub mod tax_residences;
pub mod typed;
pub mod us_persons;
