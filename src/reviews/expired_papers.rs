//! Papers that run out. The clock says so once for each, and a validated customer who has no other such paper needs a
//! review.

use diesel::prelude::*;

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{self as kyc, Kyc, Move, ReviewType},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Read},
    documents::{
        rules::{DocumentStatus, DocumentType},
        store::{self as papers, Document},
    },
    error::Result,
    reviews::{rules, store},
    schema::documents,
    value::CustomerId,
};

/// Customers of whom an accepted paper has run out since the clock last looked.
pub(super) fn due(tx: &mut Read<'_>, most: i64) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        .filter(documents::status.eq("validated"))
        .filter(documents::expired_at.is_null())
        .filter(documents::expires_on.is_not_null())
        .filter(documents::expires_on.lt(today))
        .order(documents::expires_on)
        .limit(most)
        .select(documents::customer_id)
        .load(tx.conn())?)
}

/// Says it, and moves the customer where it matters. `customer` is held.
pub(super) fn expire(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let all = papers::of(tx, &[customer.id])?;
    let run_out = |paper: &&Document| {
        paper.status == DocumentStatus::Validated && paper.expires_on.is_some_and(|day| day < today)
    };
    let seen: Vec<crate::value::DocumentId> = diesel::update(
        documents::table
            .filter(documents::organisation_id.eq(tenant))
            .filter(documents::customer_id.eq(customer.id))
            .filter(documents::status.eq(DocumentStatus::Validated))
            .filter(documents::expired_at.is_null())
            .filter(documents::expires_on.lt(today)),
    )
    .set(documents::expired_at.eq(now))
    .returning(documents::id)
    .get_results(tx.conn())?;
    let fresh: Vec<&Document> = all
        .iter()
        .filter(|paper| seen.contains(&paper.id))
        .collect();
    for paper in &fresh {
        tx.say(
            Event::new(What::DocumentExpired, paper.subject(customer)).changing(vec![
                Field::plain("document", (), paper.document_type.words()),
                Field::plain(
                    "expires_on",
                    (),
                    paper.expires_on.map(|day| day.to_string()),
                ),
            ]),
        );
    }
    let matters = fresh.iter().any(|paper| {
        asked_again(paper.document_type)
            && !all.iter().any(|other| {
                other.document_type == paper.document_type
                    && other.status == DocumentStatus::Validated
                    && !run_out(&other)
            })
    });
    if matters && kyc::lawful(customer.kyc, Move::RaiseEvent, Kyc::ReviewNeeded) {
        let state = KycState {
            kyc: Kyc::ReviewNeeded,
            review_type: Some(ReviewType::Event),
            ..KycState::from(customer)
        };
        customers::set_kyc(tx, customer.id, &state)?;
        tx.say(
            Event::new(What::KycMoved, Subject::Customer(customer.reference())).changing(vec![
                Field::plain("kyc", customer.kyc.as_str(), Kyc::ReviewNeeded.as_str()),
            ]),
        );
    } else if !fresh.is_empty() {
        customers::touch(tx, customer.id)?;
    }
    Ok(fresh.len())
}

/// Whether the end of such a paper is something that must be looked at: it proves who somebody is.
const fn asked_again(document: DocumentType) -> bool {
    matches!(
        document,
        DocumentType::IdentityProof | DocumentType::BusinessAdministratorId
    )
}
