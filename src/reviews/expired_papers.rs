//! Papers that run out. The clock says so once for each, and a validated customer who has no other accepted paper for the
//! same need needs a review: of whatever is asked for, and also where nobody had looked at the paper, since the checklist
//! lets such papers pass.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::{
        rules::{self as kyc, Kind, Kyc, Move, ReviewType},
        store::{self as customers, Customer, KycState},
    },
    db::{Change, Read},
    documents::{
        rules::{DocumentStatus, DocumentType},
        store::{self as papers, Document},
    },
    error::Result,
    reviews::{
        deadlines,
        prerequisites::{Need, PREREQUISITES},
        rules, store,
    },
    schema::documents,
    value::CustomerId,
};

/// Customers of whom a paper has run out since the clock last looked, an accepted one or one that nobody has looked at;
/// none of those who were passed over.
pub(super) fn due(tx: &mut Read<'_>, passed: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let tenant = tx.scope().organisation();
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    Ok(documents::table
        .filter(documents::organisation_id.eq(tenant))
        // Written out, since the index of running papers is chosen by the statement's text.
        .filter(sql::<Bool>("documents.status IN ('validated', 'pending')"))
        .filter(documents::expired_at.is_null())
        .filter(documents::expires_on.is_not_null())
        .filter(documents::expires_on.lt(today))
        .filter(documents::customer_id.ne_all(passed.to_vec()))
        .order(documents::expires_on)
        .limit(deadlines::BATCH)
        .select(documents::customer_id)
        .load(tx.conn())?)
}

/// Says it, and moves the customer where it matters. `customer` is held.
pub(super) fn expire(tx: &mut Change<'_>, customer: &Customer) -> Result<usize> {
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let (tenant, now) = (tx.scope().organisation(), tx.now());
    let all = papers::of(tx, &[customer.id])?;
    let serves = |paper: &Document| {
        paper.status == DocumentStatus::Validated && paper.expires_on.is_none_or(|day| day >= today)
    };
    let seen: Vec<crate::value::DocumentId> = diesel::update(
        documents::table
            .filter(documents::organisation_id.eq(tenant))
            .filter(documents::customer_id.eq(customer.id))
            .filter(documents::status.eq_any([DocumentStatus::Validated, DocumentStatus::Pending]))
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
        needs(customer.kind, paper.document_type).any(|types| {
            let mut others = all.iter().filter(|one| types.contains(&one.document_type));
            !others.any(serves)
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

/// What proves who somebody is, whether or not it is asked of their kind.
const WHO: [&[DocumentType]; 2] = [
    &[DocumentType::IdentityProof],
    &[DocumentType::BusinessAdministratorId],
];

/// The needs that such a paper of such a customer meets, each as the papers any one of which meets it.
pub(super) fn needs(
    kind: Kind,
    paper: DocumentType,
) -> impl Iterator<Item = &'static [DocumentType]> {
    let asked = PREREQUISITES
        .iter()
        .filter(move |one| one.kinds.contains(&kind))
        .filter_map(|one| match one.need {
            Need::Paper(types) => Some(types),
            _ => None,
        });
    asked.chain(WHO).filter(move |types| types.contains(&paper))
}
