//! `/account`: one's own name, role and branches, the password, and how the desk looks.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        account, confirm, guard::By, password, permissions::UseAccount, scope::Branches,
        session::Token,
    },
    error::{Error, Result},
    organisations,
    web::{
        answer::{Answer, SessionEffect},
        input::{Form, Input},
        preferences::{Preferences, PreferencesForm},
        shell::{Place, Shell},
        words::{self, Word},
    },
};

#[derive(Template)]
#[template(path = "access/account.html")]
struct AccountPage {
    shell: Shell,
    name: String,
    email: String,
    organisation: String,
    role: Word,
    branches: Vec<String>,
    has_code: bool,
    current_error: Option<String>,
    password_error: Option<String>,
}

impl AccountPage {
    fn errors(&self) -> Vec<(&'static str, &str)> {
        [
            ("current", self.current_error.as_deref()),
            ("password", self.password_error.as_deref()),
        ]
        .into_iter()
        .filter_map(|(field, error)| Some((field, error?)))
        .collect()
    }

    fn current_error(&self) -> Option<&str> {
        self.current_error.as_deref()
    }

    fn password_error(&self) -> Option<&str> {
        self.password_error.as_deref()
    }
}

fn page(by: &mut By<UseAccount>) -> Result<AccountPage> {
    let branches = match by.branches {
        Branches::All => vec!["All branches".to_owned()],
        Branches::Only(_) => by
            .read(organisations::store::branches)?
            .into_iter()
            .map(|branch| branch.name)
            .collect(),
    };
    Ok(AccountPage {
        shell: by.shell("Your account", Place::Account),
        name: by.name.clone(),
        email: by.email.clone(),
        organisation: by.organisation_name.clone(),
        role: words::role(by.role.as_str()),
        branches,
        has_code: by.has_code,
        current_error: None,
        password_error: None,
    })
}

/// `GET /account`.
pub fn show(mut by: By<UseAccount>) -> Result<Answer> {
    Answer::page(&page(&mut by)?)
}

/// The form for a new password.
#[derive(Debug, Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// `POST /account/password`: the old one first. The other sessions end.
pub fn change_password(mut by: By<UseAccount>, Form(form): Form<PasswordForm>) -> Result<Answer> {
    let (staff, actor) = (by.staff.clone(), by.actor().clone());
    if let Some(objection) = password::objection(&form.password, &staff.email) {
        let mut page = page(&mut by)?;
        page.password_error = Some(objection.to_owned());
        page.shell.failed = true;
        return Answer::page_with(422, &page);
    }
    let confirmed = confirm::password(by.connection(), &actor, &staff, &form.current)?;
    if let Some((status, words, wait)) = super::refusal(confirmed) {
        let mut page = page(&mut by)?;
        page.current_error = Some(words);
        page.shell.failed = true;
        let answer = Answer::page_with(status, &page)?;
        return Ok(super::with_wait(answer, wait));
    }
    let (hash, token) = (password::hash(&form.password)?, Token::random()?);
    by.change(|tx| account::change_password(tx, &staff, &hash, &token))?;
    Ok(Answer::see("/account").session(SessionEffect::Begin(token)))
}

/// `POST /account/preferences`: back to where one was, which now looks as chosen.
pub fn save_preferences(
    mut by: By<UseAccount>,
    Form(form): Form<PreferencesForm>,
    input: Input,
) -> Result<Answer> {
    let preferences = serde_json::to_value(Preferences::from(form)).map_err(anyhow::Error::new)?;
    let staff = by.staff.clone();
    by.change(|tx| account::save_preferences(tx, &staff, &preferences))?;
    Ok(Answer::see(input.referer.as_deref().unwrap_or("/account")))
}

/// Whether the member may go without a second factor: everybody but an admin, and everybody in the demo.
pub(super) fn may_go_without(by: &By<UseAccount>) -> Result<()> {
    let mut without = by.staff.clone();
    without.has_code = false;
    if without.code_missing() {
        return Err(Error::Refused(
            "An admin always has a second factor. Set up the new one from a reset link.".into(),
        ));
    }
    Ok(())
}
