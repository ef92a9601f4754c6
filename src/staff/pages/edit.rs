//! One member of staff: added, changed, disabled, given a new link.

use askama::Template;

use crate::{
    access::{guard::By, permissions::KeepStaff, permissions::Role, scope::Branches},
    error::{Error, FieldError, Result},
    organisations::store::{Branch, branches},
    staff::{
        actions::{self, NewMember},
        pages::form::MemberForm,
        store::{self, Member},
    },
    value::StaffId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Desk, Form, Id},
        shell::{Place, Shell},
        words,
    },
};

#[derive(Template)]
#[template(path = "staff/edit.html")]
struct EditPage {
    shell: Shell,
    /// Nobody yet when a member is added.
    member: Option<Member>,
    me: bool,
    form: MemberForm,
    branches: Vec<Branch>,
    errors: Vec<FieldError>,
}

impl EditPage {
    fn action(&self) -> String {
        match &self.member {
            Some(member) => format!("/settings/staff/{}", member.id),
            None => "/settings/staff".to_owned(),
        }
    }

    fn roles() -> Vec<(&'static str, &'static str)> {
        Role::ALL
            .iter()
            .map(|role| (role.as_str(), words::role(role.as_str()).word))
            .collect()
    }

    fn ticked(&self, branch: &str) -> bool {
        self.form.branch.iter().any(|one| one == branch)
    }

    fn is_disabled(&self) -> bool {
        self.member
            .as_ref()
            .is_some_and(|member| member.disabled_at.is_some())
    }
}

#[derive(Template)]
#[template(path = "staff/link.html")]
struct LinkPage {
    shell: Shell,
    name: String,
    link: String,
}

fn page(by: &mut By<KeepStaff>, member: Option<Member>, form: MemberForm) -> Result<EditPage> {
    let title = match &member {
        Some(member) => member.name.clone(),
        None => "Add a person".to_owned(),
    };
    Ok(EditPage {
        shell: by.shell(title, Place::Settings),
        me: member.as_ref().is_some_and(|one| one.id == by.staff.staff),
        member,
        form,
        branches: by.read(branches)?,
        errors: Vec::new(),
    })
}

/// The form again with what is wrong in it; any other error is answered as such.
fn again(
    by: &mut By<KeepStaff>,
    member: Option<Member>,
    form: MemberForm,
    error: Error,
) -> Result<Answer> {
    let Error::Invalid(errors) = error else {
        return Err(error);
    };
    let mut page = page(by, member, form)?;
    page.shell.failed = true;
    page.errors = errors;
    Answer::page_with(422, &page)
}

/// The link is shown once, to be sent by a way of the admin's own.
fn link_page(by: &By<KeepStaff>, desk: &Desk, name: String, path: &str) -> Result<Answer> {
    Answer::page(&LinkPage {
        shell: by.shell("A link to set a password", Place::Settings),
        name,
        link: desk.address(path),
    })
}

/// `GET /settings/staff/new`.
pub fn new(mut by: By<KeepStaff>) -> Result<Answer> {
    Answer::page(&page(&mut by, None, MemberForm::default())?)
}

/// `POST /settings/staff`.
pub fn add(mut by: By<KeepStaff>, desk: Desk, Form(form): Form<MemberForm>) -> Result<Answer> {
    let (email, read) = match form.read_new() {
        Ok(read) => read,
        Err(error) => return again(&mut by, None, form, error),
    };
    let member = NewMember {
        email: &email,
        name: &read.name,
        role: read.role,
        branches: read.branches.clone(),
        password_hash: None,
        demo: false,
    };
    match by.change(|tx| actions::add_by_link(tx, &member)) {
        Ok((_, path)) => link_page(&by, &desk, read.name, &path),
        Err(error) => again(&mut by, None, form, error),
    }
}

fn as_typed(member: &Member, branches: &Branches) -> MemberForm {
    MemberForm {
        email: member.email.clone(),
        name: member.name.clone(),
        role: member.role.as_str().to_owned(),
        branch: match branches {
            Branches::All => vec!["all".to_owned()],
            Branches::Only(list) => list.iter().map(ToString::to_string).collect(),
        },
        version: member.version,
    }
}

/// `GET /settings/staff/{id}`.
pub fn show(mut by: By<KeepStaff>, Id(id): Id<StaffId>) -> Result<Answer> {
    let (member, had) = by.read(|tx| {
        let member = store::member(tx, id)?;
        let had = store::branches(tx, &member)?;
        Ok((member, had))
    })?;
    let form = as_typed(&member, &had);
    Answer::page(&page(&mut by, Some(member), form)?)
}

/// `POST /settings/staff/{id}`.
pub fn change(
    mut by: By<KeepStaff>,
    Id(id): Id<StaffId>,
    Form(form): Form<MemberForm>,
) -> Result<Answer> {
    let member = by.read(|tx| store::member(tx, id))?;
    let done = form.read().and_then(|read| {
        by.change(|tx| actions::change(tx, id, form.version, &read.name, read.role, &read.branches))
    });
    match done {
        Ok(()) => Ok(Answer::see("/settings/staff")),
        Err(error) => again(&mut by, Some(member), form, error),
    }
}

/// `POST /settings/staff/{id}/disable`.
pub fn disable(mut by: By<KeepStaff>, Id(id): Id<StaffId>) -> Result<Answer> {
    by.change(|tx| actions::disable(tx, id))?;
    Ok(Answer::see("/settings/staff"))
}

/// `POST /settings/staff/{id}/reset`.
pub fn reset(mut by: By<KeepStaff>, desk: Desk, Id(id): Id<StaffId>) -> Result<Answer> {
    let member = by.read(|tx| store::member(tx, id))?;
    let path = by.change(|tx| actions::reset(tx, id))?;
    link_page(&by, &desk, member.name, &path)
}
