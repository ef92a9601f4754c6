//! What a case file tells about a customer: read once where it is short, drawn row by row while it is written where it
//! may be long.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    access::behalf::Behalf,
    audit::{event::What, of_customer},
    casefile::{
        entries::Line,
        facts::{
            CheckFact, ChecklistFact, DocumentFact, MemberFact, NoteFact, ReviewFact, Rows, TaxFact,
        },
        rules::{ENTRIES, FORMAT, Reader},
        store::{self, Source},
    },
    customers::typed::Typed,
    reviews::{
        kyc_file::{
            reading::{KycFile, Member},
            shown::{Happening, Names, happenings},
            timeline::Moment,
        },
        prerequisites::Standing,
    },
    seal::DataKey,
};

/// Entries that are read at once.
const PAGE: usize = 100;

/// A customer as told to one reader.
pub struct Told<'s, 'a, 'tx> {
    /// Where rows come from.
    pub source: &'s Source<'a, 'tx>,
    /// What the KYC page knows.
    pub file: &'s KycFile,
    /// The papers, and where they stand in the archive.
    pub documents: &'s [DocumentFact],
    /// Colleagues by id.
    pub names: &'s Names,
    /// Whom it is told to.
    pub behalf: &'s Behalf,
    /// What they get to see.
    pub reader: Reader,
    /// The organisation's zone.
    pub zone: chrono_tz::Tz,
    /// The moment that everything shows.
    pub made_at: DateTime<Utc>,
    /// The installation.
    pub origin: &'s str,
    /// What is declared now, as rounds freeze it.
    pub now: &'s Value,
    /// The places of the customer's entries in the chain.
    pub places: &'s [i64],
    /// The last place that the checkpoint signs.
    pub signed: i64,
    /// The customer's key.
    pub key: &'s DataKey,
}

impl Told<'_, '_, '_> {
    /// The rounds, the first one first.
    pub fn reviews(&self) -> impl Iterator<Item = ReviewFact> {
        self.source.rows(store::reviews).map_while(|review| {
            self.source
                .ask(|tx| ReviewFact::of(tx, review, self.reader, self.names))
        })
    }

    /// The checks, the first one first.
    pub fn checks(&self) -> impl Iterator<Item = CheckFact> {
        let checks = self.source.rows(store::checks);
        checks.map(|check| CheckFact::of(check, self.names))
    }

    /// The notes, the first one first.
    pub fn notes(&self) -> impl Iterator<Item = NoteFact> {
        let notes = self.source.rows(store::notes);
        notes.map(|noted| NoteFact::of(noted.note, self.names))
    }

    /// The customer's entries of the log that the reader sees, in the order of the chain.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.places
            .chunks(PAGE)
            .map_while(|places| self.source.ask(|tx| of_customer::at(tx, places)))
            .flatten()
            .filter(|(_, entry)| self.reader.sees(&entry.action))
            .map(|(link, entry)| Line::of(&link, entry, Some(self.key)))
    }

    /// The same for people.
    pub fn happenings(&self) -> impl Iterator<Item = Happening> {
        self.lines()
            .flat_map(|line| happenings(&[moment(line)], self.names))
    }

    /// The declared data: the form's words and what stands in each field that is asked of this kind.
    pub fn declared(&self) -> Vec<(&'static str, &'static str, String)> {
        let typed = Typed::from(&self.file.customer);
        Typed::FIELDS
            .iter()
            .filter(|field| field.kinds.contains(&self.file.customer.kind))
            .filter(|field| field.name != "branch")
            .map(|field| (field.name, field.words, typed.value(field.name).to_owned()))
            .collect()
    }

    /// The checklist.
    pub fn checklist(&self) -> Vec<ChecklistFact> {
        let fact = |line: &crate::reviews::prerequisites::Line| ChecklistFact {
            group: line.group,
            requirement: line.words,
            met: line.standing == Standing::Pass,
            detail: line.detail.clone(),
        };
        self.file.checklist.iter().map(fact).collect()
    }

    /// Who stands behind the customer.
    pub fn members(&self) -> Vec<MemberFact> {
        self.file.members.iter().map(member).collect()
    }

    /// What the customer stands behind.
    pub fn member_of(&self) -> Vec<MemberFact> {
        self.file.member_of.iter().map(member).collect()
    }

    /// Where the customer pays tax.
    pub fn taxes(&self) -> Vec<TaxFact> {
        self.file
            .tax_residences
            .iter()
            .map(|one| TaxFact {
                country: one.country.clone(),
                tax_payer_id: one.tax_payer_id.clone(),
                liability_waiver: one.liability_waiver,
            })
            .collect()
    }

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
                risk: customer.risk.map(|risk| risk.as_str()),
                risk_reason: customer.risk_reason.clone(),
                kyc_comment: customer.kyc_comment.clone(),
                last_request_at: customer.last_request_at,
                last_review_at: customer.last_review_at,
                next_review_on: customer.next_review_on,
                created_at: customer.created_at,
                updated_at: customer.updated_at,
                version: customer.version,
            },
            declared,
            checklist: self.checklist(),
            tax_residences: self.taxes(),
            members: self.members(),
            member_of: self.member_of(),
            documents: self.documents,
            reviews: Rows::new(self.reviews()),
            verifications: Rows::new(self.checks()),
            notes: Rows::new(self.notes()),
            timeline: ENTRIES,
        }
    }
}

/// `casefile.json`.
#[derive(Serialize)]
struct Facts<'a, R: Serialize, C: Serialize, N: Serialize> {
    format: &'static str,
    made_at: DateTime<Utc>,
    customer: CustomerFact,
    declared: Map<String, Value>,
    checklist: Vec<ChecklistFact>,
    tax_residences: Vec<TaxFact>,
    members: Vec<MemberFact>,
    member_of: Vec<MemberFact>,
    documents: &'a [DocumentFact],
    reviews: R,
    verifications: C,
    notes: N,
    /// The file that holds it.
    timeline: &'static str,
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
    last_review_at: Option<DateTime<Utc>>,
    next_review_on: Option<chrono::NaiveDate>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i32,
}

fn member(member: &Member) -> MemberFact {
    MemberFact {
        role: member.relation.role.as_str(),
        words: member.relation.role.words(),
        share: member.relation.share(),
        source: member.relation.source.clone(),
        customer: member.other.as_ref().map(|other| other.id.0),
        name: member.other.as_ref().map(|other| other.name.clone()),
        kyc: member.other.as_ref().map(|other| other.kyc.as_str()),
    }
}

/// An entry as the timeline reads it.
fn moment(line: Line) -> Moment {
    let erased = line.hashed.detail.is_some() && line.opened.is_none();
    let plain = serde_json::from_str::<Value>(&line.hashed.changes).unwrap_or_default();
    let opened = line.opened.unwrap_or_default();
    let fields = [Some(&plain), opened.get("fields")];
    let changes = fields
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(field, change)| {
            let side = |which| change.get(which).cloned().unwrap_or_default();
            (field.clone(), side("before"), side("after"))
        })
        .collect();
    Moment {
        at: line.hashed.at,
        what: What::by_action(&line.hashed.action),
        action: line.hashed.action,
        actor_kind: line.hashed.actor_kind,
        actor_id: line.hashed.actor_id,
        changes,
        reason: opened
            .get("reason")
            .and_then(Value::as_str)
            .map(str::to_owned),
        erased,
    }
}
