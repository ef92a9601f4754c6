//! What there is to compare with, in the database.

use std::collections::HashSet;

use diesel::{prelude::*, upsert::excluded};
use serde_json::Value;

use super::rules::{Accepted, Of, Reading};
use crate::{
    db::{Change, Read},
    documents::{
        fields::{
            rules::{Field, Source, tidied},
            store as fields,
        },
        rules::DocumentStatus,
        store::Document,
    },
    error::Result,
    schema::{accepted_differences, verifications},
    value::{CustomerId, VerificationId},
    verifications::rules::Status,
};

/// No page lays more answers of checks, or differences that may stand, beside each other than this for each customer that it
/// is about.
const MOST: usize = 500;

fn most(customers: &[CustomerId]) -> i64 {
    i64::try_from(MOST.saturating_mul(customers.len())).unwrap_or(i64::MAX)
}

/// Everything that stands on these papers and in the registers' answers about these customers. Papers that were refused
/// or taken back say nothing.
pub fn readings(
    tx: &mut Read<'_>,
    customers: &[CustomerId],
    papers: &[Document],
) -> Result<Vec<Reading>> {
    let mut all: Vec<Reading> = fields::of(tx, customers)?
        .into_iter()
        .filter_map(|one| {
            let paper = papers.iter().find(|paper| paper.id == one.document_id)?;
            let counts = matches!(
                paper.status,
                DocumentStatus::Pending | DocumentStatus::Validated
            );
            counts.then(|| Reading {
                customer: one.customer_id,
                field: one.field,
                value: one.value,
                of: match one.source {
                    Source::Officer => Of::Page,
                    Source::Mrz => Of::Zone,
                },
                id: paper.id.0,
                words: told_apart(paper, papers),
            })
        })
        .collect();
    all.extend(registers(tx, customers)?);
    Ok(all)
}

/// What a paper is called beside the others of the same customer: by its kind, and by its file's name where there are
/// two of a kind.
fn told_apart(paper: &Document, papers: &[Document]) -> String {
    let words = paper.document_type.words();
    let twin = papers.iter().any(|other| {
        other.id != paper.id
            && other.customer_id == paper.customer_id
            && other.document_type == paper.document_type
            && matches!(
                other.status,
                DocumentStatus::Pending | DocumentStatus::Validated
            )
    });
    if twin {
        format!("{words}, {}", paper.name)
    } else {
        words.to_owned()
    }
}

/// What verified checks answered: the newest of each provider and type. An answer carries values under `fields`, an
/// object whose names are those of [`Field`] and whose values are texts, days as `YYYY-MM-DD` and countries by their
/// two letters; whatever else it holds is nobody's field.
fn registers(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Reading>> {
    type Row = (CustomerId, VerificationId, String, String, Option<Value>);
    let tenant = tx.scope().organisation();
    let rows: Vec<Row> = verifications::table
        .filter(verifications::organisation_id.eq(tenant))
        .filter(verifications::customer_id.eq_any(customers.to_vec()))
        .filter(verifications::status.eq(Status::Verified))
        .filter(verifications::result_payload.is_not_null())
        .order((verifications::created_at.desc(), verifications::id.desc()))
        .limit(most(customers))
        .select((
            verifications::customer_id,
            verifications::id,
            verifications::provider,
            verifications::verification_type,
            verifications::result_payload,
        ))
        .load(tx.conn())?;
    let mut seen: HashSet<(CustomerId, String, String)> = HashSet::new();
    let mut found = Vec::new();
    for (customer, check, provider, sort, payload) in rows {
        let Some(values) = payload
            .as_ref()
            .and_then(|payload| payload.get("fields"))
            .and_then(Value::as_object)
        else {
            continue;
        };
        let key = (customer, provider.clone(), sort);
        if !seen.insert(key) {
            continue;
        }
        for (name, value) in values {
            let read = name
                .parse::<Field>()
                .ok()
                .zip(value.as_str())
                .and_then(|(field, text)| Some((field, tidied(field, text).ok()??)));
            if let Some((field, value)) = read {
                found.push(Reading {
                    customer,
                    field,
                    value,
                    of: Of::Register,
                    id: check.0,
                    words: provider.clone(),
                });
            }
        }
    }
    Ok(found)
}

/// The differences that somebody let stand, of these customers.
pub fn accepted(tx: &mut Read<'_>, customers: &[CustomerId]) -> Result<Vec<Accepted>> {
    use accepted_differences as row;
    let tenant = tx.scope().organisation();
    let rows: Vec<(
        CustomerId,
        Field,
        String,
        String,
        chrono::DateTime<chrono::Utc>,
    )> = row::table
        .filter(row::organisation_id.eq(tenant))
        .filter(row::customer_id.eq_any(customers.to_vec()))
        .select((
            row::customer_id,
            row::field,
            row::declared,
            row::other,
            row::accepted_at,
        ))
        .limit(most(customers))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(customer, field, declared, other, at)| Accepted {
            customer,
            field,
            declared,
            other,
            at,
        })
        .collect())
}

/// Remembers that this difference may stand.
pub fn accept(
    tx: &mut Change<'_>,
    customer: CustomerId,
    field: Field,
    declared: &str,
    other: &str,
) -> Result<()> {
    use accepted_differences as row;
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let (kind, by) = tx.actor().who.parts();
    diesel::insert_into(row::table)
        .values((
            row::organisation_id.eq(tenant),
            row::customer_id.eq(customer),
            row::field.eq(field),
            row::other.eq(other),
            row::declared.eq(declared),
            row::accepted_kind.eq(kind),
            row::accepted_id.eq(by),
            row::accepted_at.eq(now),
        ))
        .on_conflict((
            row::organisation_id,
            row::customer_id,
            row::field,
            row::other,
        ))
        .do_update()
        .set((
            row::declared.eq(excluded(row::declared)),
            row::accepted_kind.eq(excluded(row::accepted_kind)),
            row::accepted_id.eq(excluded(row::accepted_id)),
            row::accepted_at.eq(excluded(row::accepted_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}
