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

/// The papers of one row after the other's, numbered through, and their hashes.
#[derive(Default)]
pub(super) struct Papers {
    count: usize,
    sums: String,
}

impl Papers {
    /// A row's papers, one after the other. One that cannot be opened is named as such: what is missing is a fact too.
    pub(super) fn write<W: Write>(
        &mut self,
        tx: &mut Read<'_>,
        making: &Making<'_>,
        customer: CustomerId,
        key: Option<&DataKey>,
        names: &Names,
        archive: &mut zip::Writer<W>,
    ) -> Result<Vec<DocumentFact>> {
        let mut facts = Vec::new();
        let source = Source::new(tx);
        for document in source.rows(customer, store::documents) {
            self.count += 1;
            let file = match key {
                Some(key) => self.one(making, key, &document, archive)?,
                None => Err("The personal data of this customer was erased."),
            };
            facts.push(DocumentFact::of(&document, file, names));
            making.watch.alive()?;
        }
        source.end()?;
        Ok(facts)
    }

    /// Where a paper stands in the archive now, or why it does not.
    fn one<W: Write>(
        &mut self,
        making: &Making<'_>,
        key: &DataKey,
        document: &Document,
        archive: &mut zip::Writer<W>,
    ) -> Result<Result<String, &'static str>> {
        match papers::original(making.files, key, document) {
            Ok(bytes) => {
                let name = file_name(self.count, document);
                archive
                    .file(&format!("{DOCUMENTS}{name}"), &bytes)
                    .map_err(unwritten)?;
                for piece in [&hex::encode(&document.sha256), "  ", &name, "\n"] {
                    self.sums.push_str(piece);
                }
                Ok(Ok(format!("{DOCUMENTS}{name}")))
            }
            Err(Error::NotFound) => Ok(Err("The file was not kept.")),
            Err(error @ Error::Unavailable(_)) => Err(error),
            Err(error) => {
                tracing::error!(document = %document.id, error = %error, "a case file lacks a paper");
                Ok(Err("The stored file could not be opened."))
            }
        }
    }

    /// The hashes of all of them.
    pub(super) fn end<W: Write>(self, archive: &mut zip::Writer<W>) -> Result<()> {
        archive.file(SUMS, self.sums.as_bytes()).map_err(unwritten)
    }
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
