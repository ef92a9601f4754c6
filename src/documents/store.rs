//! Papers in the database: what is known about them; their bytes stand elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::{
    db::Read,
    documents::rules::{DocumentStatus, DocumentType},
    error::Result,
    schema::documents,
    value::{CustomerId, DocumentId},
};

/// What is known about a paper.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = documents)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Document {
    pub id: DocumentId,
    pub customer_id: CustomerId,
    #[diesel(column_name = type_)]
    pub document_type: DocumentType,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub status: DocumentStatus,
    pub reason: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// No page shows more papers than this.
const MOST: i64 = 500;

/// The papers of these customers, newest first. The caller has seen to it that each customer lies in scope, or asks
/// only whether the papers are there.
pub fn of(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Document>> {
    let tenant = tx.scope().organisation();
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::customer_id.eq_any(customers.to_vec()))
        .order((documents::created_at.desc(), documents::id.desc()))
        .limit(MOST)
        .select(Document::as_select())
        .load(tx.conn())?)
}
