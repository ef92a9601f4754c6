//! `/settings/policy`: what holds for all reviews, in one form, and the versions that held before.

use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    access::{guard::By, permissions::KeepPolicy},
    documents::{fields::rules::Field, rules::DocumentType},
    error::{Error, FieldError, Result},
    organisations::store as branches,
    reviews::policy::{
        changes::{self, Difference},
        rules::{LifeCycle, Policy, Prerequisites},
        store,
        typed::{Row, Typed, reason_field},
    },
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

pub(super) mod versions;

use versions::Listed;

/// What the address says was just done, and where the list of versions begins.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
    before: Option<i32>,
}

/// One reason in the form.
struct Shown {
    place: usize,
    row: Row,
    errors: Vec<FieldError>,
}

impl Shown {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors.of(&reason_field(self.place, field))
    }

    /// Open: it is to be mended, or a new one is typed there.
    fn open(&self) -> bool {
        !self.errors.is_empty()
    }

    fn prefix(&self) -> String {
        format!("r{}-", self.place)
    }

    /// Every document type: its stored name, its words, and whether the reason is said of it.
    fn documents(&self) -> Vec<(&'static str, &'static str, bool)> {
        DocumentType::ALL
            .iter()
            .map(|one| (one.as_str(), one.words(), self.row.documents.contains(one)))
            .collect()
    }

    /// Every field that a reason may be said of, likewise.
    fn fields(&self) -> Vec<(&'static str, &'static str, bool)> {
        Field::ALL
            .iter()
            // The zone is how a paper says its fields, and no field of the customer.
            .filter(|one| **one != Field::Mrz)
            .map(|one| (one.as_str(), one.words(), self.row.fields.contains(one)))
            .collect()
    }
}

#[derive(Template)]
#[template(path = "reviews/policy.html")]
struct PolicyPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    typed: Typed,
    rows: Vec<Shown>,
    /// Code, name, ticked.
    branches: Vec<(String, String, bool)>,
    errors: Vec<FieldError>,
    /// What somebody else changed since the form was loaded: words, before, after.
    stale: Option<Vec<(&'static str, String, String)>>,
    versions: Listed,
}

impl PolicyPage {
    fn life_cycles() -> Vec<(&'static str, &'static str)> {
        LifeCycle::ALL
            .iter()
            .map(|one| {
                let words = match one {
                    LifeCycle::Legacy => "As the older endpoints have it",
                    LifeCycle::New => "As the newer endpoints have it",
                };
                (one.as_str(), words)
            })
            .collect()
    }

    fn prerequisites() -> Vec<(&'static str, &'static str)> {
        Prerequisites::ALL
            .iter()
            .map(|one| {
                let words = match one {
                    Prerequisites::Ordinary => "Take the review, and ask for what is missing",
                    Prerequisites::Strict => "Do not take the review",
                };
                (one.as_str(), words)
            })
            .collect()
    }
}

/// The page with these values in its form, and the versions before this one.
fn page(
    by: &mut By<KeepPolicy>,
    before: Option<i32>,
    typed: impl FnOnce(&store::Versioned) -> Result<Typed>,
) -> Result<PolicyPage> {
    let (current, versions, all) = by.read(|tx| {
        Ok((
            store::current(tx)?,
            versions::listed(tx, before)?,
            branches::branches(tx)?,
        ))
    })?;
    let typed = typed(&current)?;
    let mut rows = typed.rows()?;
    if !rows.last().is_some_and(Row::is_empty) {
        rows.push(Row::default());
    }
    Ok(PolicyPage {
        shell: by.shell("Policy", Place::Settings),
        zone: by.time_zone,
        rows: rows
            .into_iter()
            .enumerate()
            .map(|(place, row)| Shown {
                place,
                row,
                errors: Vec::new(),
            })
            .collect(),
        branches: all
            .into_iter()
            .map(|branch| {
                let ticked = typed.second_approval_branches.contains(&branch.code);
                (branch.code, branch.name, ticked)
            })
            .collect(),
        typed,
        errors: Vec::new(),
        stale: None,
        versions,
    })
}

/// What holds now.
pub(super) fn show(mut by: By<KeepPolicy>, Query(query): Query<Done>) -> Result<Answer> {
    let mut page = page(&mut by, query.before, |now| {
        Ok(Typed::of(now.version, &now.policy))
    })?;
    let flash = match query.done.as_deref() {
        Some("saved") => Some((Tone::Ok, "The policy is saved. It holds from now on.")),
        Some("unchanged") => Some((Tone::Info, "Nothing was changed, so nothing was saved.")),
        _ => None,
    };
    page.shell = page.shell.flash(flash.map(|(tone, text)| Flash {
        tone,
        text: text.to_owned(),
    }));
    Answer::page(&page)
}

/// Makes the next version.
pub(super) fn save(mut by: By<KeepPolicy>, Form(typed): Form<Typed>) -> Result<Answer> {
    let version: i32 = typed
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    let (current, all) = by.read(|tx| Ok((store::current(tx)?, branches::branches(tx)?)))?;
    let codes: Vec<&str> = all.iter().map(|branch| branch.code.as_str()).collect();
    let policy = match typed.read(&codes) {
        Ok(policy) => policy,
        Err(Error::Invalid(errors)) => return mend(&mut by, typed, errors),
        Err(other) => return Err(other),
    };
    if version == current.version && policy == current.policy {
        return Ok(Answer::see("/settings/policy?done=unchanged"));
    }
    match by.change(|tx| changes::change(tx, version, &policy)) {
        Ok(_) => Ok(Answer::see("/settings/policy?done=saved")),
        Err(Error::Conflict(_)) => stale(&mut by, typed, version),
        Err(other) => Err(other),
    }
}

/// The form again, with what must be mended.
fn mend(by: &mut By<KeepPolicy>, typed: Typed, errors: Vec<FieldError>) -> Result<Answer> {
    let mut page = page(by, None, |_| Ok(typed))?;
    for row in &mut page.rows {
        let prefix = row.prefix();
        let own = errors.iter().filter(|one| one.field.starts_with(&prefix));
        row.errors = own.cloned().collect();
    }
    page.shell.failed = true;
    page.errors = errors;
    Answer::page_with(422, &page)
}

/// Somebody was faster: what they changed, and the form with what was typed.
fn stale(by: &mut By<KeepPolicy>, typed: Typed, seen: i32) -> Result<Answer> {
    let theirs = by.read(|tx| {
        let before = match store::at(tx, seen) {
            Ok(policy) => policy,
            Err(Error::NotFound) => Policy::default(),
            Err(other) => return Err(other),
        };
        changes::differences(&before, &store::current(tx)?.policy)
    })?;
    let mut page = page(by, None, |now| {
        Ok(Typed {
            version: now.version.to_string(),
            ..typed
        })
    })?;
    page.shell.failed = true;
    page.stale = Some(theirs.into_iter().map(in_words).collect());
    Answer::page_with(409, &page)
}

fn in_words(one: Difference) -> (&'static str, String, String) {
    (one.words, value_words(&one.before), value_words(&one.after))
}

/// A value for people: of a reason, its code.
fn value_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(list) => {
            let words: Vec<String> = list.iter().map(value_words).collect();
            words.join(", ")
        }
        Value::Object(reason) => reason.get("code").map(value_words).unwrap_or_default(),
        other => other.to_string(),
    }
}
