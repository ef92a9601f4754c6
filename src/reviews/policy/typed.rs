//! A policy as an admin types it: read into one that may hold, or each field named that must be mended.

use std::{fmt, str::FromStr};

use serde::Deserialize;

use super::rules::{NextReview, Policy, Reason};
use crate::{
    documents::{fields::rules::Field, rules::DocumentType},
    error::{Error, Result},
};

mod wrong;

use wrong::Wrong;
pub use wrong::reason_field;

/// The form. The reasons repeat: the first of each list belong together, and so on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of the policy")]
pub struct Typed {
    pub version: String,
    pub due_hours: String,
    pub holidays: String,
    pub next_review_low: String,
    pub next_review_medium: String,
    pub next_review_high: String,
    pub closed_after_days: String,
    pub claim_minutes: String,
    pub second_approval_branches: Vec<String>,
    pub proposal_days: String,
    pub kyc_life_cycle: String,
    pub kyc_prerequisites: String,
    pub retention_years: String,
    pub reason_code: Vec<String>,
    pub reason_text: Vec<String>,
    pub reason_en: Vec<String>,
    pub reason_fr: Vec<String>,
    pub reason_es: Vec<String>,
    /// The row's place, a colon, a document type.
    pub reason_document: Vec<String>,
    /// The row's place, a colon, a field.
    pub reason_field: Vec<String>,
    /// Places of rows that are to go.
    pub reason_remove: Vec<String>,
}

/// One reason as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of a reason")]
pub struct Row {
    pub code: String,
    pub text: String,
    pub en: String,
    pub fr: String,
    pub es: String,
    pub documents: Vec<DocumentType>,
    pub fields: Vec<Field>,
    pub removed: bool,
}

impl Row {
    /// The row in which nothing was typed: where a new reason is added.
    pub fn is_empty(&self) -> bool {
        [&self.code, &self.text, &self.en, &self.fr, &self.es]
            .iter()
            .all(|text| text.trim().is_empty())
            && self.documents.is_empty()
            && self.fields.is_empty()
    }
}

impl Typed {
    /// What the form shows of a policy that holds.
    pub fn of(version: i32, policy: &Policy) -> Self {
        let texts = |of: fn(&Reason) -> &String| policy.reasons.iter().map(of).cloned().collect();
        let holidays: Vec<String> = policy.holidays.iter().map(ToString::to_string).collect();
        Self {
            version: version.to_string(),
            due_hours: policy.due_hours.to_string(),
            holidays: holidays.join("\n"),
            next_review_low: policy.next_review.low.to_string(),
            next_review_medium: policy.next_review.medium.to_string(),
            next_review_high: policy.next_review.high.to_string(),
            closed_after_days: policy.closed_after_days.to_string(),
            claim_minutes: policy.claim_minutes.to_string(),
            second_approval_branches: policy.second_approval_branches.clone(),
            proposal_days: policy.proposal_days.to_string(),
            kyc_life_cycle: policy.kyc_life_cycle.as_str().to_owned(),
            kyc_prerequisites: policy.kyc_prerequisites.as_str().to_owned(),
            retention_years: policy.retention_years.to_string(),
            reason_code: texts(|reason| &reason.code),
            reason_text: texts(|reason| &reason.text),
            reason_en: texts(|reason| &reason.customer.en),
            reason_fr: texts(|reason| &reason.customer.fr),
            reason_es: texts(|reason| &reason.customer.es),
            reason_document: said_of(policy, |reason| &reason.documents),
            reason_field: said_of(policy, |reason| &reason.fields),
            reason_remove: Vec::new(),
        }
    }

    /// The reasons, row by row, in their order.
    pub fn rows(&self) -> Result<Vec<Row>> {
        let n = self.reason_code.len();
        let others = [
            &self.reason_text,
            &self.reason_en,
            &self.reason_fr,
            &self.reason_es,
        ];
        if n > 200 || others.iter().any(|list| list.len() != n) {
            return Err(Error::BadRequest(
                "the fields of the reasons do not belong together".into(),
            ));
        }
        let mut rows: Vec<Row> = (0..n)
            .map(|place| Row {
                code: self.reason_code[place].clone(),
                text: self.reason_text[place].clone(),
                en: self.reason_en[place].clone(),
                fr: self.reason_fr[place].clone(),
                es: self.reason_es[place].clone(),
                documents: Vec::new(),
                fields: Vec::new(),
                removed: self.reason_remove.contains(&place.to_string()),
            })
            .collect();
        for named in &self.reason_document {
            let (row, document) = placed(&mut rows, named)?;
            row.documents.push(document);
        }
        for named in &self.reason_field {
            let (row, field) = placed(&mut rows, named)?;
            row.fields.push(field);
        }
        Ok(rows)
    }

    /// The policy that was typed. `branches`: the codes of the organisation's branches.
    pub fn read(&self, branches: &[&str]) -> Result<Policy> {
        let rows = self.rows()?;
        let mut wrong = Wrong::default();
        let policy = Policy {
            due_hours: wrong.number("due_hours", &self.due_hours, 1..=2_000),
            holidays: wrong.days(&self.holidays),
            next_review: NextReview {
                low: wrong.number("next_review_low", &self.next_review_low, 1..=10),
                medium: wrong.number("next_review_medium", &self.next_review_medium, 1..=10),
                high: wrong.number("next_review_high", &self.next_review_high, 1..=10),
            },
            closed_after_days: wrong.number(
                "closed_after_days",
                &self.closed_after_days,
                1..=3_650,
            ),
            claim_minutes: wrong.number("claim_minutes", &self.claim_minutes, 5..=1_440),
            second_approval_branches: branches_once(&self.second_approval_branches),
            proposal_days: wrong.number("proposal_days", &self.proposal_days, 1..=90),
            kyc_life_cycle: self
                .kyc_life_cycle
                .parse()
                .map_err(|_| Error::BadRequest("no such life cycle".into()))?,
            kyc_prerequisites: self
                .kyc_prerequisites
                .parse()
                .map_err(|_| Error::BadRequest("no such prerequisites".into()))?,
            // Five years is what the law of our countries asks for (for the EU: Directive 2015/849, article 40).
            retention_years: wrong.number("retention_years", &self.retention_years, 5..=30),
            reasons: wrong.reasons(rows),
        };
        let years = &policy.next_review;
        if wrong.0.is_empty() && !(years.high <= years.medium && years.medium <= years.low) {
            wrong.say(
                "next_review_high",
                "A higher risk is not reviewed later than a lower one",
            );
        }
        if !self
            .second_approval_branches
            .iter()
            .all(|code| branches.contains(&code.as_str()))
        {
            wrong.say("second_approval_branches", "There is no such branch");
        }
        if wrong.0.is_empty() {
            Ok(policy)
        } else {
            Err(Error::Invalid(wrong.0))
        }
    }
}

/// What each reason is said of, as the form names it: the place of its row, a colon, the stored word.
fn said_of<T: fmt::Display>(policy: &Policy, of: fn(&Reason) -> &Vec<T>) -> Vec<String> {
    let rows = policy.reasons.iter().enumerate();
    rows.flat_map(|(place, reason)| of(reason).iter().map(move |one| format!("{place}:{one}")))
        .collect()
}

/// The row and the word of such a name.
fn placed<'a, T: FromStr>(rows: &'a mut [Row], named: &str) -> Result<(&'a mut Row, T)> {
    named
        .split_once(':')
        .and_then(|(place, word)| {
            let row = rows.get_mut(place.parse::<usize>().ok()?)?;
            Some((row, word.parse().ok()?))
        })
        .ok_or_else(|| Error::BadRequest("a reason is not said of such a thing".into()))
}

/// Each branch once, in the order in which they were ticked.
fn branches_once(ticked: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for code in ticked {
        if !once.contains(code) {
            once.push(code.clone());
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(typed: &Typed) -> Vec<String> {
        match typed.read(&["london"]) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(errors)) => errors
                .into_iter()
                .map(|one| one.field.into_owned())
                .collect(),
            Err(other) => vec![other.to_string()],
        }
    }

    #[test]
    fn what_the_form_shows_is_read_back_as_it_was() {
        let policy = Policy {
            holidays: vec!["2026-12-25".parse().expect("a day")],
            second_approval_branches: vec!["london".to_owned()],
            ..Policy::default()
        };
        let read = Typed::of(3, &policy).read(&["london"]).expect("a policy");
        assert_eq!(read, policy);
    }

    #[test]
    fn each_field_that_must_be_mended_is_named() {
        let good = Typed::of(0, &Policy::default());
        let with = |change: fn(&mut Typed)| {
            let mut typed = good.clone();
            change(&mut typed);
            errors(&typed)
        };
        assert_eq!(
            with(|typed| typed.due_hours = "soon".to_owned()),
            ["due_hours"]
        );
        assert_eq!(
            with(|typed| typed.retention_years = "4".to_owned()),
            ["retention_years"]
        );
        assert_eq!(
            with(|typed| typed.next_review_high = "6".to_owned()),
            ["next_review_high"]
        );
        assert_eq!(
            with(|typed| typed.holidays = "2026-02-30".to_owned()),
            ["holidays"]
        );
        assert_eq!(
            with(|typed| typed.second_approval_branches = vec!["rome".to_owned()]),
            ["second_approval_branches"]
        );
        assert_eq!(
            with(|typed| typed.reason_code[1] = "Ärger".to_owned()),
            ["r1-reason_code"]
        );
        assert_eq!(
            with(|typed| typed.reason_code[1] = typed.reason_code[0].clone()),
            ["r1-reason_code"]
        );
        assert_eq!(with(|typed| typed.reason_fr[0].clear()), ["r0-reason_fr"]);
        assert_eq!(
            with(|typed| {
                typed.reason_text.pop();
            })
            .len(),
            1
        );
    }

    #[test]
    fn a_suspicion_is_never_given_words_for_the_customer() {
        let mut typed = Typed::of(0, &Policy::default());
        let place = typed
            .reason_code
            .iter()
            .position(|code| code == "suspicion");
        let place = place.expect("delivered");
        for words in [
            &mut typed.reason_en,
            &mut typed.reason_fr,
            &mut typed.reason_es,
        ] {
            words[place] = "We suspect you.".to_owned();
        }
        assert_eq!(errors(&typed), [reason_field(place, "en")]);
    }

    #[test]
    fn an_empty_row_is_nothing_and_a_removed_one_goes() {
        let mut typed = Typed::of(0, &Policy::default());
        for list in [
            &mut typed.reason_code,
            &mut typed.reason_text,
            &mut typed.reason_en,
            &mut typed.reason_fr,
            &mut typed.reason_es,
        ] {
            list.push(String::new());
        }
        typed.reason_remove = vec!["0".to_owned()];
        let read = typed.read(&[]).expect("a policy");
        assert_eq!(read.reasons, Policy::default().reasons[1..]);
    }
}
