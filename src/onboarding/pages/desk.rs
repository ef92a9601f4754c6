//! The desk's page of a customer's sessions: the list, a form that opens one, and its link, shown once.

use askama::Template;

mod typed;

use typed::{Row, Sent, Typed};

use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, Permission as _, ReadCustomers},
    },
    audit::event::{Subject, What},
    customers::store::{self as customers, Customer},
    db::Read,
    error::{Error, FieldError, Result},
    onboarding::{
        actions::{self, Halt},
        link,
        rules::MEANINGS,
        store::{self, Session},
        words::LANGUAGES,
    },
    value::{CustomerId, OnboardingId},
    verifications::history,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Desk, Form, Id, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address says was just done.
#[derive(serde::Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "onboarding/sessions.html")]
struct SessionsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    customer: Customer,
    rows: Vec<Row>,
    may_open: bool,
    typed: Typed,
    errors: Vec<FieldError>,
    sentence: Option<String>,
}

impl SessionsPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    /// Name, words, and whether it is ticked.
    fn options(&self) -> Vec<(&'static str, &'static str, bool)> {
        MEANINGS
            .iter()
            .map(|one| {
                let chosen = self.typed.chosen.iter().any(|chosen| chosen == one.name);
                (one.name, one.words, chosen)
            })
            .collect()
    }

    fn languages() -> String {
        let all: Vec<&str> = LANGUAGES.iter().map(|words| words.language).collect();
        all.join(", ")
    }
}

/// The link of a session, as it is shown this once.
#[derive(Template)]
#[template(path = "onboarding/link.html")]
struct LinkPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    customer: Customer,
    session: Session,
    link: String,
}

impl LinkPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }
}

fn read(tx: &mut Read<'_>, id: CustomerId) -> Result<(Customer, Vec<Row>)> {
    let customer = customers::find(tx, id)?;
    let now = tx.now();
    let rows = store::of(tx, id)?
        .into_iter()
        .map(|session| Row {
            state: session.state(now),
            by: history::who(&session.created_by_kind),
            session,
        })
        .collect();
    Ok((customer, rows))
}

fn page<P>(by: &By<P>, (customer, rows): (Customer, Vec<Row>), typed: Typed) -> SessionsPage {
    let title = format!("Onboarding links of {}", customer.name);
    SessionsPage {
        shell: by.shell(title, Place::Customers),
        zone: by.time_zone,
        may_open: customer.merged_into.is_none() && EditCustomers::ROLES.contains(&by.role),
        customer,
        rows,
        typed,
        errors: Vec::new(),
        sentence: None,
    }
}

/// The list; whoever sees it has opened the customer.
pub(super) fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<CustomerId>,
    Query(asked): Query<Done>,
) -> Result<Answer> {
    let found = by.view(
        What::CustomerViewed,
        |(customer, _): &(Customer, Vec<Row>)| Subject::Customer(customer.reference()),
        |tx| read(tx, id),
    )?;
    let typed = Typed {
        chosen: ["identity_check", "proof_of_address"]
            .map(str::to_owned)
            .into(),
        ..Typed::default()
    };
    let mut page = page(&by, found, typed);
    let cancelled = asked.done.as_deref() == Some("cancelled");
    page.shell = page.shell.flash(cancelled.then(|| Flash {
        tone: Tone::Ok,
        text: "The session is cancelled. Its link leads nowhere now.".to_owned(),
    }));
    Answer::page(&page)
}

/// Opens a session, or takes one back.
pub(super) fn post(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(sent): Form<Sent>,
    desk: Desk,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let named = |wanted: &str| {
        let found = sent.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.trim())
    };
    let typed = Typed::of(&sent);
    match named("step") {
        "cancel" => {
            let session: OnboardingId = named("session")
                .parse()
                .map_err(|_| Error::BadRequest("`session` names the session".into()))?;
            let done = by.change(|tx| {
                let (session, customer) = store::find(tx, session)?;
                if customer.id != id {
                    return Err(Error::NotFound);
                }
                actions::cancel(tx, session.id)
            });
            match done {
                Ok(()) => Ok(Answer::see(format!(
                    "/customers/{id}/sessions?done=cancelled"
                ))),
                Err(error) => again(&mut by, id, typed, error),
            }
        }
        "open" => match opened(&mut by, id, &typed, &desk) {
            Ok(page) => Answer::page(&page),
            Err(error) => again(&mut by, id, typed, error),
        },
        _ => Err(Error::BadRequest("`step` says which form this is".into())),
    }
}

fn opened(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    typed: &Typed,
    desk: &Desk,
) -> Result<LinkPage> {
    let mut halt = None;
    let asked = typed.asked();
    let done = by.change(|tx| match actions::open(tx, id, &asked)? {
        Ok(session) => {
            let (session, customer) = store::find(tx, session)?;
            let token = actions::token(tx.keys(), &session, tx.now()).unwrap_or_default();
            Ok((session, customer, token))
        }
        Err(why) => {
            halt = Some(why);
            Err(Error::Refused("not for this customer".into()))
        }
    });
    let (session, customer, token) = match (done, halt) {
        (Err(_), Some(why)) => return Err(Error::field("option", halted(&why))),
        (done, _) => done?,
    };
    Ok(LinkPage {
        shell: by.shell(format!("A link for {}", customer.name), Place::Customers),
        zone: by.time_zone,
        link: desk.address(&link::path(&token)),
        customer,
        session,
    })
}

fn halted(why: &Halt) -> String {
    match why {
        Halt::Lacks(fields) => {
            let lacks: Vec<String> = fields.iter().map(|one| one.replace('_', " ")).collect();
            format!("The checks need the customer’s {} first", lacks.join(", "))
        }
        Halt::ForPersons(names) => {
            let of = MEANINGS.iter().filter(|one| names.contains(&one.name));
            let words: Vec<&str> = of.map(|one| one.words).collect();
            format!("A company cannot be asked for this: {}", words.join(", "))
        }
    }
}

/// The page again, with what was typed and why it was not done.
fn again(by: &mut By<EditCustomers>, id: CustomerId, typed: Typed, error: Error) -> Result<Answer> {
    let status = error.status();
    let (errors, sentence) = match error {
        Error::Invalid(errors) => (errors, None),
        Error::Refused(why) | Error::Conflict(why) => (Vec::new(), Some(why.into_owned())),
        other => return Err(other),
    };
    let found = by.read(|tx| read(tx, id))?;
    let mut page = page(by, found, typed);
    page.shell = page.shell.failed(true);
    (page.errors, page.sentence) = (errors, sentence);
    Answer::page_with(status, &page)
}
