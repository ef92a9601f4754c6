//! `/account/sessions`: where one is signed in, and ending it there.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        account,
        guard::By,
        permissions::UseAccount,
        rules,
        store::sessions::{self, Browser},
    },
    error::{Error, Result},
    value::SessionId,
    web::{
        answer::{Answer, SessionEffect},
        input::Form,
        shell::{Place, Shell},
    },
};

#[derive(Template)]
#[template(path = "access/sessions.html")]
struct SessionsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    here: SessionId,
    browsers: Vec<Browser>,
}

impl SessionsPage {
    fn is_here(&self, browser: &Browser) -> bool {
        self.here == browser.id
    }
}

impl Browser {
    /// "Firefox on Linux".
    pub fn words(&self) -> String {
        match &self.origin {
            Some(origin) => rules::browser_words(&origin.browser),
            None => "Unknown browser".to_owned(),
        }
    }

    /// The address, or nothing where it cannot be read any more.
    pub fn address(&self) -> String {
        self.origin
            .as_ref()
            .map(|origin| origin.address.to_string())
            .unwrap_or_default()
    }
}

/// `GET /account/sessions`.
pub fn list(mut by: By<UseAccount>) -> Result<Answer> {
    let (staff, key) = (by.staff.staff, by.key);
    let browsers = by.read(|tx| sessions::of(tx, staff, key))?;
    Answer::page(&SessionsPage {
        shell: by.shell("Where you are signed in", Place::Account),
        zone: by.time_zone,
        here: by.session,
        browsers,
    })
}

/// Which to end: an id, or `others`.
#[derive(Debug, Deserialize)]
pub struct EndForm {
    session: String,
}

/// `POST /account/sessions`.
pub fn end(mut by: By<UseAccount>, Form(form): Form<EndForm>) -> Result<Answer> {
    let staff = by.staff.clone();
    if form.session == "others" {
        by.change(|tx| account::end_other_sessions(tx, &staff))?;
        return Ok(Answer::see("/account/sessions"));
    }
    let session: SessionId = form.session.parse().map_err(|_| Error::NotFound)?;
    by.change(|tx| account::end_session(tx, &staff, session))?;
    if session == staff.session {
        return Ok(Answer::see("/login").session(SessionEffect::End));
    }
    Ok(Answer::see("/account/sessions"))
}
