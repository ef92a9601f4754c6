//! Who comes by a link: the token leads to the session, the session to the customer, and the customer to what they may
//! touch. Whatever is wrong with a link, one answer tells nothing.

use askama::Template;

use crate::{
    access::{actor::Actor, guard::Anyone, scope::Scope},
    db::Connection,
    documents::Papers,
    error::{Error, Result},
    onboarding::{
        limits::Guests,
        link,
        steps::{self, Standing},
        store,
        words::{self, Words},
    },
    value::OnboardingId,
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
    guests: Guests,
    pub papers: Papers,
    pub providers: Providers,
    /// The address says that something was saved just now.
    pub saved: bool,
}

impl FromInput for Visit {
    fn from_input(input: &Input) -> Result<Self> {
        let query: Vec<(String, String)> =
            serde_html_form::from_str(&input.query).unwrap_or_default();
        let of = |wanted: &str| {
            let found = query.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        Ok(Self {
            token: input.params.get("token").cloned().unwrap_or_default(),
            named: of("lang"),
            accepted: input.languages.clone(),
            guests: input.guests.clone(),
            papers: input.papers.clone(),
            providers: input.providers.clone(),
            saved: of("saved").is_some(),
        })
    }
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
    if let Err(Error::TooMany(seconds)) = visit.guests.count(by.origin.address) {
        return slow(words, seconds).map(Door::Shut);
    }
    let gone = || gone(words).map(Door::Shut);
    let Some(hash) = link::brought(&visit.token) else {
        return gone();
    };
    let Some((organisation, session)) = store::by_token(&mut by.conn, &hash)? else {
        return gone();
    };
    let everywhere = Scope::system(organisation);
    let found = by
        .conn
        .read(&everywhere, |tx| Ok(steps::read(tx, session)?.customer));
    let customer = match found {
        Err(Error::NotFound) => return gone(),
        found => found?,
    };
    Ok(Door::Open(Box::new(Guest {
        actor: by.customer(organisation, customer.reference()),
        conn: by.conn,
        session,
        words,
        base: link::path(&visit.token),
        tongue: visit
            .named
            .as_ref()
            .map_or_else(String::new, |_| format!("?lang={}", words.code)),
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

#[derive(Template)]
#[template(path = "onboarding/shut.html")]
struct Shut {
    words: &'static Words,
    title: &'static str,
    text: String,
}

/// The one answer to a link that is used, too old, taken back, somebody else's or none at all.
pub(super) fn gone(words: &'static Words) -> Result<Answer> {
    let page = Shut {
        words,
        title: words.gone,
        text: words.gone_text.to_owned(),
    };
    Answer::page_with(404, &page)
}

fn slow(words: &'static Words, seconds: u64) -> Result<Answer> {
    let page = Shut {
        words,
        title: words.slow,
        text: words.slow_text.replace("{seconds}", &seconds.to_string()),
    };
    let answer = Answer::page_with(429, &page)?;
    Ok(answer.with("retry-after", seconds.to_string()))
}
