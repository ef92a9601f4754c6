//! Who comes by a link: the token leads to the session, the session to the customer, and the customer to what they may
//! touch. Whatever is wrong with a link, one answer tells nothing.

use super::undone::gone;
use crate::{
    access::{actor::Actor, guard::Anyone, scope::Scope},
    db::Connection,
    documents::Papers,
    error::{Error, Result},
    onboarding::{
        link,
        steps::{self, Standing},
        store,
        words::{self, Words},
    },
    value::{OnboardingId, OrganisationId},
    verifications::providers::Providers,
    web::{
        answer::Answer,
        input::{FromInput, Input},
    },
};

/// What the page needs of a request, without a copy of its body.
pub(super) struct Visit {
    token: String,
    /// The language that the address names.
    named: Option<String>,
    accepted: String,
    pub papers: Papers,
    pub providers: Providers,
    /// Which paper comes, as the address says: a file that is too large is thrown away with the form around it.
    pub paper: String,
    /// The address says that something was saved just now.
    pub saved: bool,
}

impl FromInput for Visit {
    fn from_input(input: &Input) -> Result<Self> {
        Ok(Self {
            token: token(input).to_owned(),
            named: named(&input.query, "lang"),
            accepted: input.languages.clone(),
            papers: input.papers.clone(),
            providers: input.providers.clone(),
            paper: named(&input.query, PAPER).unwrap_or_default(),
            saved: named(&input.query, "saved").is_some(),
        })
    }
}

fn token(input: &Input) -> &str {
    input.params.get("token").map_or("", String::as_str)
}

/// What a query says under a name.
pub(super) fn named(query: &str, wanted: &str) -> Option<String> {
    let query: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let found = query.into_iter().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value)
}

/// Under what an address says which paper comes.
pub(super) const PAPER: &str = "type";

/// What keeps the language that somebody chose, behind an address.
pub(super) fn tongue(named: Option<&str>, words: &Words) -> String {
    named.map_or_else(String::new, |_| format!("?lang={}", words.code))
}

/// Where the link of a request leads, while it works; not found otherwise, whatever is wrong with it.
pub fn works(conn: &mut Connection, input: &Input) -> Result<(OrganisationId, OnboardingId)> {
    let (organisation, session) = led(conn, token(input))?;
    conn.read(&Scope::system(organisation), |tx| {
        steps::open(tx, session).map(drop)
    })?;
    Ok((organisation, session))
}

/// The session behind a token.
fn led(conn: &mut Connection, token: &str) -> Result<(OrganisationId, OnboardingId)> {
    let hash = link::brought(token).ok_or(Error::NotFound)?;
    store::by_token(conn, &hash)?.ok_or(Error::NotFound)
}

/// A customer whose link works.
pub(super) struct Guest {
    pub conn: Connection,
    pub actor: Actor,
    pub session: OnboardingId,
    pub words: &'static Words,
    /// The path of their link.
    pub base: String,
    /// What keeps the language that they chose, behind an address.
    pub tongue: String,
}

/// What became of a visit.
pub(super) enum Door {
    Open(Box<Guest>),
    Shut(Answer),
}

/// Lets a customer in by their link, or answers.
pub(super) fn open(mut by: Anyone, visit: &Visit) -> Result<Door> {
    let words = words::choose(visit.named.as_deref(), &visit.accepted);
    let found = led(&mut by.conn, &visit.token).and_then(|(organisation, session)| {
        let everywhere = Scope::system(organisation);
        let (_, customer) = by.conn.read(&everywhere, |tx| steps::open(tx, session))?;
        Ok((organisation, session, customer))
    });
    let (organisation, session, customer) = match found {
        Err(Error::NotFound) => return gone(words).map(Door::Shut),
        found => found?,
    };
    Ok(Door::Open(Box::new(Guest {
        actor: by.customer(organisation, customer.reference()),
        conn: by.conn,
        session,
        words,
        base: link::path(&visit.token),
        tongue: tongue(visit.named.as_deref(), words),
    })))
}

impl Guest {
    /// Where they stand.
    pub fn standing(&mut self) -> Result<Standing> {
        let id = self.session;
        self.conn.read(&self.actor.scope, |tx| steps::read(tx, id))
    }

    /// Back to the page, which says that something was saved.
    pub fn back(&self) -> Answer {
        let lang = self.tongue.strip_prefix('?');
        let lang = lang.map_or_else(String::new, |lang| format!("&{lang}"));
        Answer::see(format!("{}?saved=1{lang}", self.base))
    }
}
