//! Rows that may be somebody who is here already, or who stands in the same file twice: said, and never in the way of the
//! import, since two people may share an e-mail. The rule is the one of the form (`customers/duplicates.rs`).

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use crate::{
    customers::{
        declared::Declared,
        duplicates::{self, number_key},
        rules::Kind,
        typed::Typed,
    },
    db::Read,
    error::Result,
    imports::rules::Problem,
};

/// A row in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Sound {
    /// The line in which it begins.
    pub line: u64,
    /// The kind of customer.
    pub kind: Kind,
    /// The form that it fills in.
    pub typed: Typed,
}

/// What identified somebody in the rows so far, as hashes, and the line where: of a hundred thousand rows some 15 MB.
#[derive(Default)]
pub struct Seen {
    hasher: RandomState,
    lines: HashMap<u64, u64>,
}

impl Seen {
    /// The line of an earlier row that is alike, and what they share; remembers this one.
    fn earlier(&mut self, row: &Sound) -> Option<(u64, &'static str)> {
        let Sound { line, kind, typed } = row;
        let name = match kind {
            Kind::Legal => typed.legal_name.clone(),
            _ => format!("{} {}", typed.last_name, typed.first_name),
        };
        let born = &typed.birth_date;
        let whole = (!born.is_empty() && !name.trim().is_empty()).then(|| format!("{name} {born}"));
        let marks = [
            ("e-mail", typed.email.clone()),
            ("tax ID", number_key(&typed.tax_id)),
            (
                "registration number",
                number_key(&typed.registration_number),
            ),
            ("name and date of birth", whole.unwrap_or_default()),
        ];
        let mut found = None;
        for (what, mark) in marks.iter().filter(|(_, mark)| !mark.is_empty()) {
            let hash = self.hasher.hash_one((what, mark.to_lowercase()));
            let first = *self.lines.entry(hash).or_insert(*line);
            if first != *line && found.is_none() {
                found = Some((first, *what));
            }
        }
        found
    }
}

/// What is to be said of some rows: of each at most one thing, in their order.
pub fn said(tx: &mut Read<'_>, rows: &[Sound], seen: &mut Seen) -> Result<Vec<Problem>> {
    let asked = rows
        .iter()
        .map(|row| Declared::of(&row.typed, row.kind))
        .collect::<Result<Vec<_>>>()?;
    let here = duplicates::first_of_each(tx, &asked)?;
    let mut problems = Vec::new();
    for (row, alike) in rows.iter().zip(here) {
        let earlier = seen.earlier(row);
        let reason = match (alike, earlier) {
            (Some(alike), _) => format!(
                "Possible duplicate: customer {} has the same {}",
                alike.customer.short_id,
                lowered(&alike.same.join(", ")),
            ),
            (None, Some((line, what))) => {
                format!("Possible duplicate: line {line} has the same {what}")
            }
            (None, None) => continue,
        };
        problems.push(Problem {
            line: row.line,
            column: String::new(),
            reason: reason.into(),
        });
    }
    Ok(problems)
}

/// Words of labels within a sentence.
fn lowered(words: &str) -> String {
    words.to_lowercase().replace("tax id", "tax ID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_one_file_are_the_same_however_they_are_written() {
        let row = |line, tax_id: &str, registration_number: &str| Sound {
            line,
            kind: Kind::Legal,
            typed: Typed {
                tax_id: tax_id.to_owned(),
                registration_number: registration_number.to_owned(),
                ..Typed::default()
            },
        };
        let mut seen = Seen::default();
        assert_eq!(seen.earlier(&row(2, "", "HRB 12345")), None);
        assert_eq!(
            seen.earlier(&row(3, "", "hrb-12345")),
            Some((2, "registration number"))
        );
        assert_eq!(seen.earlier(&row(4, "PT 123.456", "--")), None);
        assert_eq!(
            seen.earlier(&row(5, "pt123456", "/")),
            Some((4, "tax ID")),
            "marks alone are no number"
        );
    }
}
