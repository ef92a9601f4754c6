//! What was declared beside what papers and registers say, and which differences somebody let stand.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    casefile::store::Acceptance,
    customers::{store::Customer, typed::Typed},
    reviews::{
        compare::rules::{Cell, Of, Row, Verdict},
        kyc_file::shown::{self, Names},
    },
};

/// One field of the comparison.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedFact {
    /// The field.
    pub field: &'static str,
    /// What the customer declares; null where they declare nothing of the kind.
    pub declared: Option<String>,
    /// How it stands: that of the source that stands worst.
    pub verdict: &'static str,
    /// What stands on papers.
    pub extracted: Vec<ReadFact>,
    /// What registers answered.
    pub register: Vec<ReadFact>,
    /// For people: the field, what is declared, the verdict.
    #[serde(skip)]
    pub words: (&'static str, String, &'static str),
}

/// What one source says.
#[derive(Clone, Debug, Serialize)]
pub struct ReadFact {
    /// Where it stands: on the page of a paper, in its machine-readable zone, in a register's answer.
    pub read_from: &'static str,
    /// The paper or the check.
    pub source: Uuid,
    /// What that is called.
    pub source_name: String,
    /// As it stands there.
    pub value: String,
    /// How it stands to what is declared.
    pub verdict: &'static str,
    /// Who let the difference stand; null where there is none, or where nobody did.
    pub accepted: Option<AcceptedFact>,
    /// For people: the value, the verdict.
    #[serde(skip)]
    pub words: (String, &'static str),
}

/// Somebody's word that a difference may stand. Their reason stands in the log.
#[derive(Clone, Debug, Serialize)]
pub struct AcceptedFact {
    /// Who.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl ComparedFact {
    /// A row of the comparison.
    pub fn of(row: &Row, customer: &Customer, acceptances: &[Acceptance], names: &Names) -> Self {
        let typed = Typed::from(customer);
        let declared = typed.value(row.field.as_str());
        let read = |cell: &Cell| ReadFact::of(row, cell, acceptances, names);
        Self {
            field: row.field.as_str(),
            declared: (!declared.is_empty()).then(|| declared.to_owned()),
            verdict: named(row.verdict),
            extracted: row.papers().map(read).collect(),
            register: row.registers().map(read).collect(),
            words: (
                row.field.words(),
                row.declared
                    .iter()
                    .map(|piece| piece.text.as_str())
                    .collect(),
                row.verdict.words(),
            ),
        }
    }
}

impl ReadFact {
    fn of(row: &Row, cell: &Cell, acceptances: &[Acceptance], names: &Names) -> Self {
        let stands = (cell.verdict == Verdict::Accepted)
            .then(|| {
                acceptances.iter().find(|one| {
                    one.field == row.field && one.declared == cell.base && one.other == cell.value
                })
            })
            .flatten();
        Self {
            read_from: match cell.of {
                Of::Page => "page",
                Of::Zone => "machine_readable_zone",
                Of::Register => "register",
            },
            source: cell.id,
            source_name: cell.words.clone(),
            value: cell.value.clone(),
            verdict: named(cell.verdict),
            accepted: stands.map(|one| AcceptedFact {
                by: shown::actor(&one.accepted_kind, one.accepted_id, names),
                at: one.accepted_at,
            }),
            words: (cell.shown(), cell.verdict.words()),
        }
    }

    /// What its source is called, for people.
    pub fn whose(&self) -> String {
        if self.read_from == "machine_readable_zone" {
            format!("{}, zone", self.source_name)
        } else {
            self.source_name.clone()
        }
    }
}

/// The verdict for machines.
const fn named(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "differs",
        Verdict::NotDeclared => "not_declared",
        Verdict::Accepted => "accepted",
        Verdict::Spelling => "spelling",
        Verdict::Match => "match",
        Verdict::PaperOnly => "document_only",
        Verdict::DeclaredOnly => "declared_only",
    }
}
