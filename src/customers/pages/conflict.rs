//! Somebody else saved in between: both values side by side, and the choice.

use askama::Template;

use super::form::{self, Edited, may_move, opened};
use crate::{
    access::{guard::By, permissions::EditCustomers},
    customers::typed::{LEGAL_TYPES, TICKED, Typed},
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
    yours: String,
    theirs: String,
    yours_shown: String,
    theirs_shown: String,
    choosable: bool,
}

/// Somebody else saved in between: both values, and the choice.
#[derive(Template)]
#[template(path = "customers/conflict.html")]
struct ConflictPage {
    shell: Shell,
    edited: Edited,
    seen: i32,
    differences: Vec<Difference>,
    same: Vec<(&'static str, String)>,
}

impl ConflictPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.edited.id)
    }
}

/// What was typed beside what is stored now.
pub fn page(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    yours: &Typed,
    seen: i32,
) -> Result<Answer> {
    let customer = opened(by, id)?;
    let theirs = Typed::from(&customer);
    let branches = form::branches(by)?;
    let moves = may_move(by);
    let (mut differences, mut same) = (Vec::new(), Vec::new());
    for field in Typed::FIELDS {
        let (mine, now) = (yours.value(field.name), theirs.value(field.name));
        if mine == now {
            same.push((field.name, mine.to_owned()));
            continue;
        }
        differences.push(Difference {
            field: field.name,
            words: field.words,
            yours_shown: shown(field.name, mine, &branches),
            theirs_shown: shown(field.name, now, &branches),
            yours: mine.to_owned(),
            theirs: now.to_owned(),
            choosable: field.name != "branch" || moves,
        });
    }
    let page = ConflictPage {
        shell: by
            .shell(
                format!("Not saved: {} changed", customer.name),
                Place::Customers,
            )
            .failed(true),
        edited: (&customer).into(),
        seen,
        differences,
        same,
    };
    Answer::page_with(409, &page)
}

/// A value as people read it; empty where there is none.
fn shown(field: &str, value: &str, branches: &[(String, String)]) -> String {
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
        "us_person" | "no_beneficial_owner" => {
            Some(if value == TICKED { "Yes" } else { "No" }.to_owned())
        }
        "birth_country" | "nationality" | "country" | "distribution_country" => {
            crate::countries::name(value).map(str::to_owned)
        }
        _ => None,
    }
    .unwrap_or_else(|| value.to_owned())
}
