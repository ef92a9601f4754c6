//! `GET|POST /2.0/verifications/{uuid}/documents`, `GET|PUT /2.0/verifications/{uuid}/documents/{uuid}`.

use super::{
    ReadKyc, WriteKyc, on_status,
    verifications::begun,
    wire::{DocumentAnswer, DocumentBody, Documents},
};
use crate::{
    access::keys::guard::Key,
    db::Read,
    documents::{
        Papers,
        actions::{self, HandedIn, Replaced, Stored},
        rules::DocumentType,
        store::{self, Document},
    },
    error::{Error, FieldError, Result},
    faces::{
        json::Body,
        once::{answered, once},
    },
    reviews::policy::store as policies,
    value::{CustomerId, DocumentId},
    web::{
        described::Described,
        input::{Desk, FromInput, Id, Input},
        reply::Reply,
    },
};

/// The two ids of a path: whose paper, and which.
pub(super) struct Paper {
    customer: CustomerId,
    document: DocumentId,
}

impl FromInput for Paper {
    fn from_input(input: &Input) -> Result<Self> {
        let Id(customer) = Id::from_input(input)?;
        let document = input.params.get("document_uuid");
        let document = document.and_then(|text| text.parse().ok());
        Ok(Self {
            customer,
            document: document.ok_or(Error::NotFound)?,
        })
    }

    fn describe(described: &mut Described<'_>) {
        Id::<CustomerId>::describe(described);
    }
}

pub(super) fn list(
    mut by: Key<ReadKyc>,
    Id(id): Id<CustomerId>,
    desk: Desk,
) -> Result<Reply<Documents>> {
    let documents = by.read(|tx| {
        begun(tx, id)?;
        let policy = policies::current(tx)?.policy;
        let papers = store::of(tx, &[id])?.into_iter();
        let data = papers.map(|paper| DocumentAnswer::of(paper, &policy, &desk));
        Ok(Documents {
            data: data.collect(),
        })
    })?;
    Ok(Reply::new(&documents))
}

pub(super) fn read(
    mut by: Key<ReadKyc>,
    paper: Paper,
    desk: Desk,
) -> Result<Reply<DocumentAnswer>> {
    by.read(|tx| {
        let document = found(tx, &paper)?;
        shown(tx, document, &desk)
    })
}

/// A paper of this very verification.
fn found(tx: &mut Read<'_>, paper: &Paper) -> Result<Document> {
    begun(tx, paper.customer)?;
    let (document, customer) = store::find(tx, paper.document)?;
    if customer.id != paper.customer {
        return Err(Error::NotFound);
    }
    Ok(document)
}

fn shown(tx: &mut Read<'_>, document: Document, desk: &Desk) -> Result<Reply<DocumentAnswer>> {
    let policy = policies::current(tx)?.policy;
    Ok(Reply::new(&DocumentAnswer::of(document, &policy, desk)))
}

/// What the desk says of a file is said of `content` here.
fn of_content(error: Error) -> Error {
    let named = |fault: FieldError| match &*fault.field {
        "file" => FieldError {
            field: "content".into(),
            ..fault
        },
        _ => fault,
    };
    match error {
        Error::Invalid(faults) => Error::Invalid(faults.into_iter().map(named).collect()),
        other => other,
    }
}

/// Looks a paper over and stores it; nothing tells of it yet.
fn taken(
    by: &mut Key<WriteKyc>,
    papers: &Papers,
    customer: CustomerId,
    (document_type, bytes): &(DocumentType, Vec<u8>),
) -> Result<Stored> {
    let (_, key) = by.read(|tx| {
        begun(tx, customer)?;
        actions::key_for(tx, customer)
    })?;
    let paper = HandedIn {
        document_type: Some(*document_type),
        // The face has no name for a file: it goes by what it is.
        name: "",
        bytes,
        expires_on: "",
    };
    actions::take(papers, &key, &paper).map_err(of_content)
}

pub(super) fn add(
    mut by: Key<WriteKyc>,
    Id(id): Id<CustomerId>,
    input: Input,
    Body { read, wrong }: Body<DocumentBody>,
) -> Result<Reply<DocumentAnswer>> {
    // What was answered once is answered again, whatever became of the customer.
    if let Some(before) = answered(&mut by, &input)? {
        return Ok(before);
    }
    // Whoever is not there is said first, as on every other address.
    by.read(|tx| begun(tx, id))?;
    let paper = read.read(wrong)?;
    let stored = taken(&mut by, &input.papers, id, &paper)?;
    let mut told = false;
    let done = once(&mut by, &input, |tx| {
        begun(tx, id)?;
        let document = actions::add(tx, id, &stored).map_err(of_content)?;
        told = true;
        let (document, _) = store::find(tx, document)?;
        shown(tx, document, &input.desk)
    });
    // Also where the request was answered before: its paper stands in the store already.
    match &done {
        Err(error) => input.papers.files.undo(error, &stored.key),
        Ok(_) if !told => input.papers.files.forget(&stored.key),
        Ok(_) => {}
    }
    done
}

/// Our ruling: what another key, an officer or the customer handed in is not replaced; what is sent becomes a paper of its
/// own, which is answered with its own id.
pub(super) fn replace(
    mut by: Key<WriteKyc>,
    paper: Paper,
    input: Input,
    Body { read, wrong }: Body<DocumentBody>,
) -> Result<Reply<DocumentAnswer>> {
    by.read(|tx| found(tx, &paper))?;
    let sent = read.read(wrong)?;
    let stored = taken(&mut by, &input.papers, paper.customer, &sent)?;
    let mut replaced = None;
    let done = by.change(|tx| {
        found(tx, &paper)?;
        let outcome = actions::replace(tx, paper.document, &stored);
        let outcome = outcome.map_err(on_status).map_err(of_content)?;
        let document = match outcome {
            Replaced::Beside(new) => store::find(tx, new)?.0,
            Replaced::With(_) | Replaced::Same => found(tx, &paper)?,
        };
        replaced = Some(outcome);
        shown(tx, document, &input.desk)
    });
    let files = &input.papers.files;
    match (done, replaced) {
        (Ok(done), Some(Replaced::With(old))) => {
            if let Some(old) = old {
                files.forget(&old);
            }
            Ok(done)
        }
        (Ok(done), Some(Replaced::Beside(_))) => Ok(done),
        (_, Some(Replaced::Same)) => {
            files.forget(&stored.key);
            by.read(|tx| {
                let document = found(tx, &paper)?;
                shown(tx, document, &input.desk)
            })
        }
        (done, _) => {
            if let Err(error) = &done {
                files.undo(error, &stored.key);
            }
            done
        }
    }
}
