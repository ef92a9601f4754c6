//! Webhooks: telling an organisation's own systems what happened, by a signed message to an address of theirs.
//!
//! Whatever a door commits passes `follow.rs`, in the transaction of the change. What the catalogue (`rules.rs`) finds among
//! its events is shown by the face whose language the endpoint speaks, sealed, and pushed to a queue; so a message is there
//! exactly when its change is. Workers of any server (`worker.rs`) take what is due, send it once (`deliver.rs`), and write
//! down what became of it. A server that dies while it sends lets go by its lease, and the message is sent again under the
//! same id: at least once, in no promised order. This room knows the others only through `Event`.

pub mod actions;
pub mod deliver;
mod enclosed;
mod headers;
pub mod pages;
pub mod push;
pub mod rules;
pub mod store;
pub mod tidying;
pub mod worker;
