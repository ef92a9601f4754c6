//! `/login/code`: the second step of signing in.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        confirm::{self, Confirmed},
        guard::HalfSignedIn,
        rules,
        session::{Factor, Token},
    },
    error::Result,
    web::{
        answer::{Answer, SessionEffect},
        input::{Form, Input, Query},
        shell::Shell,
    },
};

use super::login::Next;

#[derive(Template)]
#[template(path = "access/code.html")]
struct CodePage {
    shell: Shell,
    next: String,
    error: Option<String>,
}

impl CodePage {
    fn new(input: &Input, next: &str, error: Option<String>) -> Self {
        let mut shell = Shell::public("Enter your code").demo(input.demo);
        shell.failed = error.is_some();
        Self {
            shell,
            next: next.to_owned(),
            error,
        }
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

/// `GET /login/code`.
pub fn show(by: HalfSignedIn, Query(query): Query<Next>, input: Input) -> Result<Answer> {
    let next = rules::own_path(Some(&query.next));
    if by.staff.factor == Factor::Full {
        return Ok(Answer::see(next));
    }
    Answer::page(&CodePage::new(&input, next, None))
}

/// The form with the code.
#[derive(Debug, Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `POST /login/code`: a new token for the session, now that it can do more.
pub fn check(mut by: HalfSignedIn, Form(form): Form<CodeForm>, input: Input) -> Result<Answer> {
    let next = rules::own_path(Some(&form.next));
    if by.staff.factor == Factor::Full {
        return Ok(Answer::see(next));
    }
    let token = Token::random()?;
    match confirm::code(&mut by.conn, &by.actor, &by.staff, &form.code, &token)? {
        Confirmed::Yes => Ok(Answer::see(next).session(SessionEffect::Begin(token))),
        Confirmed::No => {
            let error = "This code is not right, or was used before. Enter the newest one.";
            Answer::page_with(422, &CodePage::new(&input, next, Some(error.to_owned())))
        }
        Confirmed::Wait(seconds) => {
            let error = super::wait_words(seconds);
            Ok(
                Answer::page_with(429, &CodePage::new(&input, next, Some(error)))?
                    .with("retry-after", seconds.to_string()),
            )
        }
    }
}
