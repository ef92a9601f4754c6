//! ZIP archives whose files are stored as they are.
//!
//! Papers and hashes do not shrink, so nothing is lost by it; and an archive that holds what it seems to hold, byte for
//! byte, can hide no bomb. Of the format only what that needs is here, with the 64-bit sizes that large archives need.
//! [`Writer`] writes while it goes, to a stream that cannot be wound back; [`open`] accepts nothing that the writer would
//! not have written.

mod layout;
mod read;
mod write;

pub use layout::Part;
pub use read::{Contents, Unreadable, open};
pub use write::{Streamed, Writer, Written};
