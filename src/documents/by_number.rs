//! Papers as machines ask for them: one by its number, or a page of a list. Their bytes are never among it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    customers::{
        by_number::{self, Asked, Sort},
        relations::visible_ones,
        store as customers,
    },
    db::{Change, Read},
    documents::{
        rules::{self, DocumentStatus, DocumentType},
        store::{self, Papers},
    },
    error::{Error, Result},
    schema::{customers as customer_rows, documents},
    value::{CustomerId, DocumentId},
};

/// What a machine is told of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = documents)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Numbered {
    pub id: DocumentId,
    pub number: i64,
    pub customer_id: CustomerId,
    #[diesel(column_name = type_)]
    pub document_type: DocumentType,
    pub said_number: Option<i16>,
    name: String,
    uploaded_kind: String,
    pub media_type: String,
    pub size: i64,
    pub status: DocumentStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Numbered {
    /// What the file is called, for those outside the house; nothing where an officer called it so.
    pub fn name_outside(self) -> Option<String> {
        rules::named_outside(&self.uploaded_kind).then_some(self.name)
    }
}

/// The one with this number; of a customer out of scope it is not found.
pub fn find(tx: &mut Read<'_>, number: i64) -> Result<Numbered> {
    let tenant = tx.scope().organisation();
    let found: Numbered = documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::number.eq(number))
        .select(Numbered::as_select())
        .first(tx.conn())?;
    customers::find(tx, found.customer_id)?;
    Ok(found)
}

/// The one with this id. Who calls has found its customer in scope.
pub fn by_id(tx: &mut Read<'_>, id: DocumentId) -> Result<Numbered> {
    let tenant = tx.scope().organisation();
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::id.eq(id))
        .select(Numbered::as_select())
        .first(tx.conn())?)
}

/// Keeps by which number a machine handed in a paper that it just added, to be answered so.
pub fn handed_in_as(tx: &mut Change<'_>, id: DocumentId, number: i16) -> Result<()> {
    let tenant = tx.scope().organisation();
    diesel::update(documents::table.find((tenant.0, id.0)))
        .set(documents::said_number.eq(number))
        .execute(tx.conn())?;
    Ok(())
}

/// Of these papers, those that are of somebody else than of whom they were handed in for: a company's paper that identifies its
/// administrator is of whoever the company's own system named so.
pub fn of_others(
    tx: &mut Read<'_>,
    papers: &[Numbered],
) -> Result<HashMap<DocumentId, CustomerId>> {
    let administrators: Vec<DocumentId> = papers
        .iter()
        .filter(|one| one.document_type == DocumentType::BusinessAdministratorId)
        .map(|one| one.id)
        .collect();
    if administrators.is_empty() {
        return Ok(HashMap::new());
    }
    as_far_as_seen(tx, Papers::These(&administrators))
}

/// Of whom these are, as far as the asker may see who that is.
fn as_far_as_seen(
    tx: &mut Read<'_>,
    papers: Papers<'_>,
) -> Result<HashMap<DocumentId, CustomerId>> {
    let found = store::administrators(tx, papers)?;
    let people = found.iter().map(|(who, _)| *who).collect();
    let seen = visible_ones(tx, people)?;
    Ok(found
        .into_iter()
        .filter(|(who, _)| seen.contains_key(who))
        .map(|(who, paper)| (paper.id, who))
        .collect())
}

/// A page of those of customers in scope; of one alone, with those that are theirs as [`of_others`] says, and
/// without those of others.
pub fn page(tx: &mut Read<'_>, asked: &Asked) -> Result<Vec<Numbered>> {
    let tenant = tx.scope().organisation();
    let whose = customer_rows::table
        .filter(customers::listed(tx.scope()))
        .select(customer_rows::id)
        .into_boxed();
    let theirs = customer_rows::organisation_id
        .eq(documents::organisation_id)
        .and(customer_rows::id.eq(documents::customer_id));
    let mut rows = documents::table
        .inner_join(customer_rows::table.on(theirs))
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::customer_id.eq_any(whose))
        .into_boxed();
    if let Some(number) = asked.number {
        let one = match by_number::find(tx, number) {
            Ok(one) => one.id,
            Err(Error::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let own = store::of_administrators(tx, &[one])?;
        let own: Vec<DocumentId> = own.into_iter().map(|(_, paper)| paper.id).collect();
        let of_others: Vec<DocumentId> = as_far_as_seen(tx, Papers::OfCompany(one))?
            .into_keys()
            .collect();
        let handed_in = documents::customer_id
            .eq(one)
            .and(documents::id.ne_all(of_others));
        rows = rows.filter(handed_in.or(documents::id.eq_any(own)));
    }
    if let Some(from) = asked.created.0 {
        rows = rows.filter(documents::created_at.ge(from));
    }
    if let Some(until) = asked.created.1 {
        rows = rows.filter(documents::created_at.le(until));
    }
    if let Some(from) = asked.updated.0 {
        rows = rows.filter(documents::updated_at.ge(from));
    }
    if let Some(until) = asked.updated.1 {
        rows = rows.filter(documents::updated_at.le(until));
    }
    let (created, updated, id) = (documents::created_at, documents::updated_at, documents::id);
    rows = match (asked.sort, asked.ascending) {
        (Sort::Updated, true) => rows.order((updated, id)),
        (Sort::Updated, false) => rows.order((updated.desc(), id.desc())),
        (Sort::Created, true) => rows.order((created, id)),
        (Sort::Created, false) => rows.order((created.desc(), id.desc())),
        (Sort::Number, true) => rows.order((customer_rows::number, id)),
        (Sort::Number, false) => rows.order((customer_rows::number.desc(), id.desc())),
    };
    Ok(rows
        .offset(asked.skip)
        .limit(asked.take)
        .select(Numbered::as_select())
        .load(tx.conn())?)
}
