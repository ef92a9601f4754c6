//! A paper beside what was declared: looked at page by page, and accepted or refused with a reason of the policy.

use askama::Template;
use serde::Deserialize;

use super::paper_links::{Asked, Look, Steps};
use crate::{
    access::{
        guard::By,
        permissions::{CheckDocuments, EditCustomers, Permission, ReadCustomers},
    },
    audit::{event::What, store as audit},
    customers::{rules::Kind, store::Customer},
    db::Read,
    documents::{
        Papers,
        fields::store::{self as fields, Extracted},
        media::Media,
        rules::{DocumentStatus, DocumentType, size_words},
        store::{self as papers, Document},
        unseen::{self, Unseen},
    },
    error::{Error, FieldError, Result},
    reviews::{papers as answers, policy::store as policy},
    seal::DataKey,
    staff::store as staff,
    value::DocumentId,
    verifications::history::{self, Entry},
    web::{
        answer::Answer,
        filters,
        form_errors::FormErrors as _,
        input::{Form, FromInput as _, Id, Input, Query},
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address says was just done.
#[derive(Default, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// What the form of a check sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct CheckForm {
    #[serde(default)]
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
}

/// What one look at a paper finds.
struct Seen {
    paper: Document,
    customer: Customer,
    /// All papers of the customer, newest first.
    papers: Vec<Document>,
    uploaded_by: String,
    /// Code and words of each reason that may be given for this kind of paper.
    reasons: Vec<(String, String)>,
    /// What was read off it.
    extracted: Vec<Extracted>,
    /// What opens the file; nothing once it was erased.
    key: Option<DataKey>,
}

#[derive(Template)]
#[template(path = "documents/show.html")]
struct DocumentPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    today: chrono::NaiveDate,
    seen: Seen,
    look: Look,
    steps: Steps,
    beside: Option<(Document, Look, Steps)>,
    /// Why there is no picture.
    unseen: Option<Unseen>,
    may_check: bool,
    may_read_off: bool,
    /// It was checked just now: the page says what comes next.
    checked: bool,
    form: CheckForm,
    errors: Vec<FieldError>,
    changes: Option<Vec<Entry>>,
    refusal: Option<String>,
}

pub(super) fn show(
    mut by: By<ReadCustomers>,
    Id(id): Id<DocumentId>,
    Query(asked): Query<Asked>,
    input: Input,
) -> Result<Answer> {
    let Query(done) = Query::<Done>::from_input(&input)?;
    let mut page = open(&mut by, id, asked, &input.papers)?;
    page.checked = done.done.as_deref() == Some("checked");
    if !page.checked {
        page.shell = page.shell.flash(done.done.as_deref().and_then(said));
    }
    Answer::page(&page)
}

/// The sentence for what an address says was just done.
fn said(done: &str) -> Option<Flash> {
    (done == "read").then(|| Flash {
        tone: Tone::Ok,
        text: "What stands on the document is saved.".to_owned(),
    })
}

fn open<P>(by: &mut By<P>, id: DocumentId, asked: Asked, store: &Papers) -> Result<DocumentPage> {
    let seen = by.view(
        What::DocumentViewed,
        |seen: &Seen| seen.paper.subject(&seen.customer),
        |tx| {
            let (paper, customer) = papers::find(tx, id)?;
            let names = staff::names(tx, paper.uploaded_id.into_iter().collect())?;
            Ok(Seen {
                uploaded_by: paper
                    .uploaded_id
                    .and_then(|id| names.get(&id).cloned())
                    .unwrap_or_else(|| history::who(&paper.uploaded_kind).to_owned()),
                reasons: reasons(tx, paper.document_type)?,
                key: audit::standing_key(tx, Some(customer.data_key))?,
                extracted: fields::of_document(tx, id)?,
                papers: papers::of(tx, &[customer.id])?,
                paper,
                customer,
            })
        },
    )?;
    let other = seen
        .papers
        .iter()
        .find(|other| Some(other.id) == asked.with && other.id != id && pictured(other));
    let look = Look::new(&seen.paper, other, asked);
    let beside = other
        .cloned()
        .zip(look.other())
        .map(|(paper, look)| (paper, look, look.steps()));
    Ok(DocumentPage {
        shell: by
            .shell(
                format!(
                    "{}, {}",
                    seen.paper.document_type.words(),
                    seen.customer.name
                ),
                Place::Customers,
            )
            .rail(),
        zone: by.time_zone,
        today: by.now().with_timezone(&by.time_zone).date_naive(),
        may_check: CheckDocuments::ROLES.contains(&by.role),
        may_read_off: EditCustomers::ROLES.contains(&by.role),
        steps: look.steps(),
        look,
        beside,
        unseen: unseen::beforehand(store, &seen.paper, seen.key.as_ref()),
        checked: false,
        seen,
        form: CheckForm::default(),
        errors: Vec::new(),
        changes: None,
        refusal: None,
    })
}

/// Code and words of each reason for which this kind of paper may be refused.
fn reasons(tx: &mut Read<'_>, kind: DocumentType) -> Result<Vec<(String, String)>> {
    let reasons = policy::current(tx)?.policy.reasons;
    Ok(reasons
        .into_iter()
        .filter(|reason| reason.documents.contains(&kind))
        .map(|reason| (reason.code, reason.text))
        .collect())
}

pub(super) fn check(
    mut by: By<CheckDocuments>,
    Id(id): Id<DocumentId>,
    Form(form): Form<CheckForm>,
    input: Input,
) -> Result<Answer> {
    // What is not theirs to see is not there, whatever the form says.
    let reasons = by.read(|tx| {
        let (paper, _) = papers::find(tx, id)?;
        reasons(tx, paper.document_type)
    })?;
    let (to, version) = match form.read(&reasons) {
        Ok(read) => read,
        Err(Error::Invalid(errors)) => {
            return open(&mut by, id, Asked::default(), &input.papers)?
                .again(form, 422, |page| page.errors = errors);
        }
        Err(error) => return Err(error),
    };
    let reason = Some(form.reason.as_str()).filter(|code| !code.is_empty());
    match by.change(|tx| answers::check(tx, id, version, to, reason)) {
        Ok(()) => Ok(Answer::see(format!("/documents/{id}?done=checked"))),
        Err(Error::Conflict(_)) => {
            let page = open(&mut by, id, Asked::default(), &input.papers)?;
            let customer = &page.seen.customer;
            let behind = customer.version.saturating_sub(version);
            let changes = by.read(|tx| history::last_changes(tx, customer, behind))?;
            page.again(form, 409, |page| page.changes = Some(changes))
        }
        Err(Error::Refused(why)) => {
            open(&mut by, id, Asked::default(), &input.papers)?.again(form, 409, |page| {
                page.refusal = Some(why.into_owned());
            })
        }
        Err(error) => Err(error),
    }
}

/// Whether there is a picture of it at all.
pub(super) fn pictured(paper: &Document) -> bool {
    paper.storage_key.is_some() && paper.media_type.parse::<Media>().is_ok()
}

/// What a picture shows, in words.
fn alt(look: &Look, paper: &Document) -> String {
    format!(
        "Page {} of {}: {}, with your name across it",
        look.page(),
        look.pages(),
        paper.document_type.words()
    )
}

impl CheckForm {
    /// What the form asks for and which version its sender saw, if it may be asked.
    fn read(&self, reasons: &[(String, String)]) -> Result<(DocumentStatus, i32)> {
        let mut errors = Vec::new();
        let mut wrong = |field: &'static str, message: &'static str| {
            errors.push(FieldError {
                field: field.into(),
                message: message.into(),
            });
        };
        let to: Option<DocumentStatus> = self.status.parse().ok();
        match to {
            None | Some(DocumentStatus::Pending) => wrong("status", "Choose what you decide"),
            Some(DocumentStatus::Refused) if self.reason.is_empty() => {
                wrong("reason", "Choose why it is refused");
            }
            Some(DocumentStatus::Refused)
                if reasons.iter().all(|(code, _)| *code != self.reason) =>
            {
                wrong(
                    "reason",
                    "Choose one of the reasons for this kind of document",
                );
            }
            _ => {}
        }
        let version = self.version.parse().map_err(|_| {
            Error::BadRequest("`version` is the number that the form carries".into())
        })?;
        match to {
            Some(to) if errors.is_empty() => Ok((to, version)),
            _ => Err(Error::Invalid(errors)),
        }
    }
}

impl DocumentPage {
    /// The same page with the form as it was filled in, and what is to be said about it.
    fn again(
        mut self,
        form: CheckForm,
        status: u16,
        say: impl FnOnce(&mut Self),
    ) -> Result<Answer> {
        say(&mut self);
        if self.changes.is_none() {
            self.seen.customer.keep_seen(&form.version);
        }
        self.form = form;
        self.shell = self.shell.failed(true);
        Answer::page_with(status, &self)
    }

    fn whose(&self) -> String {
        format!("/customers/{}", self.seen.customer.id)
    }

    fn action(&self) -> String {
        format!("/documents/{}/check", self.seen.paper.id)
    }

    fn fields(&self) -> String {
        format!("/documents/{}/fields", self.seen.paper.id)
    }

    fn is_company(&self) -> bool {
        self.seen.customer.kind == Kind::Legal
    }

    fn alt(&self) -> String {
        alt(&self.look, &self.seen.paper)
    }

    fn other_alt(&self) -> String {
        let beside = self.beside.as_ref();
        beside.map_or_else(String::new, |(paper, look, _)| alt(look, paper))
    }

    fn at(&self) -> usize {
        self.seen
            .papers
            .iter()
            .position(|other| other.id == self.seen.paper.id)
            .unwrap_or(0)
    }

    /// The paper that waits for a check besides this one: the oldest.
    fn next_to_check(&self) -> Option<&Document> {
        let mut papers = self.seen.papers.iter().rev();
        papers
            .find(|other| other.id != self.seen.paper.id && other.status == DocumentStatus::Pending)
    }

    fn newer(&self) -> Option<String> {
        let other = self.seen.papers.get(self.at().checked_sub(1)?)?;
        Some(format!("/documents/{}", other.id))
    }

    fn older(&self) -> Option<String> {
        let other = self.seen.papers.get(self.at() + 1)?;
        Some(format!("/documents/{}", other.id))
    }

    /// Other papers that can be put beside this one: address and words.
    fn others(&self) -> Vec<(String, String)> {
        self.seen
            .papers
            .iter()
            .filter(|other| other.id != self.seen.paper.id && pictured(other))
            .take(8)
            .map(|other| {
                let words = format!(
                    "{}, {}",
                    other.document_type.words(),
                    filters::date_of(other.created_at.with_timezone(&self.zone).date_naive())
                );
                (self.look.beside(other), words)
            })
            .collect()
    }

    fn alone(&self) -> String {
        self.look.alone()
    }

    fn size(&self) -> String {
        size_words(self.seen.paper.size)
    }

    fn sha256(&self) -> String {
        hex::encode(&self.seen.paper.sha256)
    }

    /// The words of the reason it was refused for; the code where the policy no longer has it.
    fn refused_because(&self) -> Option<&str> {
        let code = self.seen.paper.reason.as_deref()?;
        let known = self.seen.reasons.iter().find(|(known, _)| known == code);
        Some(known.map_or(code, |(_, words)| words))
    }

    fn past(&self) -> bool {
        self.seen
            .paper
            .expires_on
            .is_some_and(|day| day < self.today)
    }

    fn open(&self) -> bool {
        self.may_check && self.seen.paper.status == DocumentStatus::Pending
    }

    fn summary(&self) -> Vec<(&str, &str)> {
        self.errors.listed_by(|field| match field {
            "status" => "status-validated",
            field => field,
        })
    }

    fn chosen(&self, status: &str) -> bool {
        self.form.status == status
    }
}
