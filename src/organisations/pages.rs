//! `/settings/branches`: the organisation's offices.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::KeepBranches},
    error::{Error, FieldError, Result},
    organisations::{
        actions, rules,
        store::{self, Branch},
    },
    value::BranchId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id},
        router::Router,
        shell::{Place, Shell},
    },
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/settings/branches", list)
        .post("/settings/branches", add)
        .get("/settings/branches/{id}", show)
        .post("/settings/branches/{id}", rename)
}

/// A branch as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BranchForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
}

#[derive(Template)]
#[template(path = "organisations/branches.html")]
struct BranchesPage {
    shell: Shell,
    branches: Vec<Branch>,
    form: BranchForm,
    errors: Vec<FieldError>,
}

#[derive(Template)]
#[template(path = "organisations/branch.html")]
struct BranchPage {
    shell: Shell,
    branch: Branch,
    name: String,
    errors: Vec<FieldError>,
}

fn page(by: &mut By<KeepBranches>) -> Result<BranchesPage> {
    Ok(BranchesPage {
        shell: by.shell("Branches", Place::Settings),
        branches: by.read(store::branches)?,
        form: BranchForm::default(),
        errors: Vec::new(),
    })
}

fn list(mut by: By<KeepBranches>) -> Result<Answer> {
    Answer::page(&page(&mut by)?)
}

fn add(mut by: By<KeepBranches>, Form(form): Form<BranchForm>) -> Result<Answer> {
    let added = match (
        rules::branch_code(&form.code),
        rules::branch_name(&form.name),
    ) {
        (Ok(code), Ok(name)) => by.change(|tx| actions::add_branch(tx, &code, &name)),
        (code, name) => Err(Error::Invalid(
            [code.err(), name.err()].into_iter().flatten().collect(),
        )),
    };
    match added {
        Ok(_) => Ok(Answer::see("/settings/branches")),
        Err(Error::Invalid(errors)) => {
            let mut page = page(&mut by)?;
            page.shell.failed = true;
            page.form = form;
            page.errors = errors;
            Answer::page_with(422, &page)
        }
        Err(other) => Err(other),
    }
}

fn show(mut by: By<KeepBranches>, Id(id): Id<BranchId>) -> Result<Answer> {
    let branch = by.read(|tx| store::branch(tx, id))?;
    Answer::page(&BranchPage {
        shell: by.shell("Rename a branch", Place::Settings),
        name: branch.name.clone(),
        branch,
        errors: Vec::new(),
    })
}

fn rename(
    mut by: By<KeepBranches>,
    Id(id): Id<BranchId>,
    Form(form): Form<BranchForm>,
) -> Result<Answer> {
    let branch = by.read(|tx| store::branch(tx, id))?;
    match rules::branch_name(&form.name) {
        Ok(name) => {
            by.change(|tx| actions::rename_branch(tx, id, &name))?;
            Ok(Answer::see("/settings/branches"))
        }
        Err(error) => {
            let mut shell = by.shell("Rename a branch", Place::Settings);
            shell.failed = true;
            let page = BranchPage {
                shell,
                branch,
                name: form.name,
                errors: vec![error],
            };
            Answer::page_with(422, &page)
        }
    }
}
