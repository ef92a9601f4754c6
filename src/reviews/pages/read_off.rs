//! What stands on a paper, entered beside its picture: typed from the page, or copied from its zone.

use askama::Template;

use crate::{
    access::{guard::By, permissions::EditCustomers},
    audit::{event::What, store as audit},
    countries,
    customers::store::Customer,
    documents::{
        fields::{
            actions,
            rules::{self, Field, Shape, Source},
            store::{self as fields, Extracted},
        },
        mrz,
        store::{self as papers, Document},
    },
    error::{Error, FieldError, Result},
    value::DocumentId,
    verifications::history::{self, Entry},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id},
        shell::{Place, Shell},
    },
};

/// So many pages are drawn beside the form; the viewer shows the others.
const PICTURES: i32 = 4;

/// What one look at a paper finds.
struct Seen {
    paper: Document,
    customer: Customer,
    extracted: Vec<Extracted>,
    openable: bool,
}

/// One field of the form.
struct Typed {
    name: &'static str,
    words: &'static str,
    value: String,
    error: Option<String>,
    shape: Shape,
    /// What may be chosen: value and words.
    options: Vec<(String, String)>,
}

impl Typed {
    fn is_day(&self) -> bool {
        self.shape == Shape::Day
    }

    fn choices(&self) -> &[(String, String)] {
        &self.options
    }

    fn wrong(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

#[derive(Template)]
#[template(path = "documents/fields.html")]
struct FieldsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    seen: Seen,
    pictures: Vec<String>,
    zone_asked: bool,
    /// The zone's lines as they were typed or saved.
    mrz: String,
    /// What was read from the zone: words and value.
    read: Vec<(&'static str, String)>,
    typed: Vec<Typed>,
    errors: Vec<FieldError>,
    changes: Option<Vec<Entry>>,
    refusal: Option<String>,
}

/// The form.
pub(super) fn form(mut by: By<EditCustomers>, Id(id): Id<DocumentId>) -> Result<Answer> {
    Answer::page(&open(&mut by, id)?)
}

fn open(by: &mut By<EditCustomers>, id: DocumentId) -> Result<FieldsPage> {
    let seen = by.view(
        What::DocumentViewed,
        |seen: &Seen| seen.paper.subject(&seen.customer),
        |tx| {
            let (paper, customer) = papers::find(tx, id)?;
            Ok(Seen {
                extracted: fields::of_document(tx, id)?,
                openable: audit::standing_key(tx, Some(customer.data_key))?.is_some(),
                paper,
                customer,
            })
        },
    )?;
    let shown = seen.openable && super::documents::pictured(&seen.paper);
    let pages = if shown {
        seen.paper.pages.min(PICTURES)
    } else {
        0
    };
    let saved = |field: Field, source: Source| {
        let found = seen
            .extracted
            .iter()
            .find(|one| one.field == field && one.source == source);
        found.map_or_else(String::new, |one| one.value.clone())
    };
    let typed = rules::asked(seen.paper.document_type, seen.customer.kind)
        .into_iter()
        .map(|field| {
            let value = saved(field, Source::Officer);
            Typed {
                name: field.as_str(),
                words: field.words(),
                options: options(field, &value),
                value,
                error: None,
                shape: field.shape(),
            }
        })
        .collect();
    Ok(FieldsPage {
        shell: by
            .shell(
                format!(
                    "Read off: {}, {}",
                    seen.paper.document_type.words(),
                    seen.customer.name
                ),
                Place::Customers,
            )
            .rail(),
        zone: by.time_zone,
        pictures: (1..=pages)
            .map(|page| format!("/documents/{id}/page.png?page={page}&turn=0&width=1000"))
            .collect(),
        zone_asked: rules::has_zone(seen.paper.document_type),
        mrz: saved(Field::Mrz, Source::Mrz),
        read: seen
            .extracted
            .iter()
            .filter(|one| one.source == Source::Mrz && one.field != Field::Mrz)
            .map(|one| (one.field.words(), one.shown()))
            .collect(),
        typed,
        errors: Vec::new(),
        changes: None,
        refusal: None,
        seen,
    })
}

/// What a field may hold, where it is one of a list. A code of a zone that is no country stays to be chosen.
fn options(field: Field, value: &str) -> Vec<(String, String)> {
    let pair = |(code, words): &(&str, &str)| ((*code).to_owned(), (*words).to_owned());
    let mut options: Vec<(String, String)> = match field.shape() {
        Shape::Country => countries::ALL.iter().map(pair).collect(),
        Shape::Letter => [("F", "Female"), ("M", "Male"), ("X", "Unspecified")]
            .iter()
            .map(pair)
            .collect(),
        _ => return Vec::new(),
    };
    if !value.is_empty() && options.iter().all(|(code, _)| code != value) {
        options.insert(0, (value.to_owned(), value.to_owned()));
    }
    options
}

/// Saves what was typed, or what the zone says.
pub(super) fn save(
    mut by: By<EditCustomers>,
    Id(id): Id<DocumentId>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Answer> {
    let (paper, customer) = by.read(|tx| papers::find(tx, id))?;
    let sent_as = |name: &str| {
        let found = sent.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let version: i32 = sent_as("version")
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    let source: Source = sent_as("source")
        .parse()
        .map_err(|_| Error::BadRequest("`source` is officer or mrz".into()))?;
    let values = match source {
        Source::Mrz if !rules::has_zone(paper.document_type) => {
            return Err(Error::BadRequest("such a document has no zone".into()));
        }
        Source::Mrz => {
            let today = by.now().with_timezone(&by.time_zone).date_naive();
            of_zone(sent_as("mrz"), today)
        }
        Source::Officer => {
            let asked = rules::asked(paper.document_type, customer.kind);
            of_page(&asked, sent_as)
        }
    };
    let done = values
        .and_then(|values| by.change(|tx| actions::read_off(tx, id, version, source, &values)));
    let (status, errors, changes, refusal) = match done {
        Ok(()) => return Ok(Answer::see(format!("/documents/{id}?done=read#read-off"))),
        Err(Error::Invalid(errors)) => (422, errors, None, None),
        Err(Error::Refused(why)) => (409, Vec::new(), None, Some(why.into_owned())),
        Err(Error::Conflict(_)) => {
            let changes = by.read(|tx| {
                let (_, customer) = papers::find(tx, id)?;
                let behind = customer.version.saturating_sub(version);
                history::last_changes(tx, &customer, behind)
            })?;
            (409, Vec::new(), Some(changes), None)
        }
        Err(error) => return Err(error),
    };
    let mut page = open(&mut by, id)?;
    page.shell = page.shell.failed(true);
    if changes.is_none() {
        page.seen.customer.keep_seen(sent_as("version"));
    }
    if source == Source::Mrz {
        sent_as("mrz").clone_into(&mut page.mrz);
    } else {
        for one in &mut page.typed {
            sent_as(one.name).clone_into(&mut one.value);
            let error = errors.iter().find(|error| error.field == one.name);
            one.error = error.map(|error| error.message.to_string());
        }
    }
    (page.errors, page.changes, page.refusal) = (errors, changes, refusal);
    Answer::page_with(status, &page)
}

fn of_zone(copied: &str, today: chrono::NaiveDate) -> Result<Vec<(Field, String)>> {
    mrz::rules::read(copied, today)
        .map(|zone| zone.fields)
        .map_err(|wrong| {
            let sentence = |wrong: mrz::wrong::Wrong| FieldError {
                field: "mrz".into(),
                message: wrong.to_string().into(),
            };
            Error::Invalid(wrong.into_iter().map(sentence).collect())
        })
}

fn of_page<'a>(asked: &[Field], sent: impl Fn(&str) -> &'a str) -> Result<Vec<(Field, String)>> {
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for field in asked {
        match rules::tidied(*field, sent(field.as_str())) {
            Ok(value) => values.extend(value.map(|value| (*field, value))),
            Err(message) => errors.push(FieldError {
                field: field.as_str().into(),
                message: message.into(),
            }),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(Error::Invalid(errors))
    }
}

impl FieldsPage {
    fn whose(&self) -> String {
        format!("/customers/{}", self.seen.customer.id)
    }

    fn view(&self) -> String {
        format!("/documents/{}", self.seen.paper.id)
    }

    fn action(&self) -> String {
        format!("/documents/{}/fields", self.seen.paper.id)
    }

    fn title(&self) -> String {
        self.seen.paper.document_type.words().to_lowercase()
    }
}
