//! The address of the log: its filters and where a page begins.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::{
    access::{permissions::Role, session::SignedIn},
    audit::{
        event::What,
        list::{After, Filter, Reach, Whoever},
    },
    days,
    error::{Error, Result},
};

/// What `actor` may say besides an id: the word, what the filter says, what its chip says. "nobody" is what a report and the
/// queue say of the same.
pub const WHOEVER: [(&str, &str, &str, Whoever); 2] = [
    ("key", "An API key", "By an API key", Whoever::Key),
    (
        "nobody",
        "No member of staff",
        "By no member of staff",
        Whoever::Nobody,
    ),
];

/// So many may be named in one field of a filter: more than there are actions or, of a desk, members.
const MOST: usize = 200;

fn whoever(text: &str) -> Option<(&'static str, Whoever)> {
    let known = WHOEVER.iter().find(|(word, ..)| *word == text);
    known.map(|(_, _, words, who)| (*words, *who))
}

/// The query string of `/audit` and `/audit.csv`.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(default)]
pub struct AuditQuery {
    pub actor: Vec<String>,
    pub action: Vec<String>,
    pub customer: String,
    /// The id of a branch, where a report leads here.
    pub branch: String,
    pub from: String,
    pub to: String,
    pub after: String,
}

impl AuditQuery {
    /// What it asks for; what cannot be read is said, not guessed.
    pub fn filter(&self, zone: Tz) -> Result<Filter> {
        if self.actor.len() > MOST || self.action.len() > MOST {
            return Err(unreadable("too many are asked for at once"));
        }
        let (from, until) = days::between(day(&self.from)?, day(&self.to)?, zone);
        let id = |text: &String| {
            text.parse::<Uuid>()
                .map_err(|_| unreadable("an id is not an id"))
        };
        let actions = self
            .action
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| What::by_action(text).ok_or_else(|| unreadable("there is no such action")));
        Ok(Filter {
            actors: self
                .actor
                .iter()
                .filter(|text| !text.is_empty() && whoever(text).is_none())
                .map(id)
                .collect::<Result<_>>()?,
            // Each once, however often it is said.
            whoever: WHOEVER
                .iter()
                .filter(|(word, ..)| self.actor.iter().any(|text| text == word))
                .map(|(.., who)| *who)
                .collect(),
            actions: actions.collect::<Result<_>>()?,
            customer: (!self.customer.is_empty())
                .then(|| id(&self.customer))
                .transpose()?,
            branch: (!self.branch.is_empty())
                .then(|| id(&self.branch))
                .transpose()?,
            from,
            until,
        })
    }

    /// Where the page begins.
    pub fn after(&self) -> Result<Option<After>> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let (micros, id) = self
            .after
            .split_once('.')
            .ok_or_else(|| unreadable("the page's place"))?;
        let at = i64::from_str_radix(micros, 16)
            .ok()
            .and_then(DateTime::from_timestamp_micros);
        match (at, id.parse()) {
            (Some(at), Ok(id)) => Ok(Some((at, id))),
            _ => Err(unreadable("the page's place")),
        }
    }

    /// The address of the page after this entry.
    pub fn following(&self, (at, id): After) -> String {
        Self {
            after: format!("{:x}.{id}", at.timestamp_micros()),
            ..self.clone()
        }
        .address("/audit")
    }

    /// The address, without what is empty.
    pub fn address(&self, path: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        pairs.extend(self.actor.iter().map(|value| ("actor", value.as_str())));
        pairs.extend(self.action.iter().map(|value| ("action", value.as_str())));
        pairs.extend(
            [
                ("customer", &self.customer),
                ("branch", &self.branch),
                ("from", &self.from),
                ("to", &self.to),
                ("after", &self.after),
            ]
            .map(|(name, value)| (name, value.as_str())),
        );
        pairs.retain(|(_, value)| !value.is_empty());
        let query = serde_html_form::to_string(&pairs).unwrap_or_default();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The filters in use: what each says, and the address without it.
    pub fn chips(&self, actors: &[(Uuid, String)]) -> Vec<(String, String)> {
        let base = Self {
            after: String::new(),
            ..self.clone()
        };
        let without = |change: &dyn Fn(&mut Self)| {
            let mut query = base.clone();
            change(&mut query);
            query.address("/audit")
        };
        let mut chips = Vec::new();
        for actor in &base.actor {
            let name = || {
                actors
                    .iter()
                    .find(|(id, _)| id.to_string() == *actor)
                    .map_or("Somebody", |(_, name)| name)
            };
            chips.push((
                whoever(actor).map_or_else(|| format!("By {}", name()), |(words, _)| words.into()),
                without(&|query| query.actor.retain(|other| other != actor)),
            ));
        }
        for action in &base.action {
            let words = What::by_action(action).map_or("", What::words);
            chips.push((
                words.to_owned(),
                without(&|query| query.action.retain(|other| other != action)),
            ));
        }
        if !base.customer.is_empty() {
            chips.push((
                "One customer".to_owned(),
                without(&|query| query.customer.clear()),
            ));
        }
        if !base.branch.is_empty() {
            chips.push((
                "One branch".to_owned(),
                without(&|query| query.branch.clear()),
            ));
        }
        if !base.from.is_empty() {
            chips.push((
                format!("From {}", base.from),
                without(&|query| query.from.clear()),
            ));
        }
        if !base.to.is_empty() {
            chips.push((
                format!("To {}", base.to),
                without(&|query| query.to.clear()),
            ));
        }
        chips
    }
}

/// Officers read what they did themselves; everybody else what happened in their branches.
pub fn reach(staff: &SignedIn) -> Reach {
    if staff.role == Role::Officer {
        Reach::Own(staff.staff)
    } else {
        Reach::Branches
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>> {
    if text.is_empty() {
        Ok(None)
    } else {
        days::read(text)
            .map(Some)
            .ok_or_else(|| unreadable("a day is not a day (YYYY-MM-DD)"))
    }
}

fn unreadable(what: &'static str) -> Error {
    Error::BadRequest(what.into())
}
