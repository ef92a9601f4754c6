//! Who may be the same as a customer: side by side, with what people said about it.

use askama::Template;
use serde::Deserialize;

use super::conflict::shown;
use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, MergeCustomers, Permission as _, ReadCustomers},
    },
    audit::event::{Subject, What},
    customers::{
        alike::HowMany,
        duplicates::{self, Alike, Likely},
        merging::{actions, store},
        store::{self as customers, Customer},
        typed::Typed,
    },
    db::Read,
    error::{Error, FieldError, Result},
    organisations::store as organisations,
    value::CustomerId,
    web::{
        answer::Answer,
        input::{Form, Id, Input, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address says was just done.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

impl Done {
    fn flash(&self) -> Option<Flash> {
        let text = match self.done.as_deref()? {
            "not_same" => "Noted: they are not the same.",
            "open" => "They may be the same again.",
            "merge" => "The other row is merged into this one, and has left the lists.",
            "unmerge" => "The merge is undone: they are two again.",
            _ => return None,
        };
        Some(Flash {
            tone: Tone::Ok,
            text: text.to_owned(),
        })
    }
}

/// What a form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answered {
    other: String,
    answer: String,
    reason: String,
    version: String,
    other_version: String,
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Differs,
    OnlyOne,
    Same,
}

impl Verdict {
    const fn word(self) -> &'static str {
        match self {
            Self::Differs => "Differs",
            Self::OnlyOne => "Only one",
            Self::Same => "Same",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Differs => "differ",
            Self::OnlyOne => "minus",
            Self::Same => "equal",
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Differs => "tone-warn",
            Self::OnlyOne => "tone-mute",
            Self::Same => "tone-ok",
        }
    }
}

struct Line {
    words: &'static str,
    one: String,
    other: String,
    verdict: Verdict,
}

/// Somebody who may be the same.
struct Pair {
    other: Customer,
    same: Vec<&'static str>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "customers/duplicates.html")]
struct DuplicatesPage {
    shell: Shell,
    customer: Customer,
    pairs: Vec<Pair>,
    /// Whether more are alike than are shown.
    more: bool,
    /// Those who were said to be others.
    distinct: Vec<Customer>,
    merged_here: Vec<Customer>,
    /// Into whom this one was merged; nothing inside where that is out of scope.
    #[expect(
        clippy::option_option,
        reason = "merged into nobody, into one elsewhere, or into this one"
    )]
    survivor: Option<Option<Customer>>,
    may_edit: bool,
    may_merge: bool,
    typed: Answered,
    errors: Vec<FieldError>,
    sentence: Option<String>,
}

impl DuplicatesPage {
    /// The versions of the two, for the form that comes back.
    fn keep_what_was_seen(&mut self, other: CustomerId) {
        self.customer.keep_seen(&self.typed.version);
        let mut pairs = self.pairs.iter_mut();
        if let Some(pair) = pairs.find(|pair| pair.other.id == other) {
            pair.other.keep_seen(&self.typed.other_version);
        }
    }

    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    /// The error of a field, in the form about this other one.
    fn error(&self, other: &Customer) -> Option<&str> {
        let about = self.typed.other == other.id.to_string();
        let found = self.errors.first().filter(|_| about);
        found.map(|error| error.message.as_ref())
    }

    /// The reason that was typed about this other one.
    fn reason(&self, other: &Customer) -> &str {
        if self.typed.other == other.id.to_string() {
            &self.typed.reason
        } else {
            ""
        }
    }

    fn summary(&self) -> Vec<(String, &str)> {
        self.errors
            .iter()
            .map(|error| {
                (
                    format!("{}-reason", self.typed.other),
                    error.message.as_ref(),
                )
            })
            .collect()
    }
}

struct Found {
    customer: Customer,
    alike: Likely,
    distinct: Vec<Customer>,
    merged_here: Vec<Customer>,
    #[expect(
        clippy::option_option,
        reason = "merged into nobody, into one elsewhere, or into this one"
    )]
    survivor: Option<Option<Customer>>,
    branches: Vec<(String, String)>,
}

fn read(tx: &mut Read<'_>, id: CustomerId) -> Result<Found> {
    let customer = customers::find(tx, id)?;
    let (distinct, alike) = if customer.merged_into.is_some() {
        (Vec::new(), Likely::default())
    } else {
        let known = store::distinct_from(tx, id)?;
        let alike = duplicates::of_customer(tx, &customer, &known)?;
        (store::not_the_same(tx, known)?, alike)
    };
    let survivor = match customer.merged_into {
        None => None,
        Some(into) => Some(match customers::find(tx, into) {
            Ok(found) => Some(found),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        }),
    };
    Ok(Found {
        merged_here: store::merged_into(tx, id)?,
        branches: organisations::branches(tx)?
            .into_iter()
            .map(|branch| (branch.id.to_string(), branch.name))
            .collect(),
        distinct,
        alike,
        survivor,
        customer,
    })
}

/// What each declared, field by field, and the number of a paper that both have; what differs first.
fn lines(one: &Customer, alike: &Alike, branches: &[(String, String)]) -> Vec<Line> {
    let (one, other) = (Typed::from(one), Typed::from(&alike.customer));
    let mut lines: Vec<Line> = Typed::FIELDS
        .iter()
        .map(|field| (field, one.value(field.name), other.value(field.name)))
        .filter(|(_, one, other)| !one.is_empty() || !other.is_empty())
        .map(|(field, one, other)| Line {
            words: field.words,
            verdict: match (one.is_empty() || other.is_empty(), one == other) {
                (_, true) => Verdict::Same,
                (true, false) => Verdict::OnlyOne,
                (false, false) => Verdict::Differs,
            },
            one: shown(field.name, one, branches),
            other: shown(field.name, other, branches),
        })
        .collect();
    // Written in two ways it is one number all the same.
    lines.extend(alike.number.iter().map(|number| Line {
        words: "Document number",
        one: number.own.clone(),
        other: number.other.clone(),
        verdict: Verdict::Same,
    }));
    lines.sort_by_key(|line| line.verdict);
    lines
}

fn page<P>(by: &By<P>, found: Found, typed: Answered) -> DuplicatesPage {
    let Found {
        customer,
        alike,
        distinct,
        merged_here,
        survivor,
        branches,
    } = found;
    let title = format!("Possible duplicates of {}", customer.name);
    DuplicatesPage {
        shell: by.shell(title, Place::Customers),
        more: alike.more,
        pairs: alike
            .ones
            .into_iter()
            .map(|alike| Pair {
                lines: lines(&customer, &alike, &branches),
                other: alike.customer,
                same: alike.same,
            })
            .collect(),
        customer,
        distinct,
        merged_here,
        survivor,
        may_edit: EditCustomers::ROLES.contains(&by.role),
        may_merge: MergeCustomers::ROLES.contains(&by.role),
        typed,
        errors: Vec::new(),
        sentence: None,
    }
}

/// How many there are, on the page of a customer: loaded by it once it stands, since it needs none of them.
#[derive(Template)]
#[template(path = "customers/alike.html")]
struct AlikeLine {
    id: CustomerId,
    how_many: HowMany,
}

/// Side by side. Whoever sees it has opened this customer and each of the others; whoever learns how many there are has not.
pub fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<CustomerId>,
    Query(done): Query<Done>,
    input: Input,
) -> Result<Answer> {
    if input.htmx && input.target.as_deref() == Some("alike") {
        let how_many = by.read(|tx| {
            let customer = customers::find(tx, id)?;
            HowMany::of(tx, &customer)
        })?;
        return Answer::page(&AlikeLine { id, how_many });
    }
    let found = by.view(
        What::CustomerViewed,
        |found: &Found| Subject::Customer(found.customer.reference()),
        |tx| read(tx, id),
    )?;
    for one in &found.alike.ones {
        let id = one.customer.id;
        by.view(
            What::CustomerViewed,
            |other: &Customer| Subject::Customer(other.reference()),
            |tx| customers::find(tx, id),
        )?;
    }
    let mut page = page(&by, found, Answered::default());
    page.shell = page.shell.flash(done.flash());
    Answer::page(&page)
}

/// What somebody says about two of them.
pub fn post(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Answered>,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let other: CustomerId = typed
        .other
        .parse()
        .map_err(|_| Error::BadRequest("`other` is the id of a customer".into()))?;
    let merges = matches!(typed.answer.as_str(), "merge" | "unmerge");
    if merges && !MergeCustomers::ROLES.contains(&by.role) {
        return Err(Error::Forbidden);
    }
    let version = |text: &str| match text {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| Error::BadRequest("a version is a number".into())),
    };
    let seen = (version(&typed.version)?, version(&typed.other_version)?);
    let done = match typed.answer.as_str() {
        "not_same" => by.change(|tx| actions::not_the_same(tx, id, other)),
        "open" => by.change(|tx| actions::open_again(tx, id, other)),
        "merge" => by.change(|tx| actions::merge(tx, id, other, seen, &typed.reason)),
        "unmerge" => by.change(|tx| actions::unmerge(tx, id, other, &typed.reason)),
        _ => {
            return Err(Error::BadRequest(
                "`answer` is not_same, open, merge or unmerge".into(),
            ));
        }
    };
    let error = match done {
        Ok(()) => {
            let done = &typed.answer;
            return Ok(Answer::see(format!(
                "/customers/{id}/duplicates?done={done}"
            )));
        }
        Err(error) => error,
    };
    let status = error.status();
    let stale = matches!(error, Error::Conflict(_));
    let (errors, sentence) = match error {
        Error::Invalid(errors) => (errors, None),
        Error::Conflict(_) => (
            Vec::new(),
            Some("One of the two changed since you opened the page. Nothing was saved; look at both, then send this again.".to_owned()),
        ),
        Error::Refused(why) => (Vec::new(), Some(why.into_owned())),
        other => return Err(other),
    };
    let found = by.read(|tx| read(tx, id))?;
    let mut page = page(&by, found, typed);
    page.shell = page.shell.failed(true);
    if !stale {
        page.keep_what_was_seen(other);
    }
    (page.errors, page.sentence) = (errors, sentence);
    Answer::page_with(status, &page)
}
