//! `/welcome/{token}`: a member sets their own password by a link that works once.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::Anyone, invitation, password},
    error::{Error, Result},
    web::{
        answer::Answer,
        input::{Form, Input},
        shell::Shell,
    },
};

#[derive(Template)]
#[template(path = "access/welcome.html")]
struct WelcomePage {
    shell: Shell,
    /// Where the form goes: this very link.
    action: String,
    email: String,
    error: Option<&'static str>,
}

fn page(input: &Input, email: String, error: Option<&'static str>) -> WelcomePage {
    let mut shell = Shell::public("Set your password").demo(input.demo);
    shell.failed = error.is_some();
    WelcomePage {
        shell,
        action: input.path.clone(),
        email,
        error,
    }
}

fn read(by: &Anyone, input: &Input) -> Result<invitation::Invitation> {
    let token = input.params.get("token").ok_or(Error::NotFound)?;
    invitation::read(by.conn.keys(), token)
}

/// `GET /welcome/{token}`.
pub fn show(mut by: Anyone, input: Input) -> Result<Answer> {
    let invitation = read(&by, &input)?;
    let email = invitation::open(&mut by.conn, &invitation)?;
    Answer::page(&page(&input, email, None))
}

/// The form with the new password.
#[derive(Debug, Deserialize)]
pub struct WelcomeForm {
    #[serde(default)]
    password: String,
}

/// `POST /welcome/{token}`.
pub fn accept(mut by: Anyone, Form(form): Form<WelcomeForm>, input: Input) -> Result<Answer> {
    let invitation = read(&by, &input)?;
    let email = invitation::open(&mut by.conn, &invitation)?;
    if let Some(objection) = password::objection(&form.password, &email) {
        return Answer::page_with(422, &page(&input, email, Some(objection)));
    }
    let hash = password::hash(&form.password)?;
    let actor = by.stranger(invitation.organisation);
    by.conn
        .change(&actor, |tx| invitation::accept(tx, &invitation, &hash))?;
    Ok(Answer::see("/login"))
}
