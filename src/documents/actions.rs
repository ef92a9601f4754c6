//! What is done with papers: taken, sealed and stored; opened; accepted, refused, taken back.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use crate::{
    audit::{
        event::{Change as Field, Event, What},
        store as audit,
    },
    customers::store::{self as customers, Customer},
    db::{Change, Read},
    documents::{
        Papers,
        drawing::{Draw, Refusal},
        files::Files,
        media::{self, Media},
        rules::{self, DocumentStatus, DocumentType, MOST_BYTES},
        store::{self, Document, NewDocument},
    },
    error::{Error, FieldError, Result},
    seal::DataKey,
    value::{CustomerId, DocumentId},
};

/// What somebody hands in.
#[derive(Clone, Debug)]
pub struct HandedIn<'a> {
    /// What it is to prove.
    pub document_type: Option<DocumentType>,
    /// What its owner called the file.
    pub name: &'a str,
    /// The file; empty where none was chosen.
    pub bytes: &'a [u8],
    /// The day after which it no longer serves, as `YYYY-MM-DD`; empty where it says none.
    pub expires_on: &'a str,
}

/// A paper that was looked over and stored, and that no row tells of yet.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Where its sealed bytes stand.
    pub key: String,
    document_type: DocumentType,
    name: String,
    media: Media,
    size: i64,
    sha256: Vec<u8>,
    pages: i32,
    expires_on: Option<NaiveDate>,
}

/// A paper that was looked over.
#[derive(Clone, Debug)]
struct Looked {
    document_type: DocumentType,
    expires_on: Option<NaiveDate>,
    media: Media,
    pages: u32,
}

/// Said where no file was chosen.
pub const NO_FILE: &str = "Choose a file";
/// Said of a file that waits to be checked as the same paper.
pub const TWIN: &str = "This very file was added already, and waits to be checked";

/// The longest name of a file.
const LONGEST_NAME: usize = 255;

/// Looks a paper over, seals it under the customer's key, and stores it. Nothing of it is in the database then.
pub fn take(papers: &Papers, key: &DataKey, paper: &HandedIn<'_>) -> Result<Stored> {
    let looked = look_over(papers, paper)?;
    let place = papers.files.new_key()?;
    let sealed = key.seal(&bound_to(&place), paper.bytes)?;
    papers.files.put(&place, sealed)?;
    let name = match paper.name.trim() {
        "" => looked.document_type.words(),
        name => name,
    };
    Ok(Stored {
        key: place,
        document_type: looked.document_type,
        name: name.chars().take(LONGEST_NAME).collect(),
        media: looked.media,
        size: i64::try_from(paper.bytes.len()).unwrap_or(i64::MAX),
        sha256: Sha256::digest(paper.bytes).to_vec(),
        pages: i32::try_from(looked.pages).unwrap_or(i32::MAX),
        expires_on: looked.expires_on,
    })
}

/// What of a paper must be mended before it is taken, or what it is.
fn look_over(papers: &Papers, paper: &HandedIn<'_>) -> Result<Looked> {
    let mut errors = Vec::new();
    let mut wrong = |field: &'static str, message: &'static str| {
        errors.push(FieldError {
            field: field.into(),
            message: message.into(),
        });
    };
    if paper.document_type.is_none() {
        wrong("type", "Choose what the document is");
    }
    let expires_on = day(paper.expires_on);
    if expires_on.is_err() {
        wrong(
            "expires_on",
            "The last day of validity is a day such as 2031-05-17",
        );
    }
    let media = Media::of(paper.bytes);
    if paper.bytes.is_empty() {
        wrong("file", NO_FILE);
    } else if paper.bytes.len() > MOST_BYTES {
        return Err(Error::TooLarge);
    } else if media.is_none() {
        wrong("file", media::refused(paper.bytes));
    }
    // Only what could be stored is looked into.
    if let (Some(document_type), Ok(expires_on), Some(media), true) =
        (paper.document_type, expires_on, media, errors.is_empty())
    {
        let pages = papers
            .renderer
            .inspect(media, paper.bytes)
            .map_err(|why| Error::field("file", why.words()))?;
        return Ok(Looked {
            document_type,
            expires_on,
            media,
            pages,
        });
    }
    Err(Error::Invalid(errors))
}

fn day(text: &str) -> Result<Option<NaiveDate>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate = text.parse().map_err(|_| ())?;
    let (first, last) = (
        NaiveDate::from_ymd_opt(1900, 1, 1),
        NaiveDate::from_ymd_opt(2199, 12, 31),
    );
    if Some(day) < first || Some(day) > last {
        return Err(());
    }
    Ok(Some(day))
}

/// The key under which a customer's papers are sealed, and the customer: whoever asks must see them.
pub fn key_for(tx: &mut Read<'_>, id: CustomerId) -> Result<(Customer, DataKey)> {
    let customer = customers::find(tx, id)?;
    let key = audit::standing_key(tx, Some(customer.data_key))?
        .ok_or_else(|| Error::Refused("This customer’s personal data was erased.".into()))?;
    Ok((customer, key))
}

/// Adds a stored paper to a customer and raises their version.
pub fn add(tx: &mut Change<'_>, id: CustomerId, paper: &Stored) -> Result<DocumentId> {
    let customer = customers::lock(tx, id)?;
    let document = DocumentId(tx.new_id());
    no_twin(tx, id, document, paper)?;
    let new = row(tx, id, document, paper);
    store::insert(tx, &new)?;
    customers::touch(tx, id)?;
    tx.say(
        Event::new(
            What::DocumentAdded,
            crate::audit::event::Subject::Document(document, customer.reference()),
        )
        .changing(vec![
            Field::plain("document", (), paper.document_type.words()),
            Field::personal("name", (), paper.name.as_str()),
        ]),
    );
    Ok(document)
}

/// Refuses a file that waits to be checked as another paper already.
fn no_twin(tx: &mut Read<'_>, customer: CustomerId, own: DocumentId, paper: &Stored) -> Result<()> {
    let twin = store::of(tx, &[customer])?.into_iter().find(|known| {
        known.id != own
            && known.sha256 == paper.sha256
            && known.document_type == paper.document_type
            && known.status == DocumentStatus::Pending
    });
    match twin {
        Some(_) => Err(Error::field("file", TWIN)),
        None => Ok(()),
    }
}

fn row<'a>(
    tx: &Change<'_>,
    customer: CustomerId,
    id: DocumentId,
    paper: &'a Stored,
) -> NewDocument<'a> {
    let (kind, by) = tx.actor().who.parts();
    NewDocument {
        organisation_id: tx.scope().organisation(),
        id,
        customer_id: customer,
        document_type: paper.document_type,
        name: &paper.name,
        media_type: paper.media.as_str(),
        size: paper.size,
        sha256: &paper.sha256,
        storage_key: &paper.key,
        pages: paper.pages,
        status: DocumentStatus::Pending,
        expires_on: paper.expires_on,
        uploaded_kind: kind,
        uploaded_id: by,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

/// What came of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// The new file stands there. The old one's place in the store is told by nothing, once this is committed.
    With(Option<String>),
    /// It is the very same file, of the same type: nothing happened.
    Same,
    /// The old one is somebody else's, or something was decided on it, so it stays, and the new one stands beside it as this paper.
    Beside(DocumentId),
}

/// Puts another file, and perhaps another type, in the place of a paper that nobody has checked yet; it stays the same
/// paper. Refused once somebody has: a new look is a new paper. The log keeps both files' hashes. What somebody else handed
/// in, an officer, another system, or the customer by their link, is theirs: what is sent for it is added. So is what is sent for
/// a paper that was there when something was decided, since a decision may rest on a paper that nobody has checked.
pub fn replace(tx: &mut Change<'_>, id: DocumentId, paper: &Stored) -> Result<Replaced> {
    let (document, customer) = store::lock(tx, id)?;
    if document.status != DocumentStatus::Pending {
        return Err(Error::Refused(
            "This document was checked already. Send a new one.".into(),
        ));
    }
    if document.sha256 == paper.sha256 && document.document_type == paper.document_type {
        return Ok(Replaced::Same);
    }
    let own = tx
        .actor()
        .who
        .is(&document.uploaded_kind, document.uploaded_id);
    let decided_on = customer
        .last_review_at
        .is_some_and(|decided| document.created_at <= decided);
    if !own || decided_on {
        return add(tx, customer.id, paper).map(Replaced::Beside);
    }
    no_twin(tx, customer.id, id, paper)?;
    let new = row(tx, customer.id, id, paper);
    store::replace(tx, id, &new)?;
    customers::touch(tx, customer.id)?;
    tx.say(
        Event::new(What::DocumentReplaced, document.subject(&customer)).changing(vec![
            Field::plain(
                "document",
                document.document_type.words(),
                paper.document_type.words(),
            ),
            Field::plain(
                "sha256",
                hex::encode(&document.sha256),
                hex::encode(&paper.sha256),
            ),
            Field::personal("name", document.name.as_str(), paper.name.as_str()),
        ]),
    );
    Ok(Replaced::With(document.storage_key))
}

/// Accepts, refuses or takes back a paper. `version`: the customer's, as the decider saw it. `reason`: the code of a
/// refusal, which the caller has found among those that may be given.
pub fn check(
    tx: &mut Change<'_>,
    id: DocumentId,
    version: i32,
    to: DocumentStatus,
    reason: Option<&str>,
) -> Result<()> {
    let (document, customer) = store::lock(tx, id)?;
    if customer.version != version {
        return Err(Error::Conflict(
            "The customer changed since you opened the document.".into(),
        ));
    }
    if rules::towards(document.status, to).is_none() {
        return Err(Error::Refused(
            format!(
                "The document is {} already. Add it anew to have it checked again.",
                document.status.words().to_lowercase()
            )
            .into(),
        ));
    }
    let reason = reason.filter(|_| to == DocumentStatus::Refused);
    if to == DocumentStatus::Refused && reason.is_none() {
        return Err(Error::field("reason", "Choose why it is refused"));
    }
    store::set_status(tx, id, to, reason)?;
    customers::touch(tx, customer.id)?;
    let mut changes = vec![
        Field::plain("document", (), document.document_type.words()),
        Field::plain("status", document.status.as_str(), to.as_str()),
    ];
    changes.extend(reason.map(|code| Field::plain("reason", (), code)));
    tx.say(Event::new(What::DocumentChecked, document.subject(&customer)).changing(changes));
    Ok(())
}

/// The bytes that were handed in, as they were; not found where they are not kept. For whoever draws them, and for a
/// case file.
pub fn original(files: &Files, key: &DataKey, document: &Document) -> Result<Vec<u8>> {
    let place = document.storage_key.as_ref().ok_or(Error::NotFound)?;
    let sealed = files.bytes(place)?;
    let bytes = key.open(&bound_to(place), &sealed)?;
    if Sha256::digest(&bytes).as_slice() != document.sha256 {
        return Err(Error::Internal(anyhow::anyhow!(
            "document {}: the stored file is another than was handed in",
            document.id
        )));
    }
    Ok(bytes)
}

/// Draws a page of a paper for somebody.
pub fn draw(papers: &Papers, key: &DataKey, document: &Document, draw: Draw) -> Result<Vec<u8>> {
    let media = document.media_type.parse::<Media>();
    let media = media.map_err(|_| Error::NotFound)?;
    let bytes = original(&papers.files, key, document)?;
    papers
        .renderer
        .draw(media, &bytes, draw)
        .map_err(|why| match why {
            Refusal::NoSuchPage => Error::NotFound,
            why => Error::field("page", why.words()),
        })
}

/// A sealed file opens only where it was put.
fn bound_to(place: &str) -> Vec<u8> {
    [b"document ", place.as_bytes()].concat()
}
