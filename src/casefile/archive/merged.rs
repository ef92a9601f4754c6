//! What was merged where: a customer may be several rows, and what hangs on one of them is evidence about all.

use std::io::Write;

use super::{Making, documents::Papers};
use crate::{
    audit::{event::What, store as audit},
    casefile::{
        facts::{DocumentFact, MergeFact},
        held::{Absorbed, Held, Merged},
        store, zip,
    },
    customers::{merging::store as merging, relations, store::Customer},
    db::Read,
    error::Result,
    organisations::store as organisations,
    reviews::{
        kyc_file::{reading::KycFile, shown::Names},
        store::declared::{declared, name_members},
    },
    value::CustomerId,
};

/// The rows that were merged into a customer, and into those, as far as the reader may see them, by name; and how many they
/// may not see.
pub(super) fn rows(tx: &mut Read<'_>, customer: CustomerId) -> Result<(Vec<Customer>, usize)> {
    let all = merging::absorbed(tx, customer)?;
    let count = all.len();
    let visible = relations::visible_ones(tx, all)?;
    let mut visible: Vec<Customer> = visible.into_values().collect();
    visible.sort_by(|one, other| (&one.name, one.id.0).cmp(&(&other.name, other.id.0)));
    let elsewhere = count - visible.len();
    Ok((visible, elsewhere))
}

/// A row and what is read of it before anything is told.
pub(super) fn held(
    tx: &mut Read<'_>,
    customer: Customer,
    documents: Vec<DocumentFact>,
) -> Result<Held> {
    let mut now = declared(tx, &customer)?;
    name_members(tx, customer.id, [&mut now])?;
    Ok(Held {
        customer,
        documents,
        now,
    })
}

/// Writes the papers of the rows that were merged into the customer, and says of each merge who made it, when and why.
pub(super) fn write<W: Write>(
    tx: &mut Read<'_>,
    making: &Making<'_>,
    file: &KycFile,
    (rows, elsewhere): (Vec<Customer>, usize),
    names: &Names,
    (papers, archive): (&mut Papers, &mut zip::Writer<W>),
) -> Result<Merged> {
    let into = match &file.survivor {
        Some(into) => {
            let said = store::last_said(tx, &file.customer, What::Merged)?;
            Some(MergeFact::of(into.as_ref(), said, names))
        }
        None => None,
    };
    let known: Vec<Customer> = rows.iter().chain([&file.customer]).cloned().collect();
    let mut here = Vec::with_capacity(rows.len());
    for row in rows {
        let key = audit::standing_key(tx, Some(row.data_key))?;
        let documents = papers.write(tx, making, row.id, key.as_ref(), names, archive)?;
        let into = known.iter().find(|one| Some(one.id) == row.merged_into);
        let said = store::last_said(tx, &row, What::Merged)?;
        here.push(Absorbed {
            branch: organisations::branch(tx, row.branch_id)?.name,
            merge: MergeFact::of(into, said, names),
            held: held(tx, row, documents)?,
        });
    }
    Ok(Merged {
        into,
        here,
        elsewhere,
    })
}
