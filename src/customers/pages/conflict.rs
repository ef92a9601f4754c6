//! Somebody else saved in between: both values side by side, and the choice.

use askama::Template;

use super::{
    changed::Changed,
    form::{self, Edited, opened},
};
use crate::{
    access::{guard::By, permissions::EditCustomers},
    customers::{
        rules::Kind,
        typed::{LEGAL_TYPES, TICKED, Typed},
    },
    error::Result,
    value::CustomerId,
    web::{
        answer::Answer,
        shell::{Place, Shell},
    },
};

/// One field that two people left different.
struct Difference {
    field: &'static str,
    words: &'static str,
    was: Option<String>,
    yours: String,
    theirs: String,
    yours_shown: String,
    theirs_shown: String,
    changed: Changed,
    choosable: bool,
}

impl Difference {
    fn keeps_yours(&self) -> bool {
        self.choosable && self.changed == Changed::Yours
    }

    fn keeps_theirs(&self) -> bool {
        !self.choosable || self.changed == Changed::Theirs
    }

    /// Neither is chosen yet, and one must be.
    fn asks(&self) -> bool {
        !self.keeps_yours() && !self.keeps_theirs()
    }
}

/// Somebody else saved in between: both values, and the choice.
#[derive(Template)]
#[template(path = "customers/conflict.html")]
struct ConflictPage {
    shell: Shell,
    edited: Edited,
    seen: i32,
    groups: Vec<(&'static str, Vec<Difference>)>,
    same: Vec<(&'static str, String)>,
    was: String,
}

impl ConflictPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.edited.id)
    }

    /// Whether there is a field that both changed.
    fn asks(&self) -> bool {
        self.groups
            .iter()
            .flat_map(|(_, rows)| rows)
            .any(Difference::asks)
    }
}

/// What a form is loaded with, as it carries it in one field.
pub fn written(typed: &Typed) -> Result<String> {
    Ok(serde_html_form::to_string(typed).map_err(anyhow::Error::new)?)
}

/// The same back; nothing where the form did not say.
pub fn read(was: &str, kind: Kind) -> Option<Typed> {
    let was: Typed = serde_html_form::from_str(was).ok()?;
    // A customer has a branch, so an empty one means that nothing was carried.
    (!was.branch.is_empty()).then(|| was.tidied(kind))
}

/// What was typed beside what is stored now. `was`: what the form was loaded with.
pub fn page(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    yours: &Typed,
    seen: i32,
    was: Option<&Typed>,
) -> Result<Answer> {
    let customer = opened(by, id)?;
    let theirs = Typed::from(&customer);
    let branches = form::branches(by)?;
    let (mut differences, mut same) = (Vec::new(), Vec::new());
    for field in Typed::FIELDS {
        let (mine, now) = (yours.value(field.name), theirs.value(field.name));
        if mine == now {
            same.push((field.name, mine.to_owned()));
            continue;
        }
        let before = was.map(|was| was.value(field.name));
        differences.push(Difference {
            field: field.name,
            words: field.words,
            was: before.map(|was| shown(field.name, was, &branches)),
            yours_shown: shown(field.name, mine, &branches),
            theirs_shown: shown(field.name, now, &branches),
            yours: mine.to_owned(),
            theirs: now.to_owned(),
            changed: Changed::since(before, mine, now),
            // Moved meanwhile, and never by this form.
            choosable: field.name != "branch",
        });
    }
    let groups = [Changed::Both, Changed::Theirs, Changed::Yours]
        .into_iter()
        .filter_map(|changed| {
            let rows: Vec<Difference> = differences
                .extract_if(.., |one| one.changed == changed)
                .collect();
            (!rows.is_empty()).then_some((changed.words(), rows))
        })
        .collect();
    let page = ConflictPage {
        shell: by
            .shell(
                format!("Not saved: {} changed", customer.name),
                Place::Customers,
            )
            .failed(true),
        was: written(&theirs)?,
        edited: (&customer).into(),
        seen,
        groups,
        same,
    };
    Answer::page_with(409, &page)
}

/// A value as people read it; empty where there is none.
pub fn shown(field: &str, value: &str, branches: &[(String, String)]) -> String {
    let of = |list: &[(&str, &str)]| {
        list.iter()
            .find(|(known, _)| *known == value)
            .map(|(_, words)| (*words).to_owned())
    };
    match field {
        "branch" => branches
            .iter()
            .find(|(id, _)| id == value)
            .map(|(_, name)| name.clone()),
        "legal_type" => of(LEGAL_TYPES),
        "us_person" => Some(if value == TICKED { "Yes" } else { "No" }.to_owned()),
        "birth_country" | "nationality" | "country" | "distribution_country" => {
            crate::countries::name(value).map(str::to_owned)
        }
        _ => None,
    }
    .unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_carries_what_it_was_loaded_with() {
        let typed = Typed {
            branch: "b".to_owned(),
            city: "São & Paulo=1".to_owned(),
            ..Typed::default()
        };
        let written = written(&typed).expect("a form");
        assert_eq!(read(&written, Kind::Natural), Some(typed));
        assert_eq!(read("", Kind::Natural), None);
    }
}
