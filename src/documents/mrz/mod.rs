//! The machine-readable zone: the two or three lines of capitals at the foot of passports, identity cards and visas,
//! as ICAO Doc 9303 (parts 3 to 7) lays them out. An officer copies them; check digits tell whether they were copied,
//! and printed, right.

pub mod rules;
mod states;
pub mod wrong;
