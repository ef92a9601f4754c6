//! Versions of the policy: a list of them for whoever keeps it, and each one whole, for whoever reads what was decided under it.

use std::collections::HashMap;

use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::PolicyPage;
use crate::{
    access::{
        guard::By,
        permissions::{KeepPolicy, Permission as _, ReadCustomers},
    },
    db::Read,
    documents::rules::DocumentType,
    error::{Error, Result},
    reviews::policy::{
        changes,
        rules::{Policy, Reason},
        store::{self, Made},
    },
    staff::store as staff,
    web::{
        answer::Answer,
        input::Query,
        shell::{Place, Shell},
    },
};

/// How many versions are listed at once.
const VERSIONS: usize = 50;

/// One thing that a version changed.
pub(super) struct Turned {
    /// What: "Review due", or a part of a reason.
    pub words: String,
    /// In the version before; nothing where it was not there.
    pub before: Option<String>,
    /// In this one.
    pub after: Option<String>,
}

/// One version in the list.
pub(super) struct Version {
    /// Its number.
    pub number: i32,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The settings that it changed: "Review due, Holidays".
    pub changed: String,
    /// What they were and are.
    pub turned: Vec<Turned>,
}

/// A page of the list, newest first.
pub(super) struct Listed {
    /// The versions.
    pub rows: Vec<Version>,
    /// Back to the newest, where the list begins later.
    pub first: Option<String>,
    /// Where the list goes on; the version that is delivered stands at its end.
    pub next: Option<String>,
}

/// The versions before this one, or the newest.
pub(super) fn listed(tx: &mut Read<'_>, before: Option<i32>) -> Result<Listed> {
    // One more than is shown, since each stands beside the one before it.
    let made = store::versions(tx, before, VERSIONS + 1)?;
    let names = staff::names(tx, made.iter().filter_map(|one| one.by).collect())?;
    let mut rows = Vec::new();
    for (at, one) in made.iter().enumerate().take(VERSIONS) {
        rows.push(version(one, &older(&made, at), &names)?);
    }
    let last = rows.last().map(|one| one.number);
    Ok(Listed {
        next: last
            .filter(|_| made.len() > VERSIONS)
            .map(|last| format!("/settings/policy?before={last}#versions")),
        first: before.map(|_| "/settings/policy#versions".to_owned()),
        rows,
    })
}

/// What held before a version of a list: the next of it, or what is delivered.
fn older(made: &[Made], at: usize) -> Policy {
    let older = made.get(at + 1);
    older.map_or_else(Policy::default, |older| older.versioned.policy.clone())
}

fn version(one: &Made, before: &Policy, names: &HashMap<Uuid, String>) -> Result<Version> {
    let found = changes::differences(before, &one.versioned.policy)?;
    let words: Vec<&str> = found.iter().map(|one| one.words).collect();
    Ok(Version {
        number: one.versioned.version,
        by: maker(one, names),
        at: one.at,
        changed: words.join(", "),
        turned: turned(before, &one.versioned.policy)?,
    })
}

fn maker(one: &Made, names: &HashMap<Uuid, String>) -> String {
    let by = one.by.and_then(|id| names.get(&id).cloned());
    by.unwrap_or_else(|| "The command line".to_owned())
}

/// What differs between two versions, for people: setting by setting, then reason by reason.
fn turned(before: &Policy, after: &Policy) -> Result<Vec<Turned>> {
    let mut found: Vec<Turned> = changes::differences(before, after)?
        .into_iter()
        .filter(|one| one.field != "reasons")
        .map(|one| Turned {
            words: one.words.to_owned(),
            before: Some(shown(one.field, &one.before)),
            after: Some(shown(one.field, &one.after)),
        })
        .collect();
    found.extend(turned_reasons(&before.reasons, &after.reasons));
    Ok(found)
}

/// A part of a reason: its words, and what stands there.
type Part = (&'static str, fn(&Reason) -> String);

/// What a reason is made of.
const PARTS: [Part; 6] = [
    ("for colleagues", |one| one.text.clone()),
    ("for the customer in English", |one| one.customer.en.clone()),
    ("for the customer in French", |one| one.customer.fr.clone()),
    ("for the customer in Spanish", |one| one.customer.es.clone()),
    ("said of these papers", papers),
    ("said of these fields", fields),
];

fn fields(reason: &Reason) -> String {
    let words: Vec<&str> = reason.fields.iter().map(|one| one.words()).collect();
    words.join(", ")
}

fn papers(reason: &Reason) -> String {
    let words: Vec<&str> = reason
        .documents
        .iter()
        .copied()
        .map(DocumentType::words)
        .collect();
    words.join(", ")
}

fn turned_reasons(before: &[Reason], after: &[Reason]) -> Vec<Turned> {
    let gone = before
        .iter()
        .filter(|old| after.iter().all(|new| new.code != old.code));
    let mut found = Vec::new();
    for reason in after.iter().chain(gone) {
        let code = &reason.code;
        let side = |list: &[Reason], of: fn(&Reason) -> String| {
            let one = list.iter().find(|one| one.code == *code);
            one.map(of).filter(|text| !text.is_empty())
        };
        for (part, of) in PARTS {
            let (before, after) = (side(before, of), side(after, of));
            if before != after {
                found.push(Turned {
                    words: format!("Reason {code}, {part}"),
                    before,
                    after,
                });
            }
        }
    }
    let (old, new) = (order(before, after), order(after, before));
    if old != new {
        found.push(Turned {
            words: "Order of the reasons".to_owned(),
            before: Some(old),
            after: Some(new),
        });
    }
    found
}

/// The codes that stand in both lists, in the order of the first.
fn order(of: &[Reason], other: &[Reason]) -> String {
    let both = of
        .iter()
        .filter(|one| other.iter().any(|other| other.code == one.code));
    let codes: Vec<&str> = both.map(|one| one.code.as_str()).collect();
    codes.join(", ")
}

/// A setting's value for people, with its unit or in the words of the form.
fn shown(field: &str, value: &Value) -> String {
    let words = match field {
        "kyc_life_cycle" => PolicyPage::life_cycles(),
        "kyc_prerequisites" => PolicyPage::prerequisites(),
        _ => Vec::new(),
    };
    let known = words.iter().find(|(name, _)| value.as_str() == Some(*name));
    if let Some((_, words)) = known {
        return (*words).to_owned();
    }
    let unit = match field {
        "due_hours" => "working hour",
        "claim_minutes" => "minute",
        "closed_after_days" | "proposal_days" => "day",
        "next_review_low" | "next_review_medium" | "next_review_high" | "retention_years" => "year",
        _ => return super::value_words(value),
    };
    let many = if value.as_i64() == Some(1) { "" } else { "s" };
    format!("{value} {unit}{many}")
}

/// Which version is asked for; the one that holds, where none is.
#[derive(Deserialize)]
pub(in crate::reviews::pages) struct Asked {
    version: Option<i32>,
}

#[derive(Template)]
#[template(path = "reviews/policy_version.html")]
struct VersionPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    number: i32,
    /// The one that holds now.
    current: i32,
    /// Who made it, and when; nothing of the one that is delivered.
    made: Option<(String, DateTime<Utc>)>,
    turned: Vec<Turned>,
    /// Every setting but the reasons, and what stands there.
    settings: Vec<(&'static str, String)>,
    reasons: Vec<Reason>,
    /// Whether the reader may make the next one.
    keeps: bool,
}

impl VersionPage {
    /// The papers and the fields that a reason is said of.
    fn said_of(reason: &Reason) -> String {
        let mut all = vec![papers(reason), fields(reason)];
        all.retain(|one| !one.is_empty());
        all.join(", ")
    }

    fn older(&self) -> Option<i32> {
        (self.number > 0).then(|| self.number - 1)
    }

    fn newer(&self) -> Option<i32> {
        (self.number < self.current).then(|| self.number + 1)
    }
}

/// One version, whole, with what it changed: for everybody who may read the decisions that name it.
pub(in crate::reviews::pages) fn show(
    mut by: By<ReadCustomers>,
    Query(asked): Query<Asked>,
) -> Result<Answer> {
    let (number, current, made, names) = by.read(|tx| {
        let current = store::current(tx)?.version;
        let number = asked.version.unwrap_or(current);
        // It and the one before, newest first; of the one that is delivered there is nothing.
        let made = match number {
            0 => Vec::new(),
            number => store::versions(tx, Some(number.saturating_add(1)), 2)?,
        };
        let names = staff::names(tx, made.iter().filter_map(|one| one.by).collect())?;
        Ok((number, current, made, names))
    })?;
    let one = made
        .first()
        .filter(|newest| newest.versioned.version == number);
    if number != 0 && one.is_none() {
        return Err(Error::NotFound);
    }
    let policy = one.map_or_else(Policy::default, |one| one.versioned.policy.clone());
    let turned = match one {
        Some(_) => turned(&older(&made, 0), &policy)?,
        None => Vec::new(),
    };
    let settings = changes::settings(&policy)?
        .into_iter()
        .map(|(field, words, value)| (words, shown(field, &value)))
        .collect();
    Answer::page(&VersionPage {
        shell: by.shell(format!("Policy, version {number}"), Place::Customers),
        zone: by.time_zone,
        number,
        current,
        made: one.map(|one| (maker(one, &names), one.at)),
        turned,
        settings,
        reasons: policy.reasons,
        keeps: KeepPolicy::ROLES.contains(&by.role),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &Policy, after: &Policy) -> Vec<(String, Option<String>, Option<String>)> {
        let found = turned(before, after).expect("values");
        found
            .into_iter()
            .map(|one| (one.words, one.before, one.after))
            .collect()
    }

    #[test]
    fn of_a_setting_both_values_are_told_with_their_unit() {
        let before = Policy::default();
        let mut after = before.clone();
        (after.due_hours, after.next_review.high) = (48, 2);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&before, &after),
            [
                (
                    "Review due".to_owned(),
                    some("24 working hours"),
                    some("48 working hours")
                ),
                (
                    "Next review, high risk".to_owned(),
                    some("1 year"),
                    some("2 years")
                ),
            ]
        );
        assert_eq!(told(&before, &before), []);
    }

    #[test]
    fn of_a_reason_what_was_rewritten_added_removed_or_moved_is_told() {
        let before = Policy::default();
        let mut after = before.clone();
        after.reasons[0].text = "Rewritten".to_owned();
        let gone = after.reasons.remove(1);
        let found = told(&before, &after);
        let first = &before.reasons[0];
        assert_eq!(
            found[0],
            (
                format!("Reason {}, for colleagues", first.code),
                Some(first.text.clone()),
                Some("Rewritten".to_owned())
            )
        );
        assert!(found[1..].iter().all(|(words, before, after)| {
            words.starts_with(&format!("Reason {}, ", gone.code))
                && before.is_some()
                && after.is_none()
        }));
        assert!(found.len() > 1);
        let mut turned = before.clone();
        turned.reasons.swap(0, 1);
        let found = told(&before, &turned);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "Order of the reasons");
    }
}
