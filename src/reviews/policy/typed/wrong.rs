//! What must be mended in a policy as typed: each field with a sentence.

use std::{borrow::Cow, fmt::Display, ops::RangeInclusive};

use chrono::NaiveDate;

use super::Row;
use crate::{
    days,
    error::FieldError,
    reviews::policy::rules::{Reason, Wording},
};

/// Codes of reasons that never reach a customer: to tell of a suspicion is an offence.
const UNSPOKEN: [&str; 2] = ["suspicion", "sanctions_hit"];

/// What must be mended, field by field; a reason's fields carry the place of its row.
#[derive(Default)]
pub(super) struct Wrong(pub Vec<FieldError>);

impl Wrong {
    pub(super) fn say(&mut self, field: impl Display, message: impl Into<Cow<'static, str>>) {
        self.0.push(FieldError {
            field: field.to_string().into(),
            message: message.into(),
        });
    }

    pub(super) fn number(&mut self, field: &str, text: &str, range: RangeInclusive<u32>) -> u32 {
        match text.trim().parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let (least, most) = (range.start(), range.end());
                self.say(field, format!("A whole number from {least} to {most}"));
                *least
            }
        }
    }

    pub(super) fn days(&mut self, text: &str) -> Vec<NaiveDate> {
        let mut found = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some(day) = days::read(line) else {
                let line: String = line.chars().take(20).collect();
                self.say("holidays", format!("“{line}” is no day: write 2026-12-25"));
                break;
            };
            found.push(day);
        }
        if found.len() > 500 {
            self.say("holidays", "At most 500 days");
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    pub(super) fn reasons(&mut self, rows: Vec<Row>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        for (place, row) in rows.into_iter().enumerate() {
            if row.removed || row.is_empty() {
                continue;
            }
            let reason = self.reason(place, &row);
            if reasons.iter().any(|other| other.code == reason.code) {
                self.say(reason_field(place, "code"), "Another reason has this code");
            }
            reasons.push(reason);
        }
        if reasons.is_empty() {
            self.say(reason_field(0, "code"), "Keep at least one reason");
        }
        reasons
    }

    fn reason(&mut self, place: usize, row: &Row) -> Reason {
        let code = row.code.trim().to_owned();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(2..=64).contains(&code.len())
            || !code.starts_with(|c: char| c.is_ascii_lowercase())
            || !code.chars().all(plain)
        {
            self.say(
                reason_field(place, "code"),
                "A code of 2 to 64 small letters, digits and _, such as address_too_old",
            );
        }
        let text = row.text.trim().to_owned();
        if text.is_empty() || text.chars().count() > 200 {
            self.say(
                reason_field(place, "text"),
                "Say it for colleagues in 1 to 200 characters",
            );
        }
        let words = [("en", &row.en), ("fr", &row.fr), ("es", &row.es)];
        let given = words.iter().filter(|(_, text)| !text.trim().is_empty());
        let given = given.count();
        for (language, text) in words {
            let length = text.trim().chars().count();
            if length > 1_000 {
                self.say(reason_field(place, language), "At most 1,000 characters");
            } else if length == 0 && given > 0 {
                self.say(
                    reason_field(place, language),
                    "Write it in every language, or in none: then it stays among colleagues",
                );
            }
        }
        if given > 0 && UNSPOKEN.contains(&code.as_str()) {
            self.say(
                reason_field(place, "en"),
                "This reason is for colleagues only: a customer must not hear of a suspicion",
            );
        }
        let trimmed = |text: &str| text.trim().to_owned();
        Reason {
            code,
            text,
            customer: Wording {
                en: trimmed(&row.en),
                fr: trimmed(&row.fr),
                es: trimmed(&row.es),
            },
            documents: row.documents.clone(),
            fields: row.fields.clone(),
        }
    }
}

/// The name under which an error of one reason's field is found; on the page, the field's id.
pub fn reason_field(place: usize, field: &str) -> String {
    format!("r{place}-reason_{field}")
}
