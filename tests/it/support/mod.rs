//! What the tests share.

pub mod app;
pub mod browser;
pub mod cluster;
pub mod log;
pub mod machines;
pub mod make;
pub mod tiff;

pub use app::{PASSWORD, Persona, Tenant, TestApp};
pub use browser::{Browser, Response};
