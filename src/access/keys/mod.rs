//! Keys: how a company's own systems prove who they are.
//!
//! A key belongs to one organisation and to one face, that is to one vendor's language. It says what its holder may do
//! and in which branches. Its secret is shown once. Where the face sends the secret itself (a bearer), only its hash is
//! kept; where the secret signs (HMAC, Hawk, the token endpoint's client), it is kept sealed under a key derived from
//! `VOUCH_SECRET_KEY`. A revoked key ends at once.

pub mod actions;
pub mod guard;
pub mod limits;
pub mod pages;
pub mod rules;
pub mod secret;
pub mod store;
pub mod token;
