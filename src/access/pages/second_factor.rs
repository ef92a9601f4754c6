//! `/account/code`: setting up the second factor, and taking it away.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        account, confirm, guard::By, permissions::UseAccount, second_factor, session::Token,
        store::credentials,
    },
    audit,
    error::{Error, Result},
    web::{
        answer::{Answer, SessionEffect},
        input::Form,
        shell::{Place, Shell},
    },
};

/// A secret on its way from the page back to us is sealed for the member.
const PURPOSE: &str = "code-set-up";

#[derive(Template)]
#[template(path = "access/code_setup.html")]
struct SetUpPage {
    shell: Shell,
    /// Whether policy leaves no choice.
    required: bool,
    sealed: String,
    text: String,
    picture: String,
    password_error: Option<String>,
    code_error: Option<&'static str>,
}

impl SetUpPage {
    fn errors(&self) -> Vec<(&'static str, &str)> {
        let password = self.password_error.as_deref();
        [("password", password), ("code", self.code_error)]
            .into_iter()
            .filter_map(|(field, error)| Some((field, error?)))
            .collect()
    }

    const fn code_error(&self) -> Option<&str> {
        self.code_error
    }

    fn password_error(&self) -> Option<&str> {
        self.password_error.as_deref()
    }
}

#[derive(Template)]
#[template(path = "access/code_state.html")]
struct StatePage {
    shell: Shell,
    recovery_left: i64,
    may_remove: bool,
    error: Option<String>,
}

impl StatePage {
    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

#[derive(Template)]
#[template(path = "access/recovery_codes.html")]
struct RecoveryPage {
    shell: Shell,
    codes: Vec<String>,
}

/// `GET /account/code`.
pub fn show(mut by: By<UseAccount>) -> Result<Answer> {
    if by.has_code {
        return Answer::page(&state(&mut by, None)?);
    }
    let secret = second_factor::new_secret()?;
    Answer::page(&set_up_page(&mut by, &secret)?)
}

fn state(by: &mut By<UseAccount>, error: Option<String>) -> Result<StatePage> {
    let staff = by.staff.staff;
    let mut shell = by.shell("Second factor", Place::Account);
    shell.failed = error.is_some();
    Ok(StatePage {
        shell,
        recovery_left: by.read(|tx| credentials::recovery_left(tx, staff))?,
        may_remove: super::account::may_go_without(by).is_ok(),
        error,
    })
}

fn set_up_page(by: &mut By<UseAccount>, secret: &[u8]) -> Result<SetUpPage> {
    let key = by.key;
    let key = by.read(|tx| audit::store::data_key(tx, Some(key)))?;
    Ok(SetUpPage {
        shell: by.shell("Set up a second factor", Place::Account),
        required: by.code_missing(),
        sealed: key.seal_text(PURPOSE, &hex::encode(secret))?,
        text: second_factor::as_text(secret),
        picture: second_factor::picture(secret, &by.email)?,
        password_error: None,
        code_error: None,
    })
}

/// The form that confirms a new secret.
#[derive(Debug, Deserialize)]
pub struct SetUpForm {
    secret: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

/// `POST /account/code`: the password first, so that nobody who finds the desk open adds their own phone; then a code
/// from the app proves that it has the secret. The recovery codes are shown this once.
pub fn set_up(mut by: By<UseAccount>, Form(form): Form<SetUpForm>) -> Result<Answer> {
    let (staff, key) = (by.staff.clone(), by.key);
    let key = by.read(|tx| audit::store::data_key(tx, Some(key)))?;
    let secret = key
        .open_text(PURPOSE, &form.secret)
        .ok()
        .and_then(|text| hex::decode(text).ok())
        .ok_or(Error::BadRequest("this form is not one of ours".into()))?;
    let actor = by.actor().clone();
    let confirmed = confirm::password(by.connection(), &actor, &staff, &form.password)?;
    if let Some((status, words, wait)) = super::refusal(confirmed) {
        let mut page = set_up_page(&mut by, &secret)?;
        page.shell.failed = true;
        page.password_error = Some(words);
        return Ok(super::with_wait(Answer::page_with(status, &page)?, wait));
    }
    let Some(step) = second_factor::step(&secret, &form.code, by.now())? else {
        let mut page = set_up_page(&mut by, &secret)?;
        page.shell.failed = true;
        page.code_error = Some(
            "This code is not right. Enter the newest one, and check the clock of your phone.",
        );
        return Answer::page_with(422, &page);
    };
    let codes = second_factor::recovery_codes()?;
    let hashes: Vec<_> = codes
        .iter()
        .map(|code| second_factor::recovery_hash(code))
        .collect();
    let token = Token::random()?;
    by.change(|tx| account::set_up_code(tx, &staff, &secret, step, &hashes, &token))?;
    let page = RecoveryPage {
        shell: by.shell("Your recovery codes", Place::Account),
        codes,
    };
    Ok(Answer::page(&page)?.session(SessionEffect::Begin(token)))
}

/// The form that takes it away.
#[derive(Debug, Deserialize)]
pub struct RemoveForm {
    #[serde(default)]
    password: String,
}

/// `POST /account/code/remove`: the password first.
pub fn remove(mut by: By<UseAccount>, Form(form): Form<RemoveForm>) -> Result<Answer> {
    super::account::may_go_without(&by)?;
    let (staff, actor) = (by.staff.clone(), by.actor().clone());
    let confirmed = confirm::password(by.connection(), &actor, &staff, &form.password)?;
    if let Some((status, words, wait)) = super::refusal(confirmed) {
        let answer = Answer::page_with(status, &state(&mut by, Some(words))?)?;
        return Ok(super::with_wait(answer, wait));
    }
    let token = Token::random()?;
    by.change(|tx| account::remove_code(tx, &staff, &token))?;
    Ok(Answer::see("/account").session(SessionEffect::Begin(token)))
}
