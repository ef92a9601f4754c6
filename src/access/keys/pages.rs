//! `/settings/keys`: the keys of the organisation's own systems. A secret is shown once, by the answer that makes its key.

use std::collections::HashMap;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        keys::{
            actions::{self, Made},
            rules::{Asked, Face, PERMISSIONS},
            store::{self, Key},
        },
        permissions::KeepKeys,
    },
    days,
    error::{Error, FieldError, Result},
    organisations::store::{self as organisations, Branch},
    value::CredentialId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Query},
        router::Router,
        shell::{Place, Shell},
    },
};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
        .get("/settings/keys", list)
        .post("/settings/keys", add)
        .get("/settings/keys/new", new)
        .post("/settings/keys/{id}/revoke", revoke)
}

/// A key as typed.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct KeyForm {
    #[serde(default)]
    face: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    permission: Vec<String>,
    #[serde(default)]
    branch: Vec<String>,
    #[serde(default)]
    expires: String,
}

/// One line of the list.
struct Line {
    key: Key,
    branches: String,
    stands: bool,
}

impl Line {
    /// How it stands: word, colour, icon.
    fn standing(&self) -> (&'static str, &'static str, &'static str) {
        match (self.key.revoked_at, self.stands) {
            (Some(_), _) => ("Revoked", "tone-mute", "s-canceled"),
            (None, false) => ("Run out", "tone-warn", "clock"),
            (None, true) => ("Stands", "tone-ok", "s-approved"),
        }
    }
}

#[derive(Template)]
#[template(path = "access/keys/index.html")]
struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
    zone: chrono_tz::Tz,
}

#[derive(Template)]
#[template(path = "access/keys/new.html")]
struct NewPage {
    shell: Shell,
    face: Face,
    form: KeyForm,
    branches: Vec<Branch>,
    errors: Vec<FieldError>,
}

impl NewPage {
    /// Its kinds: name and whether it is the chosen one; the first is where nothing was chosen.
    fn kinds(&self) -> Vec<(&'static str, bool)> {
        let chosen = self.form.kind.as_str();
        (0..)
            .zip(self.face.kinds())
            .map(|(place, kind)| {
                let ticked = chosen == kind.as_str() || (chosen.is_empty() && place == 0);
                (kind.as_str(), ticked)
            })
            .collect()
    }

    /// Its permissions: name, words, whether it is ticked.
    fn permissions(&self) -> Vec<(&'static str, &'static str, bool)> {
        PERMISSIONS
            .iter()
            .filter(|(face, _, _)| *face == self.face)
            .map(|(_, name, words)| {
                let ticked = self.form.permission.iter().any(|asked| asked == name);
                (*name, *words, ticked)
            })
            .collect()
    }

    fn ticked(&self, code: &str) -> bool {
        self.form.branch.iter().any(|asked| asked == code)
    }
}

#[derive(Template)]
#[template(path = "access/keys/made.html")]
struct MadePage {
    shell: Shell,
    made: Made,
}

fn list(mut by: By<KeepKeys>) -> Result<Answer> {
    let now = by.now();
    let (keys, codes) = by.read(|tx| Ok((store::all(tx)?, store::branch_codes(tx)?)))?;
    let mut of: HashMap<CredentialId, Vec<String>> = HashMap::new();
    for (id, code) in codes {
        of.entry(id).or_default().push(code);
    }
    let lines = keys
        .into_iter()
        .map(|key| Line {
            branches: of.remove(&key.id).unwrap_or_default().join(", "),
            stands: key.stands(now),
            key,
        })
        .collect();
    Answer::page(&IndexPage {
        shell: by.shell("Keys", Place::Settings),
        lines,
        zone: by.time_zone,
    })
}

fn page(by: &mut By<KeepKeys>, face: Face, form: KeyForm) -> Result<NewPage> {
    Ok(NewPage {
        shell: by.shell(format!("A key for {}", face.words()), Place::Settings),
        face,
        form,
        branches: by.read(organisations::branches)?,
        errors: Vec::new(),
    })
}

fn new(mut by: By<KeepKeys>, Query(form): Query<KeyForm>) -> Result<Answer> {
    let face = form.face.parse().unwrap_or(Face::Truust);
    Answer::page(&page(&mut by, face, form)?)
}

/// The end of the last day on which a key opens anything, in the organisation's days.
fn expiry(typed: &str, zone: chrono_tz::Tz) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::field("expires", "Give a day as YYYY-MM-DD");
    let day: chrono::NaiveDate = typed.parse().map_err(|_| wrong())?;
    let next = day.succ_opt().filter(|_| days::is_plausible(day));
    Ok(Some(days::begins(next.ok_or_else(wrong)?, zone)))
}

fn add(mut by: By<KeepKeys>, Form(form): Form<KeyForm>) -> Result<Answer> {
    let asked = Asked {
        face: form.face.clone(),
        kind: form.kind.clone(),
        name: form.name.clone(),
        permissions: form.permission.clone(),
    };
    let made = expiry(&form.expires, by.time_zone)
        .and_then(|expires_at| by.change(|tx| actions::add(tx, &asked, &form.branch, expires_at)));
    match made {
        Ok(made) => Answer::page(&MadePage {
            shell: by.shell("The new key", Place::Settings),
            made,
        }),
        Err(Error::Invalid(errors)) => {
            let face = form.face.parse().unwrap_or(Face::Truust);
            let mut page = page(&mut by, face, form)?;
            page.shell.failed = true;
            page.errors = errors;
            Answer::page_with(422, &page)
        }
        Err(other) => Err(other),
    }
}

fn revoke(mut by: By<KeepKeys>, Id(id): Id<CredentialId>) -> Result<Answer> {
    by.change(|tx| actions::revoke(tx, id))?;
    Ok(Answer::see("/settings/keys"))
}
