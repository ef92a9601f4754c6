//! `casefile.json`: everything, for machines.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Told;
use crate::{
    casefile::{
        facts::{
            ChecklistFact, ComparedFact, DocumentFact, MemberFact, MergeFact, NoOwnerFact,
            PolicyFact, Rows, TaxFact,
        },
        held::Held,
        rules::{ENTRIES, FORMAT},
    },
    customers::rules::Risk,
    reviews::store::looks,
};

impl Told<'_, '_, '_> {
    /// Everything, for machines.
    pub fn facts(&self) -> impl Serialize {
        Facts {
            format: FORMAT,
            made_at: self.made_at,
            customer: self.customer(self.own, &self.file.branch),
            merged_into: self.merged.into.as_ref(),
            declared: declared(self.own),
            checklist: self.checklist(),
            comparison: self.comparison(),
            tax_residences: self.taxes(self.own),
            no_beneficial_owner: self.no_owner(self.own),
            members: self.members(),
            member_of: self.member_of(),
            hanging: self.hanging(self.own),
            merged_here: self.merged_here(),
            merged_elsewhere: self.merged.elsewhere,
            policies: self.policies,
            timeline: ENTRIES,
        }
    }

    /// The rows that were merged into the customer, each with what hangs on it.
    fn merged_here(&self) -> Vec<impl Serialize> {
        let rows = self.merged.here.iter();
        rows.map(|one| AbsorbedFact {
            customer: self.customer(&one.held, &one.branch),
            merge: &one.merge,
            declared: declared(&one.held),
            tax_residences: self.taxes(&one.held),
            no_beneficial_owner: self.no_owner(&one.held),
            hanging: self.hanging(&one.held),
        })
        .collect()
    }

    /// A row as such.
    fn customer(&self, of: &Held, branch: &str) -> CustomerFact {
        let customer = &of.customer;
        let looks = self.source.ask(|tx| looks::of(tx, customer));
        CustomerFact {
            id: customer.id.0,
            number: customer.number,
            short_id: customer.short_id.clone(),
            kind: customer.kind.as_str(),
            name: customer.name.clone(),
            branch: branch.to_owned(),
            kyc: customer.kyc.as_str(),
            risk: customer.risk.map(Risk::as_str),
            risk_reason: customer.risk_reason.clone(),
            kyc_comment: customer.kyc_comment.clone(),
            last_request_at: customer.last_request_at,
            last_review_at: customer.last_review_at,
            last_looked_at: looks.and_then(|mut all| all.pop()),
            next_review_on: customer.next_review_on,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
            version: customer.version,
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

/// What a row declares, by field.
fn declared(of: &Held) -> Map<String, Value> {
    Told::declared(of)
        .into_iter()
        .map(|(field, _, value)| {
            let value = (!value.is_empty()).then_some(value);
            (field.to_owned(), value.map_or(Value::Null, Value::String))
        })
        .collect()
}

/// `casefile.json`.
#[derive(Serialize)]
struct Facts<'a, H: Serialize, M: Serialize> {
    format: &'static str,
    made_at: DateTime<Utc>,
    customer: CustomerFact,
    /// Null where they were not merged into another.
    merged_into: Option<&'a MergeFact>,
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
    merged_here: Vec<M>,
    /// How many more lie outside of the reader's branches.
    merged_elsewhere: usize,
    policies: &'a [PolicyFact],
    /// The file that holds it.
    timeline: &'static str,
}

/// A row that was merged into the customer.
#[derive(Serialize)]
struct AbsorbedFact<'a, H: Serialize> {
    customer: CustomerFact,
    merge: &'a MergeFact,
    declared: Map<String, Value>,
    tax_residences: Vec<TaxFact>,
    no_beneficial_owner: Option<NoOwnerFact>,
    #[serde(flatten)]
    hanging: H,
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
