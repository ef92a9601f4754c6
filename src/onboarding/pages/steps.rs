//! The customer's own page: each of its forms saves one step and leads back to it.

use sha2::{Digest as _, Sha256};

use super::{
    door::{self, Door, Guest, Visit},
    drawn::{DETAILS, Fault, Finished, LOOKED_AT, Page, TAX, TaxForm, photo, place},
    undone::gone,
};
use crate::{
    access::guard::Anyone,
    customers::{store::Customer, tax_residences::actions as residences},
    documents::{
        actions::{self as documents, HandedIn},
        rules::DocumentType,
    },
    error::{Error, FieldError, Result},
    onboarding::{
        rules::MOST_PAPERS,
        saved, send as sending, shown,
        steps::{Standing, TOO_MANY},
        words::files::{LARGE, NOT_ASKED, SEVERAL},
    },
    web::{answer::Answer, input::Form, multipart::Upload},
};

/// The id of the last step.
const SEND: &str = "send";

/// A form of names and values.
type Sent = Vec<(String, String)>;

impl Guest {
    fn page(&mut self, saved: bool) -> Result<Page> {
        let standing = self.standing()?;
        Ok(self.page_of(standing, saved))
    }

    fn page_of(&self, standing: Standing, saved: bool) -> Page {
        let addresses = (self.base.clone(), self.tongue.clone());
        Page::new(self.words, addresses, standing, saved)
    }

    /// What stands against it now, said on the page itself, so that nothing is lost that was typed. `id`: the step, and `drawn`
    /// puts what was typed back. A session that ended meanwhile is as gone as any other.
    fn otherwise(
        &mut self,
        error: Error,
        id: &str,
        drawn: impl FnOnce(Page, Customer, Vec<Fault>) -> Page,
    ) -> Result<Answer> {
        let sentence = match &error {
            Error::NotFound => return gone(self.words),
            Error::Conflict(_) | Error::Refused(_) => self.words.changed_here,
            Error::Unavailable(_) | Error::Busy(_) => self.words.away_here,
            _ => return Err(error),
        };
        let standing = match self.standing() {
            Err(Error::NotFound) => return gone(self.words),
            standing => standing?,
        };
        // Their data can be confirmed all the same, once they looked it over.
        let confirms = id == DETAILS && matches!(error, Error::Conflict(_));
        let (id, sentence) = if standing.looked_at && !confirms {
            (LOOKED_AT, self.words.looked_at)
        } else {
            (id, sentence)
        };
        let fault = Fault {
            id: id.to_owned(),
            sentence: sentence.to_owned(),
        };
        let customer = standing.customer.clone();
        let page = drawn(self.page_of(standing, false), customer, vec![fault]);
        let answer = Answer::page_with(error.status(), &page)?;
        Ok(match error {
            Error::Unavailable(_) | Error::Busy(_) => answer.with("retry-after", "10"),
            _ => answer,
        })
    }

    /// Each fault in the customer's language, at the field that `place` finds for it.
    fn faults(&self, errors: &[FieldError], place: impl Fn(&str) -> String) -> Vec<Fault> {
        let fault = |error: &FieldError| Fault {
            id: place(&error.field),
            sentence: self.words.fault(&error.field, &error.message),
        };
        errors.iter().map(fault).collect()
    }
}

/// The guest, or the answer to whoever is none.
macro_rules! guest {
    ($by:ident, $visit:ident) => {
        match door::open($by, &$visit)? {
            Door::Open(guest) => guest,
            Door::Shut(answer) => return Ok(answer),
        }
    };
}

/// Where the customer stands. Looking changes nothing: a program that looks behind a link begins no session.
pub(super) fn show(by: Anyone, visit: Visit) -> Result<Answer> {
    let mut guest = guest!(by, visit);
    let page = guest.page(visit.saved)?;
    Answer::page(&page)
}

/// Saves the data as the customer says that it is right. Sent again by a browser that lost the answer, it writes nothing.
pub(super) fn details(by: Anyone, Form(sent): Form<Sent>, visit: Visit) -> Result<Answer> {
    let mut guest = guest!(by, visit);
    let id = guest.session;
    let mut unchanged = false;
    let done = guest.conn.change(&guest.actor, |tx| {
        unchanged = !saved::confirm(tx, id, &sent)?;
        if unchanged {
            return Err(Error::Refused("nothing is different".into()));
        }
        Ok(())
    });
    match done {
        Err(_) if unchanged => Ok(guest.back()),
        Ok(()) => Ok(guest.back()),
        Err(Error::Invalid(errors)) => {
            let standing = guest.standing()?;
            let typed = saved::typed(&standing.customer, &sent);
            let faults = guest.faults(&errors, str::to_owned);
            let page = guest.page_of(standing, false);
            let page = page.still_seen(shown::carried(&sent));
            Answer::page_with(422, &page.typed(&typed, faults))
        }
        // Whoever is told that something changed looks over what stands there now, beside what they typed.
        Err(error @ Error::Conflict(_)) => {
            guest.otherwise(error, DETAILS, |page, customer, faults| {
                page.typed(&saved::beside(&customer, &sent), faults)
            })
        }
        Err(error) => guest.otherwise(error, DETAILS, |page, customer, faults| {
            let page = page.still_seen(shown::carried(&sent));
            page.typed(&saved::typed(&customer, &sent), faults)
        }),
    }
}

/// Adds a country in which they pay tax, or corrects one that they told.
pub(super) fn tax(by: Anyone, Form(form): Form<TaxForm>, visit: Visit) -> Result<Answer> {
    let mut guest = guest!(by, visit);
    let standing = guest.standing()?;
    if !standing.asks_tax() {
        return gone(guest.words);
    }
    let id = guest.session;
    let wanted = form.typed().wanted().map_err(Error::Invalid);
    let done = wanted.and_then(|wanted| {
        let told = standing.pays_tax_in(&wanted.country);
        let same = told.is_some_and(|one| residences::same(one, &wanted));
        let corrects_another =
            form.of != wanted.country && standing.pays_tax_in(&form.of).is_some();
        if same && !corrects_another {
            // Sent again by a browser that lost the answer.
            return Ok(());
        }
        let of = Some(form.of.as_str()).filter(|of| !of.is_empty());
        guest
            .conn
            .change(&guest.actor, |tx| saved::pay_tax(tx, id, of, &wanted))
    });
    match done {
        Ok(()) => Ok(guest.back()),
        Err(Error::Invalid(errors)) => {
            let of = standing.pays_tax_in(&form.of);
            let of = of.map_or("", |one| one.country.as_str());
            let faults = guest.faults(&errors, |field| place(of, field));
            let page = guest.page_of(standing, false).taxed_with(form, faults);
            Answer::page_with(422, &page)
        }
        Err(error) => guest.otherwise(error, TAX, |page, _, faults| page.taxed_with(form, faults)),
    }
}

/// Takes a paper.
pub(super) fn papers(by: Anyone, upload: Upload, visit: Visit) -> Result<Answer> {
    let mut guest = guest!(by, visit);
    let standing = guest.standing()?;
    let told = match upload.field("type") {
        "" => visit.paper.as_str(),
        told => told,
    };
    let named: Option<DocumentType> = told.parse().ok();
    let asked = named.filter(|kind| standing.asks(*kind));
    let of = asked.or_else(|| standing.papers.first().map(|one| one.document_type));
    let Some(of) = of else {
        return gone(guest.words);
    };
    match take(&mut guest, &standing, &visit, &upload, asked) {
        Ok(()) => Ok(guest.back()),
        Err(error) => {
            let (status, errors) = match error {
                Error::Invalid(errors) => (422, errors),
                Error::TooLarge => (413, vec![wrong(LARGE)]),
                error => {
                    return guest
                        .otherwise(error, &photo(of), |page, _, faults| page.wrong(faults));
                }
            };
            let faults = guest.faults(&errors, |_| photo(of));
            let page = guest.page(false)?.wrong(faults);
            Answer::page_with(status, &page)
        }
    }
}

fn wrong(sentence: &'static str) -> FieldError {
    FieldError {
        field: "file".into(),
        message: sentence.into(),
    }
}

fn take(
    guest: &mut Guest,
    standing: &Standing,
    visit: &Visit,
    upload: &Upload,
    asked: Option<DocumentType>,
) -> Result<()> {
    if upload.oversized {
        return Err(Error::TooLarge);
    }
    let kind = asked.ok_or_else(|| Error::Invalid(vec![wrong(NOT_ASKED)]))?;
    let mut chosen = upload.files.iter().filter(|file| !file.bytes.is_empty());
    let file = match (chosen.next(), chosen.next()) {
        (Some(file), None) => file,
        (None, _) => return Err(Error::Invalid(vec![wrong(documents::NO_FILE)])),
        (Some(_), Some(_)) => return Err(Error::Invalid(vec![wrong(SEVERAL)])),
    };
    let sha256 = Sha256::digest(&file.bytes);
    // Sent again by a browser that lost the answer: it is taken once.
    if standing.has(kind, &sha256) {
        return Ok(());
    }
    if standing.session.papers >= MOST_PAPERS {
        return Err(Error::Invalid(vec![wrong(TOO_MANY)]));
    }
    let (_, key) = guest.conn.read(&guest.actor.scope, |tx| {
        documents::key_for(tx, standing.customer.id)
    })?;
    let paper = HandedIn {
        document_type: Some(kind),
        name: &file.name,
        bytes: &file.bytes,
        expires_on: "",
    };
    let papers = &visit.papers;
    let stored = documents::take(papers, &key, &paper)?;
    let id = guest.session;
    let added = guest
        .conn
        .change(&guest.actor, |tx| saved::hand_in(tx, id, &stored))
        .inspect_err(|error| papers.files.undo(error, &stored.key));
    match added {
        // Two at once: the other one was faster.
        Err(Error::Invalid(_)) if guest.standing()?.has(kind, &sha256) => Ok(()),
        added => added,
    }
}

/// Sends off. The page that closes it is the answer itself: the link leads nowhere from now on.
pub(super) fn send(by: Anyone, visit: Visit) -> Result<Answer> {
    let mut guest = guest!(by, visit);
    let standing = guest.standing()?;
    match sending::send(
        &mut guest.conn,
        &guest.actor,
        &visit.providers,
        guest.session,
    ) {
        Ok(sent) => {
            let page = Finished {
                words: guest.words,
                house: standing.house,
                missing: sent
                    .missing
                    .iter()
                    .map(|line| guest.words.line(line))
                    .collect(),
                next: sent.next,
                back: standing.session.return_url,
            };
            Answer::page(&page)
        }
        Err(Error::Refused(_)) if !standing.ready() => {
            let fault = Fault {
                id: SEND.to_owned(),
                sentence: guest.words.send_first.to_owned(),
            };
            let page = guest.page_of(standing, false).wrong(vec![fault]);
            Answer::page_with(422, &page)
        }
        Err(error) => guest.otherwise(error, SEND, |page, _, faults| page.wrong(faults)),
    }
}
