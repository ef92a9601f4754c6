//! What is known of a customer when a check is asked for: what they declared, and what was read off their papers.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::{
    customers::{
        store::{self as customers, Customer},
        tax_residences::store::{self as residences, Residence},
    },
    db::Read,
    documents::{
        fields::{
            rules::Field,
            store::{self as fields, Extracted},
        },
        rules::DocumentStatus,
        store::{self as papers, Document},
    },
    error::Result,
    schema::{customers as rows, organisations},
    value::CustomerId,
};

/// What is known.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was declared.
    pub customer: Customer,
    /// What else whoever made the customer said of them; often nothing.
    pub metadata: Option<Value>,
    /// Where they pay tax.
    pub residences: Vec<Residence>,
    /// Papers that serve or may yet: neither refused nor taken back.
    pub papers: Vec<Document>,
    /// What was read off those.
    pub read_off: Vec<Extracted>,
    /// Today, where the organisation is.
    pub today: NaiveDate,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Facts {
    /// Of a customer in scope.
    pub fn of(tx: &mut Read<'_>, id: CustomerId) -> Result<Self> {
        let (tenant, now) = (tx.scope().organisation(), tx.now());
        let customer = customers::find(tx, id)?;
        let zone: String = organisations::table
            .find(tenant)
            .select(organisations::time_zone)
            .first(tx.conn())?;
        let metadata = rows::table
            .find((tenant.0, id.0))
            .select(rows::metadata)
            .first(tx.conn())?;
        let mut papers = papers::of(tx, &[id])?;
        papers.retain(|paper| {
            matches!(
                paper.status,
                DocumentStatus::Pending | DocumentStatus::Validated
            )
        });
        let mut read_off = fields::of(tx, &[id])?;
        read_off.retain(|one| papers.iter().any(|paper| paper.id == one.document_id));
        Ok(Self {
            residences: residences::list(tx, id)?,
            today: now
                .with_timezone(&zone.parse().unwrap_or(chrono_tz::UTC))
                .date_naive(),
            customer,
            metadata,
            papers,
            read_off,
            now,
        })
    }

    /// Something that whoever made the customer said of them, such as `iban`.
    pub fn said(&self, name: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(name)?.as_str()
    }

    /// What was read off papers for a field.
    pub fn read(&self, field: Field) -> impl Iterator<Item = &Extracted> {
        self.read_off.iter().filter(move |one| one.field == field)
    }
}
