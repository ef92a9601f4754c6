//! `POST|GET /v1/documents`, `GET /v1/documents/{id}`.

use super::{
    ReadUsers, WriteUsers,
    list::OfUsers,
    number::Number,
    wire::{
        paper::{self, DocumentBody, Documents, PaperAnswer},
        shown::Shown,
    },
};
use crate::{
    access::keys::guard::Key,
    customers::by_number as users,
    db::Read,
    documents::{
        actions::{self, HandedIn},
        by_number::{self, Numbered},
    },
    error::{Error, FieldError, Result},
    faces::{
        json::Body,
        once::{self, Begun},
        params::Params,
    },
    organisations::store as organisations,
    reviews::policy::store as policies,
    web::{input::Input, reply::Reply},
};

/// A paper is smaller than this (the vendor: 4.5 MB).
const MOST_BYTES: usize = 9 * 512 * 1024;
/// What may be sent: such a paper in base64, each sign of which a caller may escape (PHP writes `\/`), and what stands round it.
pub(super) const MOST: usize = MOST_BYTES / 3 * 4 * 2 + 64 * 1024;

type Answer = Reply<Shown<Documents>>;

fn shown(tx: &mut Read<'_>, found: Vec<Numbered>) -> Result<Shown<Documents>> {
    let cycle = policies::current(tx)?.policy.kyc_life_cycle;
    let client = organisations::number(tx)?;
    let of_others = by_number::of_others(tx, &found)?;
    let mut whose: Vec<_> = found.iter().map(|one| one.customer_id).collect();
    whose.extend(of_others.values());
    let numbers = users::numbers(tx, whose)?;
    let documents = found
        .into_iter()
        .map(|one| {
            let whose = of_others.get(&one.id).and_then(|who| numbers.get(who));
            let user = whose.or_else(|| numbers.get(&one.customer_id));
            PaperAnswer::of(client, user.copied().unwrap_or_default(), one)
        })
        .collect();
    Ok(Shown::of(cycle, Documents { documents }))
}

/// What is wrong with a paper, in the face's names.
fn named(error: Error) -> Error {
    match error {
        Error::Invalid(faults) => Error::Invalid(
            faults
                .into_iter()
                .map(|one| FieldError {
                    field: match one.field.as_ref() {
                        "type" => "documentTypeId".into(),
                        "file" => "fileContentBase64".into(),
                        _ => one.field,
                    },
                    ..one
                })
                .collect(),
        ),
        other => other,
    }
}

pub(super) fn create(
    mut by: Key<WriteUsers>,
    input: Input,
    Body { read, wrong }: Body<DocumentBody>,
) -> Result<Answer> {
    let sent = read.sent(wrong).map_err(Error::Invalid)?;
    if sent.bytes.len() >= MOST_BYTES {
        return Err(Error::TooLarge);
    }
    // A name that was answered before is answered again, whatever became of the user since.
    let name = match once::begin(&mut by, &input)? {
        Begun::Answered(answer) => return Ok(Reply::kept(answer)),
        Begun::Fresh(name) => name,
    };
    once::settle(&mut by, name, |by, keep| {
        let (customer, key) = by.read(|tx| {
            let id = users::find(tx, sent.user)?.id;
            actions::key_for(tx, id)
        })?;
        let paper = HandedIn {
            document_type: paper::proves(sent.type_id, customer.kind),
            name: &sent.name,
            bytes: &sent.bytes,
            expires_on: "",
        };
        let stored = actions::take(&input.papers, &key, &paper)?;
        by.change(|tx| {
            let id = actions::add(tx, customer.id, &stored)?;
            if let Ok(number) = i16::try_from(sent.type_id) {
                by_number::handed_in_as(tx, id, number)?;
            }
            let made = by_number::by_id(tx, id)?;
            let reply = Reply::new(&shown(tx, vec![made])?);
            keep(tx, reply.answer())?;
            Ok(reply)
        })
        .inspect_err(|error| input.papers.files.undo(error, &stored.key))
    })
    .map_err(named)
}

pub(super) fn list(
    mut by: Key<ReadUsers>,
    Params(OfUsers(asked)): Params<OfUsers>,
) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::page(tx, &asked)?;
        shown(tx, found)
    })?;
    Ok(Reply::new(&shown))
}

pub(super) fn read(mut by: Key<ReadUsers>, Number(number): Number) -> Result<Answer> {
    let shown = by.read(|tx| {
        let found = by_number::find(tx, number)?;
        shown(tx, vec![found])
    })?;
    Ok(Reply::new(&shown))
}
