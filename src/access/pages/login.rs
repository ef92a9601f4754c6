//! `/login` and `/logout`.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::{Anyone, HalfSignedIn},
        rules,
        session::Factor,
        sign_in::{self, Attempt, Outcome},
        store::sessions,
    },
    audit::event::{Event, Subject, What},
    error::Result,
    web::{
        answer::{Answer, SessionEffect},
        input::{Form, Input, Query},
        shell::Shell,
    },
};

/// The one sentence for an unknown e-mail, a wrong password and a disabled account.
const WRONG: &str = "The e-mail address or the password is wrong.";

/// The sign-in page.
#[derive(Template)]
#[template(path = "access/login.html")]
struct LoginPage {
    shell: Shell,
    email: String,
    next: String,
    /// What went wrong the last time.
    error: Option<String>,
}

impl LoginPage {
    fn new(input: &Input, next: &str) -> Self {
        Self {
            shell: Shell::public("Sign in").demo(input.demo),
            email: String::new(),
            next: next.to_owned(),
            error: None,
        }
    }

    fn again(input: &Input, form: SignInForm, error: String) -> Self {
        let mut page = Self::new(input, rules::own_path(Some(&form.next)));
        page.shell.failed = true;
        page.email = form.email;
        page.error = Some(error);
        page
    }

    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Next {
    /// A path of ours; anything else counts as none.
    #[serde(default)]
    pub next: String,
}

/// `GET /login`. Whoever is signed in has nothing to do here.
pub fn show(by: Anyone, Query(query): Query<Next>, input: Input) -> Result<Answer> {
    let next = rules::own_path(Some(&query.next));
    match by.signed_in.map(|staff| staff.factor) {
        Some(Factor::Full) => Ok(Answer::see(next)),
        _ => Answer::page(&LoginPage::new(&input, next)),
    }
}

/// The form of the sign-in page.
#[derive(Debug, Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`.
pub fn sign_in(mut by: Anyone, Form(form): Form<SignInForm>, input: Input) -> Result<Answer> {
    let attempt = Attempt {
        email: &form.email,
        password: &form.password,
        origin: &by.origin,
        request: by.request,
        replaces: by
            .signed_in
            .as_ref()
            .map(|staff| (staff.staff, staff.session)),
    };
    match sign_in::with_password(&mut by.conn, &attempt)? {
        Outcome::In { token, factor } => {
            let next = rules::own_path(Some(&form.next));
            let place = match factor {
                Factor::Full => next.to_owned(),
                Factor::Password => super::with_next("/login/code", next),
            };
            Ok(Answer::see(place).session(SessionEffect::Begin(token)))
        }
        Outcome::Wrong => Answer::page_with(422, &LoginPage::again(&input, form, WRONG.to_owned())),
        Outcome::Wait(seconds) => {
            let error = super::wait_words(seconds);
            Ok(
                Answer::page_with(429, &LoginPage::again(&input, form, error))?
                    .with("retry-after", seconds.to_string()),
            )
        }
    }
}

/// `POST /logout`: the row goes, and with it what the cookie opened.
pub fn sign_out(mut by: HalfSignedIn) -> Result<Answer> {
    let (staff, session) = (by.staff.staff, by.staff.session);
    by.conn.change(&by.actor, |tx| {
        sessions::end(tx, staff, session)?;
        tx.say(Event::new(What::SignedOut, Subject::Session(session)));
        Ok(())
    })?;
    Ok(Answer::see("/login").session(SessionEffect::End))
}
