//! What a file of customers may hold, and what becomes of a row of it. The values are held to the rules of the form
//! (`customers/typed.rs`); here stands only what a column of a file is before it is a field of the form.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    countries,
    customers::{
        rules::Kind,
        typed::{LEGAL_TYPES, TICKED, Typed},
    },
    error::FieldError,
    spreadsheet::meant,
    stored_words,
    value::{BranchId, UploadId},
};

mod aliases;
pub mod guess;
pub mod table;

use guess::{KIND, NAME};
use table::Row;

/// No file is larger: 32 MiB.
pub const LARGEST_FILE: usize = 32 * 1024 * 1024;
/// No file has more rows: they come in in one transaction.
pub const MOST_ROWS: u64 = 100_000;
/// No file has more columns.
pub const MOST_COLUMNS: usize = 100;

stored_words! {
    /// What is to be done with a file.
    Mode {
        /// Say what is wrong in it; import nothing.
        Check = "check",
        /// Import it if nothing is.
        Import = "import",
    }
}

/// What a file's columns mean, and what holds where they say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What each column means, in the order of the file; nothing for one that is left out.
    pub columns: Vec<Option<String>>,
    /// The kind of the rows that name none.
    pub kind: Option<Kind>,
    /// The branch of the rows that name none.
    pub branch: Option<BranchId>,
}

/// What somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Which file.
    pub upload: UploadId,
    /// What to do with it.
    pub mode: Mode,
    /// How to read it.
    pub plan: Plan,
}

impl Plan {
    /// Why it cannot be followed: the columns that mean the same, or something that is nothing.
    pub fn problem(&self) -> Option<(usize, String)> {
        for (at, column) in self.columns.iter().enumerate() {
            let Some(name) = column else { continue };
            if guess::target(name).is_none() {
                return Some((at, "Choose one of the list".to_owned()));
            }
            if self.columns[..at].contains(column) {
                let words = guess::words(name);
                return Some((
                    at,
                    format!("Another column is “{words}” already: leave one of them out"),
                ));
            }
        }
        if self.columns.iter().all(Option::is_none) {
            return Some((0, "Say of at least one column what it means".to_owned()));
        }
        None
    }
}

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in which its row begins.
    pub line: u64,
    /// The heading of its column; empty where it is about the whole row.
    pub column: String,
    /// What is wrong, and never the value itself.
    pub reason: Cow<'static, str>,
}

/// A branch as rows name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: BranchId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// How rows are read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What the columns mean.
    pub plan: Plan,
    /// Their headings.
    pub headings: Vec<String>,
    /// The branches that the importer may give customers to.
    pub branches: Vec<Place>,
    /// The day.
    pub today: NaiveDate,
}

/// What a row becomes.
pub type Read = std::result::Result<(Kind, Typed), Vec<Problem>>;

impl Reading {
    /// Reads a row: a form in which nothing is left to mend, or everything that is wrong.
    pub fn read(&self, row: &Row) -> Read {
        let mut found = Found {
            reading: self,
            line: row.line,
            typed: Typed::default(),
            kind: None,
            name: String::new(),
            problems: Vec::new(),
            said: Vec::new(),
        };
        if row.cells.len() != self.headings.len() {
            let reason = format!(
                "This row has {} cells, and the headings are {}: a separator within a cell needs quotes round the cell",
                row.cells.len(),
                self.headings.len()
            );
            found.problems.push(Problem {
                line: row.line,
                column: String::new(),
                reason: reason.into(),
            });
            return Err(found.problems);
        }
        for (target, cell) in self.plan.columns.iter().zip(&row.cells) {
            if let Some(target) = target.as_deref().and_then(guess::target) {
                found.take(target, meant(cell.trim()).trim());
            }
        }
        found.end()
    }

    /// The heading of the column that holds a field, or the field's words where no column does.
    fn column(&self, target: &str) -> String {
        let at = self
            .plan
            .columns
            .iter()
            .position(|column| column.as_deref() == Some(target));
        at.and_then(|at| self.headings.get(at))
            .cloned()
            .unwrap_or_else(|| format!("{} (no column)", guess::words(target)))
    }
}

/// What was found in a row so far.
struct Found<'a> {
    reading: &'a Reading,
    line: u64,
    typed: Typed,
    kind: Option<Kind>,
    name: String,
    problems: Vec<Problem>,
    /// The fields of which something was said.
    said: Vec<String>,
}

impl Found<'_> {
    fn wrong(&mut self, target: &str, reason: impl Into<Cow<'static, str>>) {
        if self.said.iter().any(|said| said == target) {
            return;
        }
        self.problems.push(Problem {
            line: self.line,
            column: self.reading.column(target),
            reason: reason.into(),
        });
        self.said.push(target.to_owned());
    }

    fn take(&mut self, target: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        let value = match target {
            NAME => {
                text.clone_into(&mut self.name);
                return;
            }
            KIND => {
                self.kind = kind(text);
                if self.kind.is_none() {
                    self.wrong(target, "Write natural, sole_trader or legal");
                }
                return;
            }
            "branch" => match self.branch(text) {
                Some(branch) => branch.to_string(),
                None => return self.wrong(target, "You have no branch of this code or name"),
            },
            "birth_country" | "nationality" | "country" | "distribution_country" => country(text),
            "legal_type" => LEGAL_TYPES
                .iter()
                .find(|(_, words)| words.eq_ignore_ascii_case(text))
                .map_or(text, |(number, _)| number)
                .to_owned(),
            "us_person" => match answer(text) {
                Some(true) => TICKED.to_owned(),
                Some(false) => String::new(),
                None => return self.wrong(target, "Write yes or no"),
            },
            _ => text.to_owned(),
        };
        self.typed.set(target, value);
    }

    fn branch(&self, text: &str) -> Option<BranchId> {
        let places = &self.reading.branches;
        if let Some(place) = places.iter().find(|place| place.code == text) {
            return Some(place.id);
        }
        let mut named = places
            .iter()
            .filter(|place| place.name.eq_ignore_ascii_case(text));
        match (named.next(), named.next()) {
            (Some(place), None) => Some(place.id),
            _ => None,
        }
    }

    fn end(mut self) -> Read {
        if self.typed.branch.is_empty()
            && let Some(branch) = self.reading.plan.branch
        {
            self.typed.branch = branch.to_string();
        }
        let kind = self.kind.or(self.reading.plan.kind);
        let Some(kind) = kind else {
            self.wrong(KIND, "Say what kind of customer this is");
            self.whichever_kind();
            return Err(self.problems);
        };
        self.whole_name(kind);
        if kind == Kind::Legal && self.typed.legal_type.is_empty() {
            LEGAL_TYPES[0].0.clone_into(&mut self.typed.legal_type);
        }
        for field in Typed::FIELDS {
            if !field.kinds.contains(&kind) && !self.typed.value(field.name).is_empty() {
                self.wrong(field.name, not_asked(kind));
            }
        }
        let mut typed = std::mem::take(&mut self.typed).tidied(kind);
        for error in typed.errors(kind, self.reading.today) {
            self.wrong(&error.field, error.message);
        }
        if self.problems.is_empty() {
            as_stored(&mut typed);
            Ok((kind, typed))
        } else {
            Err(self.problems)
        }
    }

    /// Of a row whose kind nobody knows: what is wrong in it for every kind that has the field.
    fn whichever_kind(&mut self) {
        let of_each: Vec<(Kind, Vec<FieldError>)> = Kind::ALL
            .iter()
            .map(|kind| {
                let typed = self.typed.clone().tidied(*kind);
                (*kind, typed.errors(*kind, self.reading.today))
            })
            .collect();
        for field in Typed::FIELDS {
            if self.typed.value(field.name).is_empty() {
                continue;
            }
            let mut said = of_each
                .iter()
                .filter(|(kind, _)| field.kinds.contains(kind))
                .map(|(_, errors)| errors.iter().find(|error| error.field == field.name));
            if let Some(Some(error)) = said.next()
                && said.all(|other| other.is_some())
            {
                self.wrong(field.name, error.message.clone());
            }
        }
    }

    /// A name that is not told apart: a company's as it is; of a person's the last word is the last name.
    fn whole_name(&mut self, kind: Kind) {
        if self.name.is_empty() {
            return;
        }
        let name = std::mem::take(&mut self.name);
        let there = match kind {
            Kind::Legal => !self.typed.legal_name.is_empty(),
            _ => !self.typed.first_name.is_empty() || !self.typed.last_name.is_empty(),
        };
        // Columns of their own say it better.
        if there {
            return;
        }
        if kind == Kind::Legal {
            self.typed.legal_name = name;
        } else if let Some((first, last)) = name.rsplit_once(' ') {
            first.trim_end().clone_into(&mut self.typed.first_name);
            last.clone_into(&mut self.typed.last_name);
        } else {
            self.typed.last_name = name;
        }
    }
}

/// Days and numbers as the database writes them.
fn as_stored(typed: &mut Typed) {
    if let Ok(day) = typed.birth_date.parse::<NaiveDate>() {
        typed.birth_date = day.to_string();
    }
    if let Ok(income) = typed.income_range.parse::<i64>() {
        typed.income_range = income.to_string();
    }
}

const fn not_asked(kind: Kind) -> &'static str {
    match kind {
        Kind::Natural => "A person has nothing of the sort: leave it empty, or say another kind",
        Kind::SoleTrader => {
            "A sole trader has nothing of the sort: leave it empty, or say another kind"
        }
        Kind::Legal => "A company has nothing of the sort: leave it empty, or say another kind",
    }
}

fn kind(text: &str) -> Option<Kind> {
    match text.to_lowercase().replace(['_', '-'], " ").as_str() {
        "natural" | "person" | "natural person" | "individual" => Some(Kind::Natural),
        "sole trader" | "self employed" => Some(Kind::SoleTrader),
        "legal" | "company" | "legal person" | "legal entity" | "organisation" | "organization" => {
            Some(Kind::Legal)
        }
        _ => None,
    }
}

fn answer(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "on" | "x" => Some(true),
        "no" | "n" | "false" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// A country by its two letters or its name, as two letters; anything else as it is, for the form's rule to refuse.
fn country(text: &str) -> String {
    let code = text.to_ascii_uppercase();
    if countries::name(&code).is_some() {
        return code;
    }
    countries::ALL
        .iter()
        .find(|(_, name)| name.to_lowercase() == text.to_lowercase())
        .map_or_else(|| text.to_owned(), |(code, _)| (*code).to_owned())
}

#[cfg(test)]
mod tests;
