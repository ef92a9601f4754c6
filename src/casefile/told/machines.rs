//! `casefile.json`: everything, for machines.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Told;
use crate::{
    casefile::{
        facts::{
            ChecklistFact, ComparedFact, DocumentFact, MemberFact, NoOwnerFact, PolicyFact, Rows,
            TaxFact,
        },
        held::Held,
        rules::{ENTRIES, FORMAT},
    },
    customers::rules::Risk,
};

impl Told<'_, '_, '_> {
    /// Everything, for machines.
    pub fn facts(&self) -> impl Serialize {
        let customer = &self.file.customer;
        let declared: Map<String, Value> = self
            .declared()
            .into_iter()
            .map(|(field, _, value)| {
                let value = (!value.is_empty()).then_some(value);
                (field.to_owned(), value.map_or(Value::Null, Value::String))
            })
            .collect();
        Facts {
            format: FORMAT,
            made_at: self.made_at,
            customer: CustomerFact {
                id: customer.id.0,
                number: customer.number,
                short_id: customer.short_id.clone(),
                kind: customer.kind.as_str(),
                name: customer.name.clone(),
                branch: self.file.branch.clone(),
                kyc: customer.kyc.as_str(),
                risk: customer.risk.map(Risk::as_str),
                risk_reason: customer.risk_reason.clone(),
                kyc_comment: customer.kyc_comment.clone(),
                last_request_at: customer.last_request_at,
                last_review_at: customer.last_review_at,
                last_looked_at: self.file.last_looked_at,
                next_review_on: customer.next_review_on,
                created_at: customer.created_at,
                updated_at: customer.updated_at,
                version: customer.version,
            },
            declared,
            checklist: self.checklist(),
            comparison: self.comparison(),
            tax_residences: self.taxes(self.own),
            no_beneficial_owner: self.no_owner(self.own),
            members: self.members(),
            member_of: self.member_of(),
            hanging: self.hanging(self.own),
            policies: self.policies,
            timeline: ENTRIES,
        }
    }

    /// What hangs on a row.
    fn hanging(&self, of: &Held) -> impl Serialize {
        Hanging {
            documents: &of.documents,
            reviews: Rows::new(self.reviews(of)),
            verifications: Rows::new(self.checks(of)),
            hits: Rows::new(self.hits(of)),
            notes: Rows::new(self.notes(of)),
        }
    }
}

/// `casefile.json`.
#[derive(Serialize)]
struct Facts<'a, H: Serialize> {
    format: &'static str,
    made_at: DateTime<Utc>,
    customer: CustomerFact,
    declared: Map<String, Value>,
    checklist: Vec<ChecklistFact>,
    comparison: Vec<ComparedFact>,
    tax_residences: Vec<TaxFact>,
    /// The statement that there is none, where it stands.
    no_beneficial_owner: Option<NoOwnerFact>,
    members: Vec<MemberFact>,
    member_of: Vec<MemberFact>,
    #[serde(flatten)]
    hanging: H,
    policies: &'a [PolicyFact],
    /// The file that holds it.
    timeline: &'static str,
}

/// What hangs on a row.
#[derive(Serialize)]
struct Hanging<'a, R: Serialize, C: Serialize, H: Serialize, N: Serialize> {
    documents: &'a [DocumentFact],
    reviews: R,
    verifications: C,
    hits: H,
    notes: N,
}

/// The customer as such.
#[derive(Serialize)]
struct CustomerFact {
    id: uuid::Uuid,
    number: i64,
    short_id: String,
    kind: &'static str,
    name: String,
    branch: String,
    kyc: &'static str,
    risk: Option<&'static str>,
    risk_reason: Option<String>,
    kyc_comment: Option<String>,
    last_request_at: Option<DateTime<Utc>>,
    /// When they were last decided.
    last_review_at: Option<DateTime<Utc>>,
    /// When they were last reviewed, whatever came of it.
    last_looked_at: Option<DateTime<Utc>>,
    next_review_on: Option<chrono::NaiveDate>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i32,
}
