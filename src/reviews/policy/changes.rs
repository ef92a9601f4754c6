//! A policy is changed: the next version, and what of it differs from the one before.

use serde_json::Value;

use super::{
    rules::{Policy, Reason},
    store,
};
use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    db::Change,
    error::Result,
};

/// One thing that differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its name in the log.
    pub field: &'static str,
    /// Its words on the page.
    pub words: &'static str,
    /// In the older one.
    pub before: Value,
    /// In the newer one.
    pub after: Value,
}

/// Every setting but the reasons: where it stands in the stored policy, its name, its words.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("/due_hours", "due_hours", "Review due"),
    ("/holidays", "holidays", "Holidays"),
    (
        "/next_review/low",
        "next_review_low",
        "Next review, low risk",
    ),
    (
        "/next_review/medium",
        "next_review_medium",
        "Next review, medium risk",
    ),
    (
        "/next_review/high",
        "next_review_high",
        "Next review, high risk",
    ),
    (
        "/closed_after_days",
        "closed_after_days",
        "Refusals closed after",
    ),
    ("/claim_minutes", "claim_minutes", "Claim lasts"),
    (
        "/second_approval_branches",
        "second_approval_branches",
        "Second approval by branch",
    ),
    ("/proposal_days", "proposal_days", "Proposals lapse after"),
    ("/kyc_life_cycle", "kyc_life_cycle", "Life cycle"),
    ("/kyc_prerequisites", "kyc_prerequisites", "Prerequisites"),
    ("/retention_years", "retention_years", "Records to be kept"),
];

/// What differs, in the order of the page. Of the reasons, only those that do.
pub fn differences(before: &Policy, after: &Policy) -> Result<Vec<Difference>> {
    let (old, new) = (json(before)?, json(after)?);
    let mut found: Vec<Difference> = SETTINGS
        .iter()
        .filter_map(|(pointer, field, words)| {
            let side = |whole: &Value| whole.pointer(pointer).cloned().unwrap_or_default();
            let (before, after) = (side(&old), side(&new));
            (before != after).then_some(Difference {
                field,
                words,
                before,
                after,
            })
        })
        .collect();
    if before.reasons != after.reasons {
        found.push(Difference {
            field: "reasons",
            words: "Reasons",
            before: only_in(&before.reasons, &after.reasons)?,
            after: only_in(&after.reasons, &before.reasons)?,
        });
    }
    Ok(found)
}

/// Every setting but the reasons, in the order of the page: its name in the log, its words, and what stands there.
pub fn settings(policy: &Policy) -> Result<Vec<(&'static str, &'static str, Value)>> {
    let whole = json(policy)?;
    Ok(SETTINGS
        .iter()
        .map(|(pointer, field, words)| {
            let value = whole.pointer(pointer).cloned().unwrap_or_default();
            (*field, *words, value)
        })
        .collect())
}

/// The reasons that are not the same in the other list; all their codes, where only the order differs.
fn only_in(these: &[Reason], others: &[Reason]) -> Result<Value> {
    let own: Vec<&Reason> = these.iter().filter(|one| !others.contains(one)).collect();
    if own.is_empty() && others.iter().all(|other| these.contains(other)) {
        let codes: Vec<&str> = these.iter().map(|one| one.code.as_str()).collect();
        return json(&codes);
    }
    json(&own)
}

fn json(value: &impl serde::Serialize) -> Result<Value> {
    Ok(serde_json::to_value(value).map_err(anyhow::Error::new)?)
}

/// Makes the next version. `version` is the one that the page showed; somebody who made one in between wins.
pub fn change(tx: &mut Change<'_>, version: i32, policy: &Policy) -> Result<i32> {
    let current = store::current(tx)?;
    if current.version != version {
        return Err(store::changed());
    }
    let made = store::add(tx, version, policy)?;
    let mut fields = vec![Field::plain("version", version, made)];
    fields.extend(
        differences(&current.policy, policy)?
            .into_iter()
            .map(|one| Field::plain(one.field, one.before, one.after)),
    );
    tx.say(Event::new(What::PolicyChanged, Subject::Organisation).changing(fields));
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_not_said() {
        let policy = Policy::default();
        assert_eq!(differences(&policy, &policy).expect("values"), []);
        let mut other = policy.clone();
        other.next_review.high = 2;
        let found = differences(&policy, &other).expect("values");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field, &found[0].after),
            ("next_review_high", &2.into())
        );
    }

    #[test]
    fn of_the_reasons_only_those_that_differ_are_said() {
        let policy = Policy::default();
        let mut other = policy.clone();
        let gone = other.reasons.remove(0);
        let found = differences(&policy, &other).expect("values");
        assert_eq!(found[0].before[0]["code"], Value::from(gone.code.as_str()));
        assert_eq!(found[0].after, Value::Array(Vec::new()));
        let mut turned = policy.clone();
        turned.reasons.swap(0, 1);
        let found = differences(&policy, &turned).expect("values");
        assert_eq!(found[0].after[1], Value::from(gone.code.as_str()));
    }

    #[test]
    fn every_setting_has_its_line() {
        let whole = json(&Policy::default()).expect("a value");
        for (pointer, ..) in SETTINGS {
            assert!(whole.pointer(pointer).is_some(), "{pointer}");
        }
        let settings = whole.as_object().expect("an object").len();
        // The reasons stand apart, and the years are three lines of one setting.
        assert_eq!(SETTINGS.len(), settings - 1 + 2);
    }
}
