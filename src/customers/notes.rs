//! Notes for colleagues; the customer never sees one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    db::Read,
    error::Result,
    schema::notes,
    value::{CustomerId, NoteId, StaffId},
};

/// What a colleague wrote.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = notes)]
pub struct Note {
    /// It.
    pub id: NoteId,
    /// The text.
    pub body: String,
    /// Who.
    pub written_by: StaffId,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The KYC page shows this many.
pub const SHOWN: i64 = 50;

/// The newest notes on a customer.
pub fn of(tx: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Note>> {
    let tenant = tx.scope().organisation();
    Ok(notes::table
        .filter(notes::organisation_id.eq(tenant))
        .filter(notes::customer_id.eq(customer))
        .order((notes::created_at.desc(), notes::id.desc()))
        .limit(SHOWN)
        .select(Note::as_select())
        .load(tx.conn())?)
}
