//! The papers of a case file.

use std::io::Write;

use super::Making;
use crate::{
    casefile::{
        facts::DocumentFact,
        rules::{DOCUMENTS, SUMS},
        source::Source,
        store, zip,
    },
    db::Read,
    documents::{actions as papers, media::Media, store::Document},
    error::{Error, Result},
    jobs::results::unwritten,
    reviews::kyc_file::shown::Names,
    seal::DataKey,
    value::CustomerId,
};

/// The papers, one after the other. One that cannot be opened is named as such: what is missing is a fact too.
pub(super) fn write<W: Write>(
    tx: &mut Read<'_>,
    making: &Making<'_>,
    customer: CustomerId,
    key: &DataKey,
    names: &Names,
    archive: &mut zip::Writer<W>,
) -> Result<Vec<DocumentFact>> {
    let (mut facts, mut sums) = (Vec::new(), String::new());
    let source = Source::new(tx);
    for document in source.rows(customer, store::documents) {
        let file = match papers::original(making.files, key, &document) {
            Ok(bytes) => {
                let name = file_name(facts.len() + 1, &document);
                archive
                    .file(&format!("{DOCUMENTS}{name}"), &bytes)
                    .map_err(unwritten)?;
                for piece in [&hex::encode(&document.sha256), "  ", &name, "\n"] {
                    sums.push_str(piece);
                }
                Ok(format!("{DOCUMENTS}{name}"))
            }
            Err(Error::NotFound) => Err("The file was not kept."),
            Err(error @ Error::Unavailable(_)) => return Err(error),
            Err(error) => {
                tracing::error!(document = %document.id, error = %error, "a case file lacks a paper");
                Err("The stored file could not be opened.")
            }
        };
        facts.push(DocumentFact::of(&document, file, names));
        making.watch.alive()?;
    }
    source.end()?;
    archive.file(SUMS, sums.as_bytes()).map_err(unwritten)?;
    Ok(facts)
}

/// By its place, what it is, and its id; never by what its owner called it.
fn file_name(place: usize, document: &Document) -> String {
    let ending = match document.media_type.parse() {
        Ok(Media::Jpeg) => "jpg",
        Ok(Media::Png) => "png",
        Ok(Media::Tiff) => "tiff",
        Ok(Media::Pdf) => "pdf",
        Err(_) => "bin",
    };
    let kind = document.document_type.as_str().to_lowercase();
    format!("{place:04}-{kind}-{}.{ending}", document.id)
}
