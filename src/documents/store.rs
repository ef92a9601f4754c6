//! Papers in the database: what is known about them; their bytes stand elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    audit::event::Subject,
    customers::store::{self as customers, Customer},
    db::{Change, Read},
    documents::rules::{self, DocumentStatus, DocumentType},
    error::Result,
    schema::{documents, extracted_fields, relations},
    value::{CustomerId, DocumentId, OrganisationId},
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
    pub number: i64,
    pub customer_id: CustomerId,
    #[diesel(column_name = type_)]
    pub document_type: DocumentType,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub storage_key: Option<String>,
    pub pages: i32,
    pub status: DocumentStatus,
    pub reason: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub uploaded_kind: String,
    pub uploaded_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Document {
    /// What the file is called, for those outside the house: an officer names theirs for colleagues.
    pub fn name_outside(&self) -> Option<&str> {
        rules::named_outside(&self.uploaded_kind).then_some(self.name.as_str())
    }

    /// As an audit entry points to it.
    pub const fn subject(&self, customer: &Customer) -> Subject {
        Subject::Document(self.id, customer.reference())
    }
}

/// No page shows more papers of one customer than this.
const MOST: i64 = 500;

/// The newest papers of each of these customers.
const NEWEST_OF_EACH: &str = "
    SELECT paper.id FROM unnest($2::uuid[]) AS one (id),
        LATERAL (SELECT d.id FROM documents d WHERE d.organisation_id = $1 AND d.customer_id = one.id
                  ORDER BY d.created_at DESC, d.id DESC LIMIT $3) AS paper";

#[derive(QueryableByName)]
struct Newest {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The papers of these customers, newest first, at most so many of each. The caller has seen to it that each customer lies in
/// scope, or asks only whether the papers are there.
pub fn of(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Document>> {
    let tenant = tx.scope().organisation();
    let theirs = documents::table
        .filter(documents::organisation_id.eq(tenant))
        .order((documents::created_at.desc(), documents::id.desc()))
        .select(Document::as_select())
        .into_boxed();
    let theirs = match customers {
        [] => return Ok(Vec::new()),
        [one] => theirs.filter(documents::customer_id.eq(*one)).limit(MOST),
        // Whoever has many papers must not hide those of another.
        _ => {
            let newest: Vec<Newest> = sql_query(NEWEST_OF_EACH)
                .bind::<SqlUuid, _>(tenant.0)
                .bind::<Array<SqlUuid>, _>(customers.iter().map(|id| id.0).collect::<Vec<_>>())
                .bind::<BigInt, _>(MOST)
                .load(tx.conn())?;
            let newest: Vec<DocumentId> =
                newest.into_iter().map(|one| DocumentId(one.id)).collect();
            theirs.filter(documents::id.eq_any(newest))
        }
    };
    Ok(theirs.load(tx.conn())?)
}

/// Who acts for companies, as the companies' own systems named them, each with a paper of the company that proves who its
/// administrator is: whose that paper is, wherever the company lies. A paper that was accepted before they went by their present
/// name is none of theirs.
pub fn of_administrators(
    tx: &mut Read<'_>,
    people: &[CustomerId],
) -> Result<Vec<(CustomerId, Document)>> {
    administrators(tx, Papers::OfPeople(people))
}

/// By what papers that identify companies' administrators are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Papers<'a> {
    /// Whom they identify.
    OfPeople(&'a [CustomerId]),
    /// The company for which they were handed in.
    OfCompany(CustomerId),
    /// Their own ids.
    These(&'a [DocumentId]),
}

/// The same by other marks of the papers; the newest first.
pub fn administrators(
    tx: &mut Read<'_>,
    papers: Papers<'_>,
) -> Result<Vec<(CustomerId, Document)>> {
    let tenant = tx.scope().organisation();
    let company = relations::organisation_id
        .eq(documents::organisation_id)
        .and(relations::parent_id.eq(documents::customer_id));
    let all = documents::table
        .inner_join(relations::table.on(company))
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::type_.eq(DocumentType::BusinessAdministratorId))
        .filter(relations::named_at.is_not_null())
        // What was accepted before they were named so was somebody else's.
        .filter(
            documents::status
                .eq(DocumentStatus::Pending)
                .or(documents::updated_at
                    .nullable()
                    .ge(relations::named_at)
                    .assume_not_null()),
        )
        .order((documents::created_at.desc(), documents::id.desc()))
        .limit(MOST)
        .select((relations::child_id, Document::as_select()))
        .into_boxed();
    let all = match papers {
        Papers::OfPeople(people) => all.filter(relations::child_id.eq_any(people.to_vec())),
        Papers::OfCompany(company) => all.filter(relations::parent_id.eq(company)),
        Papers::These(papers) => all.filter(documents::id.eq_any(papers.to_vec())),
    };
    Ok(all.load(tx.conn())?)
}

/// One paper and whose it is; of a customer out of scope it is not found.
pub fn find(tx: &mut Read<'_>, id: DocumentId) -> Result<(Document, Customer)> {
    let tenant = tx.scope().organisation();
    let document: Document = documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::id.eq(id))
        .select(Document::as_select())
        .first(tx.conn())?;
    let customer = customers::find(tx, document.customer_id)?;
    Ok((document, customer))
}

/// The same, with the customer's row locked until the end of the change, and the paper as it is then.
pub fn lock(tx: &mut Read<'_>, id: DocumentId) -> Result<(Document, Customer)> {
    let (document, _) = find(tx, id)?;
    let customer = customers::lock(tx, document.customer_id)?;
    let (document, _) = find(tx, id)?;
    Ok((document, customer))
}

/// A paper that was handed in.
#[derive(Insertable)]
#[diesel(table_name = documents)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct NewDocument<'a> {
    pub organisation_id: OrganisationId,
    pub id: DocumentId,
    pub customer_id: CustomerId,
    #[diesel(column_name = type_)]
    pub document_type: DocumentType,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: i64,
    pub sha256: &'a [u8],
    pub storage_key: &'a str,
    pub pages: i32,
    pub status: DocumentStatus,
    pub expires_on: Option<NaiveDate>,
    pub uploaded_kind: &'a str,
    pub uploaded_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Adds it.
pub fn insert(tx: &mut Change<'_>, new: &NewDocument<'_>) -> Result<()> {
    diesel::insert_into(documents::table)
        .values(new)
        .execute(tx.conn())?;
    Ok(())
}

/// Writes where a paper stands now, and why.
pub fn set_status(
    tx: &mut Change<'_>,
    id: DocumentId,
    status: DocumentStatus,
    reason: Option<&str>,
) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        documents::table
            .filter(documents::organisation_id.eq(tenant))
            .filter(documents::id.eq(id)),
    )
    .set((
        documents::status.eq(status),
        documents::reason.eq(reason),
        documents::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// Puts another file in the place of a paper's that nobody has checked. Nothing that was read off the old one stays.
pub fn replace(tx: &mut Change<'_>, id: DocumentId, new: &NewDocument<'_>) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        documents::table
            .filter(documents::organisation_id.eq(tenant))
            .filter(documents::id.eq(id)),
    )
    .set((
        documents::type_.eq(new.document_type),
        documents::said_number.eq(None::<i16>),
        documents::name.eq(new.name),
        documents::media_type.eq(new.media_type),
        documents::size.eq(new.size),
        documents::sha256.eq(new.sha256),
        documents::storage_key.eq(new.storage_key),
        documents::pages.eq(new.pages),
        documents::expires_on.eq(new.expires_on),
        documents::expired_at.eq(None::<DateTime<Utc>>),
        documents::uploaded_kind.eq(new.uploaded_kind),
        documents::uploaded_id.eq(new.uploaded_id),
        documents::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    diesel::delete(
        extracted_fields::table
            .filter(extracted_fields::organisation_id.eq(tenant))
            .filter(extracted_fields::document_id.eq(id)),
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Writes the day after which a paper no longer serves; the clock watches it anew.
pub fn set_last_day(tx: &mut Change<'_>, id: DocumentId, day: Option<NaiveDate>) -> Result<()> {
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    diesel::update(
        documents::table
            .filter(documents::organisation_id.eq(tenant))
            .filter(documents::id.eq(id)),
    )
    .set((
        documents::expires_on.eq(day),
        documents::expired_at.eq(None::<DateTime<Utc>>),
        documents::updated_at.eq(now),
    ))
    .execute(tx.conn())?;
    Ok(())
}
