//! When two sources differ, and what the row of a field says.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::marks::{self, Piece};
use crate::{
    countries,
    customers::{rules::Kind, store::Customer, typed::Typed},
    documents::fields::{
        rules::{Field, Shape},
        spelling,
    },
    value::CustomerId,
};

/// Where a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// On the page of a paper, by an officer.
    Page,
    /// In its machine-readable zone.
    Zone,
    /// In the answer of a check by a provider.
    Register,
}

/// One value of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose.
    pub customer: CustomerId,
    /// Of what.
    pub field: Field,
    /// As it stands there.
    pub value: String,
    /// Where it stands.
    pub of: Of,
    /// The paper or the check.
    pub id: Uuid,
    /// Its words: "Identity document", "registra".
    pub words: String,
}

/// A difference that somebody let stand: these two values, and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Whose.
    pub customer: CustomerId,
    /// Of what.
    pub field: Field,
    /// What was declared then.
    pub declared: String,
    /// What stood there instead.
    pub other: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a row, or one value of it, says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Another value, and nobody has said what to make of it.
    Differs,
    /// A source has what was not declared.
    NotDeclared,
    /// Another value, which somebody let stand.
    Accepted,
    /// The same, spelled otherwise.
    Spelling,
    /// The same.
    Match,
    /// Nothing to compare with, on a paper.
    PaperOnly,
    /// Nothing to compare with, declared.
    DeclaredOnly,
}

impl Verdict {
    /// Its words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Differs => "Differs",
            Self::NotDeclared => "Not declared",
            Self::Accepted => "Differs, accepted",
            Self::Spelling => "Match (spelling)",
            Self::Match => "Match",
            Self::PaperOnly => "Document only",
            Self::DeclaredOnly => "Declared only",
        }
    }

    /// Its colour.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Differs => "tone-warn",
            Self::Spelling | Self::Match => "tone-ok",
            _ => "tone-mute",
        }
    }

    /// Its shape.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Differs | Self::Accepted => "differ",
            Self::Spelling | Self::Match => "equal",
            Self::NotDeclared => "plus",
            Self::PaperOnly | Self::DeclaredOnly => "minus",
        }
    }
}

/// One value in its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The value as it is stored.
    pub value: String,
    /// As people read it, with what differs marked.
    pub pieces: Vec<Piece>,
    /// Where it stands.
    pub of: Of,
    /// The paper or the check.
    pub id: Uuid,
    /// Its words.
    pub words: String,
    /// How it stands to what it is compared with.
    pub verdict: Verdict,
    /// What it is compared with, where there is such a value.
    pub base: String,
}

impl Cell {
    /// The source as a form names it: `page:…`, `zone:…`, `check:…`.
    pub fn source(&self) -> String {
        let of = match self.of {
            Of::Page => "page",
            Of::Zone => "zone",
            Of::Register => "check",
        };
        format!("{of}:{}", self.id)
    }

    /// The value as people read it.
    pub fn shown(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect()
    }

    /// Whether it stands in a zone.
    pub fn is_zone(&self) -> bool {
        self.of == Of::Zone
    }
}

/// One field with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The field.
    pub field: Field,
    /// What was declared, with what differs marked; nothing where nothing was, or where nobody declares it.
    pub declared: Vec<Piece>,
    /// What the sources say: pages, zones, registers.
    pub cells: Vec<Cell>,
    /// What is to be said of it.
    pub verdict: Verdict,
}

impl Row {
    /// The values of the papers.
    pub fn papers(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.of != Of::Register)
    }

    /// The values of the registers.
    pub fn registers(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.of == Of::Register)
    }

    /// Whether it waits for an officer's word.
    pub fn is_open(&self) -> bool {
        self.verdict == Verdict::Differs
    }

    /// Whether the declared value may take another's place: it is declared at all, and there is another.
    pub fn may_be_corrected(&self, kind: Kind) -> bool {
        // Another spelling alone is nothing to correct.
        declared_of(kind, self.field)
            && self.offered().any(|cell| cell.verdict != Verdict::Spelling)
    }

    /// The values that the declared one may take.
    pub fn offered(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| {
            matches!(
                cell.verdict,
                Verdict::Differs | Verdict::NotDeclared | Verdict::Accepted | Verdict::Spelling
            )
        })
    }
}

/// Whether this kind of customer declares such a field of themselves: the names that a company has are somebody else's.
fn declared_of(kind: Kind, field: Field) -> bool {
    if kind == Kind::Legal && matches!(field, Field::FirstName | Field::LastName) {
        return false;
    }
    Typed::FIELDS
        .iter()
        .any(|known| known.name == field.as_str() && known.kinds.contains(&kind))
}

/// Whether anybody declares such a field.
fn declared_at_all(field: Field) -> bool {
    Typed::FIELDS
        .iter()
        .any(|known| known.name == field.as_str())
}

/// One row a field that any source has, or that papers usually have; differences first. Readings and acceptances may be
/// those of many customers: only the customer's own count.
pub fn compare(customer: &Customer, readings: &[Reading], accepted: &[Accepted]) -> Vec<Row> {
    let own: Vec<&Reading> = readings
        .iter()
        .filter(|reading| reading.customer == customer.id)
        .collect();
    if own.iter().all(|reading| reading.field == Field::Mrz) {
        return Vec::new();
    }
    let typed = Typed::from(customer);
    let mut rows: Vec<Row> = Field::ALL
        .iter()
        .filter_map(|field| row(customer, *field, &typed, &own, accepted))
        .collect();
    // The order of the fields stays within each verdict.
    rows.sort_by_key(|row| row.verdict);
    rows
}

/// The fields of which a difference is open.
pub fn open(customer: &Customer, readings: &[Reading], accepted: &[Accepted]) -> Vec<Field> {
    compare(customer, readings, accepted)
        .into_iter()
        .filter(Row::is_open)
        .map(|row| row.field)
        .collect()
}

fn row(
    customer: &Customer,
    field: Field,
    typed: &Typed,
    own: &[&Reading],
    accepted: &[Accepted],
) -> Option<Row> {
    if field == Field::Mrz {
        return None;
    }
    let declared = declared_of(customer.kind, field);
    // A person's name on a company's paper is its administrator's: nothing of the company's to compare with.
    if !declared && declared_at_all(field) {
        return None;
    }
    let base = if declared {
        typed.value(field.as_str())
    } else {
        ""
    };
    let readings: Vec<&&Reading> = own.iter().filter(|one| one.field == field).collect();
    if readings.is_empty() && base.is_empty() {
        return None;
    }
    let mut cells: Vec<Cell> = readings
        .iter()
        .map(|reading| {
            let base = if declared {
                base
            } else {
                page_of(reading, own).unwrap_or_default()
            };
            let stands = accepted.iter().any(|one| {
                one.customer == customer.id
                    && one.field == field
                    && one.declared == base
                    && one.other == reading.value
            });
            let mut verdict = verdict(field.shape(), declared, base, &reading.value, stands);
            let cut = cut_off(reading, own) && spelling::shortened(base, &reading.value);
            if cut && matches!(verdict, Verdict::Differs | Verdict::Accepted) {
                verdict = Verdict::Spelling;
            }
            Cell {
                value: reading.value.clone(),
                pieces: Vec::new(),
                of: reading.of,
                id: reading.id,
                words: reading.words.clone(),
                verdict,
                base: base.to_owned(),
            }
        })
        .collect();
    let differs = |verdict| matches!(verdict, Verdict::Differs | Verdict::Accepted);
    let others: Vec<String> = cells
        .iter()
        .filter(|cell| differs(cell.verdict))
        .map(|cell| shown(field.shape(), &cell.value))
        .collect();
    for cell in &mut cells {
        let against = if differs(cell.verdict) {
            vec![shown(field.shape(), &cell.base)]
        } else {
            Vec::new()
        };
        cell.pieces = marks::marked(field.shape(), &shown(field.shape(), &cell.value), &against);
    }
    let worst = cells.iter().map(|cell| cell.verdict).min();
    Some(Row {
        field,
        declared: marks::marked(field.shape(), &shown(field.shape(), base), &others),
        verdict: worst.unwrap_or(Verdict::DeclaredOnly),
        cells,
    })
}

/// Whether the zone that a name stands in had no room for all of it: its line of names is full.
fn cut_off(reading: &Reading, own: &[&Reading]) -> bool {
    matches!(reading.field, Field::LastName | Field::FirstName)
        && reading.of == Of::Zone
        && own
            .iter()
            .find(|one| one.id == reading.id && one.field == Field::Mrz)
            .is_some_and(|zone| {
                let lines: Vec<&str> = zone.value.lines().collect();
                let names = if lines.len() == 3 {
                    lines.last()
                } else {
                    lines.first()
                };
                names.is_some_and(|line| !line.ends_with('<'))
            })
}

/// What the page of the same paper says, for a value of its zone that nobody declares.
fn page_of<'a>(reading: &Reading, own: &[&'a Reading]) -> Option<&'a str> {
    if reading.of != Of::Zone {
        return None;
    }
    own.iter()
        .find(|one| one.of == Of::Page && one.id == reading.id && one.field == reading.field)
        .map(|one| one.value.as_str())
}

fn verdict(shape: Shape, declared: bool, base: &str, value: &str, accepted: bool) -> Verdict {
    match (declared, base.is_empty()) {
        (true, true) => return Verdict::NotDeclared,
        (false, true) => return Verdict::PaperOnly,
        _ => {}
    }
    let spelling = match shape {
        Shape::Words => spelling::alike(base, value),
        Shape::Number => spelling::bare(base) == spelling::bare(value),
        _ => false,
    };
    if base == value {
        Verdict::Match
    } else if spelling {
        Verdict::Spelling
    } else if accepted {
        Verdict::Accepted
    } else {
        Verdict::Differs
    }
}

/// A value as people read it.
fn shown(shape: Shape, value: &str) -> String {
    match shape {
        Shape::Day => value.parse::<NaiveDate>().map_or_else(
            |_| value.to_owned(),
            |day| day.format("%-d %b %Y").to_string(),
        ),
        Shape::Country => countries::name(value).unwrap_or(value).to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
