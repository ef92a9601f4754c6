//! What was read off papers, in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    countries,
    db::{Change, Read},
    documents::{
        fields::rules::{Field, Shape, Source},
        store::Document,
    },
    error::Result,
    schema::extracted_fields,
    value::{CustomerId, DocumentId},
    web::filters,
};

/// One value that was read off a paper.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = extracted_fields)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Extracted {
    pub document_id: DocumentId,
    pub field: Field,
    pub source: Source,
    pub customer_id: CustomerId,
    pub value: String,
    pub entered_kind: String,
    pub entered_id: Option<Uuid>,
    pub entered_at: DateTime<Utc>,
}

impl Extracted {
    /// Whether it is the lines of the zone themselves.
    pub fn is_zone(&self) -> bool {
        self.field == Field::Mrz
    }

    /// The value as what was declared is shown: days and countries in words.
    pub fn shown(&self) -> String {
        match self.field.shape() {
            Shape::Day => self
                .value
                .parse()
                .map_or_else(|_| self.value.clone(), filters::date_of),
            Shape::Country => countries::name(&self.value)
                .unwrap_or(&self.value)
                .to_owned(),
            _ => self.value.clone(),
        }
    }

    /// Whether it was read from the zone.
    pub fn is_of_zone(&self) -> bool {
        self.source == Source::Mrz
    }
}

/// No page lays more values beside each other than this for each customer that it is about.
const MOST: usize = 2_000;

/// What was read off the papers of these customers. The caller has seen to it that each customer lies in scope, or
/// asks only whether something differs.
pub fn of(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Extracted>> {
    let tenant = tx.scope().organisation();
    Ok(extracted_fields::table
        .filter(extracted_fields::organisation_id.eq(tenant))
        .filter(extracted_fields::customer_id.eq_any(customers.to_vec()))
        .order((
            extracted_fields::document_id.desc(),
            extracted_fields::field,
            extracted_fields::source.desc(),
        ))
        .limit(i64::try_from(MOST.saturating_mul(customers.len())).unwrap_or(i64::MAX))
        .select(Extracted::as_select())
        .load(tx.conn())?)
}

/// What was read off one paper, in the order of its fields. The caller has found its customer in scope.
pub fn of_document(tx: &mut Read<'_>, document: DocumentId) -> Result<Vec<Extracted>> {
    let tenant = tx.scope().organisation();
    let mut all: Vec<Extracted> = extracted_fields::table
        .filter(extracted_fields::organisation_id.eq(tenant))
        .filter(extracted_fields::document_id.eq(document))
        .select(Extracted::as_select())
        .load(tx.conn())?;
    all.sort_by_key(|one| (one.field, one.source));
    Ok(all)
}

/// Puts these in the place of all that was read off a paper in this way.
pub fn replace(
    tx: &mut Change<'_>,
    document: &Document,
    source: Source,
    values: &[(Field, String)],
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (kind, by) = tx.actor().who.parts();
    diesel::delete(
        extracted_fields::table
            .filter(extracted_fields::organisation_id.eq(tenant))
            .filter(extracted_fields::document_id.eq(document.id))
            .filter(extracted_fields::source.eq(source)),
    )
    .execute(tx.conn())?;
    let rows: Vec<_> = values
        .iter()
        .map(|(field, value)| {
            (
                extracted_fields::organisation_id.eq(tenant),
                extracted_fields::document_id.eq(document.id),
                extracted_fields::field.eq(*field),
                extracted_fields::source.eq(source),
                extracted_fields::customer_id.eq(document.customer_id),
                extracted_fields::value.eq(value.as_str()),
                extracted_fields::entered_kind.eq(kind),
                extracted_fields::entered_id.eq(by),
                extracted_fields::entered_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(extracted_fields::table)
        .values(rows)
        .execute(tx.conn())?;
    Ok(())
}
