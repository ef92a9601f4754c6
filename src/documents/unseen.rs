//! Why a paper, or a page of it, cannot be shown: said in words on the viewer's page where it is known before, and as a
//! picture of words in the page's place where only drawing it tells.

use crate::{
    documents::{
        Papers,
        drawing::{Refusal, words},
        media::Media,
        store::Document,
    },
    error::{Error, Result},
    seal::DataKey,
};

/// Why there is nothing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// The customer's personal data was erased.
    Erased,
    /// Only what is known about it is kept.
    NotKept,
    /// No picture can be made of such a file.
    Kind,
    /// The stored file is gone, or another than was handed in.
    Lost,
    /// The store does not answer.
    Away,
    /// It has fewer pages.
    NoSuchPage,
    /// The page was not drawn within the time that a page may take.
    TooSlow,
    /// The page cannot be drawn, or not within the memory that a page may take.
    Undrawable,
}

impl Unseen {
    /// What is wrong, and what to do.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Erased => "This customer’s personal data was erased, and the document with it.",
            Self::NotKept => {
                "Only what is known about this document is kept here, not the document itself. To see it, ask the customer for it again."
            }
            Self::Kind => {
                "This kind of file cannot be shown. Refuse it, and ask the customer for a picture or a PDF."
            }
            Self::Lost => {
                "The stored file is gone or was altered, so it is not shown. Tell an admin; if it does not come back, ask the customer for the document again."
            }
            Self::Away => {
                "The store of documents does not answer. Load the page again in a moment; if that does not help, tell an admin."
            }
            Self::NoSuchPage => {
                "The document has no such page. Choose one of the pages that it has."
            }
            Self::TooSlow => {
                "It took too long to draw this page. Load it again in a moment; if that does not help, ask the customer for a smaller file."
            }
            Self::Undrawable => {
                "This page cannot be drawn: it is damaged, or needs more memory than a page may. Refuse the document, and ask the customer for another copy."
            }
        }
    }

    /// The HTTP status of a picture that is not there.
    pub const fn status(self) -> u16 {
        match self {
            Self::Erased | Self::NotKept | Self::Kind | Self::NoSuchPage => 404,
            Self::Undrawable => 422,
            Self::Lost => 500,
            Self::Away | Self::TooSlow => 503,
        }
    }

    /// The words as a PNG, to stand in the page's place.
    pub fn picture(self) -> Result<Vec<u8>> {
        words::picture(self.words())
            .map_err(|why| anyhow::anyhow!("words are not drawn: {why:?}").into())
    }

    /// What drawing failed with, for whoever looks; what is our fault is logged.
    pub fn of(error: &Error, paper: &Document) -> Self {
        match error {
            Error::NotFound => Self::NoSuchPage,
            Error::Invalid(errors)
                if errors
                    .iter()
                    .any(|one| one.message == Refusal::TooSlow.words()) =>
            {
                Self::TooSlow
            }
            Error::Invalid(_) => Self::Undrawable,
            Error::Unavailable(_) | Error::Busy(_) => Self::Away,
            error => {
                tracing::error!(document = %paper.id, %error, "a document cannot be shown");
                Self::Lost
            }
        }
    }
}

/// What is known to be wrong from the rows alone. `key` opens the customer's papers, and is gone once they were erased.
pub fn without_the_store(paper: &Document, key: Option<&DataKey>) -> Option<Unseen> {
    if key.is_none() {
        Some(Unseen::Erased)
    } else if paper.storage_key.is_none() {
        Some(Unseen::NotKept)
    } else if paper.media_type.parse::<Media>().is_err() {
        Some(Unseen::Kind)
    } else {
        None
    }
}

/// What is known to be wrong before anything is drawn. The store is asked whether it has the file, not for the file.
pub fn beforehand(papers: &Papers, paper: &Document, key: Option<&DataKey>) -> Option<Unseen> {
    let known = without_the_store(paper, key);
    let (None, Some(place)) = (known, &paper.storage_key) else {
        return known;
    };
    match papers.files.holds(place) {
        Ok(true) => None,
        Ok(false) => {
            tracing::error!(document = %paper.id, "a document's file is not in the store");
            Some(Unseen::Lost)
        }
        Err(error) => Some(Unseen::of(&error, paper)),
    }
}
