//! The form of an officer's word on one field: as a page, and as a dialog.

use askama::Template;
use serde::Deserialize;

use super::{
    actions,
    rules::{Cell, Row},
};
use crate::{
    access::{guard::By, permissions::EditCustomers},
    audit::event::{Subject, What},
    customers::{
        actions::Halt,
        duplicates::Likely,
        store::{self as customers, Customer},
    },
    documents::fields::rules::Field,
    error::{Error, FieldError, Result},
    value::{CustomerId, ReviewId},
    verifications::history::{self, Entry},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Input, Query},
        shell::{Place, Shell},
    },
};

/// What the address asks for, or the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    field: String,
    answer: String,
    source: String,
    reason: String,
    version: String,
    confirm: String,
    /// The review whose decision the officer comes from, and goes back to.
    review: String,
}

/// What the officer says of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Accept,
    Correct,
}

impl Asked {
    fn field(&self) -> Result<Field> {
        self.field
            .parse()
            .map_err(|_| Error::BadRequest("`field` is none that is compared".into()))
    }

    fn word(&self) -> Result<Word> {
        match self.answer.as_str() {
            "accept" => Ok(Word::Accept),
            "correct" => Ok(Word::Correct),
            _ => Err(Error::BadRequest("`answer` is accept or correct".into())),
        }
    }
}

/// The form as it is shown.
struct Draft {
    customer: Customer,
    field: Field,
    row: Option<Row>,
    asked: Asked,
    word: Word,
    errors: Vec<FieldError>,
    refusal: Option<String>,
    changes: Option<Vec<Entry>>,
    alike: Likely,
    zone: chrono_tz::Tz,
}

#[derive(Template)]
#[template(path = "reviews/field.html", blocks = ["content"])]
struct FieldPage {
    shell: Shell,
    dialog: bool,
    draft: Draft,
}

/// The form; an address that names no field leads to the comparison.
pub fn form(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Query(asked): Query<Asked>,
    input: Input,
) -> Result<Answer> {
    if asked.field.is_empty() {
        by.read(|tx| customers::find(tx, id))?;
        return Ok(Answer::see(format!("/customers/{id}#compare")));
    }
    show(&mut by, id, asked, &input, 200, |_| {})
}

/// The word is given.
pub fn answer(
    mut by: By<EditCustomers>,
    Id(id): Id<CustomerId>,
    Form(asked): Form<Asked>,
    input: Input,
) -> Result<Answer> {
    // What is not theirs to see is not there, whatever the form says.
    by.read(|tx| customers::find(tx, id))?;
    let (field, word) = (asked.field()?, asked.word()?);
    let version: i32 = asked
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    let mut halt = None;
    let done = by.change(|tx| match word {
        Word::Accept => actions::accept(tx, id, field, version, &asked.reason),
        Word::Correct => actions::correct(
            tx,
            id,
            field,
            &asked.source,
            version,
            &asked.reason,
            asked.confirm == "yes",
        )?
        .map_err(|why| {
            halt = Some(why);
            Error::Conflict("halted".into())
        }),
    });
    match (done, halt) {
        (Ok(()), _) => Ok(after(&input, &back(id, &asked, word))),
        (Err(_), Some(Halt::Alike(alike))) => show(&mut by, id, asked, &input, 422, |draft| {
            draft.alike = alike;
            draft.errors = vec![FieldError {
                field: "confirm".into(),
                message: "Look at the possible duplicates, then say that this is somebody else"
                    .into(),
            }];
        }),
        (Err(_), Some(Halt::Unchanged | Halt::Elsewhere)) => {
            show(&mut by, id, asked, &input, 409, |draft| {
                draft.refusal = Some("Nothing would be different.".to_owned());
            })
        }
        (Err(_), Some(Halt::Stale(_))) | (Err(Error::Conflict(_)), None) => {
            let changes = by.read(|tx| {
                let customer = customers::find(tx, id)?;
                let behind = customer.version.saturating_sub(version);
                history::last_changes(tx, &customer, behind)
            })?;
            show(&mut by, id, asked, &input, 409, |draft| {
                draft.changes = Some(changes);
            })
        }
        (Err(Error::Invalid(errors)), None) => show(&mut by, id, asked, &input, 422, |draft| {
            draft.errors = errors;
        }),
        (Err(Error::Refused(why)), None) => show(&mut by, id, asked, &input, 409, |draft| {
            draft.refusal = Some(why.into_owned());
        }),
        (Err(error), None) => Err(error),
    }
}

/// Where an answer leads: to the decision that the officer came from, or to the customer.
fn back(id: CustomerId, asked: &Asked, word: Word) -> String {
    match asked.review.parse::<ReviewId>() {
        Ok(review) => format!("/reviews/{review}/decision"),
        Err(_) => format!(
            "/customers/{id}?done={}#compare",
            if word == Word::Accept {
                "accepted"
            } else {
                "corrected"
            }
        ),
    }
}

/// After a POST, a GET: the browser is sent by 303, htmx by its own header, since it would put the page into the dialog.
fn after(input: &Input, location: &str) -> Answer {
    if input.htmx {
        Answer::new(204, "text/plain; charset=utf-8", Vec::new()).with("hx-redirect", location)
    } else {
        Answer::see(location)
    }
}

fn show(
    by: &mut By<EditCustomers>,
    id: CustomerId,
    asked: Asked,
    input: &Input,
    status: u16,
    change: impl FnOnce(&mut Draft),
) -> Result<Answer> {
    let (field, word) = (asked.field()?, asked.word()?);
    // Whoever sees the values has opened the customer.
    let (customer, row) = by.view(
        What::CustomerViewed,
        |(customer, _): &(Customer, _)| Subject::Customer(customer.reference()),
        |tx| {
            let customer = customers::find(tx, id)?;
            let row = actions::row_of(tx, &customer, field)?;
            Ok((customer, row))
        },
    )?;
    let mut draft = Draft {
        customer,
        field,
        row,
        asked,
        word,
        errors: Vec::new(),
        refusal: None,
        changes: None,
        alike: Likely::default(),
        zone: by.time_zone,
    };
    change(&mut draft);
    let page = FieldPage {
        shell: by
            .shell(draft.title(), Place::Customers)
            .failed(status != 200),
        dialog: input.htmx && input.target.as_deref() == Some("dialog"),
        draft,
    };
    if page.dialog {
        Answer::page_with(status, &page.as_content())
    } else {
        Answer::page_with(status, &page)
    }
}

impl Draft {
    fn words(&self) -> &'static str {
        self.field.words()
    }

    fn corrects(&self) -> bool {
        self.word == Word::Correct
    }

    fn title(&self) -> String {
        let words = self.words().to_lowercase();
        if self.corrects() {
            format!("Correct the {words}")
        } else {
            format!("Let the difference stand: {words}")
        }
    }

    const fn button(&self) -> &'static str {
        match self.word {
            Word::Accept => "Let it stand",
            Word::Correct => "Correct it",
        }
    }

    /// Whether there is still something to say.
    fn askable(&self) -> bool {
        self.row.as_ref().is_some_and(|row| match self.word {
            Word::Accept => row.is_open(),
            Word::Correct => row.may_be_corrected(self.customer.kind),
        })
    }

    /// Id, value of the form, what people read, whose it is, and whether it is chosen.
    fn choices(&self) -> Vec<(String, String, String, String, bool)> {
        let offered: Vec<&Cell> = self.row.iter().flat_map(Row::offered).collect();
        offered
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                let source = cell.source();
                let chosen = self.asked.source == source || offered.len() == 1;
                let whose = if cell.is_zone() {
                    format!("{}, zone", cell.words)
                } else {
                    cell.words.clone()
                };
                (format!("source-{at}"), source, cell.shown(), whose, chosen)
            })
            .collect()
    }

    fn whose(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn action(&self) -> String {
        format!("/customers/{}/fields", self.customer.id)
    }

    fn back(&self) -> String {
        match self.asked.review.parse::<ReviewId>() {
            Ok(review) => format!("/reviews/{review}/decision"),
            Err(_) => format!("{}#compare", self.whose()),
        }
    }

    fn summary(&self) -> Vec<(&str, &str)> {
        self.errors.listed_by(|field| match field {
            "source" => "source-0",
            field => field,
        })
    }
}
