//! Asking for a case file, and the page that stands in one.

pub mod print;

use crate::{
    access::{guard::By, permissions::OrderFiles},
    error::Result,
    jobs::{actions, rules::Kind},
    value::CustomerId,
    web::{answer::Answer, input::Id, router::Router},
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router.post("/customers/{id}/casefile", ask)
}

/// Asks for a customer's case file, or leads to the one that is being made for the asker already.
fn ask(mut by: By<OrderFiles>, Id(id): Id<CustomerId>) -> Result<Answer> {
    let staff = by.staff.staff;
    let open = by.read(|tx| actions::same_of(tx, staff, Kind::CaseFile, id))?;
    let job = match open {
        Some(job) => job,
        None => by.change(|tx| actions::ask(tx, Kind::CaseFile, id))?,
    };
    Ok(Answer::see(format!("/jobs/{job}")))
}
